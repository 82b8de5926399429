"""There is one broker, so one limit for all limiters.

fails: test_limiters_do_not_know_of_each_other
feedback: The attributes belong to the class, so each new limiter overwrites those of the others. Two brokers then share
    one number. Set them on `self`.
"""

import asyncio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._kept = (burst - 1) * self._step
        self._loop = asyncio.get_running_loop()
        RateLimiter._next = self._loop.time() - self._kept
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        async with self._turn:
            missing = RateLimiter._next - self._loop.time()
            if missing > 0:
                await asyncio.sleep(missing)
            RateLimiter._next = max(RateLimiter._next, self._loop.time() - self._kept) + self._step
