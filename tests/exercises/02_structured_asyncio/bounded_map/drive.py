"""Map orders on the virtual clock, and write down which calls ran when, and what became of them."""

import asyncio

from pypatterns.course.checking.probes.errors import leaves
from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.sources import Counted
from pypatterns.course.checking.probes.tasks import outlived, run_virtual
from pypatterns.course.checking.probes.virtual_clock import virtual_time


class Outage(Exception):
    """The shop does not answer."""


class TimedOut(Outage, TimeoutError):
    """No answer in time: an Outage that is a TimeoutError as well, as many clients' are."""


@prepared(virtual_time)
def mapped(answer, orders, limit):
    """bounded_map(fn, {orders!r}, limit={limit}); an order is [name, seconds that its call takes], or None; fn returns the name's length, None for "none", an Outage object for "error", and "nothing" for None."""

    async def worth(order):
        if order and order[1]:
            await asyncio.sleep(order[1])
        return _worth(order)

    ran = run_virtual(answer.bounded_map(worth, iter(orders), limit=limit))
    if ran.error is not None:
        return {"raised": _words(ran.error)}
    got = ran.value
    return {
        "raised": [],
        "got": ["an Outage" if isinstance(each, Outage) else each for each in got],
    }


def _worth(order):
    match order:
        case None:
            return "nothing"
        case ["none", _]:
            return None
        case ["error", _]:
            return Outage("a value")
    return len(order[0])


@prepared(virtual_time)
def timeline(answer, seconds, limit):
    """bounded_map(fn, items, limit={limit}), with calls that take {seconds!r} s."""
    journal = Journal()

    async def fetch(number):
        async with journal.call(number):
            await asyncio.sleep(seconds[number])

    _get(run_virtual(answer.bounded_map(fetch, range(len(seconds)), limit=limit)))
    return {"highest": journal.highest, "started": journal.times("started")}


@prepared(virtual_time)
def ahead(answer, items, limit, slow):
    """bounded_map(fn, items, limit={limit}) with an iterator of {items} items; each call takes a second, that of item {slow} takes {items}."""
    source = Counted(range(items))

    async def fetch(number):
        await asyncio.sleep(items if number == slow else 1)
        source.done()

    _get(run_virtual(answer.bounded_map(fetch, source, limit=limit)))
    return {"furthest": source.furthest, "taken": source.taken}


@prepared(virtual_time)
def failing(answer, orders, bad, limit):
    """bounded_map(fn, items, limit={limit}) with calls that take {orders!r} s; the one for {bad!r} raises Outage then, and one that is cancelled takes half a second or more to clean up."""
    journal, outage = Journal(), TimedOut(f"no answer for {bad}")
    fetch = _fetch(journal, orders, bad, outage)
    ended = outlived(journal, answer.bounded_map(fetch, *_items(orders, limit)))
    if not journal.times("failed"):
        return {"failed": None}
    failed = journal.times("failed")[0]
    is_outage = any(leaf is outage for leaf in leaves(ended.error))
    return {"failed": failed, "is_outage": is_outage} | _seen(journal, ended, failed)


@prepared(virtual_time)
def cancelled(answer, orders, limit, after):
    """bounded_map(fn, items, limit={limit}) with calls that take {orders!r} s, and its caller is cancelled after {after} s; a call that is cancelled takes half a second or more to clean up."""
    journal = Journal()
    call = answer.bounded_map(_fetch(journal, orders), *_items(orders, limit))
    ended = outlived(journal, call, cancel_at=after)
    is_cancelled = isinstance(ended.error, asyncio.CancelledError)
    return {"is_cancelled": is_cancelled} | _seen(journal, ended, after)


@prepared(virtual_time)
def left(answer, orders, limit, bad=None, after=None):
    """bounded_map(fn, items, limit={limit}) with calls that take {orders!r} s, until it returns, or the call for {bad!r} raises, or its caller is cancelled after {after} s."""
    journal = Journal()
    fetch = _fetch(journal, orders, bad, Outage())
    ran = run_virtual(answer.bounded_map(fetch, *_items(orders, limit)), cancel_at=after)
    if not journal.times("started"):
        _get(ran)
    return {"started": len(journal.times("started")), "tasks": ran.left.tasks}


def _words(error):
    """The errors that came out, in words; none, if there is none."""
    return [f"{type(leaf).__name__}: {leaf}"[:200] for leaf in leaves(error)]


def _get(ran):
    """See that no error came out; one in a group is told as itself."""
    for leaf in leaves(ran.error):
        raise leaf


def _fetch(journal, orders, bad=None, error=None):
    seconds = dict(orders)
    cleanup = {name: 0.5 + place / 4 for place, name in enumerate(seconds)}

    async def fetch(name):
        async with journal.call(name, cleanup=cleanup[name]):
            await asyncio.sleep(seconds[name])
            if name == bad:
                raise error

    return fetch


def _items(orders, limit):
    return [name for name, _ in orders], limit


def _seen(journal, ended, moment):
    """How it ended, and what became of the other calls after a moment at which something had gone wrong."""
    started = {who: at for at, what, who in journal.entries if what == "started"}
    return {
        "raised": _words(ended.error),
        "at": ended.at,
        "running": ended.running,
        "interrupted": journal.order("interrupted"),
        "not_cancelled": [who for who in started if _outlasts(journal, who, moment)],
        "later": [who for who, at in started.items() if at > moment],
    }


def _outlasts(journal, who, moment):
    """Whether a call that ran at that moment went on: it had not ended before, and nobody cancelled it."""
    happened = {what: at for at, what, name in journal.entries if name == who}
    went_on = happened.get("ended", moment) >= moment and not {"failed", "cancelled"} & set(
        happened
    )
    return went_on and happened["started"] <= moment
