"""An anyio memory stream with one receiver per worker; the source is closed in a shielded scope."""

from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, TypeVar

import anyio

T = TypeVar("T")
R = TypeVar("R")


async def pipeline(
    source: AsyncGenerator[T, None],
    work: Callable[[T], Coroutine[Any, Any, R]],
    *,
    workers: int,
    maxsize: int,
) -> list[R]:
    send, receive = anyio.create_memory_object_stream[Any](maxsize)
    results: dict[int, R] = {}

    async def read() -> None:
        place = 0
        async with send:
            try:
                async for item in source:
                    await send.send((place, item))
                    place += 1
            finally:
                with anyio.CancelScope(shield=True):
                    await source.aclose()

    async def consume(mine: Any) -> None:
        async with mine:
            async for place, item in mine:
                results[place] = await work(item)

    async with receive, anyio.create_task_group() as group:
        for _ in range(workers):
            group.start_soon(consume, receive.clone())
        group.start_soon(read)
    return [results[place] for place in range(len(results))]
