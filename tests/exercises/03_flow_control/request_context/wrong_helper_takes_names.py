"""A helper `run_in(context, fn, *args, **kwargs)` passes everything on.

fails: test_it_is_a_thread_pool
says: multiple values for argument
seen_in: context
feedback: A job whose keyword is called `context` or `fn` collides with the parameters of the helper, and the call raises
    TypeError. Make them positional-only, with a `/` behind them, as in `submit`.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
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

    def add_id(record: logging.LogRecord) -> bool:
        record.request_id = current.get()
        return True

    handler.addFilter(add_id)


def run_in(context: Context, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return context.run(fn, *args, **kwargs)


class ContextPool(ThreadPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(run_in, copy_context(), fn, *args, **kwargs)
