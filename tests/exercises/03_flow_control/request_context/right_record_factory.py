"""A record factory adds the id, `request` is a class with a token, and a partial carries the job."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import ContextVar, Token, copy_context
from functools import partial
from typing import Any

current: ContextVar[str] = ContextVar("request_id")


class request(AbstractContextManager[None]):  # noqa: N801 - it is called like a function
    def __init__(self, request_id: str) -> None:
        self._request_id = request_id

    def __enter__(self) -> None:
        self._token: Token[str] = current.set(self._request_id)

    def __exit__(self, *error: object) -> None:
        current.reset(self._token)


def tag(handler: logging.Handler) -> None:
    made = logging.getLogRecordFactory()
    if getattr(made, "adds_id", False):
        return

    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = made(*args, **kwargs)
        record.request_id = current.get("-")
        return record

    make.adds_id = True
    logging.setLogRecordFactory(make)


class ContextPool(ThreadPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(copy_context().run, partial(fn, *args, **kwargs))
