"""When refresh is cancelled, whatever it raises is part of stopping, and is suppressed around the whole block.

fails: test_an_end_from_inside_closes_all
says: without an error
seen_in: suppress or CancelledError
feedback: suppress(CancelledError) round the yield also swallows the cancellation of the service itself: whoever
    cancelled it believes that it goes on. Suppress only where you await the task that you have cancelled.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
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
            with suppress(asyncio.CancelledError):
                task = asyncio.create_task(refresh(database, cache))
                try:
                    yield {"database": database, "cache": cache}
                finally:
                    task.cancel()
                    await task

    return lifespan
