"""A caller that is too early sleeps for the rest of the step.

fails: test_tokens_are_taken_at_once, test_one_per_step_under_load, test_a_cancelled_caller_takes_no_token, test_a_held_up_loop_catches_up, test_limiters_do_not_know_of_each_other
may_fail: test_first_come_first_served (callers that wake at one moment come through in any order)
seen_in: no Lock
feedback: All callers that wait see the same last start, sleep equally long and come through together. The next one may
    look only when the one before it has come through: a lock, held during the sleep, makes them a queue.
"""

import asyncio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._last = asyncio.get_running_loop().time() - self._step

    async def acquire(self) -> None:
        loop = asyncio.get_running_loop()
        early = self._last + self._step - loop.time()
        if early > 0:
            await asyncio.sleep(early)
        self._last = loop.time()
