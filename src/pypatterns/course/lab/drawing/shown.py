"""What a lesson shows: rich where that can be read, and always a text that says the same.

A display is an output that can be replaced in place, and it stays in the saved notebook. A widget does not: its view ends
with the kernel. So what is to be read is displayed by itself, and only the controls are a widget.

>>> place = show(Shown("2 of 3 right", "<p>2 of 3 right</p>"))
>>> place.update(Shown("3 of 3 right", "<p>3 of 3 right</p>"))
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

if TYPE_CHECKING:
    from ipywidgets import Widget  # type: ignore[import-untyped]

VIEW = "application/vnd.jupyter.widget-view+json"
SAFE = " =:;,/()'"  # what a data URI between double quotes may hold as it is; the rest is encoded
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """One thing to read, as text and as HTML. Neither holds ids or addresses: nbval compares both."""

    text: str
    html: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {"text/plain": self.text, "text/html": self.html}


@dataclass(frozen=True, slots=True, repr=False)
class Controls:
    """A widget; where there are none, or its kernel has ended, a sentence in its place."""

    widget: Widget
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        return {"text/plain": self.text, VIEW: view}


class Place(Protocol):
    """Where something is shown: it can be replaced there."""

    def update(self, shown: Shown, /) -> None:
        """Show something else in the same place."""


def show(shown: Shown) -> Place:
    """Display it, and return its place. Without IPython it is printed, and so is each update."""
    from IPython.display import display  # noqa: PLC0415 - a second that only a notebook spends

    place: Place | None = display(shown, display_id=True)  # type: ignore[no-untyped-call]
    return place or _Printed()


def show_controls(controls: Controls) -> None:
    """Display a widget, or its sentence."""
    from IPython.display import display  # noqa: PLC0415

    display(controls)  # type: ignore[no-untyped-call]


class _Printed:
    """A place in a plain terminal: it only grows."""

    def update(self, shown: Shown) -> None:
        print(shown.text)  # noqa: T201 - there is no IPython to display anything


def rich(text: str) -> str:
    """One line of text as HTML: `code` in backticks is code, everything else is what it says."""
    return CODE.sub(r"<code>\1</code>", html.escape(text, quote=False))


def figure(svg: str, *, alt: str, caption: str = "") -> str:
    """HTML for a picture: an image with its description, and a caption below.

    An `<img>`, as JupyterLab takes `<svg>` out of notebooks that it does not trust, which a course is when first opened.
    """
    image = f'<img src="data:image/svg+xml,{quote(svg, safe=SAFE)}" alt="{html.escape(alt)}">'
    below = f"<figcaption>{rich(caption)}</figcaption>" if caption else ""
    return f"<figure>{image}{below}</figure>"
