"""Put the id of the current request on each log record, in tasks, in threads and in a pool's jobs.

>>> handler = logging.StreamHandler()
>>> handler.setFormatter(logging.Formatter("%(request_id)s %(message)s"))
>>> tag(handler)
>>> with request("r-17"):
...     logging.getLogger("shop").warning("sold out")
r-17 sold out

Tasks, callbacks and `asyncio.to_thread` copy the context by themselves (PEP 567). A thread pool does not: `ContextPool` does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_request_id: ContextVar[str] = ContextVar("request_id", default="-")


@contextmanager
def request(request_id: str) -> Iterator[None]:
    """Have records carry `request_id` in this block; afterwards the id from before. Blocks nest."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def tag(handler: logging.Handler) -> None:
    """Give each record that the handler gets a `request_id`: that of the current request, "-" outside of any.

    A filter on a handler sees the records of all loggers; one on a logger sees only those that are logged to it (see "Filter
    Objects" in the documentation of logging). With a `QueueListener`, tag the `QueueHandler`: the listener's thread knows
    nothing of the request.
    """
    handler.addFilter(_add_id)


def _add_id(record: logging.LogRecord) -> bool:
    record.request_id = _request_id.get()
    return True


class ContextPool(ThreadPoolExecutor):
    """A thread pool that runs each job in a copy of the context of the code that submitted it.

    `map` and `loop.run_in_executor` go through `submit`, so they do the same. Each job has a copy of its own: a context
    cannot be entered twice at once, and what a job sets stays in the job.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn(*args, **kwargs)` in a thread and in a copy of the current context."""
        context = copy_context()

        def job() -> T:
            return context.run(fn, *args, **kwargs)

        return super().submit(job)
