"""If the job runs here, it has the right context.

fails: test_jobs_run_at_once, test_it_is_a_thread_pool
feedback: Then there is no pool: the caller waits for each job, and two jobs never run at once. Give the job to the
    pool, together with a copy of the context.
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
        future: Future[Any] = Future()
        if self._shutdown:
            raise RuntimeError("cannot schedule new futures after shutdown")
        try:
            future.set_result(copy_context().run(fn, *args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future
