"""Boxes and arrows: what may not be is told by more than its colour."""

from __future__ import annotations

from xml.etree import ElementTree

from pypatterns.course.lab.drawing.boxes import Arrow, Box, svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*arrows: Arrow) -> ElementTree.Element:
    """The picture of one box and these arrows."""
    box = Box("a < b\nand c", 10, 10, 90, 40)
    return ElementTree.fromstring(svg([box], arrows, width=110, height=100))


def test_the_picture_holds_every_line_of_words() -> None:
    """Escaped, one below the other, in the middle of the box."""
    texts = [(each.text, each.get("x"), each.get("y")) for each in drawn().iter(f"{SVG}text")]

    assert texts == [("a < b", "55.0", "27.5"), ("and c", "55.0", "42.5")]


def test_an_arrow_that_is_not_allowed_is_dashed_bold_and_on_top() -> None:
    """Whoever sees no red sees it all the same."""
    wrong, right = Arrow(((0, 0), (0, 9)), "outward", allowed=False), Arrow(((0, 0), (9, 0)), "3")

    picture = drawn(wrong, right)

    lines = [each for each in picture.iter(f"{SVG}path") if each.get("fill") == "none"]
    assert [each.get("stroke-dasharray") is None for each in lines] == [True, False]
    words = {each.text: each.get("font-weight") for each in picture.iter(f"{SVG}text")}
    assert (words["3"], words["outward"]) == ("normal", "bold")


def test_words_stand_at_the_longest_part() -> None:
    """Above it where it is level."""
    around = Arrow(((0, 50), (0, 40), (90, 40), (90, 50)), "sideways")

    (words,) = [each for each in drawn(around).iter(f"{SVG}text") if each.text == "sideways"]

    assert (words.get("x"), words.get("y")) == ("4", "34")
