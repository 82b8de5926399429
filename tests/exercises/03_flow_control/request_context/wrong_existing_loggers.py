"""I add the filter to all loggers.

fails: test_a_block_has_its_id, test_requests_on_one_loop_are_told_apart, test_to_thread_keeps_the_request, test_a_job_carries_the_id_of_its_request, test_all_records_carry_an_id
says: no request_id
feedback: A library makes its loggers when it is imported, which can be later: those have no filter. Add the filter to
    the handler, through which all of its records go.
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
    logging.getLogger().addFilter(add_id)
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).addFilter(add_id)


def add_id(record: logging.LogRecord) -> bool:
    record.request_id = current.get()
    return True


class ContextPool(ThreadPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(copy_context().run, fn, *args, **kwargs)
