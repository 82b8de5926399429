"""A start succeeds or raises an Exception: with an except for it, no start leaves anything open.

fails: test_a_cache_that_does_not_open
says: cancelled while open_cache waited, and this happened: database 1 opened; expected
seen_in: except
feedback: A start that takes too long is cancelled, by a deployment or a test's timeout, and CancelledError is no Exception:
    the database stays open. async with and AsyncExitStack close it whatever ends the start.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

from fastapi import FastAPI

D = TypeVar("D")
C = TypeVar("C")


def build_lifespan(
    open_database: Callable[[], AbstractAsyncContextManager[D]],
    open_cache: Callable[[D], AbstractAsyncContextManager[C]],
    refresh: Callable[[D, C], Coroutine[Any, Any, None]],
) -> Callable[[FastAPI], AbstractAsyncContextManager[dict[str, Any]]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        database_block = open_database()
        database = await database_block.__aenter__()
        try:
            cache_block = open_cache(database)
            cache = await cache_block.__aenter__()
        except Exception as error:
            await database_block.__aexit__(type(error), error, error.__traceback__)
            raise
        task = asyncio.create_task(refresh(database, cache))
        try:
            yield {"database": database, "cache": cache}
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            try:
                await cache_block.__aexit__(None, None, None)
            finally:
                await database_block.__aexit__(None, None, None)

    return lifespan
