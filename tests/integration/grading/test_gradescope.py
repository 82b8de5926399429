"""The pair that Gradescope runs, in its layout: /autograder with source, submission and results, here under another name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pypatterns.course.catalog import Course

from .conftest import ROOT, SANDBOX

PAIR = ROOT / "src" / "pypatterns" / "course" / "grading" / "autograder"
RIGHT = "# exercise: twice\ndef twice(number):\n    return number * 2\n"

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")


@pytest.fixture
def autograder(course: Course, tmp_path: Path) -> Path:
    """Gradescope's folder, with the course as source and nothing submitted."""
    root = tmp_path / "autograder"
    shutil.copytree(course.root, root / "source")
    (root / "submission").mkdir()
    (root / "results").mkdir()
    return root


def results(root: Path, **variables: str) -> dict[str, Any]:
    """What Gradescope would read."""
    settings = {"AUTOGRADER": str(root), "PYTHON": sys.executable, "SANDBOX": SANDBOX}
    subprocess.run(
        [PAIR / "run_autograder"],
        env=os.environ | settings | variables,
        check=True,
        timeout=120,
        capture_output=True,
    )
    return dict(json.loads((root / "results" / "results.json").read_text()))


def test_a_submission_gets_its_score(autograder: Path) -> None:
    """Each check is a test with its own score, and they add up."""
    (autograder / "submission" / "answers.py").write_text(RIGHT)

    found = results(autograder, LESSON="01_doubling")

    assert found["score"] == 2.0
    assert [test["status"] for test in found["tests"]] == ["passed"] * 3 + ["failed"]
    assert found["tests"][-1]["output"] == "No answer to this exercise was handed in."
    assert sum(test["max_score"] for test in found["tests"]) == pytest.approx(4, abs=0.001)


def test_private_checks_beside_the_course_are_used_and_not_shown(autograder: Path) -> None:
    """Their inputs stay out of what a learner reads."""
    folder = autograder / "source" / "private-checks" / "01_doubling" / "twice"
    folder.mkdir(parents=True)
    (folder / "test_twice.py").write_text(
        'def test_hidden(answer):\n    """A number nobody knows is doubled."""\n'
        '    assert answer.call("twice", 4711) == 1, "twice(4711) gave something"\n'
    )
    (autograder / "submission" / "answers.py").write_text(RIGHT)

    found = results(autograder, LESSON="twice")

    assert found["score"] == 1.0
    assert "A number nobody knows is doubled." in json.dumps(found)
    assert "4711" not in json.dumps(found)


def test_what_we_cannot_grade_has_no_score(autograder: Path) -> None:
    """Gradescope then says that the autograder failed, instead of giving a 0."""
    (autograder / "submission" / "answers.py").write_text(RIGHT)

    found = results(autograder, LESSON="no_such_lesson")

    assert "score" not in found
    assert "not your fault" in found["output"]


def test_setting_up_installs_the_course_and_the_sandbox(autograder: Path, tmp_path: Path) -> None:
    """With stand-ins for what it calls: the order and the places are what is looked at."""
    tools = tmp_path / "tools"
    tools.mkdir()
    log = tmp_path / "log"
    script = f'#!/bin/sh\necho "$(basename "$0") $*" >>{log}\n'
    python = autograder / "source" / ".venv" / "bin" / "python"
    made = f'{script}mkdir -p "$3/bin" && cp {tools}/apt-get {python}\n'
    for name, text in (("apt-get", script), ("python3", made)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)

    subprocess.run(
        [PAIR / "setup.sh"],
        env={"PATH": f"{tools}:/usr/bin:/bin", "AUTOGRADER": str(autograder)},
        cwd=tmp_path,
        check=True,
    )

    said = log.read_text()
    assert "bubblewrap" in said
    assert (
        f"--editable {autograder}/source --constraint {autograder}/source/constraints.txt" in said
    )
