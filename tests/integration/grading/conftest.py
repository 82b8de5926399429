"""A class of a hundred, with the mark that each must get; graded by the real command, in the sandbox where there is one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pypatterns.course import catalog
from pypatterns.course.catalog import VARIABLE, Course
from pypatterns.course.checking.judge import sandbox

ROOT = Path(__file__).parents[3]
BATCHES = """
[[lesson]]
stem = "00_welcome"
title = "Welcome"
minutes = 5

[[lesson.exercise]]
name = "batches"
title = "Batches"
minutes = 5
points = 4
"""

SANDBOX = "none" if sandbox.available() else "bwrap"


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The tiny course (`twice` and `thrice`, 2 points each), and `batches` of the real one for 4 points."""
    make_course = _shared("make_course")
    root: Path = tmp_path_factory.mktemp("a class") / "course"
    make_course(root)
    with (root / "course.toml").open("a") as file:
        file.write(BATCHES)
    checks = Path("tests", "exercises", "00_welcome", "batches")
    shutil.copytree(ROOT / checks, root / checks, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "exercises" / "00_welcome.ipynb", root / "exercises")
    return catalog.load(root)


def _shared(name: str) -> Callable[[Path], Course]:
    """A function of tests/conftest.py, which pytest imports under a name of its own."""
    spec: dict[str, object] = {"__name__": "shared"}
    path = ROOT / "tests" / "conftest.py"
    exec(compile(path.read_text(), path, "exec"), spec)
    return spec[name]  # type: ignore[return-value]


Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(course: Course) -> Iterator[Started]:
    """Start `pypatterns grade` with these arguments; what still runs at the end is ended."""
    running: list[subprocess.Popen[str]] = []

    def start(*args: object, **variables: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pypatterns.course.cli", "grade", *map(str, args)]
        process = subprocess.Popen(
            command,
            env=os.environ | {VARIABLE: str(course.root), "COLUMNS": "100"} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


@dataclass
class Done:
    """How the command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(start: Started) -> Run:
    """Run `pypatterns grade` to its end. It never shows a traceback of ours."""

    def run(*args: object, **variables: str) -> Done:
        process = start(*args, **variables)
        out, err = process.communicate(timeout=280)
        assert "Traceback" not in out + err, err
        return Done(process.returncode, out, err)

    return run


def notebook(*sources: str) -> str:
    """A notebook of code cells."""
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
