"""What is shown: the same in every form, and no markup that was not meant."""

from __future__ import annotations

from urllib.parse import unquote

import ipywidgets

from pypatterns.course.lab.drawing.shown import VIEW, Controls, Shown, figure, rich


def test_text_and_html_are_in_one_bundle() -> None:
    """The terminal shows the text, which is the repr."""
    shown = Shown("2 of 3", "<b>2 of 3</b>")

    assert shown._repr_mimebundle_() == {"text/plain": "2 of 3", "text/html": "<b>2 of 3</b>"}
    assert repr(shown) == "2 of 3"


def test_controls_have_a_sentence_in_their_place() -> None:
    """Its text holds no id; the view does, and nbval and the build leave that out."""
    controls = Controls(ipywidgets.Button(), "Run this cell.")

    bundle = controls._repr_mimebundle_()

    assert bundle["text/plain"] == repr(controls) == "Run this cell."
    assert set(bundle) == {"text/plain", VIEW}


def test_only_backticks_are_markup() -> None:
    """Everything else is what it says."""
    assert rich("`a < b` & <c>") == "<code>a &lt; b</code> &amp; &lt;c&gt;"


def test_a_figure_is_an_image_with_a_description() -> None:
    """An `<img>` is shown in a notebook that nobody has trusted yet; its text is escaped."""
    html = figure("<svg>#1</svg>", alt='say "a<b"', caption="`a` is less")

    source = html.partition('src="data:image/svg+xml,')[2].partition('"')[0]
    assert unquote(source) == "<svg>#1</svg>"
    assert 'alt="say &quot;a&lt;b&quot;"' in html
    assert html.endswith("<figcaption><code>a</code> is less</figcaption></figure>")
    assert "figcaption" not in figure("<svg/>", alt="nothing")
