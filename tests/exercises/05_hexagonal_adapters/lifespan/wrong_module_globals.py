"""A service has one database, so the module knows it.

fails: test_each_run_has_its_own
says: expected 'database 1 closed'
seen_in: global or __aenter__
feedback: The second run overwrites what the first one has put into the module, and closes the same thing
    twice and the other one never. What belongs to a run lives in the local variables of its lifespan.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

from fastapi import FastAPI

D = TypeVar("D")
C = TypeVar("C")


opened: dict[str, Any] = {}


def build_lifespan(
    open_database: Callable[[], AbstractAsyncContextManager[D]],
    open_cache: Callable[[D], AbstractAsyncContextManager[C]],
    refresh: Callable[[D, C], Coroutine[Any, Any, None]],
) -> Callable[[FastAPI], AbstractAsyncContextManager[dict[str, Any]]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        opened["database_block"], opened["cache_block"] = open_database(), None
        database = opened["database"] = await opened["database_block"].__aenter__()
        try:
            opened["cache_block"] = open_cache(database)
            cache = opened["cache"] = await opened["cache_block"].__aenter__()
            opened["task"] = asyncio.create_task(refresh(database, cache))
            try:
                yield {"database": opened["database"], "cache": opened["cache"]}
            finally:
                opened["task"].cancel()
                await asyncio.gather(opened["task"], return_exceptions=True)
                await opened["cache_block"].__aexit__(None, None, None)
        finally:
            await opened["database_block"].__aexit__(None, None, None)

    return lifespan
