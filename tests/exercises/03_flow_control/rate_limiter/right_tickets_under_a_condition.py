"""Tickets in a list under a Condition: the first one waits with a deadline, the others for a change."""

import asyncio
from contextlib import suppress


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._kept = (burst - 1) * self._step
        self._loop = asyncio.get_running_loop()
        self._next = self._loop.time() - self._kept
        self._tickets: list[object] = []
        self._changed = asyncio.Condition()

    async def acquire(self) -> None:
        ticket = object()
        async with self._changed:
            self._tickets.append(ticket)
            try:
                while self._tickets[0] is not ticket or self._loop.time() < self._next:
                    deadline = self._next if self._tickets[0] is ticket else None
                    with suppress(TimeoutError):
                        async with asyncio.timeout_at(deadline):
                            await self._changed.wait()
                self._next = max(self._next, self._loop.time() - self._kept) + self._step
            finally:
                self._tickets.remove(ticket)
                self._changed.notify_all()
