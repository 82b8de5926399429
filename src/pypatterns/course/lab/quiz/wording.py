"""A prediction's and a question's words: lines of text, and the same lines as HTML. Their own file, as the words are all there is.

>>> page(["Predict: how many are lost?", "  a. none", "  b. all"])
Predict: how many are lost?
  a. none
  b. all
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pypatterns.course.lab.drawing.shown import Shown, rich
from pypatterns.course.lab.quiz.questions import Asked

FOLDED = "Nobody predicted in this run. Predict first, above; then open this."


def page(lines: Sequence[str]) -> Shown:
    """One line after the other; what is indented belongs to the line above."""
    return Shown("\n".join(lines), _html(lines))


def prediction(asked: Asked, said: Sequence[str]) -> Shown:
    """What is asked, and what was said to it."""
    return page(
        [f"Predict: {asked.asks}", *_options(asked), *(f"You said {each}." for each in said)]
    )


def settled(
    asked: Asked, measured: str, said: str | None = None, more: Sequence[str] = ()
) -> Shown:
    """Which option holds and why; folded, where nobody has predicted and the page would give it away."""
    reasons = list(_options(asked, notes={measured: "measured"}, why=asked.options))
    found = f"Measured: {measured}."
    if said is None:
        html = f"<details><summary>{FOLDED}</summary>{_html([found, *reasons])}</details>"
        return Shown("\n".join([f"No prediction in this run. {found}", *reasons]), html)
    head = (
        f"You said {said}, and {said} it is." if said == measured else f"You said {said}. {found}"
    )
    return page([head, *reasons, *more])


def answered(asked: Asked, said: Sequence[str], more: Sequence[str]) -> Shown:
    """A question with the reasons for what was tried; with all of them, once the right option was."""
    found = asked.right in said
    notes = {each: "right" if each == asked.right else "not this one" for each in said}
    why = asked.options if found else dict.fromkeys(said)
    return page([f"Question: {asked.asks}", *_options(asked, notes=notes, why=why), *more])


def _options(
    asked: Asked, *, notes: Mapping[str, str] | None = None, why: Mapping[str, object] | None = None
) -> Iterator[str]:
    """Each option in a line, with its note; below it its reason, for those that are in `why`."""
    for letter, option in asked.options.items():
        note = (notes or {}).get(letter)
        yield f"  {letter}. {option.says}" + (f" ({note})" if note else "")
        if letter in (why or {}):
            yield f"     {option.why}"


def _html(lines: Sequence[str]) -> str:
    """The first line stands out; each other one is as far from the edge as in the text."""
    first, *rest = lines
    below = (
        f'<div style="padding-left: {_depth(line)}em">{rich(line.strip())}</div>' for line in rest
    )
    return "".join([f"<div><b>{rich(first)}</b></div>", *below])


def _depth(line: str) -> int:
    """In HTML's ems, half of the leading spaces."""
    return (len(line) - len(line.lstrip())) // 2
