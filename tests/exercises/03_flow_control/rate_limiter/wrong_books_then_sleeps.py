"""Each caller books the next free moment and sleeps until then.

fails: test_a_cancelled_caller_takes_no_token, test_a_held_up_loop_catches_up
says: leaves its token to the next one
feedback: A caller that is cancelled in its sleep has booked a moment that no caller uses, and the others do not move
    up. Take the token after the sleep, not before it.
"""

import asyncio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._kept = (burst - 1) * self._step
        self._loop = asyncio.get_running_loop()
        self._next = self._loop.time() - self._kept

    async def acquire(self) -> None:
        mine = max(self._next, self._loop.time() - self._kept)
        self._next = mine + self._step
        if mine > self._loop.time():
            await asyncio.sleep(mine - self._loop.time())
