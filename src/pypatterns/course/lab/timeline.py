"""Record what threads or tasks really did, and draw it: a lane for each, a bar for each thing done.

>>> with Recorder() as rec:
...     with rec.span("worker 1", "fetch tea", "waits"):
...         time.sleep(0.05)
>>> rec
worker 1 |............................................................|
          0                                                    0.050 s
. waits

`rec.spans` is the data; `rec.text()` and `rec.svg()` are functions of it. A span may begin in one thread and end in another.
"""

from __future__ import annotations

import re
import time
from asyncio import CancelledError
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Self

from pypatterns.course.lab.drawing import chart
from pypatterns.course.lab.drawing.chart import Span
from pypatterns.course.lab.drawing.shown import Shown, figure

Kind = Literal["runs", "waits", "holds", "cleans"]


@dataclass(slots=True)
class _Open:
    """A span that may still go on."""

    lane: str
    label: str
    kind: str
    start: float
    end: float | None = None
    ended: str = ""  # another kind, if an exception ended it


class Recorder:
    """Writes down spans between entering and leaving it. `clock` gives seconds; `lanes` come first, in this order."""

    def __init__(
        self, lanes: Sequence[str] = (), *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._lanes, self._clock = tuple(lanes), clock
        self._begun: list[_Open] = []
        self._started = clock()
        self._ended: float | None = None

    def __enter__(self) -> Self:
        self._started = self._clock()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = self._clock()

    @contextmanager
    def span(self, lane: str, label: str, kind: Kind = "runs") -> Iterator[None]:
        """Record what the block does. Ended by a `CancelledError` it is "cancelled", by another exception "failed"."""
        span = _Open(lane, label, kind, self._clock())
        self._begun.append(span)
        try:
            yield
        except CancelledError:
            span.ended = "cancelled"
            raise
        except BaseException:
            span.ended = "failed"
            raise
        finally:
            span.end = self._clock()

    @property
    def spans(self) -> tuple[Span, ...]:
        """What was recorded, lane by lane: seconds since the start, up to the end, with what was still going on then."""
        end = self._clock() if self._ended is None else self._ended
        found = [_cut(each, self._started, end) for each in list(self._begun)]
        order = {lane: place for place, lane in enumerate(self.lanes)}
        return tuple(sorted(found, key=lambda span: (order[span.lane], span.start)))

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes, the given ones first; the others by name, "worker 2" before "worker 10"."""
        others = {span.lane for span in list(self._begun)} - set(self._lanes)
        return (*self._lanes, *sorted(others, key=_natural))

    def at_once(self, kind: str | None = None) -> int:
        """How many spans, of this kind, went on at the same time at the busiest moment."""
        return chart.at_once([span for span in self.spans if kind in (None, span.kind)])

    def text(self) -> str:
        """The chart in characters."""
        return chart.text(self.spans, self.lanes)

    def svg(self) -> str:
        """The chart as a picture."""
        return chart.svg(self.spans, self.lanes)

    def shown(self) -> Shown:
        """Both, and the sentence that says what there is to see."""
        sentence = chart.sentence(self.spans)
        picture = figure(self.svg(), alt=f"Timeline. {sentence}", caption=sentence)
        return Shown(f"{self.text()}\n{sentence}", picture)

    def __repr__(self) -> str:
        return self.shown().text

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return self.shown()._repr_mimebundle_()


def _cut(span: _Open, start: float, end: float) -> Span:
    """As it stood at the end: what happened to it later is not in the picture."""
    if span.end is None or span.end > end:
        last = max(end, span.start)
        return Span(span.lane, span.label, span.kind, span.start - start, last - start, over=False)
    kind = span.ended or span.kind
    return Span(span.lane, span.label, kind, span.start - start, span.end - start)


def _natural(name: str) -> list[tuple[int, int | str]]:
    """Numbers in a name by their value; they come before words."""
    parts = re.split(r"(\d+)", name)
    return [(0, int(part)) if part.isdigit() else (1, part) for part in parts]
