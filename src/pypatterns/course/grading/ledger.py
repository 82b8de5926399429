"""The folder of results: whose it is, what is done, and how a run that was killed goes on.

>>> with Ledger(Path("marks"), course, submissions) as ledger:
...     ledger.earlier("Ana Lopez")          # her record of an earlier run, or None
...     ledger.keep(record)

A learner's record is one file, replaced in one step, so at any moment a kill leaves the old record or the new one. There is
no other memory of what is done: what a record rests on stands in it, as hashes.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self

from pypatterns.course.catalog import Course
from pypatterns.course.errors import CourseError
from pypatterns.course.files import overwrite
from pypatterns.course.grading.record import SCHEMA, json_schema

STATE = "grading.json"
REPORTS, FEEDBACK, GRADESCOPE = "reports", "feedback", "gradescope"
UNFIT_FOR_FILES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]|^[. ]+|[. ]+$')
RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")
LONGEST = 60  # characters of a file's name: four bytes each still fit


class NotWritten(CourseError):
    """A result could not be written. What was written before stays."""


class Ledger:
    """One folder of results, for one run at a time."""

    def __init__(self, out: Path, course: Course, submissions: Path) -> None:
        self.out = out
        self._course = course
        self._submissions = submissions.resolve()
        self._lock: IO[str] | None = None
        self.seed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            self._lock.close()

    def open(self, learners: Collection[str], seed: int | None) -> None:
        """Take the folder, or make it. Raises `CourseError` if it holds anything else, or another run writes there."""
        if self.out.exists() and not self.out.is_dir():
            raise CourseError(f"--out {self.out} is a file; name a folder")
        state = self._state()
        if state is None and self.out.is_dir() and any(_visible(self.out)):
            raise CourseError(f"--out {self.out} holds other files; name a new or an empty folder")
        if state is not None:
            self._refuse_another_class(state, set(learners))
        with _told(self.out):
            self.out.mkdir(parents=True, exist_ok=True)
            self._take_lock()
        self.seed = (
            state["seed"]
            if state and seed is None
            else secrets.randbits(32)
            if seed is None
            else seed
        )
        said = {
            "course": self._course.title,
            "submissions": str(self._submissions),
            "seed": self.seed,
            "learners": sorted({*(state or {}).get("learners", ()), *learners}),
        }
        self.write(STATE, json.dumps(said, indent=2, ensure_ascii=False) + "\n")
        for folder in (REPORTS, FEEDBACK, GRADESCOPE):
            with _told(self.out / folder):
                (self.out / folder).mkdir(exist_ok=True)
        for left in self.out.rglob(".*.tmp"):  # by a run that was killed while it wrote
            left.unlink(missing_ok=True)

    def earlier(self, learner: str) -> dict[str, Any] | None:
        """A learner's record of an earlier run, or None if there is none that can be read."""
        try:
            record = json.loads(self._report(learner).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        return record if _fits(record) and record["learner"] == learner else None

    def keep(self, record: dict[str, Any]) -> None:
        """Write a learner's record, whole or not at all. Raises `NotWritten`."""
        name = f"{REPORTS}/{self._report(record['learner']).name}"
        self.write(name, json.dumps(record, indent=2, ensure_ascii=False) + "\n", sync=True)

    def lacks(self, learner: str) -> bool:
        """Whether one of the files that are made of a learner's record is not there, or empty."""
        name = file_name(learner)
        made = (f"{FEEDBACK}/{name}.html", f"{GRADESCOPE}/{name}.json")
        paths = [self.out / each for each in made]
        return not all(path.is_file() and path.stat().st_size for path in paths)

    def records(self, learners: Collection[str]) -> Iterator[dict[str, Any]]:
        """The records of these learners, one at a time, as they are on the disk."""
        return (record for learner in learners if (record := self.earlier(learner)) is not None)

    def write(self, name: str, text: str, *, sync: bool = False) -> None:
        """Write a file of the folder, whole or not at all. Raises `NotWritten`."""
        with _told(self.out / name):
            overwrite(self.out / name, text.encode("utf-8", "backslashreplace"), sync=sync)

    def write_lines(self, name: str, lines: Iterable[str]) -> None:
        """The same for a long file, a piece at a time. Raises `NotWritten`."""
        path = self.out / name
        ready = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        with _told(path):
            with ready.open("w", encoding="utf-8", errors="backslashreplace") as file:
                file.writelines(lines)
            ready.replace(path)

    def _report(self, learner: str) -> Path:
        return self.out / REPORTS / f"{file_name(learner)}.json"

    def _state(self) -> dict[str, Any] | None:
        path = self.out / STATE
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise CourseError(f"{path} cannot be read ({error}); name another --out") from None
        if not isinstance(state, dict) or not {"course", "submissions", "seed", "learners"} <= set(
            state
        ):
            raise CourseError(
                f"{path} is not what a run of 'pypatterns grade' writes; name another --out"
            )
        return state

    def _refuse_another_class(self, state: dict[str, Any], learners: set[str]) -> None:
        """Results of other learners from another folder are another class's."""
        if state["course"] != self._course.title:
            raise CourseError(
                f"--out {self.out} holds results of '{state['course']}', which is another course; name another folder"
            )
        gone = sorted(set(state["learners"]) - learners)
        if gone and (
            state["submissions"] != str(self._submissions) or not learners & set(state["learners"])
        ):
            some = ", ".join(gone[:3]) + (", …" if len(gone) > 3 else "")
            raise CourseError(
                f"--out {self.out} holds the results of another class, graded from {state['submissions']} ({some} "
                "are not among these submissions); name another folder"
            )

    def _take_lock(self) -> None:
        try:
            import fcntl  # noqa: PLC0415 - Windows has none
        except ImportError:
            return
        self._lock = (self.out / ".lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EACCES):
                raise CourseError(f"another run writes to {self.out}; wait for its end") from None
            # a file system without locks


def file_name(learner: str) -> str:
    """A name for a learner's files that every file system takes; two learners never share one.

    >>> file_name("Ana Lopez"), file_name("a/b")
    ('Ana Lopez', 'a_b~…')
    """
    name = UNFIT_FOR_FILES.sub("_", learner)[:LONGEST]
    if name == learner and not RESERVED.match(name):
        return name
    return f"{name}~{hashlib.sha256(os.fsencode(learner)).hexdigest()[:8]}"


def _fits(record: object) -> bool:
    """Whether a file still holds what we write: somebody may have edited it."""
    schema = json_schema()
    entry = set(schema["$defs"]["exercise"]["required"])
    return (
        isinstance(record, dict)
        and set(schema["required"]) <= record.keys()
        and record["schema"] == SCHEMA
        and isinstance(record["exercises"], list)
        and all(isinstance(each, dict) and entry <= each.keys() for each in record["exercises"])
    )


def _visible(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if not path.name.startswith("."))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """An OSError while writing, as a sentence with the way out."""
    try:
        yield
    except OSError as error:
        raise NotWritten(
            f"{path} cannot be written: {error.strerror or error}. What is graded so far is kept: make room or mend the "
            "folder, then run the same command again"
        ) from error
