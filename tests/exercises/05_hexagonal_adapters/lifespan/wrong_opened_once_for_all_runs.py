"""The context managers are made where the lifespan is built, since they are the same for every start.

fails: test_each_run_has_its_own
says: was opened before
feedback: What open_database() returns can be entered once, as everything that asynccontextmanager makes. The second
    start enters it again. Call open_database() inside the lifespan: a factory is given so that you can.
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
    database_block = open_database()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with database_block as database, open_cache(database) as cache:
            task = asyncio.create_task(refresh(database, cache))
            try:
                yield {"database": database, "cache": cache}
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    return lifespan
