"""What learners write on the way to an answer: each attempt is told what it lacks."""

from __future__ import annotations

from typing import Any

import pytest

from pypatterns.course.checking.report.model import Verdict

PASS, FAIL, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.ERROR
RIGHT = "def double(number):\n    return number * 2\n"

ATTEMPTS = {
    "right": (RIGHT, PASS, "3 of 3 checks"),
    "wrong": ("def double(number): return number + 2", FAIL, "double(3) returned 5; expected 6"),
    "raises": ("def double(number): raise ValueError('no')", FAIL, "It raised ValueError: no"),
    "returns nothing": ("def double(number): pass", FAIL, "returned None; expected"),
    "wrong signature": ("def double(): return 6", FAIL, "double does not take the call"),
    "no such name": ("def twice(number): return 6", FAIL, "has no double; expected a function"),
    "not callable": ("double = 6", FAIL, "double is not a function"),
    "async": ("async def double(number): return number * 2", FAIL, "double is async"),
    "a generator": ("def double(number): yield number * 2", FAIL, "<generator object double"),
    "name error": ("def double(number): return DOUBLE * number", FAIL, "'DOUBLE' is not defined"),
    "name error at import": ("X = Y", ERROR, "name 'Y' is not defined"),
    "missing module": ("import pandaz", ERROR, "No module named 'pandaz'"),
    "syntax error": ("def double(number) return 2", ERROR, "SyntaxError: expected ':'"),
    "wrong indentation": ("def double(number):\nreturn 2", ERROR, "IndentationError"),
    "magic": ("%time\n" + RIGHT, ERROR, "Line 1 is notebook magic (%time)"),
    "shell": ("!ls\n" + RIGHT, ERROR, "Line 1 is notebook magic (!ls)"),
    "await at top level": (
        "import asyncio\nawait asyncio.sleep(0)\n" + RIGHT,
        ERROR,
        "awaits at top level",
    ),
    "nested too deep": ("x = " + "-" * 50_000 + "1", ERROR, "Python cannot read the answer"),
    "a null byte": ("x = '\0'\n" + RIGHT, ERROR, "null bytes"),
    "borrowed": (
        "from pypatterns.numbers import double",
        ERROR,
        "is what this exercise asks you to write",
    ),
    "borrowed in a module": (
        "import pypatterns.numbers as n\ndef double(number): return n.inner.double(number)",
        ERROR,
        "is what this exercise asks you to write",
    ),
    "borrowed with all else": (
        "from pypatterns.numbers import *",
        ERROR,
        "is what this exercise asks you to write",
    ),
    "a name of somebody else": (
        "import numbers as n\ndef double(number): return n.double(number)",
        FAIL,
        "has no attribute 'double'",
    ),
    "endless recursion": (
        "def double(number): return double(number)",
        FAIL,
        "It raised RecursionError: maximum recursion depth exceeded",
    ),
    "asks for input": ("def double(number): return input('?')", FAIL, "It raised EOFError"),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_an_attempt_is_told_what_it_lacks(fire: Any, name: str) -> None:
    """The verdict, and words that name what is missing."""
    source, verdict, said = ATTEMPTS[name]

    seen = fire(name, source)

    assert (seen.verdict, seen.next) == (verdict, PASS), seen.words
    assert said in " ".join(seen.words.split())
