"""A live demonstration: every control draws anew, and what is shown stays where it is."""

from __future__ import annotations

import ipywidgets
import pytest

from pypatterns.course.lab.drawing.shown import Shown
from pypatterns.course.lab.live import Live


def demo(drawn: list[dict[str, object]]) -> Live:
    """Two sliders; each drawing is written down, and fails at 13."""

    def draw(**values: object) -> Shown:
        drawn.append(values)
        if 13 in values.values():
            raise ValueError("unlucky <13>")
        return Shown(f"{values} once\nmore", f"<p>{values}</p>")

    sliders = {name: ipywidgets.IntSlider(1, 0, 20) for name in ("workers", "wait")}
    return Live(draw, **sliders)


def test_each_control_draws_anew() -> None:
    """With the values of all of them, under their names; nothing is drawn before it is looked at."""
    drawn: list[dict[str, object]] = []
    live = demo(drawn)
    before = list(drawn)

    live.shown, live.shown  # noqa: B018 - looked at twice, drawn once
    live.controls["workers"].value = 4
    live.controls["wait"].value = 7

    assert before == []
    assert drawn == [
        {"workers": 1, "wait": 1},
        {"workers": 4, "wait": 1},
        {"workers": 4, "wait": 7},
    ]
    assert live.shown.html == "<p>{'workers': 4, 'wait': 7}</p>"


def test_the_status_says_what_came_of_it() -> None:
    """The first line of the new text; an error's own words, and the old picture stays."""
    live = demo([])
    live.controls["workers"].value = 2
    first = live.status
    live.controls["workers"].value = 13

    assert first == "{'workers': 2, 'wait': 1} once"
    assert live.status == "ValueError: unlucky <13>"
    assert live.shown.html == "<p>{'workers': 2, 'wait': 1}</p>"


def test_a_row_of_buttons_has_its_name_beside_it() -> None:
    """As a slider has: by itself the name would stand above, at the edge of the page."""
    buttons = ipywidgets.ToggleButtons(options=["speed", "lost updates"], description="show")

    Live(lambda **_: Shown("", ""), view=buttons, workers=ipywidgets.IntSlider())

    assert "widget-inline-hbox" in buttons._dom_classes


def test_in_a_terminal_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown, and what could be changed where there are widgets."""
    demo([])._ipython_display_()

    assert capsys.readouterr().out == (
        "{'workers': 1, 'wait': 1} once\nmore\nTo change workers, wait, run this cell.\n"
    )
