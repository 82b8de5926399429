"""Put call_with_budget to work in virtual time, and write down what became of each try.

All times are multiples of a 32nd of a second, so that sums and differences of them are exact: no deadline is missed,
and none is met twice, by a rounding. A try that hangs does so until it is cancelled.
"""

import asyncio
from contextlib import suppress
from operator import is_

from pypatterns.course.checking.probes.errors import leaves
from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import run_virtual
from pypatterns.course.checking.probes.virtual_clock import virtual_time

ROOM = 1000.0  # seconds: a limit that no right answer reaches
# An answer's own slips: op raises none of them.
SLIPS = (AttributeError, ImportError, NameError, TypeError)


class Refused(Exception):
    """The shop says no."""


class ShopTimeout(TimeoutError):
    """The shop's client has a time limit of its own."""


class Halt(BaseException):
    """Somebody stops the program: no Exception."""


class Receipt:
    """What op returns: an object of its own, equal to no other."""

    def __repr__(self):
        return "a receipt"


class Watched:
    """An operation that notes when it is called, and does what is planned for each call."""

    def __init__(self, cleanup=0.0):
        self.journal = Journal()
        self._cleanup = cleanup
        self._planned = []

    def will_hang(self, times):
        """The next calls last until they are cancelled."""
        hang = self.journal.operation(takes=None, cleanup=self._cleanup)
        self._planned += [hang] * times
        return self

    def will_give(self, value, takes):
        """The next call returns."""
        self._planned.append(self.journal.operation(takes=takes, gives=value))
        return self

    def will_raise(self, error, takes):
        """The next call raises."""
        self._planned.append(self.journal.operation(takes=takes, fails=error))
        return self

    def will(self, operation):
        """The next call does this."""
        self._planned.append(operation)
        return self

    def __call__(self):
        """Be called; after the last plan, do as it says once more."""
        place = len(self.journal.times("called"))
        self.journal.note("called")
        return self._planned[min(place, len(self._planned) - 1)]()

    def told(self, ran):
        """What became of all this, as plain data. A slip of the answer is raised, and told with its lines."""
        if isinstance(ran.error, SLIPS):
            ran.get()
        return {
            "calls": self.journal.times("called"),
            "cancelled": self.journal.times("cancelled"),
            "ended": _ended(ran),
            "at": ran.at,
        }


def _ended(ran):
    if ran.error is None:
        return f"returned {ran.value!r}"
    text = str(ran.error)
    return f"raised {type(ran.error).__name__}{f': {text}' if text else ''}"[:200]


def _call(answer, op, *, tries, per_try=ROOM, total=ROOM, cancel_at=None):
    call = answer.call_with_budget(op, tries=tries, per_try=per_try, total=total)
    return run_virtual(call, cancel_at=cancel_at)


@prepared(virtual_time)
def slow_tries(answer, slow, takes, tries, per_try):
    """tries={tries}, per_try={per_try}, total far away; the first {slow} calls of op hang, the next one returns after {takes} s."""
    op, value = Watched(), Receipt()
    op.will_hang(slow).will_give(value, takes)
    ran = _call(answer, op, tries=tries, per_try=per_try)
    return op.told(ran) | {"got_it": ran.value is value}


@prepared(virtual_time)
def values(answer, takes, per_try, cases):
    """per_try={per_try}; some calls of op hang, the next one returns something after {takes} s: once None, once 0, and so on; how many hang, and tries: {cases}."""
    return [
        _value(answer, value, slow, takes, tries=tries, per_try=per_try)
        for slow, tries in cases
        for value in (None, 0, "", [], TimeoutError("a value"), Receipt())
    ]


def _value(answer, value, slow, takes, *, tries, per_try):
    op = Watched().will_hang(slow).will_give(value, takes)
    ran = _call(answer, op, tries=tries, per_try=per_try)
    right = ran.error is None and ran.value is value
    return op.told(ran) | {"slow": slow, "tries": tries, "what": repr(value), "right": right}


@prepared(virtual_time)
def always_slow(answer, per_try, limits):
    """per_try={per_try}, and op hangs each time; tries and total, one pair after the other: {limits}."""
    return [_always_slow(answer, tries, per_try, total) for tries, total in limits]


def _always_slow(answer, tries, per_try, total):
    op = Watched().will_hang(1)
    ran = _call(answer, op, tries=tries, per_try=per_try, total=total)
    return op.told(ran) | {
        "tries": tries,
        "total": total,
        "is_timeout": _all_are(ran.error, TimeoutError),
    }


def _all_are(error, kind):
    """Whether it is such an error, or a group of nothing else."""
    return bool(leaves(error)) and all(isinstance(leaf, kind) for leaf in leaves(error))


