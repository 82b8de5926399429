"""A task puts a token into the bucket each step.

fails: test_nothing_is_left
feedback: The task of each limiter runs until the loop ends, also when no caller waits any more: it wakes the process at
    each step, and keeps the limiter alive. Compute from the clock what has come since you last looked.
"""

import asyncio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._free = asyncio.Semaphore(burst)
        self._tokens = burst
        self._task = asyncio.create_task(self._refill())

    async def _refill(self) -> None:
        loop = asyncio.get_running_loop()
        at = loop.time()
        while True:
            await asyncio.sleep(at + self._step - loop.time())
            came = int((loop.time() - at) / self._step + 1e-6)
            at += came * self._step
            for _ in range(min(came, self._burst - self._tokens)):
                self._tokens += 1
                self._free.release()

    async def acquire(self) -> None:
        await self._free.acquire()
        self._tokens -= 1
