"""Eight per second means: count, and start again from 0 at each full second.

fails: test_tokens_are_taken_at_once, test_one_per_step_under_load, test_a_cancelled_caller_takes_no_token, test_a_held_up_loop_catches_up, test_limiters_do_not_know_of_each_other
feedback: A window that begins at a full second sees nothing of the one before it: eight orders go out at the end of one
    second and eight at the beginning of the next, sixteen within some milliseconds. The broker's second
    begins whenever it likes.
"""

import asyncio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._per, self._rate = per, rate
        self._window, self._count = 0, 0
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        loop = asyncio.get_running_loop()
        async with self._turn:
            while True:
                window = loop.time() // self._per
                if window != self._window:
                    self._window, self._count = window, 0
                if self._count < self._rate:
                    self._count += 1
                    return
                await asyncio.sleep((window + 1) * self._per - loop.time())
