"""What a call on an event loop left behind: tasks, timers, async generators, coroutines, threads.

>>> with watched(loop) as found:
...     loop.run_until_complete(call)
>>> loop.close()
>>> found.left().tasks
['Task-3 (fetch)', 'Task-4 (fetch)', 'and 47 more']

While it is watched nothing is collected but by reference counts: a forgotten task that nobody refers to would else be gone,
sometimes, before it is counted. tasks.py uses this for each run.
"""

from __future__ import annotations

import asyncio
import gc
import re
import threading
import warnings
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from time import monotonic, sleep
from typing import Any

from pypatterns.course.checking.probes.idleness import PAUSE, Rest
from pypatterns.course.checking.probes.virtual_clock import clock

MOST_TOLD = 5  # of one kind
LONGEST_NAME = 80  # characters
ENDING = 0.5  # real seconds in which a thread that is about to end does so
SLEEP = "_set_result_unless_cancelled"  # the timer of a sleep: its task is told
NEVER_AWAITED = r"coroutine '(.+)' was never awaited"

_left_alone: list[object] = []


@dataclass(frozen=True, slots=True)
class Left:
    """In words, and of a long list the beginning."""

    tasks: list[str] = field(default_factory=list)  # that have not ended
    timers: list[str] = field(default_factory=list)  # of `call_later`, `call_at`, still to come
    generators: list[str] = field(default_factory=list)  # begun, neither ended nor closed
    coroutines: list[str] = field(default_factory=list)  # never awaited
    threads: list[str] = field(default_factory=list)  # alive; not idle ones of the loop's executor


class Found:
    """What is found out while a loop is watched."""

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._before = set(threading.enumerate())
        self._tasks: list[asyncio.Task[Any]] = []
        self._timers: list[str] = []
        self._generators: list[str] = []
        self.coroutines: list[str] = []
        self._close: Callable[[AsyncGenerator[Any, Any]], None] = loop._asyncgen_finalizer_hook
        loop._asyncgen_finalizer_hook = self._drop

    def look(self) -> None:
        """Look at the loop, which has stopped and will not run again."""
        self._tasks = _leave_alone(self._loop)
        self._timers = [
            _name(handle._callback) for handle in self._loop._scheduled if not handle.cancelled()
        ]
        self._generators += [
            _name(each) for each in self._loop._asyncgens if each.ag_frame is not None
        ]

    def left(self) -> Left:
        """All of it, once the loop is closed, which ends its executor's idle threads."""
        return Left(
            _told(f"{each.get_name()} ({_name(each.get_coro())})" for each in self._tasks),
            _told(name for name in self._timers if name != SLEEP),
            _told(self._generators),
            _told(self.coroutines),
            _told(_threads_but(self._before)),
        )

    def _drop(self, generator: AsyncGenerator[Any, Any]) -> None:
        """Nobody refers to an open generator any longer: the loop closes it, if it still runs, some time later."""
        self._generators.append(_name(generator))
        if self._loop.is_running():
            self._close(generator)


@contextmanager
def watched(loop: asyncio.AbstractEventLoop) -> Iterator[Found]:
    """Watch what runs on a loop, and look at what is left when the block is over."""
    found, automatic = Found(loop), gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings(record=True) as heard:
            warnings.filterwarnings("always", NEVER_AWAITED, RuntimeWarning)
            yield found
            found.look()
            gc.collect(0)  # all that is new is of this generation
    finally:
        if automatic:
            gc.enable()
    for warning in heard:
        if match := re.match(NEVER_AWAITED, str(warning.message)):
            found.coroutines.append(match[1])
        else:  # none of ours
            warnings.showwarning(
                warning.message, warning.category, warning.filename, warning.lineno
            )


def leave(loop: asyncio.AbstractEventLoop) -> None:
    """Leave a loop that cannot go on, with its tasks as they are: they may be looked at, never collected."""
    _leave_alone(loop)
    loop.close()


def _leave_alone(loop: asyncio.AbstractEventLoop) -> list[Any]:
    """The tasks that have not ended. They are kept: to collect one is to run its `finally` blocks, and it would complain."""
    tasks: list[Any] = list(asyncio.all_tasks(loop))
    _left_alone.extend(tasks)
    for task in tasks:
        task._log_destroy_pending = False
    return tasks


def _threads_but(before: Iterable[threading.Thread]) -> list[str]:
    """The names of further threads, after those that are about to end have done so."""
    rest, end = Rest(), monotonic() + ENDING
    while new := set(threading.enumerate()) - set(before):
        idents = {thread.ident or 0 for thread in new} - clock().waiting()
        if rest.of_each(idents) or monotonic() > end:
            break
        sleep(PAUSE)
    return [thread.name for thread in new]


def _name(thing: Any) -> str:
    while isinstance(thing, partial):
        thing = thing.func
    return str(getattr(thing, "__qualname__", None) or repr(thing))[:LONGEST_NAME]


def _told(names: Iterable[str]) -> list[str]:
    found = sorted(names, key=lambda name: (len(name), name))
    more = len(found) - MOST_TOLD
    return found if more <= 0 else [*found[:MOST_TOLD], f"and {more} more"]