@prepared(virtual_time)
def failing(answer, errors, takes, tries, per_try):
    """tries={tries}, per_try={per_try}; op raises an error after {takes} s, and every second time it hangs before; the errors: {errors}."""
    return [
        _failing(answer, error, place % 2, takes, tries=tries, per_try=per_try)
        for place, error in enumerate(errors)
    ]


def _failing(answer, error, slow, takes, *, tries, per_try):
    op, raised = Watched().will_hang(slow), []
    if error == "the TimeoutError of its own asyncio.timeout":
        op.will(_with_a_limit_of_its_own(takes, raised))
    else:
        raised.append(_error(error))
        op.will_raise(raised[0], takes)
    op.will_give("of another call", 0.0)
    ran = _call(answer, op, tries=tries, per_try=per_try)
    return op.told(ran) | {
        "error": error,
        "slow": slow,
        "same": bool(raised) and _is_same(ran.error, raised[0]),
        "type": type(ran.error).__name__,
    }


def _error(name):
    """A new error that goes by this name."""
    match name:
        case "Halt, a BaseException":
            return Halt("stop")
        case "an ExceptionGroup with a TimeoutError":
            return ExceptionGroup("two shops", [TimeoutError("no answer"), Refused("not to you")])
        case "ShopTimeout, a TimeoutError":
            return ShopTimeout("no connection")
    kinds = (Refused, TimeoutError, ConnectionResetError, ValueError)
    return {kind.__name__: kind for kind in kinds}[name](f"a {name} of op's own")


def _with_a_limit_of_its_own(takes, raised):
    async def operation():
        try:
            async with asyncio.timeout(takes):
                await asyncio.Event().wait()
        except TimeoutError as error:
            raised.append(error)
            raise

    return operation


def _is_same(error, wanted):
    """Whether it is the very object, bare or alone in a group; of a group, whether it holds the very same."""
    got, inside = leaves(error), leaves(wanted)
    return len(got) == len(inside) and all(map(is_, got, inside))


@prepared(virtual_time)
def cancelled(answer, tries, per_try, cases):
    """tries={tries}, per_try={per_try}; op hangs each time, and its caller is stopped; after how many seconds, and how: {cases}."""
    return [_cancelled(answer, after, how, tries=tries, per_try=per_try) for after, how in cases]


def _cancelled(answer, after, how, *, tries, per_try):
    op = Watched().will_hang(1)
    if how == "the caller was cancelled":
        ran = _call(answer, op, tries=tries, per_try=per_try, cancel_at=after)
        came_out, deadline_works = _ended(ran), True
    else:
        ended = []
        ran = run_virtual(_limited(answer, op, after, ended, tries=tries, per_try=per_try))
        came_out, deadline_works = ended[0], isinstance(ran.error, TimeoutError)
    return op.told(ran) | {"came_out": came_out, "deadline_works": deadline_works}


async def _limited(answer, op, seconds, ended, **limits):
    """A caller with a deadline of its own, who notes what comes out of the call."""
    async with asyncio.timeout(seconds):
        try:
            value = await answer.call_with_budget(op, total=ROOM, **limits)
            ended.append(f"returned {value!r}")
        except BaseException as error:
            ended.append(f"raised {type(error).__name__}")
            raise


@prepared(virtual_time)
def left_behind(answer, per_try, cleanup, ends):
    """tries=3, per_try={per_try}; op takes {cleanup} s to clean up when it is cancelled; why the call ends: {ends}."""
    return [_left_behind(answer, end, per_try, cleanup) for end in ends]


def _left_behind(answer, end, per_try, cleanup):
    total = 2.5 * per_try if end == "total had passed" else ROOM
    cancel_at = 1.5 * per_try if end == "the caller was cancelled" else None
    op, later = _ending(end, cleanup), _ending(end, cleanup)
    ran = _call(answer, op, tries=3, per_try=per_try, total=total, cancel_at=cancel_at)
    call = answer.call_with_budget(later, tries=3, per_try=per_try, total=total)
    afterwards = run_virtual(_going_on(call), cancel_at=cancel_at)
    return op.told(ran) | {
        "left": ran.left.tasks,
        "running": len(op.journal.running),
        "afterwards": _ended(afterwards),
    }


def _ending(end, cleanup):
    op = Watched(cleanup).will_hang(1)
    match end:
        case "op returned":
            op.will_give("a price", 1.0)
        case "op raised an error":
            op.will_raise(Refused("not to you"), 1.0)
    return op


async def _going_on(call):
    """A caller who waits for something else afterwards, for longer than any limit."""
    with suppress(Exception, asyncio.CancelledError):
        await call
    await asyncio.sleep(2 * ROOM)
