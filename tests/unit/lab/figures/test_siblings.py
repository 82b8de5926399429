"""The demonstration of lesson 02: who lives on after a failure, and a picture that says the same as its words."""

from __future__ import annotations

import pytest

from pypatterns.course.lab.figures import siblings
from pypatterns.course.lab.figures.siblings import WAYS, demo, measure, shown


@pytest.mark.parametrize(
    ("way", "raised", "running", "cancelled"),
    [
        ("gather", "LookupError", 2, 0),
        ("gather, return_exceptions", "", 0, 0),
        ("TaskGroup", "ExceptionGroup", 0, 2),
        ("anyio", "ExceptionGroup", 0, 2),
    ],
)
def test_who_lives_on(way: str, raised: str, running: int, cancelled: int) -> None:
    """Only plain `gather` lets the caller go on beside children that still run."""
    measured = measure(way)

    assert (measured.raised, measured.running, measured.cancelled) == (raised, running, cancelled)


@pytest.mark.parametrize("way", ["TaskGroup", "anyio"])
def test_a_group_waits_for_the_clean_up(way: str) -> None:
    """Of each cancelled child, whole: the caller goes on when the last one has ended."""
    measured = measure(way, cleanup_ms=50)
    cleaned = [span for span in measured.timeline.spans if span.kind == "cleans"]

    assert [span.lane for span in cleaned] == ["tea", "salt"]
    assert all(span.end - span.start >= 0.045 for span in cleaned)
    assert max(span.end for span in cleaned) <= measured.told


def test_the_picture_shows_what_still_runs() -> None:
    """With `gather` the siblings' bars end after the caller's first one; nobody is cancelled."""
    spans = measure("gather").timeline.spans
    kinds = {(span.lane, span.kind) for span in spans}
    told = next(span.end for span in spans if span.lane == "caller")

    assert {("caller", "failed"), ("rice", "failed"), ("tea", "waits"), ("salt", "waits")} <= kinds
    assert all(span.end > told for span in spans if span.lane in ("tea", "salt"))


@pytest.mark.parametrize("way", WAYS)
def test_text_and_picture_say_the_same(way: str) -> None:
    """One sentence, above the text, below the picture and in its description."""
    measured = measure(way)

    page = shown(measured)

    assert page.text.startswith(f"{measured.sentence}\n")
    assert f"<figcaption>{measured.sentence}</figcaption>" in page.html
    assert f'alt="Timeline. {measured.sentence}"' in page.html
    assert measured.timeline.text() in page.text


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        ("way", "TaskGroup", "TaskGroup: ExceptionGroup reached"),
        ("fails_ms", 100, "gather: LookupError reached"),
        ("cleanup_ms", 100, "2 siblings ran on"),
    ],
    ids=["way", "fails_ms", "cleanup_ms"],
)
def test_every_control_measures_anew(
    control: str, value: object, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its new value; figure, text and status are those of the new measurement."""
    asked = []
    real = siblings.measure
    monkeypatch.setattr(
        siblings, "measure", lambda way, **how: asked.append((way, how)) or real(way, **how)
    )
    live = demo()
    before = live.shown

    live.controls[control].value = value

    now = {name: each.value for name, each in live.controls.items()}
    assert asked[-1] == (now.pop("way"), now)
    assert len(asked) == 2
    assert words in live.shown.text
    assert (live.shown.text, live.shown.html) != (before.text, before.html)
    assert live.status == live.shown.text.partition("\n")[0]


def test_a_slider_measures_when_it_is_released() -> None:
    """A measurement must not start at every pixel."""
    sliders = [each for each in demo().controls.values() if hasattr(each, "continuous_update")]

    assert len(sliders) == 2
    assert not any(each.continuous_update for each in sliders)
