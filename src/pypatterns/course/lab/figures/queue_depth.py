"""How many items wait in a pipeline, over a virtual minute; and, when its workers die, which line waits for what.

>>> measure(naive, producer=20, workers=4, maxsize=10).deepest
11
>>> demo(naive)  # in a notebook: the same with controls

`naive(source, work, *, workers, maxsize)` is a function of a notebook's cell. It runs in a process of its own (`queue_run`) on
a virtual clock, so a minute takes no time, and where it stands still that is certain at once.
"""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pypatterns.course.lab.drawing import chart
from pypatterns.course.lab.drawing.shown import Shown, figure, rich
from pypatterns.course.lab.figures import queue_run
from pypatterns.course.lab.figures.queue_run import DIE, LASTS
from pypatterns.course.lab.live import Live

PATIENCE = 20  # seconds of real time; it takes half a one
EVERY = 5  # virtual seconds between two lines of the text
BAR = 40  # characters of the longest line
BESIDE, WIDE, HIGH = 60, 600, 150  # units of the picture: numbers, a minute, the deepest
STEP = 6  # units of the picture: 0.6 s, in which the depth goes up and down
BLUE, RED = "#0072b2", "#d55e00"  # Okabe and Ito's

Pipeline = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """What happened in one run; the seconds are virtual."""

    producer: float  # items per second
    consumer: float  # items per second and worker
    workers: int
    maxsize: int  # 0: no bound
    die: bool
    read: int
    begun: int
    done: int
    depths: Sequence[tuple[float, int]]  # second, items that were read and not in work
    peak: int  # bytes of memory
    stuck_at: float | None  # the last moment at which anything happened, if it stands still
    error: str  # the type of what came out; "" if nothing did
    ended: float
    autopsy: Sequence[str]  # which task waits where, if it stands still

    @property
    def deepest(self) -> int:
        """The most items that waited at once."""
        return max((depth for _, depth in self.depths), default=0)

    @property
    def sentence(self) -> str:
        """The read-ahead, the memory, and how it ended."""
        bound = f"maxsize {self.maxsize}" if self.maxsize else "no bound"
        return (
            f"{self.producer:g} items per second in, {self.workers} times {self.consumer:g} out, {bound}: "
            f"at most {self.deepest:,} waited ({self.peak / 1e6:.2f} MB). {self._end}"
        )

    @property
    def _end(self) -> str:
        if self.stuck_at is not None:
            return (
                f"Nothing has moved since {self.stuck_at:.1f} s: {self.read - self.begun:,} items wait, "
                "and no error came out."
            )
        if self.error:
            return f"After {self.ended:.1f} s {self.error} came out."
        return f"All {self.done:,} items were done after {self.ended:.1f} s."


def measure(
    pipeline: Pipeline,
    *,
    producer: float = 20,
    consumer: float = 4,
    workers: int = 4,
    maxsize: int = 10,
    die: bool = False,
) -> Measured:
    """Run `pipeline` for a virtual minute; with `die`, its workers fail from second 20 on. Takes half a second.

    Raises `RuntimeError` with the last line of what Python said, where the pipeline cannot run.
    """
    settings: dict[str, Any] = {
        "producer": producer,
        "consumer": consumer,
        "workers": workers,
        "maxsize": maxsize,
        "die": die,
    }
    with tempfile.TemporaryDirectory(prefix="pp-queue-") as scratch:
        source = inspect.getsource(pipeline)
        (Path(scratch) / "answer.py").write_text(source, encoding="utf-8")
        said = _run(Path(scratch), {"function": pipeline.__name__, **settings})
    last = said["depths"][-1][0] if said["depths"] else 0.0
    stuck = said.pop("stuck")
    return Measured(**settings, **said, stuck_at=last if stuck else None)


def shown(measured: Measured) -> Shown:
    """The depth over time; below it the autopsy, if there is one."""
    sentence = measured.sentence
    picture = figure(_svg(measured), alt=f"Items that wait. {sentence}", caption=sentence)
    text = "\n".join([sentence, *_bars(measured), *measured.autopsy])
    lines = "".join(f"<li>{rich(line)}</li>" for line in measured.autopsy)
    return Shown(text, picture + (f"<p>The autopsy:</p><ul>{lines}</ul>" if lines else ""))


