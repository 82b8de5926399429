"""A TaskGroup ends its tasks when its block ends.

fails: test_all_is_opened_in_order, test_handlers_find_both, test_all_is_closed_in_reverse, test_a_close_that_raises, test_each_run_has_its_own
seen_in: TaskGroup
feedback: It waits for them, and refresh runs for ever: the service never stops. A group cancels its tasks when its
    body ends with an error, not when it just ends. Cancel refresh behind the yield.
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
        async with (
            open_database() as database,
            open_cache(database) as cache,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(refresh(database, cache))
            yield {"database": database, "cache": cache}

    return lifespan
