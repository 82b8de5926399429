"""After a block there is no request.

fails: test_a_block_has_its_id, test_a_job_runs_in_a_copy_of_the_context
feedback: Blocks nest: after the inner one its records belong to the outer one again. `reset(token)` brings back the
    value from before.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any

current: ContextVar[str] = ContextVar("request_id", default="-")


@contextmanager
def request(request_id: str) -> Iterator[None]:
    current.set(request_id)
    try:
        yield
    finally:
        current.set("-")


def tag(handler: logging.Handler) -> None:
    handler.addFilter(add_id)


def add_id(record: logging.LogRecord) -> bool:
    record.request_id = current.get()
    return True


class ContextPool(ThreadPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(copy_context().run, fn, *args, **kwargs)
