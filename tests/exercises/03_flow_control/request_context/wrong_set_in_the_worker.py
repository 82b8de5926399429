"""The job sets the giver's variables in its thread.

fails: test_a_job_runs_in_a_copy_of_the_context
may_fail: test_a_job_carries_the_id_of_its_request (a job from outside of any request finds what the one before it has set)
says: job 3
feedback: They stay set in the worker's thread, with all that the job itself has set, and the next job finds them if its
    giver has no value of its own. Run the job in a copy, with `context.run`.
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
        items = list(copy_context().items())

        def job() -> Any:
            for variable, value in items:
                variable.set(value)
            return fn(*args, **kwargs)

        return super().submit(job)
