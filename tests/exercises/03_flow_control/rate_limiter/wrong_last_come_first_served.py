"""A list of waiting callers: append, and pop.

fails: test_first_come_first_served
seen_in: pop
feedback: `list.pop()` takes the last one. The caller that has waited longest waits on, for as long as new ones come.
    Take the first: `deque.popleft()`.
"""

import asyncio


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._step = per / rate
        self._burst = burst
        self._loop = asyncio.get_running_loop()
        self._tokens, self._at = burst, self._loop.time()
        self._waiting: list[asyncio.Future[None]] = []
        self._timer: asyncio.TimerHandle | None = None

    def _refill(self) -> None:
        came = int((self._loop.time() - self._at) / self._step + 1e-6)
        self._at += came * self._step
        self._tokens = min(self._burst, self._tokens + came)

    def _serve(self) -> None:
        self._refill()
        while self._tokens and self._waiting:
            future = self._waiting.pop()
            if not future.done():
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
