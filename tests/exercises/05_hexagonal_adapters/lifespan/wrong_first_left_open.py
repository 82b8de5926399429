"""Both are opened, and from then on a finally sees to it that both are closed.

fails: test_a_cache_that_does_not_open
says: open_cache raised ConnectionError, and this happened: database 1 opened; expected
seen_in: try
feedback: Your try begins when both are open. Between the two the database is open and nobody's: if open_cache
    raises it stays open. Follow each opening at once by what undoes it, as async with and AsyncExitStack do.
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
        cache_block = open_cache(database)
        cache = await cache_block.__aenter__()
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
