"""The table that is printed at the end of a run: every answer that was fired has its line, and can be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest


def test_an_answer_has_its_line(fire: Any, request: pytest.FixtureRequest) -> None:
    """Answer, verdict and a sentence, in lines that no terminal of a hundred columns cuts off."""
    fire("squares", "def double(number):\n    return number * number\n")
    table = request.config.pluginmanager.get_plugin(str(request.path.parents[1] / "conftest.py"))
    assert table

    (row,) = table.rows_of([request.node.user_properties] * 3)
    lines = list(table.table([row, replace(row, answer="long", said="word " * 60)]))

    assert lines[0] == "the table:"
    assert lines[1].split()[:2] == ["squares", "FAIL"]
    assert "expected" in lines[1] + lines[2]
    assert max(map(len, lines)) <= 100
