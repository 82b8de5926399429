"""One after the other, in threads, in processes: the same tasks three times, measured, and what it takes to break even.

>>> measure(wait_ms=20, workers=4).speed_up_threads
3.9
>>> demo()  # in a notebook: the same with sliders

A task waits, computes and carries a list of integers; see `pypatterns.concurrency.workloads`.
"""

from __future__ import annotations

import math
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from pypatterns.concurrency.mapping import START
from pypatterns.concurrency.workloads import Task, cores, numbers, pid_of, steps_for, work
from pypatterns.course.lab.drawing import bars
from pypatterns.course.lab.drawing.bars import Bar, Mark
from pypatterns.course.lab.drawing.shown import Shown, figure
from pypatterns.course.lab.figures import races
from pypatterns.course.lab.live import Live

TASKS = 12
WORKERS = (1, 2, 3, 4, 6, 12)  # they share the tasks evenly
ROUNDS = 2  # the faster one counts: other programs only ever make it slower
SAMPLE_MB = 0.5  # what is sent to learn the price of sending
STARTING = 60  # seconds in which processes must have started
VIEWS = ("speed", "lost updates")


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds for all tasks, three ways, once the workers were there; `start` are the seconds until the processes were."""

    wait_ms: float
    cpu_ms: float
    payload_mb: float
    workers: int
    sequential: float
    threads: float
    processes: float
    start: float
    ms_per_mb: float  # to pickle, send and unpickle a megabyte

    @property
    def speed_up_threads(self) -> float:
        """How many times as fast as one after the other."""
        return self.sequential / self.threads

    @property
    def speed_up_processes(self) -> float:
        """How many times as fast as one after the other."""
        return self.sequential / self.processes

    @property
    def break_even_ms(self) -> float:
        """What a task must compute, in ms, for processes to gain as much as sending its payload costs; inf on one core."""
        return break_even_ms(self.payload_mb, self.ms_per_mb, min(self.workers, cores()))


def break_even_ms(payload_mb: float, ms_per_mb: float, at_once: int) -> float:
    """Where `at_once` processes gain nothing any more: computing t ms costs t here, and t / at_once + sending there."""
    if at_once < 2:
        return math.inf
    return payload_mb * ms_per_mb / (1 - 1 / at_once)


def measure(
    *, wait_ms: float = 0.0, cpu_ms: float = 0.0, payload_mb: float = 0.0, workers: int = 4
) -> Measured:
    """Run `TASKS` tasks that each wait, compute and carry so much: one after the other, in threads and in processes.

    Everything twice, so it takes some 2 s where a task waits 20 ms, computes 20 ms and carries 2 MB.
    """
    tasks = [Task(wait_ms / 1000, steps_for(cpu_ms), numbers(payload_mb))] * TASKS
    sequential = _seconds(lambda: [work(task) for task in tasks])
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(pid_of, range(workers)))
        threads = _seconds(lambda: list(pool.map(work, tasks)))
    begun = time.perf_counter()
    with _processes(workers) as pool:
        start = time.perf_counter() - begun
        processes = _seconds(lambda: list(pool.map(work, tasks)))
        sample = [Task(cargo=numbers(SAMPLE_MB))] * 4
        sending = _seconds(lambda: list(pool.map(work, sample))) / len(sample)
    ms_per_mb = sending * 1000 / SAMPLE_MB
    return Measured(
        wait_ms, cpu_ms, payload_mb, workers, sequential, threads, processes, start, ms_per_mb
    )


def shown(measured: Measured) -> Shown:
    """The three times as bars, the speed-ups beside them, and the line that a gain must not cross."""
    slowest = max(measured.sequential, measured.threads, measured.processes)
    rows = [
        Bar("one by one", measured.sequential, f"{measured.sequential:.3f} s"),
        _bar("threads", measured.threads, measured.speed_up_threads),
        _bar("processes", measured.processes, measured.speed_up_processes),
    ]
    mark = Mark(measured.sequential, "break-even")
    first = (
        f"{measured.workers} at a time: threads are {measured.speed_up_threads:.2f} times as fast as one by one, "
        f"processes {measured.speed_up_processes:.2f} times."
    )
    lines = [first, *_said(measured)]
    picture = figure(bars.svg(rows, of=slowest, mark=mark), alt=f"Bars. {first}")
    below = "".join(f"<div>{line}</div>" for line in lines)
    return Shown("\n".join([first, bars.text(rows, of=slowest), *lines[1:]]), picture + below)


def demo() -> Live:
    """Sliders for what a task does, and two views: the time of all tasks, or the updates that threads lose."""
    import ipywidgets  # type: ignore[import-untyped]  # noqa: PLC0415 - only a notebook waits for it

    look = {"continuous_update": False, "style": {"description_width": "7em"}}
    return Live(
        draw,
        view=ipywidgets.ToggleButtons(options=VIEWS, description="show", style=look["style"]),
        wait_ms=ipywidgets.IntSlider(20, 0, 20, description="wait ms", **look),
        cpu_ms=ipywidgets.IntSlider(0, 0, 20, description="CPU ms", **look),
        payload_mb=ipywidgets.FloatSlider(
            0, min=0, max=2, step=0.1, readout_format=".1f", description="payload MB", **look
        ),
        workers=ipywidgets.SelectionSlider(options=WORKERS, value=4, description="workers", **look),
    )


def draw(view: str, wait_ms: float, cpu_ms: float, payload_mb: float, workers: int) -> Shown:
    """What the demonstration shows for these settings, newly measured."""
    if view == "speed":
        return shown(
            measure(wait_ms=wait_ms, cpu_ms=cpu_ms, payload_mb=payload_mb, workers=workers)
        )
    results = [races.lost_updates(variant, threads=workers) for variant in races.VARIANTS]
    return races.shown(results, workers)


def _bar(label: str, seconds: float, speed_up: float) -> Bar:
    return Bar(label, seconds, f"{seconds:.3f} s, {speed_up:.2f} times as fast")


def _said(measured: Measured) -> Iterator[str]:
    yield (
        f"{TASKS} tasks, each waits {measured.wait_ms:g} ms, computes {measured.cpu_ms:g} ms and carries "
        f"{measured.payload_mb:g} MB; {cores()} cores. Starting the processes took {measured.start:.2f} s more."
    )
    if not measured.payload_mb:
        yield f"A megabyte costs {measured.ms_per_mb:.1f} ms to send to a process."
    elif math.isinf(measured.break_even_ms):
        yield "One process at a time computes, so nothing makes up for the sending."
    else:
        yield (
            f"A megabyte costs {measured.ms_per_mb:.1f} ms to send to a process, so with this payload processes "
            f"break even where a task computes {measured.break_even_ms:.1f} ms."
        )


@contextmanager
def _processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose workers have all started: none of them passes the barrier before."""
    context = multiprocessing.get_context(START)
    context.set_forkserver_preload([work.__module__])  # imported once, and not in every worker
    ready = context.Barrier(workers + 1)
    with ProcessPoolExecutor(workers, context, ready.wait, (STARTING,)) as pool:
        for place in range(workers):
            pool.submit(pid_of, place)
        ready.wait(STARTING)
        yield pool


def _seconds(run: Callable[[], Sequence[object]]) -> float:
    return min(_once(run) for _ in range(ROUNDS))


def _once(run: Callable[[], Sequence[object]]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
