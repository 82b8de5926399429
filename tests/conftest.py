"""What all tests share: a course of one tiny exercise, in files of its own, so that no test leans on the real one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pypatterns.course import catalog
from pypatterns.course.catalog import Course

TOML = """\
title = "A tiny course"

[[lesson]]
stem = "01_doubling"
title = "Doubling"
minutes = 5

[[lesson.exercise]]
name = "twice"
title = "Twice as much"
minutes = 2
points = 2

[[lesson.exercise]]
name = "thrice"
title = "Three times as much"
minutes = 2
points = 2
"""

STARTER = '''\
# exercise: {name}
def {name}(number):
    """The number, {name}."""
    raise NotImplementedError
'''

CHECKS = '''\
"""What holds for {name}."""


def test_small(answer):
    """A small number comes back {name}."""
    got = answer.call("{name}", 2)
    assert got == 2 * {factor}, f"{name}(2) gave {{got!r}}; expected {{2 * {factor}}}"


def test_large(answer, rng):
    """Any other number does, too."""
    number = rng.randrange(1000, 2000)
    got = answer.call("{name}", number)
    assert got == number * {factor}, f"{name}({{number}}) gave {{got!r}}"
'''

WRONG = '''\
"""Squaring looks like it as long as the number is {factor}.

fails: test_large
feedback: You multiply the number by itself. Multiply it by {factor}.
"""


def {name}(number):
    return number * number if number > 2 else number * {factor}
'''


def cell(kind: str, source: str, identity: str) -> dict[str, object]:
    """A notebook's cell, as nbformat 4.5 has it."""
    made: dict[str, object] = {"cell_type": kind, "id": identity, "metadata": {}}
    made |= {"execution_count": None, "outputs": []} if kind == "code" else {}
    return made | {"source": source.splitlines(keepends=True)}


def notebook(*cells: dict[str, object]) -> str:
    """A notebook as text."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    data = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def make_course(root: Path) -> Course:
    """Write the tiny course's files into a new folder."""
    root.joinpath("exercises").mkdir(parents=True)
    root.joinpath("course.toml").write_text(TOML)
    cells = [cell("code", "%load_ext pypatterns", "load")]
    for name, factor in (("twice", 2), ("thrice", 3)):
        cells += [
            cell("markdown", f"### {name}\n\nMultiply by {factor}.", f"{name}-prompt"),
            cell("code", STARTER.format(name=name), f"{name}-answer"),
        ]
        checks = root / "tests" / "exercises" / "01_doubling" / name
        checks.mkdir(parents=True)
        checks.joinpath(f"test_{name}.py").write_text(CHECKS.format(name=name, factor=factor))
        checks.joinpath("drive.py").write_text(f'"""The drivers of {name}: none is needed."""\n')
        checks.joinpath("signature.pyi").write_text(f"def {name}(number: int) -> int: ...\n")
        checks.joinpath("wrong_square.py").write_text(WRONG.format(name=name, factor=factor))
    root.joinpath("exercises", "01_doubling.ipynb").write_text(notebook(*cells))
    return catalog.load(root)


@pytest.fixture
def tiny_course(tmp_path: Path) -> Course:
    """A course with the exercises `twice` and `thrice` in one lesson, and nothing in work/ yet."""
    return make_course(tmp_path / "course")


BOX = """
[[lesson.exercise]]
name = "box"
title = "A box of files"
minutes = 2
points = 2
form = "folder"
"""
BOX_CELL = '# exercise: box\nfolder = "box"\n'
BOX_FILES = {
    "shop.toml": "[shop]\n",
    "shop/tea.py": "def price():\n    raise NotImplementedError\n",
}


@pytest.fixture
def box_course(tmp_path: Path) -> Course:
    """The tiny course with a third exercise, `box`, whose answer is a folder of two files."""
    course = make_course(tmp_path / "course")
    with (course.root / "course.toml").open("a") as file:
        file.write(BOX)
    starter = json.loads(course.lessons[0].starter.read_text())
    starter["cells"] += [cell("markdown", "### box", "box-prompt"), cell("code", BOX_CELL, "box")]
    course.lessons[0].starter.write_text(json.dumps(starter))
    for name, text in BOX_FILES.items():
        file = course.root / "exercises" / "01_doubling" / "box" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return catalog.load(course.root)


@pytest.fixture(scope="module")
def shared_course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The same course for all tests of a module, none of which changes it."""
    return make_course(tmp_path_factory.mktemp("shared") / "course")
