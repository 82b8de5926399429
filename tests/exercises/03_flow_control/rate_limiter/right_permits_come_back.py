"""A semaphore with `burst` permits: a timer returns each permit when its token would come."""

import asyncio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._loop = asyncio.get_running_loop()
        self._back = self._loop.time()  # when the last permit comes back
        self._free = asyncio.Semaphore(burst)

    async def acquire(self) -> None:
        await self._free.acquire()
        self._back = max(self._back, self._loop.time()) + self._step
        self._loop.call_at(self._back, self._free.release)
