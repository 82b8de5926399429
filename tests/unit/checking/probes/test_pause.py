"""A call is stopped before each line of the answer in turn, and another overtakes it there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from pypatterns.course.checking.probes.pause import Pause, first_wrong, then
from pypatterns.course.checking.probes.threads import Ended, together
from pypatterns.course.checking.probes.watch import Watch

HEAD = "import threading\nlock = threading.Lock()\ntaken = []\n"
CHECK_THEN_ACT = """
def take(name):
    if not taken:
        taken.append(name)
        return True
    return False
"""
LOCKED = """
def take(name):
    with lock:
        if not taken:
            taken.append(name)
            return True
    return False
"""
LOCKED_TOO_LATE = """
def take(name):
    free = not taken
    with lock:
        if free:
            taken.append(name)
            return True
    return False
"""
SEMAPHORE = LOCKED.replace("lock:", "seat:").replace("def", "seat = threading.Semaphore()\ndef")

Happened = tuple[Pause, list[Ended]]


@pytest.fixture
def overtaking(tmp_path: Path) -> Callable[[str], Callable[[int], Happened]]:
    """For an answer's text: what happens when a call is overtaken before its nth line."""
    file = tmp_path / "answer.py"

    def load() -> Any:
        names: dict[str, Any] = {}
        exec(compile(file.read_text(), str(file), "exec"), names)
        return SimpleNamespace(**names)

    def overtake(nth: int) -> Happened:
        answer, ended, watch = load(), Event(), Watch(callers=1)
        pause = Pause(str(file), nth, ended, watch)

        def other() -> Any:
            pause.reached.wait()
            return then(ended.set, watch.call, answer.take, "second")

        return pause, together(partial(pause.run, answer.take, "first"), other)

    def of(text: str) -> Callable[[int], Happened]:
        file.write_text(HEAD + text)
        return overtake

    return of


def both_took_it(_pause: Pause, ended: list[Ended]) -> bool:
    return all(call.value for call in ended)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CHECK_THEN_ACT, {"line": 7, "code": "taken.append(name)"}),
        (LOCKED_TOO_LATE, {"line": 7, "code": "with lock:"}),
    ],
    ids=["no lock", "a lock too late"],
)
def test_the_gap_is_found_every_time(
    overtaking: Callable[[str], Callable[[int], Happened]], text: str, line: dict[str, Any]
) -> None:
    """Two got what only one may have, and the line before which the first one stood is named."""
    found = [first_wrong(overtaking(text), both_took_it, longest=3600) for _ in range(5)]

    assert [pause.where() for pause, _ in found] == [line] * 5
    assert all(pause.overtaken and both_took_it(pause, ended) for pause, ended in found)


@pytest.mark.parametrize("text", [LOCKED, SEMAPHORE], ids=["lock", "semaphore"])
def test_a_right_answer_is_never_wrong(
    overtaking: Callable[[str], Callable[[int], Happened]], text: str
) -> None:
    """Whoever wants to overtake waits for the lock, and the pause ends."""
    pause, ended = first_wrong(overtaking(text), both_took_it, longest=3600)

    assert sorted(call.value for call in ended) == [False, True]
    assert pause.line == 0  # all lines were tried: the last try ended without a stop


def test_a_wrong_end_counts_even_if_nobody_came_through() -> None:
    """A later line that was overtaken shows better where, but any line at all shows that it is wrong."""
    stops = {1: (False, True), 2: (True, False), 3: (False, False)}

    def overtake(nth: int) -> tuple[Any, bool]:
        overtaken, wrong = stops.get(nth, (False, False))
        return SimpleNamespace(line=nth if nth in stops else 0, overtaken=overtaken), wrong

    pause, wrong = first_wrong(overtake, lambda _, wrong: wrong)

    assert (pause.line, wrong) == (1, True)


def test_no_line_is_tried_when_the_time_is_up() -> None:
    """What the tries so far have shown is told."""
    tries: list[int] = []

    def overtake(nth: int) -> tuple[Any, bool]:
        tries.append(nth)
        return SimpleNamespace(line=nth, overtaken=False), nth == 1

    _, wrong = first_wrong(overtake, lambda _, wrong: wrong, longest=0)

    assert (wrong, tries) == (True, [1])


def test_afterwards_comes_after_an_error_too() -> None:
    """`then` gives the value or the error on, and does its last thing either way."""
    done: list[str] = []

    assert then(lambda: done.append("once"), len, "tea") == 3
    with pytest.raises(ZeroDivisionError):
        then(lambda: done.append("twice"), divmod, 1, 0)

    assert done == ["once", "twice"]
