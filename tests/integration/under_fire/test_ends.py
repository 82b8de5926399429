"""Answers that end their process, by all means that there are, and those that kill other processes."""

from __future__ import annotations

from typing import Any

import pytest

from pypatterns.course.checking.report.model import Verdict

PASS, FAIL, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.ERROR
RIGHT = "def double(number):\n    return number * 2\n"


def when_called(what: str) -> str:
    """An answer that does this when it is called."""
    return f"import ctypes, os, signal, sys, threading\ndef double(number): {what}\n"


ENDS = {
    "exit()": (when_called("exit()"), FAIL, "It ended with SystemExit instead of returning"),
    "sys.exit(0)": (
        when_called("sys.exit(0)"),
        FAIL,
        "It ended with SystemExit instead of returning: exit(), quit() or sys.exit() ran.",
    ),
    "KeyboardInterrupt": (
        when_called("raise KeyboardInterrupt"),
        FAIL,
        "It raised KeyboardInterrupt",
    ),
    "os._exit(0)": (
        when_called("os._exit(0)"),
        FAIL,
        "The answer ended its process (exit status 0) before there was a result",
    ),
    "os._exit in a thread": (
        when_called(
            "[threading.Thread(target=os._exit, args=[3]).start(), threading.Event().wait(9)]"
        ),
        FAIL,
        "ended its process (exit status 3)",
    ),
    "os.execv": (
        when_called("os.execv('/bin/true', ['true'])"),
        FAIL,
        "ended its process (exit status 0)",
    ),
    "segfault": (when_called("ctypes.string_at(0)"), FAIL, "ended by SIGSEGV: C code touched"),
    "abort": (when_called("os.abort()"), FAIL, "ended by SIGABRT"),
    "kills itself": (when_called("os.kill(os.getpid(), 9)"), FAIL, "ended by SIGKILL: somebody"),
    "kills its group": (when_called("os.killpg(0, 15)"), FAIL, "ended by SIGTERM"),
    "an alarm without a handler": (
        when_called("[signal.alarm(1), signal.pause()]"),
        FAIL,
        "ended by SIGALRM: an alarm rang for which there is no handler",
    ),
    "kills its parent": (
        when_called("os.kill(os.getppid(), 9)"),
        FAIL,
        "The answer killed the process that runs it",
    ),
    "exit() at import": ("exit()", ERROR, "ends its process when it is imported"),
    "os._exit at import": (
        "import os; os._exit(0)",
        ERROR,
        "(exit status 0) before there was a result: something like os._exit() ran. This happens",
    ),
    "segfault at import": (
        "import ctypes; ctypes.string_at(0)",
        ERROR,
        "SIGSEGV: C code touched memory that is not its own. This happens when it is imported.",
    ),
    "a fork at import that goes on": ("import os; os.fork()\n" + RIGHT, PASS, ""),
    "a fork in a call that goes on": (
        "import os\ndef double(number):\n    os.fork()\n    return number * 2",
        PASS,
        "",
    ),
    "atexit": (
        "import atexit, os, time\natexit.register(os._exit, 9)\natexit.register(time.sleep, 600)\n"
        + RIGHT,
        PASS,
        "",
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_an_answer_that_ends_its_process_loses_its_own_check(fire: Any, name: str) -> None:
    """It is told how its process ended; the next answer does not notice."""
    source, verdict, said = ENDS[name]

    seen = fire(name, source)

    assert (seen.verdict, seen.next) == (verdict, PASS), seen.words
    assert said in " ".join(seen.words.split())
