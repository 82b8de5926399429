"""refresh was started on top of everything, and the outermost finally takes care of it.

fails: test_all_is_closed_in_reverse, test_a_close_that_raises, test_an_end_from_inside_closes_all
says: this happened: cache 1 closing, cache 1 closed, database 1 closing, database 1 closed, refresh
seen_in: finally
feedback: Your finally stands outside of the block that keeps cache and database open, so both are closed before it
    is reached, and refresh works on closed things. What starts last ends first: move it inside.
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
        task = None
        try:
            async with open_database() as database, open_cache(database) as cache:
                task = asyncio.create_task(refresh(database, cache))
                yield {"database": database, "cache": cache}
        finally:
            if task:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    return lifespan
