"""The handler's `handle` is wrapped, and a closure runs the job in its copy."""

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
    handle = handler.handle

    def tagged(record: logging.LogRecord) -> Any:
        record.request_id = current.get()
        return handle(record)

    handler.handle = tagged


class ContextPool(ThreadPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        context = copy_context()

        def job() -> Any:
            return context.run(fn, *args, **kwargs)

        return super().submit(job)
