"""The questions that a lesson asks, read from the file beside its notebook. Their own file, so that no cell gives them away.

`notebooks/01_threads_and_processes.questions.toml` holds those of lesson 01. A prediction is settled by what a later cell
measures; a question has its `right` option in the file:

    [with_waits]
    asks = "One of eight fetches hangs. When does the pool's `with` end?"
    right = "b"
    a.says = "When the timeout of `result()` has passed."
    a.why = "That ends your waiting, not the thread's."
    b.says = "When the fetch ends."
    b.why = "A running call cannot be cancelled, and `with` waits for all of them."

>>> find("with_waits", course).options["a"].says
'When the timeout of `result()` has passed.'
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from pypatterns.course.catalog import Course, Lesson
from pypatterns.course.errors import BrokenCourse, UnknownName, closest

SUFFIX = ".questions.toml"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers: what it says, and why one would, or would not, choose it."""

    says: str
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `right` is None for a prediction: what is measured decides."""

    id: str
    lesson: str
    asks: str
    options: Mapping[str, Option]
    right: str | None = None


def find(identity: str, course: Course) -> Asked:
    """The question of that id, from whichever lesson. Raises `UnknownName`, or `BrokenCourse` for a file that is wrong."""
    known: dict[str, Asked] = {}
    for asked in (each for lesson in course.lessons for each in read(lesson)):
        if earlier := known.get(asked.id):
            raise BrokenCourse(
                f"'{asked.id}' is asked in {earlier.lesson} and in {asked.lesson}; rename one"
            )
        known[asked.id] = asked
    if identity not in known:
        raise UnknownName(f"no question '{identity}'; {closest(identity, known)}")
    return known[identity]


def file_of(lesson: Lesson) -> Path:
    """Where a lesson's questions are."""
    return lesson.notebook.with_suffix(SUFFIX)


def read(lesson: Lesson) -> Iterator[Asked]:
    """A lesson's questions, in the order of the file; none if there is no file. Raises `BrokenCourse` if one is wrong."""
    file = file_of(lesson)
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenCourse(f"{file.name}: {error}") from error
    for identity, entry in entries.items():
        try:
            yield _asked(identity, lesson.stem, entry)
        except (KeyError, TypeError, ValueError) as error:
            raise BrokenCourse(
                f"{file.name}, [{identity}]: {error}; a question has asks, two options a, b, … or more "
                "with says and why, and perhaps right"
            ) from error


def _asked(identity: str, lesson: str, entry: Any) -> Asked:
    rest = dict(entry)
    asks, right = _text(rest.pop("asks")), rest.pop("right", None)
    letters = list(ascii_lowercase[: len(rest)])
    if sorted(rest) != letters or len(rest) < 2:
        raise ValueError(f"its options are {', '.join(sorted(rest)) or 'missing'}")
    if right not in (None, *letters):
        raise ValueError(f"right is {right!r}, which is no option")
    return Asked(identity, lesson, asks, {each: _option(rest[each]) for each in letters}, right)


def _option(entry: Any) -> Option:
    if unknown := set(entry) - {"says", "why"}:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return Option(_text(entry["says"]), _text(entry["why"]))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is no text")
    return " ".join(value.split())
