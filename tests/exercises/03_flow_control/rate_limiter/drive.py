"""Call a rate limiter on the virtual clock, and write down when each call came through.

Moments are given in steps of per / rate seconds after the limiter was made, and told in steps, too. A plan is a list of
[moment, what happens, to whom or for how long]; one task carries it out, so that two things of one moment have an order.
"""

import asyncio
import time

from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import run_virtual
from pypatterns.course.checking.probes.virtual_clock import now, virtual_time


class Callers:
    """Tasks that call `acquire` of one limiter each, and what became of them, in steps."""

    def __init__(self, answer, rate, per, burst):
        self.limiter = answer.RateLimiter(rate, per, *([] if burst is None else [burst]))
        self.step = per / rate
        self.through, self.cancelled, self.order = {}, {}, []
        self.tasks = {}
        self._began = now()

    def at(self):
        """The moment, in steps."""
        return round((now() - self._began) / self.step, 6)

    async def until(self, moment):
        """Sleep until a moment, in steps."""
        seconds = moment * self.step - (now() - self._began)
        if seconds > 0:
            await asyncio.sleep(seconds)

    def call(self, *names):
        """Let each of these call `acquire`, in this order."""
        for name in names:
            self.tasks[name] = asyncio.create_task(self.acquire(name))

    async def acquire(self, name):
        """Call `acquire` and write down when that ended, and how."""
        limiter = self.limiter  # an error of this call is the answer's: the name says so
        try:
            await limiter.acquire()
        except asyncio.CancelledError:
            self.cancelled[name] = self.at()
            raise
        self.through[name] = self.at()
        self.order.append(name)

    async def ended(self):
        """Wait for all; raise an error that came out of `acquire`."""
        for outcome in await asyncio.gather(*self.tasks.values(), return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    def seen(self):
        """What became of them, as data."""
        return {"through": self.through, "cancelled": self.cancelled, "order": self.order}


@prepared(virtual_time)
def called(answer, *, rate, per, burst, plan):
    """RateLimiter({rate}, {per}, {burst}), where each of {plan!r} is a moment in steps of per / rate seconds, what happens then, and to whom."""

    async def main():
        callers = Callers(answer, rate, per, burst)
        for moment, what, whom in plan:
            await callers.until(moment)
            if what == "call":
                callers.call(*whom)
                await asyncio.sleep(0)  # so that each of them has called by now
            elif what == "cancel":
                for name in whom:
                    callers.tasks[name].cancel()
            elif what == "hold up":
                time.sleep(whom * callers.step)  # noqa: ASYNC251 - so does code that computes
            elif what == "hold up and call":
                seconds, name = whom
                time.sleep(seconds * callers.step)  # noqa: ASYNC251
                await callers.acquire(name)
        await callers.ended()
        return callers.seen()

    return run_virtual(main()).get()


@prepared(virtual_time)
def one_after_the_other(answer, *, rate, per, burst, calls):
    """RateLimiter({rate}, {per}, {burst}), and one task calls acquire {calls} times and works for a quarter of per / rate seconds after each."""

    async def main():
        callers = Callers(answer, rate, per, burst)
        for name in range(calls):
            await callers.acquire(name)
            await asyncio.sleep(callers.step / 4)
        return callers.seen()

    return run_virtual(main()).get()


@prepared(virtual_time)
def cancelled_in_its_turn(answer, *, rate, per, burst, names, victim, hops, first):
    """RateLimiter({rate}, {per}, {burst}), where {names!r} call at once, and {victim} is cancelled in the moment of its turn, {hops} turns of the loop later."""

    async def main():
        loop = asyncio.get_running_loop()
        callers = Callers(answer, rate, per, burst)
        moment = loop.time() + (names.index(victim) - burst + 1) * callers.step

        def hop(left):
            if left:
                loop.call_soon(hop, left - 1)
            else:
                callers.tasks[victim].cancel()

        if first:  # of two timers of one moment the one that was set first is the first, mostly
            loop.call_at(moment, hop, hops)
        callers.call(*names)
        if not first:
            await callers.until(0.5)
            loop.call_at(moment, hop, hops)
        await callers.ended()
        return callers.seen()

    return run_virtual(main()).get()


@prepared(virtual_time)
def side_by_side(answer, *, limiters, names):
    """Limiters RateLimiter(rate, per, burst) of {limiters!r}, where {names!r} call each of them at once."""

    async def main():
        made = [Callers(answer, *numbers) for numbers in limiters]
        for name in names:
            for callers in made:
                callers.call(name)
        for callers in made:
            await callers.ended()
        return [callers.seen() for callers in made]

    return run_virtual(main()).get()


@prepared(virtual_time)
def afterwards(answer, *, rate, per, burst, names):
    """RateLimiter({rate}, {per}, {burst}), where {names!r} call at once, and one more caller gives up after half of per / rate seconds; when all is over, one calls, and one gives up."""

    async def main():
        before = asyncio.all_tasks()
        callers = Callers(answer, rate, per, burst)
        callers.call(*names)
        await asyncio.sleep(0)
        seen, limiter = {"gave_up": False, "at": None}, callers.limiter
        try:
            async with asyncio.timeout(callers.step / 2):
                await limiter.acquire()
        except TimeoutError:
            seen["gave_up"] = True
        seen["at"] = callers.at()
        seen["is_undisturbed"] = asyncio.current_task().cancelling() == 0 and await _times_out()
        await callers.ended()
        seen["left"] = {"all had come through": _tasks(before)}
        await limiter.acquire()
        seen["left"]["one more acquire had returned"] = _tasks(before)
        try:
            async with asyncio.timeout(callers.step / 2):
                await limiter.acquire()
        except TimeoutError:
            seen["left"]["the only caller had given up"] = _tasks(before)
        return callers.seen() | seen

    return run_virtual(main()).get()


def _tasks(before):
    """Those that are there now and were not there before."""
    left = asyncio.all_tasks() - before
    return sorted(f"{each.get_name()} ({each.get_coro().__qualname__})" for each in left)[:8]


async def _times_out():
    """Whether a deadline of the caller's, set around what follows, is a TimeoutError."""
    try:
        async with asyncio.timeout(0.001):
            await asyncio.sleep(60)
    except TimeoutError:
        return True
    except asyncio.CancelledError:
        return False
    return False
