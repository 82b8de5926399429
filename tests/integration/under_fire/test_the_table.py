"""The table that is printed at the end of a run: every answer that was fired has its line, and can be read."""

from __future__ import annotations

from typing import Any

import pytest


def test_every_answer_has_its_line(request: pytest.FixtureRequest, rows: list[Any]) -> None:
    """Whatever of this folder ran before this test is in the table: answer, verdict and a sentence."""
    fired = [
        item.nodeid
        for item in request.session.items
        if "fire" in getattr(item, "fixturenames", ()) and item.path.parent == request.path.parent
    ]

    told = {row.test for row in rows}

    assert set(fired) <= told
    assert all(row.verdict and row.said.strip() for row in rows)


def test_a_line_is_as_wide_as_a_page(request: pytest.FixtureRequest, rows: list[Any]) -> None:
    """No line of it is cut off by a terminal of a hundred columns."""
    conftest = request.config.pluginmanager.get_plugin(str(request.path.with_name("conftest.py")))

    lines = list(conftest.table(rows))

    assert [line for line in lines if len(line) > 100] == []
