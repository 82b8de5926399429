"""request, tag and ContextPool: each record carries the id of its request, in tasks, threads and jobs."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

from pypatterns.flow import ContextPool, request, tag

shelf: ContextVar[str] = ContextVar("shelf", default="empty")


class Lines(logging.Handler):
    """Keeps each record as "id message"."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(request_id)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What a tagged handler of the logger "bank" has written."""
    handler, bank = Lines(), logging.getLogger("bank")
    tag(handler)
    bank.addHandler(handler)
    yield handler.lines
    bank.removeHandler(handler)


def log(text: str) -> None:
    """With a logger below that of the handler."""
    logging.getLogger("bank.client").warning(text)


def log_and_fail(text: str) -> None:
    """In a block of its own."""
    with request("r2"):
        log(text)
        raise LookupError


def test_blocks_nest_and_end(lines: list[str]) -> None:
    """However a block ends, the id from before is back."""
    log("before")
    with request("r1"):
        with pytest.raises(LookupError):
            log_and_fail("inner")
        log("outer")
    log("after")

    assert lines == ["- before", "r2 inner", "r1 outer", "- after"]


def test_tasks_and_threads_keep_their_request(lines: list[str]) -> None:
    """Also when the block is over."""

    async def main() -> None:
        over = asyncio.Event()

        async def late(name: str) -> None:
            await over.wait()
            log(f"task of {name}")

        async def one(name: str) -> asyncio.Task[None]:
            with request(name):
                task = asyncio.create_task(late(name))
                await asyncio.to_thread(log, f"thread of {name}")
                return task

        tasks = await asyncio.gather(one("r1"), one("r2"))
        over.set()
        await asyncio.gather(*tasks)

    asyncio.run(main())

    expected = [f"{name} {what} of {name}" for name in ("r1", "r2") for what in ("task", "thread")]
    assert sorted(lines) == sorted(expected)


def test_a_job_runs_in_a_copy_of_its_givers_context(lines: list[str]) -> None:
    """Whichever request started the thread; the job's own changes stay in the job."""
    gate = threading.Event()

    def job(text: str, *, found: list[str]) -> None:
        found.append(shelf.get())
        shelf.set(text)
        log(text)

    found: list[str] = []
    with ContextPool(1) as pool:
        with request("r1"):
            pool.submit(gate.wait, 5)
        with request("r2"):
            token = shelf.set("tea")
            pool.submit(job, "submitted", found=found)
            pool.map(log, ["mapped"])
            shelf.reset(token)
        pool.submit(job, "outside", found=found)
        gate.set()

    assert lines == ["r2 submitted", "r2 mapped", "- outside"]
    assert found == ["tea", "empty"]
    assert shelf.get() == "empty"


def test_jobs_of_one_request_run_at_once() -> None:
    """Each has a copy of its own: one context cannot be entered twice at once."""
    barrier = threading.Barrier(3)

    with ContextPool(3) as pool, request("r1"):
        jobs = [pool.submit(barrier.wait, 5) for _ in range(3)]

    assert sorted(job.result() for job in jobs) == [0, 1, 2]
