"""Stop a call before a line of the answer until another call has overtaken it; so for each of its lines in turn.

>>> def overtake(nth):
...     ended, watch = Event(), Watch(callers=1)
...     pause = Pause(answer.__file__, nth, ended, watch)
...     def other():
...         pause.reached.wait()
...         return then(ended.set, watch.call, bank.transfer, b, a, 1)
...     return pause, together(partial(pause.run, bank.transfer, a, b, 1), other)
>>> pause, ended = first_wrong(overtake, lambda pause, ended: a.balance + b.balance != 20)

What an answer reads may change between any two of its lines, unless one lock is held over both. No line needs to be
known for that. Two lines, that is: what stands in one line is not taken apart.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from threading import Event
from time import monotonic
from types import FrameType
from typing import Any, TypeVar

from pypatterns.course.checking.probes.watch import Watch

LONGEST = 1.0  # seconds after which no further line is tried: no right answer may run into the deadline of its call
MOST_LINES = 100
TURNS = 4  # looks at the others: they had their turns while this thread came to its line

Happened = TypeVar("Happened", bound=tuple[Any, ...])


class Pause:
    """Stops a thread before the `nth` line that it runs in `file`, until the event, or until nobody else can get further."""

    def __init__(self, file: str, nth: int, until: Event, watch: Watch) -> None:
        self.reached = Event()  # set, too, when the call has ended without having come so far
        self.line = 0  # 0 until then
        self.overtaken = False  # the event came while the thread stood before its line
        self._file, self._left, self._until, self._watch = file, nth, until, watch

    def run(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call, with the pause: it stops this thread, not those that the call starts."""
        sys.settrace(self._trace)
        try:
            return fn(*args, **kwargs)
        finally:
            sys.settrace(None)
            self.reached.set()

    def where(self) -> dict[str, Any]:
        """The line before which the call stopped, as {"line": number, "code": text}, for a check's message."""
        return {"line": self.line, "code": linecache.getline(self._file, self.line).strip()}

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != self._file:
            return None
        self._left -= event == "line"
        if self._left == 0 and not self.line:
            self.line = frame.f_lineno
            self.reached.set()
            self.overtaken = self._watch.hold(self._until, turns=TURNS)
        return self._trace


def first_wrong(
    overtake: Callable[[int], Happened],
    is_wrong: Callable[..., bool],
    *,
    longest: float = LONGEST,
) -> Happened:
    """What `overtake(1)`, `overtake(2)` and so on returned, the first time that it went wrong; else what the last one did.

    Each returns a tuple with its `Pause` in front, and `is_wrong` gets its items. Whoever wants to overtake may have to
    wait for a lock until the pause is over. If it goes wrong then, it is wrong, but a later line, at which the overtaker
    comes through, shows better where.
    """
    found, nth, end = None, 0, monotonic() + longest
    while True:
        nth += 1
        happened = overtake(nth)
        pause, wrong = happened[0], is_wrong(*happened)
        if wrong and pause.overtaken:
            return happened
        found = found or (happened if wrong else None)
        if not pause.line or nth == MOST_LINES or monotonic() > end:
            return found or happened


def then(
    afterwards: Callable[[], object], fn: Callable[..., Any], *args: Any, **kwargs: Any
) -> Any:
    """Call, and do something afterwards, however the call ends."""
    try:
        return fn(*args, **kwargs)
    finally:
        afterwards()
