"""Bars as characters and as a picture."""

from __future__ import annotations

from xml.etree import ElementTree

from pypatterns.course.lab.drawing import bars
from pypatterns.course.lab.drawing.bars import Bar, Mark

BARS = [Bar("threads", 0.1, "0.1 s"), Bar("a & <b>", 0.4, "0.4 s"), Bar("none", 0.0, "0 s")]


def test_the_text_has_a_line_for_each_bar() -> None:
    """As long as its part of a full one, with the note beside it."""
    assert bars.text(BARS, of=0.4).splitlines() == [
        "threads |##########                              | 0.1 s",
        "a & <b> |########################################| 0.4 s",
        "none    |                                        | 0 s",
    ]


def test_a_bar_is_never_longer_than_full() -> None:
    """Nor is anything divided by nothing."""
    assert bars.text(BARS, of=0.1).splitlines()[1].count("#") == bars.WIDTH
    assert bars.text(BARS, of=0.0).count("#") == 0


def test_the_picture_is_whole() -> None:
    """Well-formed, with all labels and notes, the mark and its name, and paper of its own."""
    tree = ElementTree.fromstring(bars.svg(BARS, of=0.4, mark=Mark(0.2, "break-even")))
    texts = {each.text for each in tree.iter("{http://www.w3.org/2000/svg}text")}

    assert texts == {"threads", "0.1 s", "a & <b>", "0.4 s", "none", "0 s", "break-even"}
    assert tree[0].get("fill") == "#ffffff"
