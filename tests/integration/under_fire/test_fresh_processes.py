"""Where there is no fork, as on Windows, each call is a Python of its own: the same verdicts, slower."""

from __future__ import annotations

import pytest

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report import text
from pypatterns.course.checking.report.model import Verdict
from pypatterns.course.checking.shared.protocol import FRESH

RIGHT = "def double(number):\n    return number * 2\n"
SAME = {
    "right": (RIGHT, Verdict.PASS, "2 of 2 checks"),
    "wrong": ("def double(number): return 7", Verdict.FAIL, "returned 7; expected"),
    "exit at import": ("exit()", Verdict.ERROR, "ends its process when it is imported"),
    "os._exit": ("import os\ndef double(number): os._exit(0)", Verdict.FAIL, "(exit status 0)"),
    "segfault": ("import ctypes\ndef double(number): ctypes.string_at(0)", Verdict.FAIL, "SIGSEGV"),
    "a fork that goes on": ("import os\nos.fork()\n" + RIGHT, Verdict.PASS, ""),
    "an endless loop": (
        "def double(number):\n    while True: pass",
        Verdict.TIMEOUT,
        "in double, line 2",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_fresh_processes_say_the_same(
    course: Course, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No zygote is needed for a verdict, nor for its words."""
    monkeypatch.setenv(FRESH, "1")
    source, verdict, said = SAME[name]
    exercise = course.exercise("hurried" if verdict is Verdict.TIMEOUT else "once")

    with Judge(course) as judge:
        report = judge.check(Answer(exercise.name, source, "a test"), exercise)

    assert report.verdict is verdict, text.text(report)
    assert said in text.text(report)
