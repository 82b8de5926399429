"""One line that says which check runs, where somebody waits and watches; the panel then takes its place.

>>> with Progress(show) as progress:
...     report = judge.check(answer, exercise, on_event=progress.hear)
>>> progress.end(of_report(report))

Most checks end before the line would appear, and what is stored in the notebook is the last panel alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextvars import copy_context
from typing import Any, Self

from pypatterns.course.lab.cell.panel import of_words
from pypatterns.course.lab.drawing.shown import Place, Shown

PATIENCE = 0.3  # seconds until the line appears, and from one change of it to the next


Show = Callable[[Shown], Place]


class Progress:
    """Shows a line while a judge is at work, and a panel at the end. One use each."""

    def __init__(self, show: Show, *, watched: bool) -> None:
        self._show = show
        self._watched = watched
        self._line = ""
        self._started = self._checks = 0
        self._shown: Place | None = None
        self._over = threading.Event()
        # in this cell's context, or the line would stand below whatever cell runs then
        self._thread = threading.Thread(target=copy_context().run, args=(self._watch,), daemon=True)

    def __enter__(self) -> Self:
        if self._watched:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._watched:
            self._thread.join()

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take note of how many checks there are, and of each that starts."""
        if event["event"] == "checks":
            self._checks = len(event["checks"])
        elif event["event"] == "start":
            self._started += 1
            which = f"{self._started} of {self._checks}"
            self._line = f"checking {which}: {event['behaviour']}"

    def end(self, panel: Shown) -> None:
        """Show the panel, in the line's place if there is one."""
        if self._shown is None:
            self._show(panel)
        else:
            self._shown.update(panel)

    def _watch(self) -> None:
        last = ""
        while not self._over.wait(PATIENCE):
            if (line := self._line) != last:
                last = line
                self._tell(of_words(line))

    def _tell(self, panel: Shown) -> None:
        if self._shown is None:
            self._shown = self._show(panel)
        else:
            self._shown.update(panel)
