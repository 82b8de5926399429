"""Lost updates: lost where a gap is, none where there is none, and one by one in turns."""

from __future__ import annotations

import sys

import pytest

from pypatterns.course.lab.figures import races
from pypatterns.course.lab.figures.races import Lost, lose_one, lost_updates


@pytest.mark.parametrize("variant", ["+= int(1)", "+= 1, a property"])
def test_a_gap_loses_updates(variant: str) -> None:
    """Real threads, some of the time in the gap: not in every run, but in one of twenty."""
    assert races.loses(variant)


@pytest.mark.parametrize("variant", ["+= 1", "+= int(1), locked"])
def test_without_a_gap_none_is_lost(variant: str) -> None:
    """A statement that this interpreter does not interrupt, and one under a lock."""
    if variant == "+= 1" and not getattr(sys, "_is_gil_enabled", lambda: True)():
        pytest.skip("without a GIL there is a gap")

    assert lost_updates(variant, updates=20_000) == Lost(variant, 0, 80_000)


def test_the_first_loss_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs go on until one has lost an update, and no further than asked."""
    results = iter([0, 0, 3, 0, 0])
    monkeypatch.setattr(races, "lost_updates", lambda variant: Lost(variant, next(results), 10))

    assert races.loses("+= int(1)")
    assert not races.loses("+= int(1)", runs=2)
    assert list(results) == []


def test_one_thread_loses_nothing() -> None:
    """Whatever lies between reading and writing."""
    assert {lost_updates(each, threads=1, updates=1000).lost for each in races.VARIANTS} == {0}


def test_the_interpreter_is_left_as_it_was() -> None:
    """Its switch interval is changed for the run alone."""
    before = sys.getswitchinterval()

    lost_updates("+= 1", updates=1000)

    assert sys.getswitchinterval() == before


def test_one_loss_step_by_step() -> None:
    """Two threads, four steps, always the same: counted twice, and the count is one."""
    losses = [lose_one() for _ in range(20)]

    assert {loss.final for loss in losses} == {1}
    assert {repr(loss) for loss in losses} == {
        "anna reads 0\n    ben reads 0\nanna writes 1\n    ben writes 1"
    }


def test_what_is_shown_names_who_loses() -> None:
    """In the sentence, in the text and in the picture's description."""
    page = races.shown([Lost("+= 1", 0, 1000), Lost("+= int(1)", 500, 1000)], 4)

    assert page.text.splitlines() == [
        "4 threads: updates are lost by `+= int(1)`.",
        "+= 1      |                                        | 0 of 1,000 lost",
        "+= int(1) |####################                    | 500 of 1,000 lost",
    ]
    assert 'alt="Bars. 4 threads: updates are lost by `+= int(1)`."' in page.html
    assert races.shown([Lost("+= 1", 0, 10)], 1).text.startswith(
        "1 thread: updates are lost by none."
    )
