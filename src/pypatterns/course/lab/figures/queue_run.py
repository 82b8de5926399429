"""A feed, a pipeline and its workers on a virtual clock: a program that prints what happened as JSON.

    python -P src/pypatterns/course/lab/figures/queue_run.py FOLDER '{"function": "naive", "producer": 20, …}'

`FOLDER/answer.py` holds the pipeline. A process of its own: the autopsy of a pipeline that stands still lists all tasks of its
process, and a kernel has tasks of other people. A pipeline that never lets the loop run is ended with the process.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tracemalloc
from array import array
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pypatterns.course.checking.introspection import autopsy
from pypatterns.tasks.virtual import Stuck, VirtualLoop

LASTS = 60.0  # virtual seconds of the feed
DIE = 20.0  # the second from which on each worker fails at its next item
SIZE = 1000  # bytes of an item

Pipeline = Callable[..., Awaitable[object]]


class BadPrice(Exception):
    """An item with which a worker fails."""


@dataclass(slots=True)
class Run:
    """What a feed and its workers do, and what is noted meanwhile."""

    producer: float  # items per second
    consumer: float  # items per second, for each worker
    die: bool
    read: int = 0
    begun: int = 0
    done: int = 0
    # Arrays: the notes must not weigh as much as the items.
    seconds: array[float] = field(default_factory=lambda: array("d"))
    depths: array[int] = field(default_factory=lambda: array("l"))  # items that waited then

    async def source(self) -> AsyncGenerator[bytes, None]:
        """Yield items at the producer's rate, as far as the pipeline takes them, for a minute."""
        for _ in range(int(self.producer * LASTS)):
            if self._now() >= LASTS:
                return
            self.read += 1
            self._note()
            yield bytes(SIZE)
            await asyncio.sleep(1 / self.producer)

    async def work(self, _: bytes) -> None:
        """Take one worker's time; from second `DIE` on fail at once, if workers are to die."""
        self.begun += 1
        self._note()
        if self.die and self._now() >= DIE:
            raise BadPrice("this price is a text")
        await asyncio.sleep(1 / self.consumer)
        self.done += 1

    def _note(self) -> None:
        self.seconds.append(self._now())
        self.depths.append(self.read - self.begun)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def pipeline_in(folder: Path, name: str) -> Pipeline:
    """Return the function that `answer.py` defines; it may use `asyncio`, `aclosing` and `suppress`."""
    file = folder / "answer.py"
    names: dict[str, Any] = {"asyncio": asyncio, "aclosing": aclosing, "suppress": suppress}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), names)  # noqa: S102 - the learner's own cell
    pipeline: Pipeline = names[name]
    return pipeline


def measured(
    folder: Path,
    *,
    function: str,
    producer: float,
    consumer: float,
    workers: int,
    maxsize: int,
    die: bool,
) -> dict[str, Any]:
    """Run the pipeline to its end, or until it is certain that it has none."""
    pipeline, run = pipeline_in(folder, function), Run(producer, consumer, die)

    async def main() -> None:
        await pipeline(run.source(), run.work, workers=workers, maxsize=maxsize)

    tracemalloc.start()
    error, stuck = "", False
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        try:
            runner.run(main())
        except Stuck:
            stuck = True
        except Exception as raised:  # noqa: BLE001 - the pipeline is the learner's
            error = type(raised).__name__
        peak, ended = tracemalloc.get_traced_memory()[1], runner.get_loop().time()
        tracemalloc.stop()
        counts = {"read": run.read, "begun": run.begun, "done": run.done}
        found = autopsy.take(folder) if stuck else autopsy.Autopsy()  # while its tasks are there
    return {
        **counts,
        "depths": list(zip(run.seconds, run.depths, strict=True)),
        "peak": peak,
        "ended": ended,
        "stuck": stuck,
        "error": error,
        "autopsy": [str(location) for location in found.locations],
    }  # fmt: skip


def main() -> None:
    """Print what was measured."""
    logging.disable()  # asyncio reports the workers' errors when it is too late to act
    json.dump(measured(Path(sys.argv[1]), **json.loads(sys.argv[2])), sys.stdout)


if __name__ == "__main__":
    main()
