"""The current request is a variable of the module.

fails: test_requests_on_one_loop_are_told_apart, test_to_thread_keeps_the_request, test_a_job_carries_the_id_of_its_request
feedback: All tasks and threads of the process share it, so each record carries the id of the request that came last. A
    ContextVar has a value per task and per context.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any

current = "-"


@contextmanager
def request(request_id: str) -> Iterator[None]:
    global current
    before, current = current, request_id
    try:
        yield
    finally:
        current = before


def tag(handler: logging.Handler) -> None:
    handler.addFilter(add_id)


def add_id(record: logging.LogRecord) -> bool:
    record.request_id = current
    return True


class ContextPool(ThreadPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(copy_context().run, fn, *args, **kwargs)
