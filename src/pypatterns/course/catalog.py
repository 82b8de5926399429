"""What the course holds: course.toml as frozen data, and where each thing's files are.

>>> course = load()
>>> course.exercise("single_flight_cache").minutes
30

Paths follow from names: one stem names a lesson's notebook in every folder, one name an exercise's folder of checks.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from pypatterns.course.errors import BrokenCourse, CourseNotFound, UnknownName, closest

FILE = "course.toml"
CHOICES = {"level": ("core", "stretch"), "form": ("module", "text", "folder")}
CHECKS = Path("tests", "exercises")  # in the course's folder
VARIABLE = "PYPATTERNS_COURSE"  # names the course's folder, before all other ways to find it


@dataclass(frozen=True, slots=True)
class Exercise:
    """One task. Deadlines are in seconds; `preload` names modules that an answer may import without waiting for them.

    `form` says what an answer is: a "module", which is imported and put to work; "text", which tools read and no process
    imports; a "folder" of files, which the answer's cell names. `refused` lists names and modules of this package that
    an answer may not use beside the asked names, because they do what the exercise asks for.
    """

    name: str
    title: str
    lesson: str
    minutes: int
    points: float
    checks: Path
    level: Literal["core", "stretch"] = "core"
    import_deadline: float = 5.0  # an answer may have to load a library that nobody has preloaded
    call_deadline: float = 2.0
    answer_deadline: float = 60.0
    preload: tuple[str, ...] = ()
    form: Literal["module", "text", "folder"] = "module"
    refused: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the files of an answer of several lie, seen from its lesson's notebook: `LESSON/NAME`."""
        return Path(self.lesson, self.name)

    @property
    def test_file(self) -> Path:
        """The checks: plain pytest functions."""
        return self.checks / f"test_{self.name}.py"

    @property
    def driver_file(self) -> Path:
        """The drivers: they put an answer to work, in its own process."""
        return self.checks / "drive.py"

    @property
    def signature_file(self) -> Path:
        """What an answer must define, as a stub: the signature that the prompt states."""
        return self.checks / "signature.pyi"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: its notebooks and its exercises, in the order in which they are met.

    `after` names the lessons that it builds on, the closest first; `claims` what it proves (S1, …).
    """

    stem: str
    title: str
    minutes: int
    exercises: tuple[Exercise, ...]
    root: Path
    after: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()

    @property
    def notebook(self) -> Path:
        """The notebook that teaches."""
        return self.root / "notebooks" / f"{self.stem}.ipynb"

    @property
    def starter(self) -> Path:
        """The pristine exercises, derived from the solution."""
        return self.root / "exercises" / f"{self.stem}.ipynb"

    @property
    def solution(self) -> Path:
        """The reference answers: the one notebook that is edited by hand."""
        return self.root / "solutions" / f"{self.stem}.ipynb"

    @property
    def work(self) -> Path:
        """The learner's own copy of the starter."""
        return self.root / "work" / f"{self.stem}.ipynb"


@dataclass(frozen=True, slots=True)
class Course:
    """The whole course, as course.toml has it."""

    title: str
    lessons: tuple[Lesson, ...]
    root: Path
    released: bool = False  # a copy for a graded class: its checks stay with the instructor

    @property
    def exercises(self) -> Iterator[Exercise]:
        """All exercises, in order."""
        return (exercise for lesson in self.lessons for exercise in lesson.exercises)

    @property
    def work(self) -> Path:
        """The folder in which learners work; git ignores it."""
        return self.root / "work"

    def exercise(self, name: str) -> Exercise:
        """The exercise of that name. Raises `UnknownName` with the closest names."""
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        raise UnknownName(
            f"no exercise '{name}'; {closest(name, [e.name for e in self.exercises])}"
        )

    def lesson(self, name: str) -> Lesson:
        """The lesson of that stem, or of its number: "01". Raises `UnknownName` with the closest names."""
        for lesson in self.lessons:
            if name in (lesson.stem, lesson.stem.partition("_")[0]):
                return lesson
        raise UnknownName(
            f"no lesson '{name}'; {closest(name, [lesson.stem for lesson in self.lessons])}"
        )

    def select(self, names: Sequence[str]) -> tuple[Exercise, ...]:
        """The exercises that are meant by lessons' and exercises' names; all of them if there are no names."""
        if not names:
            return tuple(self.exercises)
        known: dict[str, tuple[Exercise, ...]] = {
            exercise.name: (exercise,) for exercise in self.exercises
        }
        for lesson in self.lessons:
            known[lesson.stem] = known[lesson.stem.partition("_")[0]] = lesson.exercises
        for name in names:
            if name not in known:
                raise UnknownName(f"no lesson or exercise '{name}'; {closest(name, known)}")
        return tuple(dict.fromkeys(exercise for name in names for exercise in known[name]))


