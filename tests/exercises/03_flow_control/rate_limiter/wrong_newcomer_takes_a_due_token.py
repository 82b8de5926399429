"""If there is a token, the caller takes it.

fails: test_first_come_first_served
seen_in: no pop
feedback: A token can be due while others wait for it: the loop was busy, and their timer has not fired yet. A newcomer
    that only looks at the tokens overtakes them. It must queue up if anyone is waiting.
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
            if not future.done():
                self._tokens -= 1
                future.set_result(None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            self._timer = self._loop.call_at(self._at + self._step, self._serve)

    async def acquire(self) -> None:
        self._refill()
        if self._tokens:
            self._tokens -= 1
            return
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
