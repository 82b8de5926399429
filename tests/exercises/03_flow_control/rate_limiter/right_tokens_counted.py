"""A number of tokens, refilled whenever it is looked at; a fair lock is the queue."""

import asyncio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._tokens, self._at = float(burst), asyncio.get_running_loop().time()
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        async with self._turn:
            self._refill()
            if self._tokens < 1:
                await asyncio.sleep((1 - self._tokens) * self._step)
                self._refill()
            self._tokens -= 1

    def _refill(self) -> None:
        now = asyncio.get_running_loop().time()
        self._tokens = min(self._burst, self._tokens + (now - self._at) / self._step)
        self._at = now
