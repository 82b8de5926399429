"""What stands behind the yield is run when the app stops.

fails: test_an_end_from_inside_closes_all
says: is raised at your yield
seen_in: yield
feedback: If the body ends with an error, or is cancelled, that is raised at your yield, and the lines behind it are
    not run: refresh goes on while the cache under it closes. Put the yield into try, the clean-up into finally.
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
        async with open_database() as database, open_cache(database) as cache:
            task = asyncio.create_task(refresh(database, cache))
            yield {"database": database, "cache": cache}
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return lifespan
