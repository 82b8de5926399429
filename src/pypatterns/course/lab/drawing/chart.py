"""Spans of time as characters and as a picture. Its own file: functions from data to text, which know no clock.

>>> print(text([Span("worker 1", "fetch tea", "waits", 0.0, 0.05)], ["worker 1"]))
worker 1 |............................................................|
          0                                                    0.050 s
. waits
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 60  # characters of a lane


@dataclass(frozen=True, slots=True)
class Span:
    """One thing that was done: seconds from `start` to `end`. It was still going on then, unless it is `over`."""

    lane: str
    label: str
    kind: str
    start: float
    end: float
    over: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of span looks: a character, a colour, and a pattern, so that no two differ by colour alone."""

    character: str
    words: str
    colour: str
    pattern: str


# Colours of Okabe and Ito, told apart by colour-blind eyes: https://jfly.uni-koeln.de/color/
LOOKS = {
    "runs": Look("#", "runs", "#0072b2", "M0,0"),
    "waits": Look(".", "waits", "#56b4e9", "M0,6 l6,-6"),
    "holds": Look("=", "holds the lock", "#e69f00", "M0,3 h6"),
    "cleans": Look("~", "cleans up", "#009e73", "M0,0 h6 M0,3 h6"),
    "cancelled": Look("x", "cancelled", "#cc79a7", "M0,0 l6,6 M0,6 l6,-6"),
    "failed": Look("!", "failed", "#d55e00", "M3,0 v6"),
}
BESIDE, LANE, ROW, CHARACTER = 110, 600, 30, 6.6  # units of the picture: names, lane, row, letter
INK, PAPER, LINE = "#1a1a1a", "#ffffff", "#b0b0b0"


def at_once(spans: Iterable[Span]) -> int:
    """How many go on at the same time at the busiest moment; where one ends as another begins, they do not meet."""
    steps = sorted(
        (when, step) for span in spans for when, step in ((span.start, 1), (span.end, -1))
    )
    now = most = 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most


def sentence(spans: Sequence[Span]) -> str:
    """What there is to see, in one sentence or two."""
    if not spans:
        return "Nothing was recorded."
    lanes = _count(len({span.lane for span in spans}), "lane")
    end = max(span.end for span in spans)
    how = {kind: sum(span.kind == kind for span in spans) for kind in ("cancelled", "failed")}
    how["still going on at the end"] = sum(not span.over for span in spans)
    parts = [f"{count} {words}" for words, count in how.items() if count]
    first = f"{_count(len(spans), 'bar')} in {lanes}, {end:.3f} s, at most {at_once(spans)} at once"
    return "; ".join([first, *[", ".join(parts)] * bool(parts)]) + "."


def ticks(end: float) -> list[float]:
    """Round moments from 0 to `end` seconds, evenly apart: seven at most, and where possible three."""
    power = 10.0 ** math.floor(math.log10(end / 6))
    step = next(power * times for times in (1, 2, 5, 10) if end / (power * times) <= 6)
    return [round(step * place, 12) for place in range(int(end / step + 1e-9) + 1)]


def text(spans: Sequence[Span], lanes: Sequence[str]) -> str:
    """A line of characters for each lane. What is still going on at the end ends in `>`."""
    end = max((span.end for span in spans), default=0.0) or 1.0
    beside = max(map(len, lanes), default=0)
    rows = [f"{lane:<{beside}} |{_row(spans, lane, end)}|" for lane in lanes]
    scale = f"0{f'{end:.3f} s':>{WIDTH - 1}}"
    legend = "   ".join(f"{look.character} {look.words}" for look in _legend(spans))
    return "\n".join([*rows, f"{'':<{beside}}  {scale}", legend])


