"""Each job runs in a copy of the context.

fails: test_a_job_carries_the_id_of_its_request, test_a_job_runs_in_a_copy_of_the_context, test_jobs_run_at_once
seen_in: submit, copy_context
feedback: You copy the context when the job runs, in the worker's thread: that is the worker's context, which knows
    nothing of the request. Copy it in `submit`, which runs where the job is given.
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
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(lambda: copy_context().run(fn, *args, **kwargs))
