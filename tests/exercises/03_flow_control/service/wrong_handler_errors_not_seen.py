"""A task reports its own error.

fails: test_a_failing_handler_stops_the_service, test_all_errors_come_out_together
may_fail: test_nothing_is_left (the run never ends)
seen_in: no TaskGroup
feedback: An error of a task that is never awaited goes nowhere, but for a line in the log when the task is collected.
    The service goes on as if the order had been booked. Look at what each handler raised.
"""

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
        self._stopped = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._errors: list[Exception] = []
        self._is_cancelled = False

    def submit(self, item: T) -> None:
        if self._stopped.is_set():
            raise ServiceStopped(f"takes no {item!r}")
        task = asyncio.create_task(self._handle(item))
        self._running.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)

    def stop(self) -> None:
        if self._stopped.is_set():
            self._cancel()
        self._stopped.set()

    def _cancel(self) -> None:
        if not self._is_cancelled:
            self._is_cancelled = True
            for task in self._running:
                task.cancel()

    async def run(self) -> None:
        try:
            await self._stopped.wait()
            if self._running:
                await asyncio.wait(self._running, timeout=self._grace)
        finally:
            self._stopped.set()
            self._cancel()
            if self._running:
                await asyncio.wait(self._running)
            for close in self._closers:
                try:
                    await close()
                except Exception as error:
                    self._errors.append(error)
        if self._errors:
            raise ExceptionGroup("stopped", self._errors)