def svg(spans: Sequence[Span], lanes: Sequence[str]) -> str:
    """A picture with its own paper, so that it reads in a light theme and in a dark one."""
    end = max((span.end for span in spans), default=0.0) or 1.0
    width, height = BESIDE + LANE + 20, ROW * (len(lanes) + 2) + 10
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" fill="{INK}">',
            f'<rect width="{width}" height="{height}" rx="4" fill="{PAPER}"/>',
            *_patterns(),
            *_names(lanes),
            *(_bar(span, lanes.index(span.lane), end) for span in spans),
            *_scale(len(lanes), end),
            *_drawn_legend(spans, ROW * (len(lanes) + 1) + 10),
            "</svg>",
        ]
    )


def _row(spans: Iterable[Span], lane: str, end: float) -> str:
    row = [" "] * WIDTH
    for span in spans:
        if span.lane == lane:
            first = min(int(span.start / end * WIDTH), WIDTH - 1)
            last = max(round(span.end / end * WIDTH), first + 1)  # one character at least
            row[first:last] = LOOKS[span.kind].character * (last - first)
            if not span.over:
                row[last - 1] = ">"
    return "".join(row)


def _legend(spans: Iterable[Span]) -> list[Look]:
    kinds = {span.kind for span in spans}
    return [look for kind, look in LOOKS.items() if kind in kinds]


def _patterns() -> Iterator[str]:
    for kind, look in LOOKS.items():
        yield (
            f'<pattern id="{kind}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<rect width="6" height="6" fill="{look.colour}" fill-opacity="0.4"/>'
            f'<path d="{look.pattern}" stroke="{look.colour}" stroke-width="1.5"/></pattern>'
        )


def _names(lanes: Sequence[str]) -> Iterator[str]:
    for place, lane in enumerate(lanes):
        middle = ROW * place + 10 + ROW / 2
        yield f'<text x="{BESIDE - 8}" y="{middle + 4}" text-anchor="end">{escape(_short(lane, BESIDE))}</text>'
        yield f'<path d="M{BESIDE},{middle} h{LANE}" stroke="{LINE}" stroke-width="0.5"/>'


def _bar(span: Span, place: int, end: float) -> str:
    left, right = (BESIDE + each / end * LANE for each in (span.start, span.end))
    top, width, height = ROW * place + 14, max(right - left, 1.5), ROW - 8
    side = (
        f"v{height}" if span.over else f"l6,{height / 2} l-6,{height / 2}"
    )  # an arrow: it goes on
    shape = f"M{left:.1f},{top} h{width:.1f} {side} h{-width:.1f} z"
    bar = f'<path d="{shape}" fill="url(#{span.kind})" stroke="{LOOKS[span.kind].colour}"/>'
    if not (label := _short(span.label, width)):
        return bar
    return bar + (  # its outline is paper, so that it reads on every pattern
        f'<text x="{left + 4:.1f}" y="{top + height / 2 + 4}" stroke="{PAPER}" stroke-width="3" '
        f'paint-order="stroke">{escape(label)}</text>'
    )


def _scale(lanes: int, end: float) -> Iterator[str]:
    bottom = ROW * lanes + 12
    yield f'<path d="M{BESIDE},{bottom} h{LANE}" stroke="{INK}"/>'
    for when in ticks(end):
        x = BESIDE + LANE * when / end
        yield f'<path d="M{x:.1f},{bottom} v4" stroke="{INK}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 17}" text-anchor="middle">{when:g} s</text>'


def _drawn_legend(spans: Sequence[Span], top: float) -> Iterator[str]:
    x = float(BESIDE)
    for kind, look in LOOKS.items():
        if look in _legend(spans):
            yield f'<rect x="{x}" y="{top + 8}" width="18" height="12" fill="url(#{kind})" stroke="{look.colour}"/>'
            yield f'<text x="{x + 24}" y="{top + 18}">{look.words}</text>'
            x += 44 + CHARACTER * len(look.words)


def _short(words: str, width: float) -> str:
    """As much as fits into a width, or nothing."""
    letters = int((width - 8) / CHARACTER)
    if len(words) <= letters:
        return words
    return words[: letters - 1] + "…" if letters > 3 else ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
