"""Run a handler for each item until told to stop; then finish what is under way, within a grace period, and close.

>>> service = Service(book, [journal.close, database.close], grace=10)
>>> running = asyncio.create_task(service.run())
>>> service.submit(order)
>>> service.stop()                     # from a task that waits for the signal
>>> await running

The order of the end is: no new items, then the work, then what the work needs. Set `grace` below the time that the platform
gives before it kills the process; for Kubernetes that is `terminationGracePeriodSeconds`, 30 s unless set.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class ServiceStopped(Exception):
    """The service takes no more items: it has been stopped, or one of its handlers has failed."""


class Service(Generic[T]):
    """Handles each submitted item in a task of its own, and ends in order: handlers first, then the closers.

    `stop` gives all handlers `grace` seconds from now, then they are cancelled; a second `stop` cancels them at once. A
    handler that raises stops the service in the same way as `stop`. The closers run one after the other, each of them
    whatever the others did.
    """

    def __init__(
        self,
        handle: Callable[[T], Coroutine[Any, Any, None]],
        closers: Sequence[Callable[[], Coroutine[Any, Any, None]]],
        *,
        grace: float,
    ) -> None:
        """Handle items with `handle`; close with `closers`, in this order; wait `grace` seconds after a stop."""
        self._handle = handle
        self._closers = closers
        self._grace = grace
        self._stopped = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._errors: list[Exception] = []
        self._cancelled = False

    def submit(self, item: T) -> None:
        """Start handling an item now. Raises `ServiceStopped` when the service has been stopped."""
        if self._stopped.is_set():
            raise ServiceStopped(f"the service has stopped and takes no {item!r}")
        task = asyncio.create_task(self._guarded(item))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def stop(self) -> None:
        """Take no more items and let what runs finish within the grace period; called again, cancel what runs."""
        if self._stopped.is_set():
            self._cancel()
        self._stopped.set()

    async def run(self) -> None:
        """Serve until stopped and closed. Raises all errors of handlers and closers together, in an `ExceptionGroup`.

        Cancelling it cancels the handlers without grace, and then runs the closers. Errors cannot come out in that case, as
        `CancelledError` does; they are reported to the loop's exception handler.
        """
        try:
            await self._stopped.wait()
            if self._running:
                await asyncio.wait(self._running, timeout=self._grace)
        except asyncio.CancelledError:
            await self._end()
            for error in self._errors:
                self._report(error)
            raise
        await self._end()
        if self._errors:
            raise ExceptionGroup("the service has stopped after errors", self._errors)

    async def _guarded(self, item: T) -> None:
        try:
            await self._handle(item)
        except Exception as error:  # noqa: BLE001 - it comes out of `run`, with all others
            self._errors.append(error)
            self._stopped.set()

    def _cancel(self) -> None:
        """Cancel each handler once: a second cancellation would interrupt its clean-up."""
        if not self._cancelled:
            self._cancelled = True
            for task in self._running:
                task.cancel()

    async def _end(self) -> None:
        self._stopped.set()
        self._cancel()
        if self._running:
            await asyncio.wait(self._running)
        for close in self._closers:
            try:
                await close()
            except Exception as error:  # noqa: BLE001 - the others must close, too
                self._errors.append(error)

    def _report(self, error: Exception) -> None:
        told = {"message": "error in a service that was cancelled", "exception": error}
        asyncio.get_running_loop().call_exception_handler(told)
