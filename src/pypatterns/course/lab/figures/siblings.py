"""One of three children fails: who lives on, who is cancelled, and when the caller hears of it, with four ways to wait for them.

>>> measure("gather").running
2
>>> demo()  # in a notebook: the same with controls

Real tasks on the real clock, in an event loop of their own thread, so that a control may measure while a cell's loop runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import anyio
from anyio.lowlevel import checkpoint

from pypatterns.course.lab.drawing.shown import Shown, figure
from pypatterns.course.lab.live import Live
from pypatterns.course.lab.timeline import Recorder

BAD = "rice"
NEEDS = {"tea": 0.05, "salt": 0.09}  # seconds from the failure to their own end
AFTERWARDS = 0.02  # seconds that the caller goes on at least
NO_MORE = LookupError("no rice today")

Child = Callable[[], Coroutine[Any, Any, str]]


async def _gather(children: Sequence[Child]) -> object:
    return await asyncio.gather(*(child() for child in children))


async def _gather_values(children: Sequence[Child]) -> object:
    return await asyncio.gather(*(child() for child in children), return_exceptions=True)


async def _task_group(children: Sequence[Child]) -> object:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(child()) for child in children]
    return [task.result() for task in tasks]


async def _anyio(children: Sequence[Child]) -> None:
    async with anyio.create_task_group() as group:
        for child in children:
            group.start_soon(child)


WAYS: dict[str, Callable[[Sequence[Child]], Awaitable[object]]] = {
    "gather": _gather,
    "gather, return_exceptions": _gather_values,
    "TaskGroup": _task_group,
    "anyio": _anyio,
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What had become of the children when the caller went on, `told` seconds after the start."""

    way: str
    told: float
    raised: str  # the type of what reached the caller; "" if nothing was raised
    running: int  # siblings of the one that failed
    cancelled: int
    timeline: Recorder

    @property
    def sentence(self) -> str:
        """Who heard of what, when, and who lived on."""
        if not self.raised:
            return (
                f"{self.way}: nothing was raised. The caller waited {self.told:.3f} s for all, "
                f"and got the {type(NO_MORE).__name__} as a value."
            )
        heard = f"{self.way}: {self.raised} reached the caller after {self.told:.3f} s"
        if self.running:
            return f"{heard}; {self.running} siblings ran on, and nobody waited for them."
        return (
            f"{heard}; {self.cancelled} siblings had been cancelled and had cleaned up by then, "
            f"{self.running} ran on."
        )


def measure(way: str, *, fails_ms: float = 30, cleanup_ms: float = 20) -> Measured:
    """Let `rice` fail after `fails_ms`, and whoever is cancelled clean up for `cleanup_ms`. Takes some 0.15 s.

    Raises `KeyError` for a way that is not in `WAYS`.
    """
    family = _Family(fails_ms / 1000, cleanup_ms / 1000)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, family.live(way, WAYS[way])).result()


def shown(measured: Measured) -> Shown:
    """The timeline, and the sentence that it comes to."""
    rec, sentence = measured.timeline, measured.sentence
    picture = figure(rec.svg(), alt=f"Timeline. {sentence}", caption=sentence)
    return Shown(f"{sentence}\n{rec.text()}", picture)


def demo() -> Live:
    """A choice of ways, and sliders for when the child fails and how long a clean-up takes."""
    import ipywidgets  # type: ignore[import-untyped]  # noqa: PLC0415 - only a notebook waits for it

    look = {"continuous_update": False, "style": {"description_width": "7em"}}
    return Live(
        draw,
        way=ipywidgets.ToggleButtons(
            options=list(WAYS),
            description="wait with",
            style={"description_width": "7em", "button_width": "16em"},
        ),
        fails_ms=ipywidgets.IntSlider(30, 10, 100, 10, description="fails after ms", **look),
        cleanup_ms=ipywidgets.IntSlider(20, 0, 100, 10, description="clean-up ms", **look),
    )


def draw(way: str, fails_ms: float, cleanup_ms: float) -> Shown:
    """What the demonstration shows for these settings, newly measured."""
    return shown(measure(way, fails_ms=fails_ms, cleanup_ms=cleanup_ms))


class _Family:
    """A caller and three children, and what each of them does when."""

    def __init__(self, fails: float, cleanup: float) -> None:
        self._fails, self._cleanup = fails, cleanup
        self._rec = Recorder(["caller", "tea", BAD, "salt"])
        self._alive: set[str] = set()
        self._cancelled: set[str] = set()

    async def live(
        self, way: str, wait_for: Callable[[Sequence[Child]], Awaitable[object]]
    ) -> Measured:
        """Wait for the children, then go on until the last of them has ended."""
        self._failed, self._all_ended, raised = asyncio.Event(), asyncio.Event(), ""
        await checkpoint()  # the first call of anyio imports half of it: not while the clock runs
        with self._rec as rec:
            try:
                with rec.span("caller", "waits for all three", "waits"):
                    await wait_for([self._bad, self._good("tea"), self._good("salt")])
            except (LookupError, ExceptionGroup) as error:
                raised = type(error).__name__
            running, cancelled = len(self._alive), len(self._cancelled)
            told = max(span.end for span in rec.spans if span.lane == "caller")
            with rec.span("caller", "goes on"):
                await asyncio.sleep(AFTERWARDS)
                await self._all_ended.wait()
        return Measured(way, told, raised, running, cancelled, rec)

    async def _bad(self) -> str:
        with self._rec.span(BAD, "asks", "waits"):
            await asyncio.sleep(self._fails)
            self._failed.set()
            raise NO_MORE.with_traceback(None)

    def _good(self, name: str) -> Child:
        async def child() -> str:
            self._alive.add(name)
            try:
                with self._rec.span(name, "asks", "waits"):
                    await (
                        self._failed.wait()
                    )  # counted from there: a busy machine ends nobody early
                    await asyncio.sleep(NEEDS[name])
            except asyncio.CancelledError:
                await self._clean_up(name)
                raise
            finally:
                self._alive.discard(name)
                if not self._alive:
                    self._all_ended.set()
            return name

        return child

    async def _clean_up(self, name: str) -> None:
        self._cancelled.add(name)
        # anyio would cancel the first `await` in here again; a shield is what a clean-up needs there
        with self._rec.span(name, "cleans up", "cleans"), anyio.CancelScope(shield=True):
            await asyncio.sleep(self._cleanup)
