"""Plain pytest is the same engine: `pytest tests/exercises --answers FILE`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pypatterns.course.catalog import VARIABLE, Course

RIGHT = "# exercise: twice\ndef twice(number):\n    return 2 * number\n"


def run(course: Course, *args: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on the course's checks as a learner would."""
    plugin = ["-p", "pypatterns.course.checking.judge.plugin", "--import-mode=importlib"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, *args, "tests/exercises"],
        cwd=course.root,
        env=os.environ | {VARIABLE: str(course.root), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def answered(course: Course, source: str) -> Path:
    """An answer as a file."""
    file = course.root / "mine.py"
    file.write_text(source)
    return file


def test_answers_are_checked_and_the_rest_is_skipped(tiny_course: Course) -> None:
    """Two checks and the generated one for `twice`; the exercise without an answer says why it is skipped."""
    done = run(tiny_course, "--answers", str(answered(tiny_course, RIGHT)), "-rs")

    assert done.returncode == 0, done.stdout
    assert "3 passed, 3 skipped" in done.stdout
    assert "no answer to thrice was given" in done.stdout


def test_a_failure_is_told_in_the_learners_words(tiny_course: Course) -> None:
    """The check's message, or what the answer raised with its own line; the seed repeats it."""
    broken = RIGHT.replace("2 * number", "2 * nubmer")

    done = run(tiny_course, "--answers", str(answered(tiny_course, broken)), "--answers-seed", "7")

    assert done.returncode == 1
    assert "FAIL: It raised NameError: name 'nubmer' is not defined" in done.stdout
    assert "answer.py:3: return 2 * nubmer" in done.stdout
    assert "answers: seed 7" in done.stdout


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "# exercise: twice\ndef twice(number) return 2",
            "ERROR: Importing the answer raised SyntaxError",
        ),
        (
            "# exercise: twice\nimport sys\nsys.exit()",
            "ERROR: The answer ends its process when it is imported",
        ),
    ],
    ids=["syntax", "exit"],
)
def test_no_check_of_an_answer_that_does_not_import_runs(
    tiny_course: Course, source: str, words: str
) -> None:
    """Each is an error, with the reason; nothing of the answer runs in pytest's own process."""
    done = run(tiny_course, "--answers", str(answered(tiny_course, source)))

    assert done.returncode == 1
    assert "3 skipped, 3 errors" in done.stdout
    assert words in done.stdout


def test_a_file_that_is_no_answer_is_one_sentence(tiny_course: Course) -> None:
    """Wrong use of the option is told once, not as many failures."""
    done = run(tiny_course, "--answers", "gone.ipynb")

    assert done.returncode == 4  # wrong use
    assert "there is no file" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
