"""A TaskGroup whose children keep their errors, in a timeout without a limit that `stop` sets."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
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
        self._stopping = asyncio.Event()
        self._errors: list[Exception] = []

    def submit(self, item: T) -> None:
        if self._stopping.is_set():
            raise ServiceStopped
        self._group.create_task(self._kept(item))

    def stop(self) -> None:
        now = asyncio.get_running_loop().time()
        self._limit.reschedule(now if self._stopping.is_set() else now + self._grace)
        self._stopping.set()

    async def _kept(self, item: T) -> None:
        try:
            await self._handle(item)
        except Exception as error:
            self._errors.append(error)
            if not self._stopping.is_set():
                self.stop()

    async def run(self) -> None:
        try:
            async with asyncio.timeout(None) as self._limit, asyncio.TaskGroup() as self._group:
                await self._stopping.wait()
        except TimeoutError:
            pass
        finally:
            for close in self._closers:
                try:
                    await close()
                except Exception as error:
                    self._errors.append(error)
        if self._errors:
            raise ExceptionGroup("stopped", self._errors)
