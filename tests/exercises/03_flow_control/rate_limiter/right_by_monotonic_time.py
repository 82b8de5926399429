"""One number, the moment at which the bucket will be full (GCRA), by `time.monotonic`."""

import asyncio
import time


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._full_at = time.monotonic()
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        async with self._turn:
            ahead = self._full_at - (self._burst - 1) * self._step - time.monotonic()
            if ahead > 0:
                await asyncio.sleep(ahead)
            self._full_at = max(self._full_at, time.monotonic()) + self._step
