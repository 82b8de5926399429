"""How many submissions a minute nbgrader grades: `python benchmarks/nbgrader_class.py SIZE`, with a Python that has nbgrader.

    python3 -m venv /tmp/nbgrader && /tmp/nbgrader/bin/pip install nbgrader
    python benchmarks/grading.py --nbgrader /tmp/nbgrader/bin/python

The same three exercises, answers and checks as benchmarks/grading.py has, one notebook a learner, the whole class in one call of
`nbgrader autograde`. It prints one number.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NAMES = {"twice": 2, "thrice": 3, "fourfold": 4}
SOLUTION = """def {name}(number):
    ### BEGIN SOLUTION
    return number * {factor}
    ### END SOLUTION
"""
CHECKS = """import random
assert {name}(2) == 2 * {factor}
number = random.randrange(1000, 2000)
assert {name}(number) == number * {factor}
"""


def main() -> None:
    """Make a class, grade it, print submissions a minute."""
    size = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        source = course / "source" / "one"
        source.mkdir(parents=True)
        source.joinpath("answers.ipynb").write_text(json.dumps(notebook()))
        nbgrader(course, "generate_assignment", "one")
        for number in range(size):
            handed = course / "submitted" / f"learner{number}" / "one"
            handed.mkdir(parents=True)
            shutil.copy(source / "answers.ipynb", handed)
        began = time.perf_counter()
        nbgrader(course, "autograde", "one")
        seconds = time.perf_counter() - began
        graded = len([*course.glob("autograded/*/one/answers.ipynb")])
    if graded < size:
        sys.exit(f"nbgrader graded {graded} of {size}")
    print(f"{size / seconds * 60:.1f}")


def notebook() -> dict[str, Any]:
    """The instructor's notebook."""
    cells = []
    for name, factor in NAMES.items():
        cells.append(cell(name, SOLUTION.format(name=name, factor=factor), solution=True))
        cells.append(cell(f"test_{name}", CHECKS.format(name=name, factor=factor), solution=False))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def cell(name: str, source: str, *, solution: bool) -> dict[str, Any]:
    """A cell for an answer, or one with its checks, which are worth two points."""
    marks: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": name,
        "solution": solution,
        "grade": not solution,
        "locked": not solution,
        "task": False,
    }
    return {
        "cell_type": "code",
        "id": name,
        "source": source,
        "outputs": [],
        "execution_count": None,
        "metadata": {"nbgrader": marks if solution else marks | {"points": 2}},
    }


def nbgrader(course: Path, *arguments: str) -> None:
    """One of its commands, with its own Python's kernel."""
    own = Path(sys.executable).parent
    subprocess.run(
        [own / "nbgrader", *arguments],
        cwd=course,
        env=os.environ | {"PATH": f"{own}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


if __name__ == "__main__":
    main()
