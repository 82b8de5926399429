"""The id is all that a job needs to know of its request.

fails: test_a_job_runs_in_a_copy_of_the_context
feedback: A tracing library, a database session, a locale: they all keep their state in context variables, and they are
    lost in your jobs. Carry the whole context: `copy_context().run`.
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
        request_id = current.get()

        def job() -> Any:
            with request(request_id):
                return fn(*args, **kwargs)

        return super().submit(job)
