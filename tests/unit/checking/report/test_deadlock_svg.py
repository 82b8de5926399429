"""A deadlock drawn: a box for each who waits and for what is waited for, and an arrow for each wait and each hold."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

import pytest

from pypatterns.course.checking.report.deadlock_svg import ROWS, WIDTH, picture
from pypatterns.course.checking.shared.locations import Location

SVG = "{http://www.w3.org/2000/svg}"


def waits(who: str, what: str, holder: str = "", line: int | None = 9) -> Location:
    """Somebody who waits in `move`."""
    return Location(who, "thread", line, f"with {what}:", "move", what, holder)


def drawn(*locations: Location) -> ET.Element:
    """The picture, parsed."""
    return ET.fromstring(picture(locations))


def texts(svg: ET.Element) -> list[str]:
    """What is written in the picture, below its two headings."""
    return [text.text or "" for text in svg.iter(f"{SVG}text")][2:]


def arrows(svg: ET.Element, *, back: bool = False) -> int:
    """How many arrows lead to what is waited for; `back`: how many lead from it to its holder."""
    return sum(("stroke-dasharray" in path.attrib) == back for path in svg.iter(f"{SVG}path"))


def test_two_that_wait_for_each_other() -> None:
    """Each arrow to a lock has one that leads back to who holds it: the circle can be followed."""
    svg = drawn(waits("caller 1", "b", "caller 2"), waits("caller 2", "a", "caller 1"))

    assert texts(svg) == [
        *("caller 1", "line 9, in move", "caller 2", "line 9, in move"),
        *("b", "held by caller 2", "a", "held by caller 1"),
    ]
    assert (arrows(svg), arrows(svg, back=True)) == (2, 2)


def test_one_that_waits_for_itself() -> None:
    """A lock taken twice by one thread: there and back between two boxes."""
    svg = drawn(waits("caller 1", "self._lock", "caller 1"))

    assert texts(svg) == ["caller 1", "line 9, in move", "self._lock", "held by caller 1"]
    assert (arrows(svg), arrows(svg, back=True)) == (1, 1)


def test_a_crowd_is_one_box() -> None:
    """Those who wait for something that nobody is left to do have no arrow back."""
    svg = drawn(*(waits(f"caller {n}", "Event.wait()") for n in range(1, 9)))

    assert texts(svg)[0] == "callers 1 to 8"
    assert texts(svg)[-1] == "nobody is left to end it"
    assert (arrows(svg), arrows(svg, back=True)) == (1, 0)


def test_a_crowd_with_long_names_is_counted() -> None:
    """What does not fit into its box would be cut off in the middle of a name; the words below have all of them."""
    svg = drawn(*(waits(f"loader of page {n}", "Event.wait()") for n in (1, 3, 5)))

    assert texts(svg)[0] == "loader of page 1 and 2 more"


def test_who_waits_in_the_checks_own_code_is_left_out() -> None:
    """It waits for the learner's threads, and the riddle is what these wait for. Where there is nobody else, it is drawn."""
    outside = waits("caller 2", "Event.wait()", line=None)

    assert "caller 2" not in texts(drawn(waits("caller 1", "a", "caller 1"), outside))
    assert "caller 2" in texts(drawn(outside))


def test_a_holder_that_waits_for_nothing_is_in_the_picture() -> None:
    """Who holds a lock and is somewhere else is a box, too; who cannot be seen is none."""
    svg = drawn(waits("caller 1", "a", "MainThread"), waits("caller 2", "b", "unknown"))

    assert "MainThread" in texts(svg)
    assert "who holds it cannot be seen" in texts(svg)
    assert "unknown" not in texts(svg)
    assert (arrows(svg), arrows(svg, back=True)) == (2, 1)


@pytest.mark.parametrize(
    "locations",
    [(), (Location("caller 1", "thread", 3, "while True:", "get"),)],
    ids=["nobody", "nobody waits"],
)
def test_where_nobody_waits_there_is_no_picture(locations: Sequence[Location]) -> None:
    """A loop without end is told in words."""
    assert picture(locations) == ""


def test_the_picture_is_told_to_whoever_cannot_see_it() -> None:
    """It is one image with a label that holds all of it."""
    svg = drawn(waits("caller 1", "b", "caller 2"), waits("caller 2", "a", "caller 1"))

    assert svg.get("role") == "img"
    assert svg.get("aria-label") == (
        "Who waits for what. caller 1: b, held by caller 2; caller 2: a, held by caller 1."
    )


def test_nothing_lies_outside_the_picture() -> None:
    """However many there are and however long their names: rows end, and so do lines."""
    long = [waits("x" * 90 + str(n), "y" * 90 + str(n), f"z{n}") for n in range(3 * ROWS)]
    svg = drawn(*long)
    *_, width, height = map(float, svg.attrib["viewBox"].split())

    boxes = [
        {key: float(box.attrib[key]) for key in ("x", "y", "width", "height")}
        for box in svg.iter(f"{SVG}rect")
    ]
    assert len(boxes) == 2 * ROWS
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width == WIDTH for box in boxes)
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= height for box in boxes)
    assert all(len(text) < 35 for text in texts(svg))


def test_no_name_can_break_out() -> None:
    """A thread may be called anything, and what a line waits for is the learner's text."""
    hostile = '"/><script>alert(1)</script>\x00\u202e\ud800]]>'

    svg = drawn(waits(hostile, hostile, hostile))

    assert {element.tag.removeprefix(SVG) for element in svg.iter()} == {
        *("svg", "text", "rect", "path", "polygon"),
    }
    assert picture([waits(hostile, hostile)]).encode("utf-8")


def test_it_takes_the_colours_of_the_page_and_names_nothing() -> None:
    """No colour of its own, so either theme shows it; no ids, so two pictures do not disturb each other."""
    svg = picture([waits("caller 1", "a", "caller 1")])

    assert "#" not in svg
    assert " id=" not in svg
    assert "currentColor" in svg
