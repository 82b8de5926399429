"""Who does the tasks: threads here, each with a warm judge, or a Dask cluster.

>>> with here(jobs=2) as crew:
...     future = crew.executor.submit(grade_one, task)

Both are `concurrent.futures` executors that take the same tasks. A crew knows how many tasks to hand out ahead, so that nobody
waits and the class is never in the memory as a whole, and notices when nobody is left to do them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from pypatterns.course.errors import CourseError
from pypatterns.course.grading import tasks

AHEAD = 2  # tasks for each that can run, so that the next is there when one ends
CONNECT = 10.0  # seconds until a scheduler counts as not there
CLOSE = 2.0  # seconds to say goodbye to it
DESERTED = 60.0  # seconds without any worker until the run gives up


class Gone(CourseError):
    """Nobody is left to do the tasks. What is done is kept."""


@dataclass(frozen=True, slots=True)
class Crew:
    """An executor, and how many tasks to have under way.

    `look` raises `Gone` when waiting makes no sense any more; `abandon` ends what runs, and nothing of it counts then.
    """

    executor: Executor
    ahead: int
    look: Callable[[], None]
    abandon: Callable[[], None]


@contextmanager
def here(jobs: int) -> Iterator[Crew]:
    """`jobs` threads of this process."""
    executor = ThreadPoolExecutor(jobs, thread_name_prefix="grading")

    def abandon() -> None:
        executor.shutdown(wait=False, cancel_futures=True)
        tasks.close_judges(for_good=True)
        executor.shutdown()

    tasks.begin()
    try:
        yield Crew(executor, AHEAD * jobs, lambda: None, abandon)
    except BaseException:
        abandon()
        raise
    finally:
        executor.shutdown()
        tasks.close_judges()


@contextmanager
def cluster(address: str) -> Iterator[Crew]:
    """The workers of a Dask scheduler. Raises `CourseError` where there is none.

    A worker that dies takes its tasks with it at once (`allowed-failures` 0): a task that kills workers must not be passed on
    until none is left. run.py hands a lost task out once more.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise CourseError(
            "--scheduler needs Dask: install the extra with pip install --editable '.[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CourseError(
            f"no Dask scheduler answers at {address} ({error}); start one with 'dask scheduler', or grade here without --scheduler"
        ) from None
    try:
        threads = sum(client.nthreads().values())
        if not threads:
            raise CourseError(
                f"the scheduler at {address} has no workers; start some with 'dask worker {address}'"
            )
        executor = client.get_executor(
            pure=False
        )  # a lost task must run anew, not give its old error

        def abandon() -> None:
            if client.status == "running":  # else there is nobody to tell
                executor.shutdown(wait=False)

        client.run_on_scheduler(_no_second_chance())
        yield Crew(executor, AHEAD * threads, _Watch(client, address), abandon)
    finally:
        with suppress(Exception):
            client.close(timeout=CLOSE)


def _no_second_chance() -> Callable[..., None]:
    """What the scheduler is to do. A function inside a function travels whole, so the scheduler needs none of this package."""

    def allow_no_failures(dask_scheduler: Any = None) -> None:
        dask_scheduler.allowed_failures = 0

    return allow_no_failures


class _Watch:
    """Looks whether the scheduler and a worker are there."""

    def __init__(self, client: Any, address: str) -> None:
        self._client = client
        self._address = address
        self._seen = time.monotonic()

    def __call__(self) -> None:
        """Raise `Gone` if waiting makes no sense any more."""
        again = "start it, then run the same command again"
        if self._client.status != "running":
            raise Gone(f"the scheduler at {self._address} went away; {again}")
        try:
            there = bool(self._client.nthreads())
        except Exception as error:
            raise Gone(f"the scheduler at {self._address} went away ({error}); {again}") from error
        now = time.monotonic()
        if there:
            self._seen = now
        elif now - self._seen > DESERTED:
            raise Gone(
                f"the scheduler at {self._address} has no worker left; start some, then run the same command again"
            )
