"""Anyio: a scope around the task group, whose deadline `stop` sets."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

import anyio

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
        self._stopping = anyio.Event()
        self._errors: list[Exception] = []

    def submit(self, item: T) -> None:
        if self._stopping.is_set():
            raise ServiceStopped
        self._group.start_soon(self._kept, item)

    def stop(self) -> None:
        if self._stopping.is_set():
            self._scope.cancel()
        else:
            self._scope.deadline = anyio.current_time() + self._grace
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
            with anyio.CancelScope() as self._scope:
                async with anyio.create_task_group() as self._group:
                    await self._stopping.wait()
        finally:
            for close in self._closers:
                try:
                    await close()
                except Exception as error:
                    self._errors.append(error)
        if self._errors:
            raise ExceptionGroup("stopped", self._errors)
