"""After the sleep there is exactly one token.

fails: test_a_held_up_loop_catches_up
feedback: A sleep can end late, and then more tokens have come than the one that you waited for. If you set the count to
    1 and the time to now, they are lost, and each late wake-up slows the limiter down. Compute the tokens
    from the time that has passed.
"""

import asyncio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._tokens, self._at = float(burst), asyncio.get_running_loop().time()
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        loop = asyncio.get_running_loop()
        async with self._turn:
            now = loop.time()
            self._tokens = min(self._burst, self._tokens + (now - self._at) / self._step)
            self._at = now
            if self._tokens < 1:
                await asyncio.sleep((1 - self._tokens) * self._step)
                self._tokens, self._at = 1.0, loop.time()
            self._tokens -= 1
