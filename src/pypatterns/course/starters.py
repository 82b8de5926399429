"""The pristine starters, and whether an answer is still one. Authoring and grading read them, too."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pypatterns.course import answers, folders, syntax
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.errors import CourseError


def untouched(answer: Answer, exercise: Exercise, course: Course) -> bool:
    """Whether the answer is still the starter. Where it is a folder, the cell that names it says nothing of that."""
    pristine = starter(exercise, course)
    if pristine is None:
        return False
    if exercise.form == "folder":
        return folders.same_files(answer.files, pristine.files)
    return syntax.same_code(answer.source, pristine.source)


def starter(exercise: Exercise, course: Course) -> Answer | None:
    """The pristine starter; None if the course has none."""
    path = course.lesson(exercise.lesson).starter
    try:
        found = _read(path, path.stat().st_mtime_ns, course)
    except (CourseError, OSError):
        return None
    return next((each for each in found if each.exercise == exercise.name), None)


@lru_cache(maxsize=20)
def _read(path: Path, _changed: int, course: Course) -> tuple[Answer, ...]:
    return tuple(answers.read(path, course))
