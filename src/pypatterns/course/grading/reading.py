"""One learner's submission, read: the answers that will be graded, and in a sentence each what will not.

>>> read(handed, course, exercises).answers["batches"].origin
'00_welcome.ipynb, cell 5'

Its files are first copied, as a stream with a limit, to a folder of our own: from there answers.py reads them as it reads
a learner's desk, and no link, bomb or file that changes meanwhile can matter. Nothing here runs an answer.
"""

from __future__ import annotations

import errno
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from pypatterns.course import answers, folders, syntax
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.errors import CourseError, NoAnswer
from pypatterns.course.grading import entries
from pypatterns.course.grading.entries import Entry, Unfit
from pypatterns.course.grading.submissions import ANSWERS, ZIP, Handed, Part
from pypatterns.course.starters import untouched

MOST_BYTES = 64 << 20  # of one submission's files, unpacked
CHUNK = 1 << 16
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    ValueError,
)  # NotImplementedError is a RuntimeError


class NoRoom(CourseError):
    """Our own disk is full: no submission is at fault."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What can be graded of a submission, by exercise, and what cannot.

    `unsure` says of an exercise with several answers why none of them counts. `refused` says what could not be read; an
    exercise without an answer then has no mark, since its answer may have been there.
    """

    learner: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    unsure: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


def read(handed: Handed, course: Course, chosen: Collection[Exercise]) -> Submission:
    """Read what a learner handed in to the chosen exercises. Raises `NoRoom`."""
    if handed.refused:
        return Submission(handed.learner, refused=(handed.refused,))
    with tempfile.TemporaryDirectory(prefix="pypatterns-", ignore_cleanup_errors=True) as folder:
        desk = Desk(Path(folder), frozenset(each.name for each in course.exercises))
        for part in handed.parts:
            desk.take(part)
        found = list(_found(Path(folder), course, desk.refused))
    return _sorted_out(handed.learner, found, desk.refused, course, chosen)


class Desk:
    """A folder of ours with copies of one learner's files: those that can hold an answer."""

    def __init__(self, folder: Path, exercises: frozenset[str]) -> None:
        self.refused: list[str] = []
        self._folder = folder
        self._exercises = exercises
        self._left = MOST_BYTES

    def take(self, part: Part) -> None:
        """Copy a part's files. One that is refused is told, and none of its files counts."""
        at = self._folder / str(len(list(self._folder.iterdir())))
        try:
            self._take_all(part.files(), at)
        except (Unfit, OSError) as error:
            reason = str(error) if isinstance(error, Unfit) else _unreadable(error)
            self.refused.append(reason if part.shown in reason else f"{part.shown}: {reason}")
            if at.exists():  # what was copied before stays out of the reader's sight
                at.rename(at.with_name(f".{at.name}"))

    def _take_all(self, files: Iterator[Entry], at: Path) -> None:
        for entry in files:
            path = PurePosixPath(entry.name)
            suffix = path.suffix.lower()
            if entry.refused:
                self.refused.append(f"{entry.name} {entry.refused}")
            elif suffix == ZIP:
                self._unzip(entry, at / path)
            elif suffix in ANSWERS:
                self._copy(entry, at / path.with_suffix(suffix))
            elif self._is_part(entry):
                self._copy(entry, at / path)

    def _is_part(self, entry: Entry) -> bool:
        """Whether it may be one of an answer's several files."""
        return not self._exercises.isdisjoint(PurePosixPath(entry.name).parts[:-1])

    def _unzip(self, entry: Entry, at: Path) -> None:
        if entry.zipped:
            raise Unfit(f"{entry.name} is a zip inside a zip; hand in the answers alone")
        with tempfile.TemporaryFile() as copy:
            if self._read_into(entry, copy):
                archive = entries.learners_zip(copy)
                self._take_all(entries.in_zip(archive, archive.infolist(), zipped=True), at)

    def _copy(self, entry: Entry, to: Path) -> None:
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            with to.open("xb") as copy:
                whole = self._read_into(entry, copy)
        except (FileExistsError, NotADirectoryError):
            raise Unfit(
                f"two files are called {entry.name!r}, and nobody can tell which counts"
            ) from None
        except OSError as error:
            if error.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
                raise Unfit(f"{entry.name[:80]!r} is no name for a file here") from None
            raise NoRoom(_no_room(error)) from error
        nothing = whole and to.suffix == ".py" and not to.stat().st_size
        counts = to.stem in self._exercises or self._is_part(entry)
        if not whole or (nothing and not counts):  # an empty __init__.py
            to.unlink()

    def _read_into(self, entry: Entry, copy: IO[bytes]) -> bool:
        """Copy one file's bytes; False, and a sentence, where it cannot be read to its end. Raises `Unfit` at the limit."""
        try:
            with entry.open() as file:
                while data := file.read(min(CHUNK, self._left + 1)):
                    self._left -= len(data)
                    if self._left < 0:
                        raise Unfit(
                            f"its files are larger than {MOST_BYTES >> 20} MiB; hand in the answers alone"
                        )
                    _write(copy, data)
        except DAMAGED as error:
            self.refused.append(f"{entry.name} is damaged ({error}); hand it in again")
            return False
        except OSError as error:
            self.refused.append(f"{entry.name}: {_unreadable(error)}")
            return False
        return True


