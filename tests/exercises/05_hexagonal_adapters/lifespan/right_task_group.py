"""A TaskGroup inside the resources' block waits for refresh, which is cancelled behind the yield."""

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
        async with (
            open_database() as database,
            open_cache(database) as cache,
            asyncio.TaskGroup() as group,
        ):
            running = group.create_task(refresh(database, cache))
            try:
                yield {"database": database, "cache": cache}
            finally:
                running.cancel()

    return lifespan
