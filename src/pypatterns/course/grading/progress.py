"""How far a batch is, how fast, and how long it will take: a line on the terminal, a line now and then in a log.

>>> line(12, 100, seconds=20.0)
'12 of 100 submissions, 36 a minute, 2 min 27 s left'
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

OFTEN, SELDOM = 0.2, 10.0  # seconds from one line to the next, on a terminal and in a log
WIDTH = 78


def line(done: int, of: int, *, seconds: float) -> str:
    """What is said of `done` submissions after `seconds`."""
    said = f"{done} of {of} submissions"
    if not done or seconds <= 0:
        return said
    return (
        f"{said}, {done / seconds * 60:.0f} a minute, {lasting((of - done) * seconds / done)} left"
    )


def lasting(seconds: float) -> str:
    """A duration as people say it: "45 s", "2 min 27 s", "3 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class Progress:
    """Says it on stderr. What was graded in an earlier run counts as done, and not as speed."""

    def __init__(
        self,
        *,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._of = 0
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._clock = clock
        self._began = self._last = clock()
        self._done = self._reused = 0

    def begin(self, of: int) -> None:
        """So many submissions there are."""
        self._of = of
        self._began = self._last = self._clock()

    def step(self, *, reused: bool = False) -> None:
        """One more submission is done."""
        self._done += 1
        self._reused += reused
        now = self._clock()
        if now - self._last >= (OFTEN if self._terminal else SELDOM):
            self._last = now
            fresh = self._done - self._reused
            words = line(fresh, self._of - self._reused, seconds=now - self._began)
            self._say(words)

    def say(self, words: str) -> None:
        """A line of its own that stays."""
        self._clear()
        self._write(f"{words}\n")

    def close(self) -> None:
        """Leave nothing half on the terminal."""
        self._clear()

    def _say(self, words: str) -> None:
        self._write(f"\r{words[:WIDTH]:<{WIDTH}}" if self._terminal else f"{words}\n")

    def _clear(self) -> None:
        if self._terminal:
            self._write(f"\r{'':<{WIDTH}}\r")

    def _write(self, words: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(words.encode(encoding, "backslashreplace").decode(encoding))
        self._stream.flush()
