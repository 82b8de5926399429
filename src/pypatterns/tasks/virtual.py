"""Run a coroutine on a clock that does not wait: when all tasks sleep, it moves on to the moment at which the next one wakes.

>>> run_virtual(call_with_budget(hangs, tries=3, per_try=600, total=1500))   # in no time
Traceback (most recent call last):
TimeoutError: no answer within 1500 s

For tests of deadlines, delays and retries on asyncio's clock. `time.monotonic` and threads have their own time: nothing here
waits for them.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
Events = list[tuple[selectors.SelectorKey, int]]


class Stuck(Exception):
    """Every task waits, and no timer will ever wake one."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock starts at 0 and moves only when there is nothing to do."""

    def __init__(self) -> None:
        self._leaping = LeapingSelector()
        super().__init__(self._leaping)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._leaping.at


class LeapingSelector(selectors.DefaultSelector):
    """Asks the system without waiting; what it was told to wait for is added to the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    def select(self, timeout: float | None = None) -> Events:
        events = super().select(0)
        if not events and timeout is None:
            raise Stuck("every task waits, and no timer will ever wake one")
        if not events and timeout:
            self.at += timeout
        return events


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end on a loop of its own; its result or error. In a thread of its own where a loop runs already.

    Raises `Stuck` where no timer is left and nothing can go on.
    """
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
