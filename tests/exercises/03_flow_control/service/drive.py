"""Run a service on the virtual clock: one task submits, stops and cancels at given moments; all that happens is written down.

No two timers have the same moment: the loop may run those in any order. So all that happens at one moment is done by one task.
"""

import asyncio

from pypatterns.course.checking.probes.errors import leaves
from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import run_virtual
from pypatterns.course.checking.probes.virtual_clock import now, virtual_time
from pypatterns.flow import ServiceStopped


class Unbooked(Exception):
    """The booking failed. One is like the other."""

    def __eq__(self, other):
        return isinstance(other, Unbooked)

    __hash__ = Exception.__hash__


class Late(Unbooked, TimeoutError):
    """An Unbooked that is a TimeoutError as well, as many clients' are."""


@prepared(virtual_time)
def served(answer, *, grace, handlers, closers, plan):
    """Service(handle, closers, grace={grace}); handlers take and end as in {handlers!r}, closers as in {closers!r}, and each of {plan!r} is a second, what happens then, and with which items."""
    scene = _Scene(answer, grace, handlers, closers)
    run_virtual(scene.main(plan)).get()
    return scene.seen()


class _Scene:
    """A service, its handlers and closers, and what happens to them."""

    def __init__(self, answer, grace, handlers, closers):
        self.journal = Journal()
        self._handlers = {name: how for name, *how in handlers}
        self._cleanup = {name: 0.5 + place / 16 for place, name in enumerate(self._handlers)}
        names = [name for name, _, how in [*handlers, *closers] if how == "raises"]
        self._errors = {
            name: (Late if n % 2 else Unbooked)("failed") for n, name in enumerate(names)
        }
        self._found = {"running_when_closed": {}, "ended": False, "stranger": "alive"}
        made = [self._closer(*closer) for closer in closers]
        self._service = answer.Service(self._handle, made, grace=grace)

    async def main(self, plan):
        """Carry out the plan beside the service."""
        stranger = asyncio.create_task(asyncio.sleep(1000))
        before = asyncio.all_tasks()
        running = asyncio.create_task(self._caller(before))
        began, service = (
            now(),
            self._service,
        )  # an error of its calls is the answer's: the name says so
        for moment, what, names in plan:
            while (left := began + moment - now()) > 0:
                await self._unharmed(asyncio.sleep(left))
            if what == "stop":
                service.stop()
            elif what == "cancel" and not self._found["ended"]:
                running.cancel()
            for name in names:
                self._submit(name)
        while not running.done():
            await self._unharmed(asyncio.wait([running]))
        running.result()
        if stranger.done():
            self._found["stranger"] = "cancelled"
        stranger.cancel()

    async def _unharmed(self, waiting):
        """Go on if the answer cancels this task, which is a stranger to it as well."""
        try:
            await waiting
        except asyncio.CancelledError:
            self._found["stranger"] = "cancelled"

    def _submit(self, name):
        service = self._service
        try:
            service.submit(name)
        except ServiceStopped:
            self.journal.note("refused", name)
        else:
            self.journal.note("taken", name)

    async def _caller(self, before):
        """Await `run`, and look around on the line after it."""
        me, found, error = asyncio.current_task(), self._found, None
        service = self._service
        try:
            found["value"] = repr(await service.run())[:80]
        except BaseException as raised:  # noqa: BLE001 - a check says what it thinks of it
            error = raised
        left = asyncio.all_tasks() - before - {me}
        found["left"] = sorted(
            f"{each.get_name()} ({each.get_coro().__qualname__})"[:80] for each in left
        )
        found["ended"], found["running"] = True, list(self.journal.running)
        self.journal.note("over")
        found["is_cancelled"] = isinstance(error, asyncio.CancelledError)
        found["raised"] = [f"{type(leaf).__name__}: {leaf}"[:200] for leaf in leaves(error)]
        found["from"] = sorted(
            next((name for name, each in self._errors.items() if each is leaf), "elsewhere")
            for leaf in leaves(error)
        )
        found["is_undisturbed"] = found["is_cancelled"] or (
            me.cancelling() == 0 and await _times_out()
        )
        await asyncio.sleep(100)  # whatever goes on behind the caller's back is written down

    async def _handle(self, name):
        takes, how = self._handlers[name]
        async with self.journal.call(name, cleanup=self._cleanup[name]):
            await asyncio.sleep(takes)
            if how == "raises":
                raise self._errors[name]

    def _closer(self, name, takes, how):
        async def close():
            self.journal.note("closing", name)
            self._found["running_when_closed"][name] = list(self.journal.running)
            await asyncio.sleep(takes)
            self.journal.note("closed", name)
            if how == "raises":
                raise self._errors[name]

        return close

    def seen(self):
        """All that was written down."""
        return self._found | {"entries": self.journal.told()}


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
