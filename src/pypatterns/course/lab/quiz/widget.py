"""A row of options and a button: how a learner commits. Its own file, as it is all of the tool that needs widgets.

>>> choice = predict("threads_on_cpu")
>>> choice.commit("c")  # what the button does
'You said c. Run the next cells: they show what happens.'
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pypatterns.course.lab.drawing.shown import Controls, Place, Shown, show, show_controls

if TYPE_CHECKING:
    from ipywidgets import Button, RadioButtons, Widget  # type: ignore[import-untyped]


@dataclass(slots=True, repr=False)
class Choice:
    """One question on the screen. It knows no answers: it asks how things stand, and says which letter was chosen.

    `once`: after the first commitment there is no other.
    """

    call: str  # what to write where there are no widgets
    button: str
    options: Sequence[str]
    said: Callable[[], Sequence[str]]
    say: Callable[[str], str]
    locations: Callable[[], Shown]
    once: bool = False
    _place: Place | None = field(default=None, init=False)

    def __repr__(self) -> str:
        return self.locations().text

    def commit(self, letter: str) -> str:
        """Choose an option; a sentence about it. What is on the screen follows."""
        sentence = self.say(letter)
        if self._place is not None:
            self._place.update(self.locations())
        return sentence

    def _ipython_display_(self) -> None:
        self._place = show(self.locations())
        show_controls(Controls(self.controls(), f"To choose, run this cell, or write {self.call}"))

    def controls(self) -> Widget:
        """The options and the button, for mouse and keyboard: Tab goes from one to the next, Space chooses, Enter presses."""
        import ipywidgets  # noqa: PLC0415 - only a notebook waits for it

        options = ipywidgets.RadioButtons(
            options=self.options,
            value=None,
            orientation="horizontal",
            # JupyterLab leaves room below the circles; as much above, and they are level with the button
            layout=ipywidgets.Layout(width="max-content", margin="6px 2px 0"),
        )
        button = ipywidgets.Button(description=self.button)
        status = ipywidgets.HTML()

        def committed(_: Button) -> None:
            words = self.commit(options.value) if options.value else "Choose an option first."
            status.value = f'<span role="status">{html.escape(words)}</span>'
            self._close(options, button)

        button.on_click(committed)
        self._close(options, button)
        level = ipywidgets.Layout(align_items="center")
        return ipywidgets.HBox([options, button, status], layout=level)

    def _close(self, options: RadioButtons, button: Button) -> None:
        if self.once and self.said():
            options.value = self.said()[0]
            options.disabled = button.disabled = True
