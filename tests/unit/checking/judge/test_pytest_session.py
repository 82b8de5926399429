"""What the judge's process tells, and how."""

from __future__ import annotations

from pypatterns.course.checking.judge.pytest_session import harmless


def test_what_is_told_can_be_shown_and_stored_anywhere() -> None:
    """Half a character and a terminal's commands are made visible; all else stays as it is."""
    told = {
        "message": "a\n\tb \ud800 \x1b[2J é 統 \x00",
        "lines": [{"number": 1, "code": "x\x9b"}],
        "max_points": 1.5,
        "line": None,
    }

    assert harmless(told) == {
        "message": "a\n\tb ? \\x1b[2J é 統 \\x00",
        "lines": [{"number": 1, "code": "x\\x9b"}],
        "max_points": 1.5,
        "line": None,
    }
