"""A caller looks each hundredth of a second whether its token has come.

fails: test_one_per_step_under_load
feedback: Your callers come through up to a hundredth of a second late, and wake the process a hundred times a second
    for nothing. You know when the next token comes: sleep until then.
"""

import asyncio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._loop = asyncio.get_running_loop()
        self._tokens, self._at = burst, self._loop.time()
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        async with self._turn:
            while not self._refilled():
                await asyncio.sleep(0.01)
            self._tokens -= 1

    def _refilled(self) -> int:
        came = int((self._loop.time() - self._at) / self._step + 1e-6)
        self._at += came * self._step
        self._tokens = min(self._burst, self._tokens + came)
        return self._tokens
