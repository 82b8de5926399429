"""I keep the last `rate` start times: if the oldest is older than `per`, the next call may start.

fails: test_tokens_are_taken_at_once, test_one_per_step_under_load, test_a_cancelled_caller_takes_no_token, test_a_held_up_loop_catches_up, test_limiters_do_not_know_of_each_other
seen_in: deque
feedback: The rule holds in any window, but it is another one: `rate` calls start at once, and then none for `per`
    seconds. The bucket allows `burst` at once, and then one each per / rate seconds.
"""

import asyncio
from collections import deque


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._per = per
        self._starts: deque[float] = deque(maxlen=rate)
        self._turn = asyncio.Lock()

    async def acquire(self) -> None:
        loop = asyncio.get_running_loop()
        async with self._turn:
            if len(self._starts) == self._starts.maxlen:
                wait = self._starts[0] + self._per - loop.time()
                if wait > 0:
                    await asyncio.sleep(wait)
            self._starts.append(loop.time())
