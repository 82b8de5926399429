"""A copy of the course for a graded class: without solutions, known answers and checks, and of use to its learners.

>>> released(course, Path("for-the-class")).left
('src/pypatterns/market/domain/market.py: Market',)

Lessons, exercises and the package stay as they are. In place of an exercise's checks stands one that says so: there, `check`
tells what needs no checks (still the starter, does it import, has it the prompt's names and parameters), and that the rest
comes with the marks. What is copied is listed, not what is left out, and no git history goes along.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypatterns.course import catalog
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.errors import CourseError
from pypatterns.course.grading.blanks import KEPT_WHOLE, asked_for, blanked

FILES = (
    "pyproject.toml",
    "constraints.txt",
    "environment.yml",
    "postBuild",
    "Makefile",
    "LICENSE",
    "CHANGELOG.md",
    ".gitignore",
)
NOTEBOOKS = ("notebooks", "exercises")
PACKAGE = Path("src", "pypatterns")
IGNORED = shutil.ignore_patterns("__pycache__", ".*", "*.pyc")
INSTEAD = '''\
"""The checks of {name} stay with your instructor."""

import pytest


def test_the_rest():
    """What {name} does is checked when your class is graded."""
    pytest.skip(
        "This copy of the course has no checks of it. It can tell that your answer imports, and that it has the names and "
        "parameters of the prompt."
    )
'''
README = """\
# {title}

This is the copy for a graded class. You need Python 3.11 or newer, pip and make. In this folder:

```console
make lab      # sets up .venv (once, a minute or two) and opens JupyterLab
```

A lesson is a notebook to run from top to bottom. Your own work is in `work/`, which is laid out for you and which no command
writes over: write each answer in the cell that starts with `# exercise: NAME`, and run it.

The checks stay with your instructor. What you see below a cell is what can be told without them: that it is still the starter,
that it does not import, that a name or a parameter of the prompt is missing, or `UNCHECKED, nothing is wrong so far`. The prompt
says what must hold; try it yourself before you hand in.

Hand in what your instructor asks for: the notebooks in `work/`, or all of `work/` as a zip. `pypatterns check` says the same as
the cells, in a terminal; `pypatterns doctor` says what is missing here.
"""


@dataclass(frozen=True, slots=True)
class Released:
    """Where the copy is, how many exercises it has, and where names that exercises ask for are still defined."""

    folder: Path
    exercises: int
    left: tuple[str, ...]

    @property
    def said(self) -> str:
        """What the instructor should know."""
        lines = [
            f"{self.folder} holds the course with {self.exercises} exercises, without solutions, known answers and checks.",
            "Publish it as a new repository: this one's history has the solutions.",
        ]
        if self.left:
            lines.append(
                "Its worked example defines what exercises ask for; look whether that gives them away:"
            )
        return "\n".join([*lines, *(f"  {each}" for each in self.left)])


def released(course: Course, to: Path) -> Released:
    """Make the copy, whole or not at all. Raises `CourseError` where the folder is not new."""
    if course.released:
        raise CourseError(f"{course.root} is a released course already")
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise CourseError(f"{to} is there already; name a new folder")
    if to.resolve().is_relative_to(course.root.resolve() / "src"):
        raise CourseError(f"{to} lies in what is copied; name a folder elsewhere")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=to.parent, prefix=".release-") as made:
            left = tuple(_copy(course, Path(made, "course")))
            if to.exists():
                to.rmdir()
            Path(made, "course").rename(to)
    except OSError as error:
        raise CourseError(f"{to} cannot be written: {error.strerror or error}") from error
    return Released(to, len(list(course.exercises)), left)


def _copy(course: Course, to: Path) -> Iterator[str]:
    to.mkdir()
    for name in FILES:
        if (course.root / name).is_file():
            shutil.copy(course.root / name, to / name)
    toml = (course.root / catalog.FILE).read_text(encoding="utf-8")
    (to / catalog.FILE).write_text(
        f"released = true  # the checks stay with the instructor\n{toml}", encoding="utf-8"
    )
    (to / "README.md").write_text(README.format(title=course.title), encoding="utf-8")
    for name in NOTEBOOKS:
        if (course.root / name).is_dir():
            shutil.copytree(course.root / name, to / name, ignore=IGNORED)
    for notebook in to.glob("*/*.ipynb"):
        _drop_solutions(notebook)
    for exercise in course.exercises:
        _instead_of_checks(exercise, to)
    if (course.root / PACKAGE).is_dir():
        shutil.copytree(course.root / PACKAGE, to / PACKAGE, ignore=IGNORED)
        yield from _blank(to, asked_for(course))


def _drop_solutions(notebook: Path) -> None:
    """Cells that are tagged so give an answer away; derived exercises have none, a lesson may."""
    data: dict[str, Any] = json.loads(notebook.read_text(encoding="utf-8"))
    kept = [
        each for each in data["cells"] if "solution" not in each.get("metadata", {}).get("tags", ())
    ]
    if len(kept) < len(data["cells"]):
        text = json.dumps(data | {"cells": kept}, indent=1, ensure_ascii=False)
        notebook.write_text(text + "\n", encoding="utf-8")


def _instead_of_checks(exercise: Exercise, to: Path) -> None:
    folder = to / catalog.CHECKS / exercise.lesson / exercise.name
    folder.mkdir(parents=True)
    instead = INSTEAD.format(name=exercise.name)
    (folder / exercise.test_file.name).write_text(instead, encoding="utf-8")
    shutil.copy(exercise.signature_file, folder)


def _blank(to: Path, asked: Collection[str]) -> Iterator[str]:
    """Empty what exercises ask for in the patterns; tell where the worked example defines it."""
    for path in sorted((to / PACKAGE).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        without = blanked(source, asked)
        if without == source:
            continue
        first = path.relative_to(to / PACKAGE).parts[0]
        if first not in KEPT_WHOLE:
            path.write_text(without, encoding="utf-8")
        elif first != "course":
            names = sorted(
                name for name in asked if f"\nclass {name}" in source or f"\ndef {name}(" in source
            )
            yield f"{path.relative_to(to).as_posix()}: {', '.join(names)}"
