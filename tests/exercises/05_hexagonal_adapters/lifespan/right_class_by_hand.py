"""A class with __aenter__ and __aexit__, which keeps what it has opened and closes it with nested try and finally."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from fastapi import FastAPI

D = TypeVar("D")
C = TypeVar("C")


def build_lifespan(
    open_database: Callable[[], AbstractAsyncContextManager[D]],
    open_cache: Callable[[D], AbstractAsyncContextManager[C]],
    refresh: Callable[[D, C], Coroutine[Any, Any, None]],
) -> Callable[[FastAPI], AbstractAsyncContextManager[dict[str, Any]]]:
    class Run:
        def __init__(self, app: FastAPI) -> None:
            self.app = app

        async def __aenter__(self) -> dict[str, Any]:
            self.database_block = open_database()
            self.database = await self.database_block.__aenter__()
            try:
                self.cache_block = open_cache(self.database)
                self.cache = await self.cache_block.__aenter__()
            except BaseException:
                await self.database_block.__aexit__(*sys.exc_info())
                raise
            self.task = asyncio.create_task(refresh(self.database, self.cache))
            return {"database": self.database, "cache": self.cache}

        async def __aexit__(self, *exc: Any) -> None:
            try:
                self.task.cancel()
                await asyncio.gather(self.task, return_exceptions=True)
            finally:
                try:
                    await self.cache_block.__aexit__(*exc)
                finally:
                    await self.database_block.__aexit__(*exc)

    return Run
