"""Tokens that were not needed are kept for later.

fails: test_tokens_are_taken_at_once, test_a_held_up_loop_catches_up
feedback: After a quiet night there are thousands of tokens, and thousands of calls start at once in the morning. There
    are never more than `burst` tokens: cap them when you look.
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
        async with self._turn:
            missing = self._next - self._loop.time()
            if missing > 0:
                await asyncio.sleep(missing)
            self._next += self._step
