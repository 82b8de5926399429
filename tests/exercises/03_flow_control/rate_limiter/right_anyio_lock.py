"""Anyio: a lock as the queue, and `sleep_until` the token's moment."""

import anyio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._kept = (burst - 1) * self._step
        self._next = anyio.current_time() - self._kept
        self._turn = anyio.Lock()

    async def acquire(self) -> None:
        async with self._turn:
            if self._next > anyio.current_time():
                await anyio.sleep_until(self._next)
            self._next = max(self._next, anyio.current_time() - self._kept) + self._step
