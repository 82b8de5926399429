"""A caller that is cancelled just stops waiting.

fails: test_a_cancelled_caller_takes_no_token, test_nothing_is_left
feedback: Your `acquire` swallows CancelledError and returns, so the cancelled caller goes on as if it had a token, and
    sends its order. Let CancelledError out.
"""

import asyncio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._kept = (burst - 1) * self._step
        self._loop = asyncio.get_running_loop()
        self._next = self._loop.time() - self._kept
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        try:
            async with self._turn:
                missing = self._next - self._loop.time()
                if missing > 0:
                    await asyncio.sleep(missing)
                self._next = max(self._next, self._loop.time() - self._kept) + self._step
        except asyncio.CancelledError:
            pass
