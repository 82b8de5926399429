"""A thread pool takes the context along, as `to_thread` does.

fails: test_a_job_carries_the_id_of_its_request, test_a_job_runs_in_a_copy_of_the_context, test_jobs_run_at_once
seen_in: no submit
feedback: `asyncio.to_thread` copies the context, but `submit`, `map` and `run_in_executor` do not. Override `submit`,
    through which all of them go.
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
    token = current.set(request_id)
    try:
        yield
    finally:
        current.reset(token)


def tag(handler: logging.Handler) -> None:
    handler.addFilter(add_id)


def add_id(record: logging.LogRecord) -> bool:
    record.request_id = current.get()
    return True


class ContextPool(ThreadPoolExecutor):
    pass
