"""Each request has its thread, so `threading.local` keeps them apart.

fails: test_requests_on_one_loop_are_told_apart, test_to_thread_keeps_the_request, test_a_job_carries_the_id_of_its_request, test_a_job_runs_in_a_copy_of_the_context, test_jobs_run_at_once
says: the record
feedback: All tasks of a loop run in one thread and share its `local`, and a worker thread does not see that of the
    loop. A ContextVar follows tasks, and contexts can be carried to threads.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any

current = threading.local()


@contextmanager
def request(request_id: str) -> Iterator[None]:
    before = getattr(current, "id", "-")
    current.id = request_id
    try:
        yield
    finally:
        current.id = before


def tag(handler: logging.Handler) -> None:
    handler.addFilter(add_id)


def add_id(record: logging.LogRecord) -> bool:
    record.request_id = getattr(current, "id", "-")
    return True


class ContextPool(ThreadPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(copy_context().run, fn, *args, **kwargs)
