"""A live demonstration: move a control, and what is shown is measured and drawn anew. One class for all lessons.

>>> Live(draw, workers=ipywidgets.IntSlider(4, 1, 8, description="workers", continuous_update=False))

`draw(workers=4)` returns what to show; it is a function that a test calls. The picture is an output of its own, so it stays in
the saved notebook; the controls are a widget below it. A control measures when it is released, hence `continuous_update=False`.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

from pypatterns.course.lab.drawing.shown import Controls, Place, Shown, show, show_controls

if TYPE_CHECKING:
    from ipywidgets import Widget  # type: ignore[import-untyped]

BUSY = "Measuring…"


class Live:
    """Something that is drawn from the values of some widgets, each time one of them changes."""

    def __init__(self, draw: Callable[..., Shown], /, **controls: Widget) -> None:
        """`draw` takes the value of each control under the control's name."""
        import ipywidgets  # noqa: PLC0415 - only a notebook waits for it

        self.controls = controls
        self._draw = draw
        self._shown: Shown | None = None
        self._place: Place | None = None
        self._status = ipywidgets.HTML()
        self._box = ipywidgets.VBox([*controls.values(), self._status])
        for control in controls.values():
            control.observe(self._changed, "value")
            if isinstance(control, ipywidgets.ToggleButtons):
                control.add_class("widget-inline-hbox")  # its name beside it, as a slider's is
                control.layout.margin = "2px 2px 6px"  # else two rows of buttons touch

    @property
    def shown(self) -> Shown:
        """What is on the screen now; drawn when it is first asked for."""
        if self._shown is None:
            self._shown = self._draw(**self._values())
        return self._shown

    @property
    def status(self) -> str:
        """What stands below the controls, without its markup."""
        return html.unescape(self._status.value.partition(">")[2].rpartition("<")[0])

    def __repr__(self) -> str:
        return self.shown.text

    def _ipython_display_(self) -> None:
        self._place = show(self.shown)
        names = ", ".join(self.controls)
        show_controls(Controls(self._box, f"To change {names}, run this cell."))

    def _changed(self, _: object) -> None:
        self._say(BUSY)
        try:
            self._shown = self._draw(**self._values())
        except Exception as error:  # noqa: BLE001 - a callback's error would reach nobody
            self._say(f"{type(error).__name__}: {error}")
            return
        if self._place is not None:
            self._place.update(self._shown)
        self._say(self._shown.text.partition("\n")[0])  # a screen reader hears of no other change

    def _values(self) -> dict[str, object]:
        return {name: control.value for name, control in self.controls.items()}

    def _say(self, words: str) -> None:
        self._status.value = f'<span role="status">{html.escape(words)}</span>'
