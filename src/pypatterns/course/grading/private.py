"""An instructor's own checks beside or instead of ours, and what proves which checks a mark comes from.

>>> extra = read(Path("my-checks"), course)      # laid out like tests/exercises
>>> with laid_out(course, extra) as course: …    # the same course, with those checks

A file of the same name takes the place of ours, any other is added: `test_batches.py` replaces our checks of batches,
`test_more.py` is run after them. The files travel as data, so whoever grades on another machine needs no copy of them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from pypatterns.course import catalog
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.errors import CourseError, UnknownName
from pypatterns.course.grading.entries import hidden
from pypatterns.course.starters import starter

Files = Mapping[str, bytes]  # "LESSON/EXERCISE/FILE": its content


def read(folder: Path | None, course: Course) -> Files:
    """The files of a folder of checks. Raises `CourseError` if one of them belongs to no exercise."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise CourseError(f"there is no folder of checks {folder}")
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path for path in names}
    files = {name: path.read_bytes() for name, path in found.items() if not hidden(name)}
    for name in files:
        _belongs(name, folder, course)
    if not any(name.rpartition("/")[2].startswith("test_") for name in files):
        raise CourseError(
            f"no checks in {folder}: expected LESSON/EXERCISE/test_*.py, as in tests/exercises"
        )
    return files


def exercises_of(files: Files) -> frozenset[str]:
    """The exercises that have checks of an instructor's own."""
    return frozenset(name.split("/")[1] for name in files)


@contextmanager
def laid_out(course: Course, files: Files) -> Iterator[Course]:
    """The course with these files over its own checks, as long as the context lasts."""
    if not files:
        yield course
        return
    with tempfile.TemporaryDirectory(prefix="pypatterns-checks-") as name:
        for exercise in map(course.exercise, exercises_of(files)):
            folder = Path(name, exercise.lesson, exercise.name)
            if exercise.checks.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(exercise.checks, folder, ignore=ignored)
        for file, content in files.items():
            path = Path(name, file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield catalog.load(course.root, checks=Path(name))


def fingerprint(course: Course, exercise: Exercise) -> str:
    """A hash of all that decides a mark beside the answer: the checks' files, the starter, points and deadlines."""
    said = hashlib.sha256()
    pristine = starter(exercise, course)
    untouched = (pristine.source, dict(pristine.files)) if pristine else ()
    settings = asdict(exercise) | {"checks": "", "starter": untouched}
    said.update(json.dumps(settings, sort_keys=True).encode())
    for path in sorted(exercise.checks.rglob("*")):
        name = path.relative_to(exercise.checks).as_posix()
        if path.is_file() and not hidden(name):
            said.update(f"\0{name}\0".encode())
            said.update(hashlib.sha256(path.read_bytes()).digest())
    return f"sha256:{said.hexdigest()}"


def _belongs(name: str, folder: Path, course: Course) -> None:
    parts = name.split("/")
    if len(parts) < 3:
        raise CourseError(
            f"{folder / name} belongs to no exercise: expected LESSON/EXERCISE/FILE, as in tests/exercises"
        )
    try:
        exercise = course.exercise(parts[1])
    except UnknownName as error:
        raise CourseError(f"{folder / name}: {error}") from None
    if exercise.lesson != parts[0]:
        raise CourseError(
            f"{folder / name}: '{exercise.name}' is an exercise of {exercise.lesson}, not of {parts[0]}"
        )
