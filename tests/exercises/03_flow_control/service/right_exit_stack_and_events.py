"""An AsyncExitStack of wrapped closers, and a queue of events that `run` reads."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any, Generic, TypeVar

from pypatterns.flow import ServiceStopped

T = TypeVar("T")


class Service(Generic[T]):
    def __init__(
        self,
        handle: Callable[[T], Coroutine[Any, Any, None]],
        closers: Sequence[Callable[[], Coroutine[Any, Any, None]]],
        *,
        grace: float,
    ) -> None:
        self._handle, self._closers, self._grace = handle, closers, grace
        self._events: asyncio.Queue[str] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopped = False
        self._errors: list[Exception] = []

    def submit(self, item: T) -> None:
        if self._is_stopped:
            raise ServiceStopped
        task = asyncio.create_task(self._handle(item))
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._errors.append(error)
            self._is_stopped = True
        self._events.put_nowait("over")

    def stop(self) -> None:
        self._is_stopped = True
        self._events.put_nowait("stop")

    async def run(self) -> None:
        async with AsyncExitStack() as stack:
            for close in reversed(self._closers):
                stack.push_async_callback(self._guarded, close)
            stack.push_async_callback(self._end)
            while not self._is_stopped:
                await self._events.get()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._grace):
                    while self._tasks and await self._events.get() != "stop":
                        pass
        if len(self._errors) == 1:
            raise self._errors[0]
        if self._errors:
            raise ExceptionGroup("stopped", self._errors)

    async def _end(self) -> None:
        self._is_stopped = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _guarded(self, close: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await close()
        except Exception as error:
            self._errors.append(error)
