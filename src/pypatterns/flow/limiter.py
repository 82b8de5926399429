"""Start at most so many calls in so many seconds: a token bucket with a queue in front of it.

>>> limiter = RateLimiter(8, 1.0)      # eight per second, evenly spaced
>>> await limiter.acquire()            # before each order
"""

from __future__ import annotations

import asyncio


class RateLimiter:
    """A bucket of `burst` tokens to which one returns each `per / rate` seconds; each `acquire` takes one.

    So in any window of `per` seconds at most `rate + burst - 1` calls start. Make it in a running loop, and use it in that loop
    alone.

    The bucket is one number: the moment at which the next token came, or will come. This form of the token bucket is the
    generic cell rate algorithm (ITU-T I.371, in its virtual scheduling form).
    """

    def __init__(self, rate: int, per: float, burst: int = 1) -> None:
        """Allow `rate` calls in `per` seconds, and `burst` of them at once after a pause.

        Raises `ValueError` if `rate` or `burst` is less than 1, or `per` not above 0.
        """
        if rate < 1 or burst < 1 or not per > 0:
            raise ValueError(
                f"rate is {rate}, per {per} and burst {burst}; rate and burst must be at least 1, per above 0"
            )
        self._step = per / rate  # seconds
        self._full = (burst - 1) * self._step  # a token that is older than this found a full bucket
        self._time = asyncio.get_running_loop().time
        self._next = self._time() - self._full
        self._turn = asyncio.Lock()  # fair: those who wait for it get it in their order

    async def acquire(self) -> None:
        """Take a token, or wait for one behind all who called before. A cancelled caller takes none."""
        async with self._turn:
            missing = self._next - self._time()
            if missing > 0:
                await asyncio.sleep(missing)
            # Only now is the token taken: a caller that is cancelled up to here leaves it to the next one.
            self._next = max(self._next, self._time() - self._full) + self._step
