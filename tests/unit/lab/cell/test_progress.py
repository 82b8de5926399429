"""The line that says which check runs: late enough not to flicker, one at a time, and gone with the panel."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from pypatterns.course.lab.cell import progress
from pypatterns.course.lab.cell.panel import of_words
from pypatterns.course.lab.cell.progress import Progress
from pypatterns.course.lab.drawing.shown import Shown

CHECKS = {"event": "checks", "checks": [{}, {}]}
VERDICT = of_words("twice: PASS")
BOUND = 30.0  # seconds until a test stops to wait


class Screen:
    """What was shown, in order; "~" before what replaced something."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.changed = threading.Condition()

    def show(self, panel: Shown) -> Screen:
        return self._add(panel.text)

    def update(self, panel: Shown) -> None:
        self._add(f"~{panel.text}")

    def wait_for(self, text: str) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: text in self.seen, BOUND), self.seen

    def _add(self, text: str) -> Screen:
        with self.changed:
            self.seen.append(text)
            self.changed.notify_all()
        return self


def starts(behaviour: str) -> dict[str, str]:
    """The event of a check that starts."""
    return {"event": "start", "check": "test_it", "behaviour": behaviour}


def test_a_quick_check_shows_its_panel_alone() -> None:
    """What is over before anybody can wonder needs no line, which would flicker."""
    screen = Screen()

    with Progress(screen.show, watched=True) as line:
        line.hear(CHECKS)
        line.hear(starts("Small numbers."))
    line.end(VERDICT)

    assert screen.seen == ["twice: PASS"]


def test_the_line_follows_the_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each check that lasts is told in the same place, and the panel takes it."""
    monkeypatch.setattr(progress, "PATIENCE", 0.001)
    screen = Screen()

    with Progress(screen.show, watched=True) as line:
        line.hear(CHECKS)
        line.hear(starts("Small numbers."))
        screen.wait_for("checking 1 of 2: Small numbers.")
        line.hear({"event": "check", "name": "test_it"})
        line.hear(starts("Large numbers."))
        screen.wait_for("~checking 2 of 2: Large numbers.")
    line.end(VERDICT)

    assert screen.seen[-1] == "~twice: PASS"
    assert len(screen.seen) == 3


def test_where_nobody_watches_there_is_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """nbval would compare the line with the panel that is stored."""
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    screen = Screen()
    before = threading.active_count()

    with Progress(screen.show, watched=False) as line:
        line.hear(CHECKS)
        line.hear(starts("Small numbers."))
        assert threading.active_count() == before
    line.end(VERDICT)

    assert screen.seen == ["twice: PASS"]


def test_an_interrupt_ends_the_line_and_its_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes on writing below a cell that was stopped."""
    monkeypatch.setattr(progress, "PATIENCE", 0.001)
    screen = Screen()
    before = threading.active_count()
    line = Progress(screen.show, watched=True)

    with suppress(KeyboardInterrupt), line:
        line.hear(starts("Small numbers."))
        screen.wait_for("checking 1 of 0: Small numbers.")
        raise KeyboardInterrupt
    line.end(of_words("interrupted"))

    assert screen.seen[-1] == "~interrupted"
    assert threading.active_count() == before
