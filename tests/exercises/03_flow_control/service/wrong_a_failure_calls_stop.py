"""A handler that fails calls `stop`, since the service stops as by stop.

fails: test_a_failing_handler_stops_the_service
seen_in: stop
feedback: `stop` called again is the second stop, which cancels all handlers. So the second failure, or a failure after a
    stop, takes the grace of the others away. Let a failure only set what `run` waits for.
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
        self._handle = handle
        self._closers = closers
        self._grace = grace
        self._errors: list[Exception] = []
        self._stopped = asyncio.Event()
        self._handlers: set[asyncio.Task[None]] = set()
        self._cancelled = False

    def submit(self, item: T) -> None:
        if self._stopped.is_set():
            raise ServiceStopped
        task = asyncio.create_task(self._guarded(item))
        self._handlers.add(task)
        task.add_done_callback(self._handlers.discard)

    def stop(self) -> None:
        if self._stopped.is_set():
            self._cancel_handlers()
        self._stopped.set()

    async def run(self) -> None:
        interrupted: asyncio.CancelledError | None = None
        try:
            await self._stopped.wait()
            if self._handlers:
                await asyncio.wait(self._handlers, timeout=self._grace)
        except asyncio.CancelledError as error:
            interrupted = error
        self._stopped.set()
        self._cancel_handlers()
        while self._handlers:
            try:
                await asyncio.wait(self._handlers)
            except asyncio.CancelledError as error:
                interrupted = error
        for close in self._closers:
            try:
                await close()
            except Exception as error:
                self._errors.append(error)
        if interrupted is not None:
            raise interrupted
        if self._errors:
            raise ExceptionGroup("errors of handlers and closers", self._errors)

    async def _guarded(self, item: T) -> None:
        try:
            await self._handle(item)
        except Exception as error:
            self._errors.append(error)
            self.stop()

    def _cancel_handlers(self) -> None:
        if not self._cancelled:
            self._cancelled = True
            for task in self._handlers:
                asyncio.get_running_loop().call_soon(task.cancel)
