"""app.state is where an app keeps what its handlers need.

fails: test_handlers_find_both, test_each_run_has_its_own
seen_in: state
feedback: app.state is another thing than request.state, and it is one for all runs of the app. What the lifespan
    yields becomes the state of every request: yield the dict.
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
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_database() as database, open_cache(database) as cache:
            app.state.database, app.state.cache = database, cache
            task = asyncio.create_task(refresh(database, cache))
            try:
                yield
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    return lifespan
