"""Bars of several parts: characters and a picture that say the same."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from pypatterns.course.lab.drawing.stacks import GREEN, RED, Part, Stack, svg, text

TOLD = Stack("told", [Part(1, "1 created", "2", GREEN), Part(3, "3 broken", "5", RED)])
NOTHING = Stack("seen", [Part(0, "0 rows", "#", GREEN)])


def test_each_part_has_its_share_of_the_line() -> None:
    """The parts follow each other, and what is said of them stands beside."""
    first, second = text([TOLD, NOTHING], of=4).splitlines()

    assert first == f"told |{'2' * 10}{'5' * 30}| 1 created, 3 broken"
    assert second == f"seen |{' ' * 40}| 0 rows"


def test_a_bar_that_is_not_full_leaves_room() -> None:
    """All bars have one scale."""
    assert text([TOLD], of=8).count("5") == 15


def test_more_than_a_full_bar_stays_inside() -> None:
    """A bar ends where it is full."""
    assert text([TOLD], of=2) == f"told |{'2' * 20}{'5' * 20}| 1 created, 3 broken"


def test_the_picture_has_the_same_parts() -> None:
    """A rectangle for each part that is there, in its colour, with its number inside."""
    picture = ET.fromstring(svg([TOLD, NOTHING], of=4))

    drawn = [each for each in picture if each.get("fill") in (GREEN, RED)]
    words = ["".join(each.itertext()) for each in picture if each.tag.endswith("text")]
    assert [each.get("width") for each in drawn] == ["95.0", "285.0"]
    assert words == ["told", "1", "3", "1 created, 3 broken", "seen", "0 rows"]


def test_a_part_too_narrow_for_its_number_has_none() -> None:
    """It would stand in its neighbours."""
    narrow = Stack("told", [Part(1, "1 created", "2", GREEN), Part(39, "39 broken", "5", RED)])

    picture = ET.fromstring(svg([narrow], of=40))

    words = ["".join(each.itertext()) for each in picture if each.tag.endswith("text")]
    assert words == ["told", "39", "1 created, 39 broken"]