def demo(pipeline: Pipeline) -> Live:
    """Sliders for the rates, the bound and the number of workers, and a box that lets the workers die."""
    import ipywidgets  # type: ignore[import-untyped]  # noqa: PLC0415 - only a notebook waits for it

    style = {"description_width": "11em"}
    look = {"continuous_update": False, "style": style, "layout": ipywidgets.Layout(width="30em")}
    return Live(
        partial(draw, pipeline),
        producer=ipywidgets.IntSlider(20, 1, 40, 1, description="producer, per second", **look),
        consumer=ipywidgets.IntSlider(4, 1, 20, 1, description="each consumer, per s", **look),
        workers=ipywidgets.IntSlider(4, 1, 8, 1, description="consumers", **look),
        maxsize=ipywidgets.IntSlider(10, 0, 100, 5, description="maxsize, 0: no bound", **look),
        die=ipywidgets.Checkbox(
            value=False, description=f"the consumers die at {DIE:.0f} s", indent=False
        ),
    )


def draw(pipeline: Pipeline, **settings: Any) -> Shown:
    """What the demonstration shows for these settings, newly measured."""
    return shown(measure(pipeline, **settings))


def _run(folder: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """What `queue_run` prints."""
    # as a file: the package around it would import half of IPython
    command = [sys.executable, "-P", queue_run.__file__, str(folder), json.dumps(settings)]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(
            f"the pipeline did not end within {PATIENCE} s; does a task of it never wait?"
        ) from None
    if done.returncode:
        raise RuntimeError(
            f"the pipeline could not run: {done.stderr.strip().rpartition(chr(10))[2]}"
        )
    return dict(json.loads(done.stdout))


def _at(measured: Measured, second: float) -> int:
    """How many items waited at this moment."""
    return next((depth for when, depth in reversed(measured.depths) if when <= second), 0)


def _end(measured: Measured) -> float:
    """Where the picture ends: what comes after the last minute only empties the queue."""
    return LASTS if measured.stuck_at is not None else min(LASTS, measured.ended)


def _bars(measured: Measured) -> Iterator[str]:
    """A line for each five seconds: how many waited."""
    most = max(measured.deepest, 1)
    for second in range(0, int(_end(measured)) + 1, EVERY):
        depth = _at(measured, second)
        yield f"{second:>3} s |{'#' * round(depth / most * BAR):<{BAR}}| {depth:,}"


def _svg(measured: Measured) -> str:
    """The depth as a line of steps, with its own paper, so that it reads in a light theme and in a dark one."""
    width, height = BESIDE + WIDE + 40, HIGH + 70
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" fill="{chart.INK}">',
            f'<rect width="{width}" height="{height}" rx="4" fill="{chart.PAPER}"/>',
            *_axes(measured),
            *_steps(measured),
            "</svg>",
        ]
    )


def _axes(measured: Measured) -> Iterator[str]:
    top = max(measured.deepest, 1)
    bottom = 25 + HIGH
    yield '<text x="8" y="15">items that were read and wait for a consumer</text>'
    for depth in sorted({0, top, *(() if top < 4 else (top // 2,))}):
        y = bottom - HIGH * depth / top
        yield f'<text x="{BESIDE - 8}" y="{y + 4:.1f}" text-anchor="end">{depth:,}</text>'
        yield f'<path d="M{BESIDE},{y:.1f} h{WIDE}" stroke="{chart.LINE}" stroke-width="0.5"/>'
    for second in range(0, int(LASTS) + 1, 10):
        x = _x(second)
        yield f'<path d="M{x:.1f},{bottom} v4" stroke="{chart.INK}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{second} s</text>'
    if measured.die:
        yield f'<path d="M{_x(DIE)},25 v{HIGH}" stroke="{RED}" stroke-width="1.5" stroke-dasharray="5 3"/>'
        yield f'<text x="{_x(DIE)}" y="{bottom + 36}" text-anchor="middle">the consumers die</text>'


def _steps(measured: Measured) -> Iterator[str]:
    """One step for each `STEP` units of the picture, at the most that waited in them."""
    top, end = max(measured.deepest, 1), _end(measured)
    columns: dict[int, int] = {}
    for second, depth in measured.depths:
        if second <= end:
            column = BESIDE + int(_x(second) - BESIDE) // STEP * STEP
            columns[column] = max(columns.get(column, 0), depth)
    bottom = 25 + HIGH
    path = [f"M{BESIDE},{bottom}"]
    path += [f"H{x} V{bottom - HIGH * depth / top:.1f}" for x, depth in sorted(columns.items())]
    yield f'<path d="{" ".join(path)} H{_x(end):.1f}" fill="none" stroke="{BLUE}" stroke-width="2"/>'
    if measured.stuck_at is not None and measured.stuck_at < LASTS:
        x = (_x(measured.stuck_at) + _x(LASTS)) / 2
        yield (
            f'<text x="{x:.1f}" y="{bottom - 12}" text-anchor="middle" stroke="{chart.PAPER}" '
            'stroke-width="3" paint-order="stroke">nothing moves</text>'
        )


def _x(second: float) -> float:
    return BESIDE + WIDE * second / LASTS
