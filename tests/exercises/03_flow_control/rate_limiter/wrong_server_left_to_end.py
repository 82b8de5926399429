"""A cancelled task has ended.

fails: test_nothing_is_left
seen_in: create_task
feedback: `cancel()` only asks: the task that serves the queue ends some turns of the loop later, and until then it is
    still there. Wait for it, or let the callers serve themselves.
"""

import asyncio
from collections import deque


class RateLimiter:
    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        self._loop = asyncio.get_running_loop()
        self._step = per / rate
        self._burst = burst
        self._tokens = burst
        self._next = self._loop.time()
        self._queue: deque[asyncio.Future[None]] = deque()
        self._server: asyncio.Task[None] | None = None

    async def acquire(self) -> None:
        if not self._queue:
            now = self._loop.time()
            self._refill(now)
            if self._tokens:
                self._take(now)
                return
        turn: asyncio.Future[None] = self._loop.create_future()
        self._queue.append(turn)
        if self._server is None:
            self._server = asyncio.create_task(self._serve())
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._tokens = min(self._tokens + 1, self._burst)
            raise
        finally:
            self._queue.remove(turn)
            if not self._queue and self._server is not None:
                self._server.cancel()
                self._server = None

    def _refill(self, now: float) -> None:
        while self._tokens < self._burst and self._next <= now:
            self._tokens += 1
            self._next += self._step

    def _take(self, now: float) -> None:
        if self._tokens == self._burst:
            self._next = now + self._step
        self._tokens -= 1

    async def _serve(self) -> None:
        while True:
            now = self._loop.time()
            self._refill(now)
            if not self._tokens:
                await asyncio.sleep(self._next - now)
                now = max(self._loop.time(), self._next)
                self._refill(now)
            for turn in self._queue:
                if self._tokens and not turn.done():
                    self._take(now)
                    turn.set_result(None)
            await asyncio.sleep(0)
