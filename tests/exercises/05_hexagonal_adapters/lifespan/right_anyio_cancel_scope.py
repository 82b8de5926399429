"""anyio's task group: its cancel scope ends refresh, and the end of its block waits for it."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import anyio
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
        async with open_database() as database, open_cache(database) as cache:
            async with anyio.create_task_group() as group:
                group.start_soon(refresh, database, cache)
                try:
                    yield {"database": database, "cache": cache}
                finally:
                    group.cancel_scope.cancel()

    return lifespan
