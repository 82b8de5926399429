"""Bars as characters and as a picture."""

from __future__ import annotations

from xml.etree import ElementTree

from pypatterns.course.lab.drawing import bars
from pypatterns.course.lab.drawing.bars import GREEN, RED, Bar, Mark, Part, Stack

BARS = [Bar("threads", 0.1, "0.1 s"), Bar("a & <b>", 0.4, "0.4 s"), Bar("none", 0.0, "0 s")]
TOLD = Stack("told", [Part(1, "1 created", "2", GREEN), Part(3, "3 broken", "5", RED)])
NOTHING = Stack("seen", [Part(0, "0 rows", "#", GREEN)])


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


def test_each_part_has_its_share_of_the_line() -> None:
    """The parts follow each other, and what is said of them stands beside."""
    first, second = bars.text([TOLD, NOTHING], of=4).splitlines()

    assert first == f"told |{'2' * 10}{'5' * 30}| 1 created, 3 broken"
    assert second == f"seen |{' ' * 40}| 0 rows"


def test_a_bar_that_is_not_full_leaves_room() -> None:
    """All bars have one scale."""
    assert bars.text([TOLD], of=8).count("5") == 15


def test_more_than_a_full_bar_stays_inside() -> None:
    """A bar ends where it is full."""
    assert bars.text([TOLD], of=2) == f"told |{'2' * 20}{'5' * 20}| 1 created, 3 broken"


def test_the_picture_has_the_same_parts() -> None:
    """A rectangle for each part that is there, in its colour, with its number inside."""
    picture = ElementTree.fromstring(bars.svg([TOLD, NOTHING], of=4))

    drawn = [each for each in picture if each.get("fill") in (GREEN, RED)]
    words = ["".join(each.itertext()) for each in picture if each.tag.endswith("text")]
    assert [each.get("width") for each in drawn] == ["95.0", "285.0"]
    assert words == ["told", "1", "3", "1 created, 3 broken", "seen", "0 rows"]


def test_a_part_too_narrow_for_its_number_has_none() -> None:
    """It would stand in its neighbours."""
    narrow = Stack("told", [Part(1, "1 created", "2", GREEN), Part(39, "39 broken", "5", RED)])

    picture = ElementTree.fromstring(bars.svg([narrow], of=40))

    words = ["".join(each.itertext()) for each in picture if each.tag.endswith("text")]
    assert words == ["told", "39", "1 created, 39 broken"]
