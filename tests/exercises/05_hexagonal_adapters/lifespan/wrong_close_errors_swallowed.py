"""The service is going down anyway, so an error of closing helps nobody.

fails: test_a_close_that_raises
says: without an error
seen_in: except or suppress
feedback: A close that fails can mean that something was not written. Whoever stops the service, a deployment or a
    person, has to hear of it. Let the error out once the other one is closed.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

from fastapi import FastAPI

D = TypeVar("D")
C = TypeVar("C")


async def closed(block: AbstractAsyncContextManager[Any]) -> None:
    try:
        await block.__aexit__(None, None, None)
    except Exception:
        logging.exception("could not close %s", block)


def build_lifespan(
    open_database: Callable[[], AbstractAsyncContextManager[D]],
    open_cache: Callable[[D], AbstractAsyncContextManager[C]],
    refresh: Callable[[D, C], Coroutine[Any, Any, None]],
) -> Callable[[FastAPI], AbstractAsyncContextManager[dict[str, Any]]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with AsyncExitStack() as stack:
            database_block = open_database()
            database = await database_block.__aenter__()
            stack.push_async_callback(closed, database_block)
            cache_block = open_cache(database)
            cache = await cache_block.__aenter__()
            stack.push_async_callback(closed, cache_block)
            task = asyncio.create_task(refresh(database, cache))
            try:
                yield {"database": database, "cache": cache}
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    return lifespan