def _write(copy: IO[bytes], data: bytes) -> None:
    try:
        copy.write(data)
    except OSError as error:
        raise NoRoom(_no_room(error)) from error


def _found(
    folder: Path, course: Course, refused: list[str], read: frozenset[Path] = frozenset()
) -> Iterator[Answer]:
    """The answers in a folder and those below it, but for the folders that an answer was `read` from already."""
    try:
        found = answers.find(folder, course, read)
    except NoAnswer:
        pass
    except CourseError as error:
        refused.append(str(error))
    else:
        refused += found.refused
        theirs = {course.exercise(answer.exercise) for answer in found.answers}
        read |= {folders.place(each, folder) for each in theirs if each.form == "folder"}
        yield from found.answers
    for each in sorted(folder.iterdir()):
        if each.is_dir() and not each.name.startswith(".") and each not in read:
            yield from _found(each, course, refused, read)


def _sorted_out(
    learner: str,
    found: list[Answer],
    refused: list[str],
    course: Course,
    chosen: Collection[Exercise],
) -> Submission:
    """Each chosen exercise's one answer. Two that are the same code are one; two that are not are for a person to judge."""
    given: dict[str, list[Answer]] = {}
    for each in chosen:
        theirs = [answer for answer in found if answer.exercise == each.name]
        given[each.name] = _different(theirs, each, course) if len(theirs) > 1 else theirs
    unsure = {name: _which(several) for name, several in given.items() if len(several) > 1}
    if not any(given.values()) and not refused:
        refused = [_nothing(found)]
    single = {name: several[0] for name, several in given.items() if len(several) == 1}
    return Submission(learner, single, unsure, tuple(dict.fromkeys(refused)))


def _different(theirs: list[Answer], exercise: Exercise, course: Course) -> list[Answer]:
    """Those that differ; a starter beside an answer came along with the rest of the course."""
    different: list[Answer] = []
    for answer in theirs:
        if not any(_are_one(answer, other) for other in different):
            different.append(answer)
    started = [each for each in different if not untouched(each, exercise, course)]
    return started or different


def _are_one(one: Answer, other: Answer) -> bool:
    if one.files or other.files:  # then the cells say no more than where these lie
        return folders.same_files(one.files, other.files)
    return syntax.same_code(one.source, other.source)


def _which(several: list[Answer]) -> str:
    where = " and ".join(answer.origin for answer in several)
    return f"answered differently in {where}; which one counts is for a person to say"


def _nothing(found: list[Answer]) -> str:
    if found:
        others = ", ".join(sorted({answer.exercise for answer in found}))
        return f"no answer to the exercises that are graded; it answers {others}"
    return "no answer in it: no cell and no .py file starts with '# exercise: NAME'"


def _unreadable(error: OSError) -> str:
    return f"it cannot be read ({error.strerror or error})"


def _no_room(error: OSError) -> str:
    return f"a submission cannot be copied to {tempfile.gettempdir()}: {error.strerror or error}. Free some space there, or set TMPDIR, and run the same command again"
