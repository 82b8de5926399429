"""A timer cancels at the end of the grace period, an event says that no handler runs, and a shielded task closes."""

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
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._is_stopped = self._is_cancelled = False
        self._errors: list[Exception] = []

    def submit(self, item: T) -> None:
        if self._is_stopped:
            raise ServiceStopped
        task = asyncio.create_task(self._handle(item))
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def stop(self) -> None:
        if self._is_stopped:
            self._cancel()
        else:
            self._is_stopped = True
            self._timer = asyncio.get_running_loop().call_later(self._grace, self._cancel)
            self._look()

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._errors.append(error)
            if not self._is_stopped:
                self.stop()
        self._look()

    def _look(self) -> None:
        if self._is_stopped and not self._tasks:
            self._idle.set()

    def _cancel(self) -> None:
        self._is_stopped = True
        if not self._is_cancelled:
            self._is_cancelled = True
            for task in self._tasks:
                task.cancel()
        self._look()

    async def run(self) -> None:
        try:
            await self._idle.wait()
        except asyncio.CancelledError:
            self._cancel()
            await self._idle.wait()
            raise
        finally:
            if self._timer is not None:
                self._timer.cancel()
            await asyncio.shield(asyncio.create_task(self._close()))
        if self._errors:
            raise ExceptionGroup("stopped", self._errors)

    async def _close(self) -> None:
        for close in self._closers:
            try:
                await close()
            except Exception as error:
                self._errors.append(error)
