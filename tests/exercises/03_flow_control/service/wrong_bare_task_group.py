"""A TaskGroup ends its tasks in order and raises their errors.

fails: test_a_failing_handler_stops_the_service, test_all_errors_come_out_together
seen_in: TaskGroup
feedback: A TaskGroup cancels all others at the first error: none of them has its grace. Keep the errors inside the
    children, so that the group sees none.
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
        self._stopping = asyncio.Event()

    def submit(self, item: T) -> None:
        if self._stopping.is_set():
            raise ServiceStopped
        self._group.create_task(self._handle(item))

    def stop(self) -> None:
        now = asyncio.get_running_loop().time()
        self._limit.reschedule(now if self._stopping.is_set() else now + self._grace)
        self._stopping.set()

    async def run(self) -> None:
        errors = []
        try:
            async with asyncio.timeout(None) as self._limit, asyncio.TaskGroup() as self._group:
                await self._stopping.wait()
        except TimeoutError:
            pass
        except ExceptionGroup as group:
            errors += group.exceptions
        finally:
            self._stopping.set()
            for close in self._closers:
                try:
                    await close()
                except Exception as error:
                    errors.append(error)
        if errors:
            raise ExceptionGroup("stopped", errors)
