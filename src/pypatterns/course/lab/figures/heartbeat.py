"""A heart that should beat every 20 ms, and a handler on the same event loop that takes its time in one of four ways.

>>> measure("time.sleep", ms=300).during
0
>>> demo()  # in a notebook: the same with controls

A heart is any other task of the same process: a health check, a timeout, a thousand other requests.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

from pypatterns.concurrency.workloads import burn, steps_for
from pypatterns.course.lab.drawing.shown import Shown, figure
from pypatterns.course.lab.live import Live
from pypatterns.course.lab.timeline import Kind, Recorder

BEAT = 0.02  # seconds from beat to beat
AROUND = 5  # beats before the call, and after it


async def _blocks(seconds: float) -> None:
    time.sleep(seconds)  # noqa: ASYNC251 - what is shown


async def _computes(seconds: float) -> None:
    burn(steps_for(seconds * 1000))


async def _in_a_thread(seconds: float) -> None:
    await asyncio.to_thread(time.sleep, seconds)


WAYS: dict[str, tuple[Kind, Callable[[float], Awaitable[None]]]] = {
    "time.sleep": ("runs", _blocks),
    "computing": ("runs", _computes),
    "asyncio.sleep": ("waits", asyncio.sleep),
    "to_thread": ("waits", _in_a_thread),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """How the heart beat while a handler called for `took` seconds."""

    way: str
    took: float
    during: int  # beats while the call went on
    silence: float  # seconds from a beat to the next, at most
    timeline: Recorder

    @property
    def sentence(self) -> str:
        """How long it was silent, and how often it beat."""
        return (
            f"{self.way}: the heart was silent for {self.silence:.3f} s at most, and beat "
            f"{_times(self.during)} during a call of {self.took:.3f} s."
        )


def measure(way: str, *, ms: float = 300) -> Measured:
    """Call for `ms` milliseconds between some beats of the heart. Takes 0.2 s more than that.

    Raises `KeyError` for a way that is not in `WAYS`.
    """
    steps_for(1)  # measured before the clock runs
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, _measure(way, ms / 1000)).result()


def shown(measured: Measured) -> Shown:
    """The timeline, and the sentence that it comes to."""
    rec, sentence = measured.timeline, measured.sentence
    picture = figure(rec.svg(), alt=f"Timeline. {sentence}", caption=sentence)
    return Shown(f"{sentence}\n{rec.text()}", picture)


def demo() -> Live:
    """A choice of calls, and a slider for how long they take."""
    import ipywidgets  # type: ignore[import-untyped]  # noqa: PLC0415 - only a notebook waits for it

    style = {"description_width": "7em", "button_width": "9em"}
    return Live(
        draw,
        way=ipywidgets.ToggleButtons(options=list(WAYS), description="the handler", style=style),
        ms=ipywidgets.IntSlider(
            300, 50, 500, 50, description="call ms", continuous_update=False,
            style={"description_width": "7em"},
        ),
    )  # fmt: skip


def draw(way: str, ms: float) -> Shown:
    """What the demonstration shows for these settings, newly measured."""
    return shown(measure(way, ms=ms))


async def _measure(way: str, seconds: float) -> Measured:
    kind, call = WAYS[way]
    beats: asyncio.Queue[float] = asyncio.Queue()
    with Recorder(["handler", "heart"]) as rec:
        heart = asyncio.create_task(_beat(rec, beats))
        felt = [await beats.get() for _ in range(AROUND)]
        began = time.perf_counter()
        with rec.span("handler", way, kind):
            await call(seconds)
        during, took = beats.qsize(), time.perf_counter() - began
        felt += [await beats.get() for _ in range(during + AROUND)]
        heart.cancel()
    silence = max(after - before for before, after in pairwise(felt))
    return Measured(way, took, during, silence, rec)


async def _beat(rec: Recorder, beats: asyncio.Queue[float]) -> None:
    while True:
        with rec.span("heart", "beats"):
            beats.put_nowait(time.perf_counter())
        await asyncio.sleep(BEAT)


def _times(count: int) -> str:
    return f"{count} time{'' if count == 1 else 's'}"
