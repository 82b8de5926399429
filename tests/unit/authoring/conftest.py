"""A course of one exercise in perfect shape, and a judge that needs no engine: each test spoils one thing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.authoring import notebooks
from pypatterns.course.authoring.build import build
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.judge.misconceptions import misconceptions, written_in
from pypatterns.course.checking.report.model import CheckResult, Report, Verdict

TOML = """\
title = "A small course"

[[lesson]]
stem = "01_doubling"
title = "Doubling"
minutes = 5

[[lesson.exercise]]
name = "twice"
title = "Twice as much"
minutes = 2
points = 2
"""

PROMPT = """\
## 1. Twice as much (2 min)

The shop doubles every order in the last week before the holidays.

**Signature**

```python
def twice(number: int) -> int: ...
```

**Example**

```python
>>> twice(2)
4
```

**What must hold**

- Twice a small number
  is right.
- Twice a large number is right.

**Out of scope:** what is no number.

<details><summary>A nudge</summary>Add.</details>
<details><summary>Nearly there</summary>`number + number`</details>
"""

SOLUTION = '''\
# exercise: twice
def twice(number: int) -> int:
    """Twice the number."""
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION
'''

CHECKS = '''\
"""What holds for twice."""


def test_small(answer):
    """Twice a small number is right."""
    got = answer.call("twice", 2)
    assert got == 4, f"twice(2) gave {got!r}; expected 4"


def test_large(answer, rng):
    """Twice a large number is right."""
    number = rng.randrange(1000, 2000)
    seen = answer.run("ask", number=number)
    assert seen == 2 * number, f"twice({number}) gave {seen!r}"
'''

DRIVERS = '''\
"""The driver of twice."""


def ask(answer, number):
    """Twice {number} is asked for. Then it ends."""
    return answer.twice(number)
'''

KNOWN = {
    "right_add": ('"""Add it to itself."""', "return number + number"),
    "right_shift": ('"""Shift the bits."""', "return number << 1"),
    "wrong_square": (
        '"""Squaring is doubling.\n\nfails: test_large\nfeedback: Add it.\n"""',
        "return number * number",
    ),
    "wrong_cap": (
        '"""Nobody orders that much.\n\nfails: test_large\nseen_in: min\nfeedback: Somebody does.\n"""',
        "return min(2 * number, 1000)",
    ),
    "wrong_small": (
        '"""Small ones do not count.\n\nfails: test_small\nfeedback: They do.\n"""',
        "return 2 * number if number > 9 else number",
    ),
}


def known_source(docstring: str, body: str) -> str:
    """A known answer's file."""
    return f"{docstring}\n\n\ndef twice(number: int) -> int:\n    {body}\n"


class FakeJudge:
    """Checks `twice` on the spot: enough of a judge for whoever trusts the answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def check(self, answer: Answer, exercise: Exercise, /) -> Report:
        self.asked.append(answer.origin)
        names: dict[str, Callable[..., int]] = {}
        exec(answer.source, names)
        twice = names["twice"]
        try:
            fits = list(inspect.signature(twice).parameters) == ["number"]
            small, large = (fits and twice(n) == 2 * n for n in (2, 1001))
        except NotImplementedError:
            if answer.origin.startswith("exercises/"):
                return Report(exercise.name, Verdict.NOT_STARTED)
            small = large = False
        held = {"test_signature": fits, "test_small": small, "test_large": large}
        report = report_of({n: Verdict.PASS if ok else Verdict.FAIL for n, ok in held.items()})
        failed = {n: "it gave 3" for n, ok in held.items() if not ok}
        return replace(report, causes=misconceptions(exercise, failed, written_in(answer)))


def report_of(verdicts: dict[str, Verdict], message: str = "it gave 3") -> Report:
    """A report with these checks; those that do not pass have a message."""
    checks = tuple(
        CheckResult(name, name, verdict, message="" if verdict is Verdict.PASS else message)
        for name, verdict in verdicts.items()
    )
    held = all(verdict is Verdict.PASS for verdict in verdicts.values())
    return Report("twice", Verdict.PASS if held else Verdict.FAIL, checks)


@pytest.fixture
def judge() -> FakeJudge:
    """A judge of `twice`."""
    return FakeJudge()


@pytest.fixture
def reported() -> Callable[..., Report]:
    """Make a report from the verdicts of its checks."""
    return report_of


@pytest.fixture
def edit_solution() -> Callable[..., None]:
    """Change one cell of a lesson's solution, by its id."""

    def edit(course: Course, cell: str, old: str, new: str) -> None:
        path = course.lessons[0].solution
        notebook = notebooks.read(path)
        found = next(each for each in notebook.cells if each.id == cell)
        assert old in found.source, f"{old!r} is not in cell {cell!r}"
        found.source = found.source.replace(old, new)
        notebooks.write(notebook, path)

    return edit


@pytest.fixture
def small_course(tmp_path: Path) -> Course:
    """A course in perfect shape: solution, starter, checks, driver, two right and three wrong answers."""
    root = tmp_path / "course"
    for folder in ("exercises", "solutions", "tests/exercises/01_doubling/twice"):
        (root / folder).mkdir(parents=True)
    (root / "course.toml").write_text(TOML)
    course = catalog.load(root)
    exercise = course.exercise("twice")
    exercise.test_file.write_text(CHECKS)
    exercise.driver_file.write_text(DRIVERS)
    exercise.signature_file.write_text("def twice(number: int) -> int: ...\n")
    for name, (docstring, body) in KNOWN.items():
        exercise.checks.joinpath(f"{name}.py").write_text(known_source(docstring, body))
    notebooks.write(solution_notebook(), course.lessons[0].solution)
    build(course, execute=False)
    return course


def solution_notebook() -> nbformat.NotebookNode:
    """The solutions of the lesson, as they are after a run."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Doubling: exercises", id="title"),
            new_code_cell("%load_ext pypatterns", id="load", execution_count=1),
            new_markdown_cell(PROMPT, id="twice-prompt"),
            new_code_cell(SOLUTION, id="twice", execution_count=2),
            new_markdown_cell("It is fine.", id="why", metadata={"tags": ["solution"]}),
        ]
    )
    return notebooks.normalised(notebook)
