"""The demonstration of lesson 01: it measures anew at every move, and its words fit its figures."""

from __future__ import annotations

import math
import multiprocessing
from dataclasses import replace

import pytest

from pypatterns.course.lab.figures import models
from pypatterns.course.lab.figures.models import Measured, break_even_ms, demo, measure, shown

MEASURED = Measured(
    wait_ms=20, cpu_ms=5, payload_mb=1, workers=4,
    sequential=0.4, threads=0.1, processes=0.8, start=0.25, ms_per_mb=10.0,
)  # fmt: skip


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer tasks, once each: what is tested is that they are measured."""
    monkeypatch.setattr(models, "TASKS", 2)
    monkeypatch.setattr(models, "ROUNDS", 1)


def test_speed_ups_compare_with_one_by_one() -> None:
    """Above 1 is a gain."""
    assert (MEASURED.speed_up_threads, MEASURED.speed_up_processes) == (4.0, 0.5)


@pytest.mark.parametrize(
    ("payload_mb", "at_once", "expected"),
    [(1.0, 2, 20.0), (2.0, 2, 40.0), (1.0, 4, 10 / 0.75), (0.0, 2, 0.0), (0.0, 1, math.inf)],
)
def test_breaking_even_pays_for_the_sending(
    payload_mb: float, at_once: int, expected: float
) -> None:
    """There, t ms on one core are as long as t shared by the cores and 10 ms a megabyte on top."""
    t = break_even_ms(payload_mb, 10.0, at_once)

    assert t == pytest.approx(expected)
    if at_once > 1:
        assert t == pytest.approx(t / at_once + payload_mb * 10.0)


def test_the_three_ways_are_measured() -> None:
    """Each takes at least as long as its tasks must wait; no process is left."""
    measured = measure(wait_ms=10, workers=3)

    assert measured.sequential >= models.TASKS * 0.010
    assert min(measured.threads, measured.processes) >= models.TASKS / 3 * 0.010
    assert measured.ms_per_mb > 0
    assert multiprocessing.active_children() == []


def test_text_and_picture_say_the_same() -> None:
    """Times, speed-ups, the price of sending, and where processes break even."""
    page = shown(MEASURED)

    assert page.text.splitlines()[0] == (
        "4 at a time: threads are 4.00 times as fast as one by one, processes 0.50 times."
    )
    assert (
        "processes  |########################################| 0.800 s, 0.50 times as fast"
        in page.text
    )
    assert "each waits 20 ms, computes 5 ms and carries 1 MB" in page.text
    for line in (page.text.splitlines()[0], *page.text.splitlines()[4:]):
        assert line in page.html


def test_the_last_line_says_what_breaking_even_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a payload on several cores, without one, and on a single core."""
    monkeypatch.setattr(models, "cores", lambda: 2)

    lines = [
        shown(measured).text.splitlines()[-1]
        for measured in (MEASURED, replace(MEASURED, payload_mb=0), replace(MEASURED, workers=1))
    ]

    assert lines[0].endswith("processes break even where a task computes 20.0 ms.")
    assert lines[1] == "A megabyte costs 10.0 ms to send to a process."
    assert lines[2].startswith("One process at a time computes")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("control", "value", "phrase"),
    [
        ("wait_ms", 10.0, "each waits 10 ms"),
        ("cpu_ms", 3.0, "computes 3 ms"),
        ("payload_mb", 0.5, "carries 0.5 MB"),
        ("workers", 2, "2 at a time"),
        ("view", "lost updates", "4 threads: updates are lost by"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_every_control_measures_anew(control: str, value: object, phrase: str) -> None:
    """Figure and text change, and the text says what was set."""
    live = demo()
    before = live.shown

    live.controls[control].value = value

    assert phrase in live.shown.text
    assert phrase not in before.text
    assert live.shown.html != before.html
    assert live.status == live.shown.text.partition("\n")[0]


@pytest.mark.usefixtures("quick")
def test_the_lost_updates_are_those_of_so_many_threads() -> None:
    """The slider for workers moves this view, too: one thread loses none."""
    live = demo()
    live.controls["view"].value = "lost updates"
    four = live.shown

    live.controls["workers"].value = 1

    assert "of 200,000 lost" in four.text
    assert live.shown.text.startswith("1 thread: updates are lost by none.")
    assert "of 50,000 lost" in live.shown.text


def test_a_slider_measures_when_it_is_released() -> None:
    """A second's work must not start at every pixel."""
    sliders = [each for each in demo().controls.values() if hasattr(each, "continuous_update")]

    assert len(sliders) == 4
    assert not any(each.continuous_update for each in sliders)
