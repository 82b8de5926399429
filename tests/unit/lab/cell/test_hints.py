"""Hints: taken from the prompt, shown one after the other, as HTML that holds nothing of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pypatterns.course.catalog import Course
from pypatterns.course.lab.cell.hints import Hint, as_html, hints, rendered


def test_the_hints_of_a_prompt(helpful_course: Course) -> None:
    """Title and text of each folded block above the answer; another exercise has its own, or none."""
    starter = helpful_course.lessons[0].starter

    assert hints(starter, "twice") == (
        Hint("a smaller question", "What is `1 + 1`? See <b>here</b>."),
    )
    assert hints(starter, "thrice") == ()


@pytest.mark.parametrize(
    "content",
    [None, b"", b"\xff", b"[]", b'{"cells": 1}', b'{"cells": [{}, {}]}', b'{"cells": [1, 2]}'],
    ids=["gone", "empty", "no text", "a list", "a number", "no sources", "no cells"],
)
def test_where_there_is_no_prompt_there_are_no_hints(tmp_path: Path, content: bytes | None) -> None:
    """A starter that somebody has damaged costs the hints, and nothing else."""
    starter = tmp_path / "starter.ipynb"
    if content is not None:
        starter.write_bytes(content)

    assert hints(starter, "twice") == ()


def test_an_answer_that_comes_first_has_no_prompt(tmp_path: Path) -> None:
    """Without a cell above it there is nothing to take hints from."""
    starter = tmp_path / "starter.ipynb"
    starter.write_text(json.dumps({"cells": [{"source": "# exercise: twice"}]}))

    assert hints(starter, "twice") == ()


def test_each_hint_is_inside_the_one_before() -> None:
    """Whoever opens the first is offered the second, and does not see the third."""
    source = as_html(
        [Hint("a nudge", "Look."), Hint("more", "Look *there*."), Hint("all", "Do it.")]
    )

    assert source.startswith("<details><summary")
    assert source.endswith("</details></details></details>")
    order = [
        "Hint 1 of 3: a nudge",
        "Look.",
        "Hint 2 of 3: more",
        "there",
        "Hint 3 of 3: all",
        "Do it.",
    ]
    assert sorted(order, key=source.index) == order


def test_without_hints_there_is_nothing_to_open() -> None:
    """No empty box."""
    assert as_html([]) == ""


def test_markdown_becomes_html_and_tags_do_not() -> None:
    """Code and lists look like themselves; a tag is shown, and a heading stays out of the notebook's outline."""
    source = rendered("1. `with lock:`\n\n```python\na < b\n```\n\n<script>x</script>\n\n# Heading")

    assert "<ol>" in source
    assert "<code>with lock:</code>" in source
    assert "a &lt; b" in source
    assert "&lt;script&gt;" in source
    assert "<h1>" not in source
