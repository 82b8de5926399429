"""The demonstration of lesson 05: what the clients are told, what was kept, and a picture that says the same as its words."""

from __future__ import annotations

import pytest

from pypatterns.course.lab.figures import hammer, wirings
from pypatterns.course.lab.figures.hammer import WIRINGS, demo, measure, shown


def test_one_session_keeps_nothing() -> None:
    """Most are told of an error, and whoever was told of success has no row."""
    measured = measure(wirings.one_session, requests=20)

    assert measured.statuses[500] > 10
    assert measured.requests == 20
    assert measured.rows == 0


def test_commits_on_one_session_keep_what_nobody_was_told_of() -> None:
    """Some who read an error have a row."""
    measured = measure(wirings.one_session_and_commits, requests=20)

    assert measured.statuses[500] > 10
    assert measured.rows > measured.statuses.get(201, 0)


@pytest.mark.parametrize(
    ("slugs", "statuses", "rows"),
    [("different", {201: 20}, 20), ("one", {201: 1, 409: 19}, 1)],
    ids=["different", "one"],
)
def test_a_unit_for_each_request_tells_what_it_keeps(
    slugs: str, statuses: dict[int, int], rows: int
) -> None:
    """Each is created or refused, and there are as many rows as were created."""
    measured = measure(wirings.a_unit_for_each_request, requests=20, slugs=slugs)

    assert (measured.statuses, measured.rows) == (statuses, rows)


@pytest.mark.parametrize("wiring", WIRINGS)
def test_one_request_is_told_of_success(wiring: str) -> None:
    """Whatever the wiring, so no test that sends one request can tell them apart by its status."""
    assert measure(WIRINGS[wiring], requests=1).statuses == {201: 1}


@pytest.mark.parametrize("wiring", WIRINGS)
def test_text_and_picture_say_the_same(wiring: str) -> None:
    """One sentence, above the text, below the picture and in its description; each status stands beside its bar."""
    measured = measure(WIRINGS[wiring], requests=3)

    page = shown(measured)

    assert page.text.startswith(f"{wiring}; 3 at once, different slugs: ")
    assert page.text.startswith(f"{measured.sentence}\n")
    assert f"<figcaption>{measured.sentence}</figcaption>" in page.html
    assert f'alt="Bars. {measured.sentence}"' in page.html
    assert all(f"({status})" in page.text.splitlines()[1] for status in measured.statuses)


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        ("wiring", "a unit for each request", "20 created (201). Others see 20 rows."),
        ("slugs", "one", "one session; 20 at once, one slug: "),
        ("requests", 5, "one session; 5 at once, different slugs: "),
    ],
    ids=["wiring", "slugs", "requests"],
)
def test_every_control_measures_anew(
    control: str, value: object, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its new value; figure, text and status are those of the new measurement."""
    asked = []
    real = hammer.measure
    monkeypatch.setattr(
        hammer, "measure", lambda wiring, **how: asked.append((wiring, how)) or real(wiring, **how)
    )
    live = demo()
    before = live.shown

    live.controls[control].value = value

    now = {name: each.value for name, each in live.controls.items()}
    assert asked[-1] == (WIRINGS[now.pop("wiring")], now)
    assert len(asked) == 2
    assert words in live.shown.text
    assert (live.shown.text, live.shown.html) != (before.text, before.html)
    assert live.status == live.shown.text.partition("\n")[0]


def test_the_slider_measures_when_it_is_released() -> None:
    """A measurement must not start at every pixel."""
    assert not demo().controls["requests"].continuous_update