def load(root: Path | None = None, *, checks: Path | None = None) -> Course:
    """Read the course at `root`, or wherever `find_root` finds it.

    `checks`, laid out like tests/exercises, goes before the course's own for each exercise that it has a folder for.
    """
    root = (root or find_root()).resolve()
    file = root / FILE
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseNotFound(
            f"no {FILE} in {root}; name the course's folder in {VARIABLE}"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenCourse(f"{file}: {error}") from error
    try:
        lessons = tuple(_lesson(entry, root, checks) for entry in data["lesson"])
        released = bool(data.get("released", False))
        course = Course(title=data["title"], lessons=lessons, root=root, released=released)
    except (KeyError, TypeError) as error:
        raise BrokenCourse(
            f"{file}: {error}; every lesson has stem, title, minutes, every exercise name, title, minutes, points"
        ) from error
    names = [exercise.name for exercise in course.exercises] + [lesson.stem for lesson in lessons]
    for n, lesson in enumerate(lessons):
        if unknown := sorted(set(lesson.after) - {each.stem for each in lessons[:n]}):
            raise BrokenCourse(
                f"{file}: {lesson.stem} is after {', '.join(unknown)}, which is no earlier lesson"
            )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BrokenCourse(f"{file}: named more than once: {', '.join(twice)}")
    return course


def find_root(start: Path | None = None) -> Path:
    """The course's folder: from the environment, else above `start` (here), else the one that this package was installed from.

    Raises `CourseNotFound` when there is none.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    here = (start or Path.cwd()).resolve()
    installed_from = Path(__file__).resolve().parents[3]
    for folder in (here, *here.parents, installed_from):
        if (folder / FILE).is_file() and (folder / "exercises").is_dir():
            return folder
    raise CourseNotFound(
        f"no course in {here} or above it; go to the course's folder, or name it in {VARIABLE}"
    )


def _lesson(entry: dict[str, Any], root: Path, checks: Path | None) -> Lesson:
    stem = entry["stem"]
    exercises = tuple(_exercise(each, stem, root, checks) for each in entry.get("exercise", ()))
    return Lesson(
        stem=stem,
        title=entry["title"],
        minutes=entry["minutes"],
        exercises=exercises,
        root=root,
        after=tuple(entry.get("after", ())),
        claims=tuple(entry.get("claims", ())),
    )


def _exercise(entry: dict[str, Any], stem: str, root: Path, checks: Path | None) -> Exercise:
    given = entry | {name: tuple(entry.get(name, ())) for name in ("preload", "refused")}
    unknown = sorted(given.keys() - {field.name for field in fields(Exercise)})
    unknown += [name for name, known in CHOICES.items() if given.get(name, known[0]) not in known]
    if unknown:
        raise TypeError(f"exercise '{entry.get('name')}': unknown {', '.join(unknown)}")
    folder = root / CHECKS / stem / entry["name"]
    if checks is not None and (theirs := checks / stem / entry["name"]).is_dir():
        folder = theirs
    return Exercise(**given, lesson=stem, checks=folder)
