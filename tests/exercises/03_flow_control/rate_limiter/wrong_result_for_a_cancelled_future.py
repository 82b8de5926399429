"""The futures in the queue all wait for their result.

fails: test_a_cancelled_caller_takes_no_token, test_nothing_is_left
says: The call can never end
feedback: The future of a cancelled caller is cancelled, and `set_result` on it raises InvalidStateError, here in a
    timer's callback: the loop only logs it, the timer is not set again, and the others wait for ever. Look at
    `future.done()` first.
"""

import asyncio
from collections import deque


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._loop = asyncio.get_running_loop()
        self._tokens, self._at = burst, self._loop.time()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def _refill(self) -> None:
        came = int((self._loop.time() - self._at) / self._step + 1e-6)
        self._at += came * self._step
        self._tokens = min(self._burst, self._tokens + came)

    def _serve(self) -> None:
        self._refill()
        while self._tokens and self._waiting:
            future = self._waiting.popleft()
            self._tokens -= 1
            future.set_result(None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            self._timer = self._loop.call_at(self._at + self._step, self._serve)

    async def acquire(self) -> None:
        future = self._loop.create_future()
        self._waiting.append(future)
        self._serve()
        try:
            await future
        except asyncio.CancelledError:
            if not future.cancelled():  # woken and cancelled in one turn of the loop
                self._tokens += 1
                self._serve()
            raise
