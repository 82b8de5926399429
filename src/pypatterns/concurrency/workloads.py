"""Work to give to threads and processes: waiting, computing, carrying data. In a module, so that any worker can import it.

A function that is defined in a notebook cell cannot be sent to a process that was not forked from the kernel.

>>> with ProcessPoolExecutor(2) as pool:
...     list(pool.map(burn, [steps_for(20)] * 8))
"""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

SAMPLE = 200_000  # steps; some 10 ms
PICKLED_INT = 5  # bytes of a number from 65,536 to 2**31 - 1: an opcode and four bytes


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work: wait `wait` seconds, compute `steps` steps, and carry `cargo` there."""

    wait: float = 0.0
    steps: int = 0
    cargo: Sequence[int] = ()


def work(task: Task) -> int:
    """Do one task. Returns how much cargo arrived."""
    if task.wait:
        time.sleep(task.wait)
    burn(task.steps)
    return len(task.cargo)


def burn(steps: int) -> int:
    """Compute for `steps` steps of pure Python: it never waits, and it holds the GIL like any Python code."""
    total = 0
    for step in range(steps):
        total += step & 3
    return total


def steps_for(ms: float) -> int:
    """How many steps of `burn` take `ms` milliseconds of processor time on this computer."""
    return round(ms * _steps_per_ms())


def numbers(mb: float) -> list[int]:
    """A list of integers whose pickle has `mb` megabytes (of 10**6 bytes)."""
    return list(range(65_536, 65_536 + round(mb * 1_000_000 / PICKLED_INT)))


def pickled_mb(cargo: object) -> float:
    """How many megabytes a process would be sent."""
    return len(pickle.dumps(cargo, pickle.HIGHEST_PROTOCOL)) / 1_000_000


def pid_of(_: object = None) -> int:
    """The process in which this runs."""
    return os.getpid()


@lru_cache(maxsize=1)
def _steps_per_ms() -> float:
    """Measured once, in processor time, so that other programs do not count."""
    burn(SAMPLE)  # the interpreter specialises the loop first
    best = float("inf")
    for _ in range(3):
        started = time.thread_time()
        burn(SAMPLE)
        best = min(best, time.thread_time() - started)
    return SAMPLE / max(best * 1000, 0.001)


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
