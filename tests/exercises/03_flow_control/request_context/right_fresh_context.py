"""A Filter class, a stack of ids in a tuple, and the giver's variables set in a fresh Context."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from typing import Any

ids: ContextVar[tuple[str, ...]] = ContextVar("ids", default=("-",))


@contextmanager
def request(request_id: str) -> Iterator[None]:
    before = ids.get()
    ids.set((*before, request_id))
    try:
        yield
    finally:
        ids.set(before)


class AddsId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = ids.get()[-1]
        return True


def tag(handler: logging.Handler) -> None:
    handler.addFilter(AddsId())


class ContextPool(ThreadPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        items = list(copy_context().items())

        def job() -> Any:
            for variable, value in items:
                variable.set(value)
            return fn(*args, **kwargs)

        return super().submit(Context().run, job)
