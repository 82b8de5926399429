"""Spans as characters and as a picture: both say the same, and neither by colour alone."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from pypatterns.course.lab.drawing import chart
from pypatterns.course.lab.drawing.chart import LOOKS, Span

LANES = ["worker 1", "worker 2"]
SPANS = [
    Span("worker 1", "fetch tea", "waits", 0.0, 0.3),
    Span("worker 1", "book", "holds", 0.3, 0.6),
    Span("worker 2", "fetch milk & <honey>", "cancelled", 0.1, 0.2),
    Span("worker 2", "sum", "runs", 0.2, 0.6, over=False),
]
TEXT = """\
worker 1 |..............................==============================|
worker 2 |          xxxxxxxxxx#######################################>|
          0                                                    0.600 s
# runs   . waits   = holds the lock   x cancelled"""


def test_the_text_has_a_line_for_each_lane() -> None:
    """Each kind has its own character, a scale and a legend below; what goes on ends in an arrow."""
    assert chart.text(SPANS, LANES) == TEXT


def test_a_span_too_short_to_see_is_seen() -> None:
    """One character at least, also at the very end."""
    spans = [
        Span("a", "", "runs", 0.0, 1.0),
        Span("b", "", "waits", 0.5, 0.5001),
        Span("c", "", "waits", 1.0, 1.0),
    ]

    rows = chart.text(spans, ["a", "b", "c"]).splitlines()

    assert [row.count(".") for row in rows[:3]] == [0, 1, 1]
    assert rows[2] == f"c |{'.':>60}|"


def test_nothing_recorded_is_an_empty_chart() -> None:
    """With its lanes, and no division by nothing."""
    assert chart.text([], ["a"]).startswith(f"a |{'':60}|")
    assert chart.sentence([]) == "Nothing was recorded."
    assert ElementTree.fromstring(chart.svg([], ["a"])) is not None


def test_the_sentence_says_what_there_is_to_see() -> None:
    """How much, how long, how many at once, and how it ended."""
    assert chart.sentence(SPANS) == (
        "4 bars in 2 lanes, 0.600 s, at most 2 at once; 1 cancelled, 1 still going on at the end."
    )
    assert chart.sentence(SPANS[:1]) == "1 bar in 1 lane, 0.300 s, at most 1 at once."


def test_spans_that_touch_do_not_meet() -> None:
    """Where one ends as the next begins there is one at a time."""
    touching = [Span("a", "", "holds", n, n + 1) for n in range(3)]

    assert chart.at_once(touching) == 1
    assert chart.at_once([*touching, Span("b", "", "runs", 0.5, 2.5)]) == 2
    assert chart.at_once([]) == 0


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (0.175, [0, 0.05, 0.1, 0.15]),
        (0.6, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
        (0.28, [0, 0.05, 0.1, 0.15, 0.2, 0.25]),
        (1.0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (2e-5, [0, 5e-6, 1e-5, 1.5e-5, 2e-5]),
        (3600, [0, 1000, 2000, 3000]),
    ],
)
def test_a_scale_has_round_numbers(end: float, expected: list[float]) -> None:
    """They are read at a glance; the sentence says how long all of it took."""
    assert chart.ticks(end) == pytest.approx(expected)


def test_the_picture_is_whole() -> None:
    """Well-formed whatever stands in a label, with a bar for each span, names of lanes, and paper of its own."""
    tree = ElementTree.fromstring(chart.svg(SPANS, LANES))
    texts = [each.text or "" for each in tree.iter("{http://www.w3.org/2000/svg}text")]
    fills = [each.get("fill", "") for each in tree.iter("{http://www.w3.org/2000/svg}path")]

    assert {*LANES, "fetch tea", "holds the lock", "0 s", "0.6 s"} <= set(texts)
    assert [fill for fill in fills if fill.startswith("url")] == [
        "url(#waits)", "url(#holds)", "url(#cancelled)", "url(#runs)",
    ]  # fmt: skip
    assert tree[0].get("fill") == "#ffffff"


@pytest.mark.parametrize("what", ["character", "words", "colour", "pattern"])
def test_no_two_kinds_look_the_same(what: str) -> None:
    """In characters, in words, in colour, and in black and white."""
    looks = [getattr(look, what) for look in LOOKS.values()]

    assert len(set(looks)) == len(looks)
