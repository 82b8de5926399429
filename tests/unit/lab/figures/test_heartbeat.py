"""The heart stops while the loop is held, and beats while it is not."""

from __future__ import annotations

import pytest

from pypatterns.course.lab.figures import heartbeat
from pypatterns.course.lab.figures.heartbeat import WAYS, Measured, demo, measure, shown
from pypatterns.course.lab.timeline import Recorder


@pytest.mark.parametrize("way", ["time.sleep", "computing"])
def test_the_heart_stops_while_a_call_holds_the_loop(way: str) -> None:
    """Not one beat, however long the call takes; the silence is longer than the call."""
    measured = measure(way, ms=100)

    assert measured.during == 0
    assert measured.silence >= measured.took


@pytest.mark.parametrize("way", ["asyncio.sleep", "to_thread"])
def test_the_heart_beats_while_a_call_lets_go(way: str) -> None:
    """Half a second's room for 25 beats: one comes on any machine."""
    measured = measure(way, ms=500)

    assert measured.during > 0
    assert measured.took > 0.49


def test_every_beat_is_in_the_picture() -> None:
    """Those before the call, during it, and after it."""
    measured = measure("asyncio.sleep", ms=50)
    beats = [span for span in measured.timeline.spans if span.lane == "heart"]

    assert len(beats) >= measured.during + 2 * heartbeat.AROUND


def test_text_and_picture_say_the_same() -> None:
    """One sentence, with the right number of times."""
    with Recorder(["handler", "heart"]) as rec, rec.span("heart", "beats"):
        pass
    page = shown(Measured("to_thread", 0.3, 1, 0.25, rec))
    sentence = "to_thread: the heart was silent for 0.250 s at most, and beat 1 time during a call of 0.300 s."

    assert page.text.startswith(f"{sentence}\n")
    assert f"<figcaption>{sentence}</figcaption>" in page.html
    assert f'alt="Timeline. {sentence}"' in page.html


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [("way", "asyncio.sleep", "asyncio.sleep: the heart"), ("ms", 100, "beat 0 times")],
    ids=["way", "ms"],
)
def test_every_control_measures_anew(
    control: str, value: object, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its new value; figure, text and status are those of the new measurement."""
    asked = []
    real = heartbeat.measure
    monkeypatch.setattr(
        heartbeat, "measure", lambda way, **how: asked.append((way, how)) or real(way, **how)
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


def test_the_slider_measures_when_it_is_released() -> None:
    """A measurement must not start at every pixel."""
    assert demo().controls["ms"].continuous_update is False
    assert tuple(demo().controls["way"].options) == tuple(WAYS)
