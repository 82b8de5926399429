"""Who handed in what: a folder or a zip of submissions, one learner after another.

>>> [each.learner for each in handed_in(Path("class-of-2026"), course)]
['Ana Lopez', 'Борис', 'chen']

A folder, a zip or a file stands for a learner, and its name says who: `Ana Lopez/`, `ana.zip`, and before a lesson's or an
exercise's name `ana_01_threads_and_processes.ipynb`. Here names are read, and nothing else: what a submission holds is read
when its turn comes (reading.py), so a class may be larger than the memory.
"""

from __future__ import annotations

import os
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from pypatterns.course.catalog import Course
from pypatterns.course.errors import CourseError
from pypatterns.course.grading import entries
from pypatterns.course.grading.entries import Entry, Unfit

ANSWERS, ZIP = (".ipynb", ".py"), ".zip"
MOODLE = re.compile(r"_assignsubmission_(?:file|onlinetext)_?$")
LAYOUT = (
    "expected a folder or a zip for each learner, or files called LEARNER_LESSON.ipynb, "
    "LEARNER_EXERCISE.py (docs/grading.md shows them)"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was handed in, by the name that people know it by.

    `task` is the lesson or exercise that its name states, "" where it stands for all that a learner has done.
    """

    shown: str
    task: str
    files: Callable[[], Iterator[Entry]]


@dataclass(slots=True)
class Handed:
    """What one learner handed in. `refused` says why it will not be read at all."""

    learner: str
    parts: list[Part] = field(default_factory=list)
    refused: str = ""


def handed_in(where: Path, course: Course) -> list[Handed]:
    """Every learner's submission, by name. Raises `CourseError` where there is none at all."""
    if where.is_dir():
        parts = list(_in_folder(where, course))
    elif where.is_file() and where.suffix.lower() == ZIP:
        parts = list(_in_zip(where, course))
    elif where.exists():
        raise CourseError(f"{where} is neither a folder of submissions nor a zip of them; {LAYOUT}")
    else:
        raise CourseError(f"there is no folder {where}; {LAYOUT}")
    if not parts:
        raise CourseError(f"no submissions in {where}; {LAYOUT}")
    return _by_learner(parts)


def whose(name: str, course: Course) -> tuple[str, str]:
    """The learner whom a file's name states, and the name without.

    >>> whose("ana_01_threads_and_processes.ipynb", course)
    ('ana', '01_threads_and_processes.ipynb')
    """
    path = PurePosixPath(name)
    tasks = [each.name for each in course.exercises] + [each.stem for each in course.lessons]
    for task in sorted(tasks, key=len, reverse=True):
        if path.stem == task:
            return "", name
        if path.stem.endswith(f"_{task}"):
            return _named(path.stem[: -len(task) - 1]), task + path.suffix
    return _named(path.stem), name


def _by_learner(parts: list[tuple[str, Part]]) -> list[Handed]:
    """Every part at its learner. Names that differ in case or in Unicode's forms are one: some file system has it so."""
    found: dict[str, Handed] = {}
    for learner, part in parts:
        found.setdefault(entries.folded(learner), Handed(learner)).parts.append(part)
    for handed in found.values():
        tasks = [part.task for part in handed.parts]
        if len(tasks) > 1 and ("" in tasks or len(set(tasks)) < len(tasks)):
            names = " and ".join(sorted(part.shown for part in handed.parts))
            handed.refused = f"handed in twice, as {names}; keep one of them"
    return sorted(found.values(), key=lambda handed: entries.folded(handed.learner))


def _in_folder(folder: Path, course: Course) -> Iterator[tuple[str, Part]]:
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise CourseError(f"{folder} cannot be read: {error.strerror}") from None
    for entry in found:
        path, shown = Path(entry.path), printable(entry.name)
        if entries.hidden(entry.name):
            continue
        if entry.is_symlink():
            files = partial(_refuse, f"{shown} is a link; hand in the files themselves")
        elif entry.is_dir():
            yield _named(shown), Part(f"{shown}/", "", partial(entries.in_folder, path))
            continue
        else:
            files = partial(_of_file, path, whose(shown, course)[1])
        yield _of_name(shown, course, files)


def _of_name(shown: str, course: Course, files: Callable[[], Iterator[Entry]]) -> tuple[str, Part]:
    """A file's part; one that does not say whose it is stands for itself, refused."""
    learner, name = whose(shown, course)
    if not learner:
        reason = f"{shown} does not say whose it is; call it LEARNER_{shown}"
        return shown, Part(shown, "", partial(_refuse, reason))
    task = PurePosixPath(name).stem if name != shown else ""
    return learner, Part(shown, task, files)


def _of_file(path: Path, name: str) -> Iterator[Entry]:
    if path.suffix.lower() not in (*ANSWERS, ZIP):
        raise Unfit(_not_an_answer(path.name))
    return entries.one_file(path, name)


def _in_zip(where: Path, course: Course) -> Iterator[tuple[str, Part]]:
    """The parts of an LMS's export: by the first folder of each entry, or by the name of a file without one.

    A folder round everything that is called like the zip is what a system's own zipping adds.
    """
    try:
        archive = entries.opened(where)
    except (Unfit, OSError) as error:
        raise CourseError(f"{where}: {error}") from None
    found = [(info, entries.path_of(info)) for info in archive.infolist()]
    found = [(info, path) for info, path in found if not entries.hidden("/".join(path))]
    wrapped = all(path[0] == where.stem for _, path in found) and any(len(p) > 1 for _, p in found)
    above = 1 if wrapped else 0
    owned: dict[str, list[zipfile.ZipInfo]] = {}
    folders: set[str] = set()
    for info, path in found:
        if len(path) > above:
            owned.setdefault(path[above], []).append(info)
            folders |= {path[above]} if len(path) > above + 1 or info.is_dir() else set()
    for name, infos in owned.items():
        if name in folders:
            below = "/".join([*[where.stem] * above, name, ""])
            files = partial(entries.in_zip, archive, infos, below=below, zipped=False)
            yield _named(name), Part(f"{name}/", "", files)
        else:
            yield _of_name(
                name, course, partial(_of_members, archive, infos, whose(name, course)[1])
            )


def _of_members(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], name: str
) -> Iterator[Entry]:
    """A file of the export, under its name without the learner's."""
    if PurePosixPath(name).suffix.lower() not in (*ANSWERS, ZIP):
        raise Unfit(_not_an_answer(name))
    for entry in entries.in_zip(archive, infos, zipped=False):
        yield Entry(name, entry.open)


def _refuse(reason: str) -> Iterator[Entry]:
    raise Unfit(reason)


def _not_an_answer(name: str) -> str:
    return f"{name} is neither a notebook (.ipynb), nor a .py file, nor a zip, nor a folder of them"


def _named(learner: str) -> str:
    """The learner's name in Unicode's composed form, without what Moodle adds."""
    return unicodedata.normalize("NFC", MOODLE.sub("", learner)).strip() or learner


def printable(name: str) -> str:
    """A file's name as text that can be written: bytes that are none in the file system's encoding stand as \\xNN."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
