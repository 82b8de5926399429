"""Run a pipeline on the virtual clock, and write down what is read, what is worked on, and how it all ends.

A plan is a list of [name, seconds until the item can be read, seconds that its call takes]. Items are unhashable and all equal.
"""

import asyncio
import sys
from contextlib import nullcontext

from pypatterns.course.checking.probes.errors import leaves
from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import outlived, run_virtual
from pypatterns.course.checking.probes.virtual_clock import virtual_time


class Outage(Exception):
    """The database or the feed does not answer."""


class TimedOut(Outage, TimeoutError):
    """No answer in time: an Outage that is a TimeoutError as well, as many clients' are."""


class Item:
    """A price of the feed: it cannot be a key, and equality does not tell one from another."""

    __hash__ = None

    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return isinstance(other, Item)


@prepared(virtual_time)
def collected(answer, plan, workers, maxsize):
    """pipeline(source, work, workers={workers}, maxsize={maxsize}), where each of {plan!r} is an item's name, the seconds until it is read, and the seconds that work takes; the item named "no item" is None."""

    async def source():
        for name, wait, _ in plan:
            if wait:
                await asyncio.sleep(wait)
            yield None if name == "no item" else Item(name)

    takes = {name: seconds for name, _, seconds in plan}
    made = []

    async def work(item):
        name = "no item" if item is None else item.name
        if takes[name]:
            await asyncio.sleep(takes[name])
        made.append((name, _worth(name)))
        return made[-1][1]

    ran = run_virtual(answer.pipeline(source(), work, workers=workers, maxsize=maxsize))
    if ran.error is not None:
        return {"raised": _words(ran.error)}
    got = ran.value
    return {
        "raised": [],
        "is_list": type(got) is list,
        "got": [_name(result, made) for result in got],
        "worked": [name for name, _ in made],
    }


def _worth(name):
    return {"gives None": None, "gives an error": Outage(name), "gives ()": ()}.get(name, [name])


def _name(result, made):
    """Whose result it is: the very object. None and () are one object each, so they name themselves."""
    if result is None:
        return "None"
    if result == () and type(result) is tuple:
        return "()"
    return next((name for name, each in made if each is result), repr(result)[:80])


@prepared(virtual_time)
def piped(answer, *, plan, workers, maxsize, then, bad, cancel_at, closing):
    """pipeline(source, work, workers={workers}, maxsize={maxsize}), where each of {plan!r} is an item's name, the seconds until it is read, and the seconds that work takes; after these source {then}, and closing it takes {closing} s; work raises Outage for {bad!r}; the caller is cancelled after {cancel_at} s."""
    journal, errors = (
        Journal(),
        {"work": TimedOut(f"no room for {bad}"), "source": TimedOut("feed")},
    )
    source = _source(journal, plan, then, errors["source"], closing)
    work = _work(journal, plan, bad, errors["work"])
    call = answer.pipeline(source, work, workers=workers, maxsize=maxsize)
    ended = outlived(journal, call, cancel_at=cancel_at)
    found = leaves(ended.error)
    return {
        "raised": _words(ended.error),
        "from": [name for name, error in errors.items() if any(leaf is error for leaf in found)],
        "is_cancelled": isinstance(ended.error, asyncio.CancelledError),
        "at": ended.at,
        "running": ended.running,
        "highest": journal.highest,
        "entries": journal.told(),
        "furthest": _furthest(journal),
    }


def _furthest(journal):
    """How many items had been read, at most, beyond those whose work had ended."""
    ahead = most = 0
    for entry in journal.entries:
        ahead += {"read": 1, "ended": -1}.get(entry.what, 0)
        most = max(most, ahead)
    return most


@prepared(virtual_time)
def left(answer, *, plan, workers, maxsize, then, bad, cancel_at, closing):
    """pipeline(source, work, workers={workers}, maxsize={maxsize}), where each of {plan!r} is an item's name, the seconds until it is read, and the seconds that work takes; after these source {then}, and closing it takes {closing} s; work raises Outage for {bad!r}; the caller is cancelled after {cancel_at} s."""
    journal, errors = Journal(), {"work": TimedOut("work"), "source": TimedOut("feed")}
    seen = {"raised": [], "from": [], "is_cancelled": False, "is_undisturbed": True}

    async def caller():
        me, before = asyncio.current_task(), asyncio.all_tasks()
        source = _source(journal, plan, then, errors["source"], closing)
        work = _work(journal, plan, bad, errors["work"])
        if cancel_at is not None:
            asyncio.get_running_loop().call_later(cancel_at, me.cancel)
        try:
            await answer.pipeline(source, work, workers=workers, maxsize=maxsize)
        except BaseException as error:  # noqa: BLE001 - a check says what it thinks of it
            seen["left"] = _names(asyncio.all_tasks() - before)
            seen["raised"] = _words(error)
            seen["from"] = [
                name for name, each in errors.items() if any(leaf is each for leaf in leaves(error))
            ]
            seen["is_cancelled"] = isinstance(error, asyncio.CancelledError)
        else:
            seen["left"] = _names(asyncio.all_tasks() - before)
        if not seen["is_cancelled"]:
            seen["is_undisturbed"] = me.cancelling() == 0 and await _times_out()

    run_virtual(caller()).get()
    return seen | {"ended": len(journal.times("ended")), "started": len(journal.times("started"))}


async def _times_out():
    """Whether a deadline of the caller's, set around what follows, is a TimeoutError."""
    try:
        async with asyncio.timeout(1):
            await asyncio.sleep(60)
    except TimeoutError:
        return True
    except asyncio.CancelledError:
        return False
    return False


async def _source(journal, plan, then, error, closing):
    """The feed: it counts what is read from it; closing it takes some seconds."""
    try:
        for name, wait, _ in plan:
            if wait:
                await asyncio.sleep(wait)
            journal.note("read", name)
            yield Item(name)
        if then == "hangs":
            await asyncio.Event().wait()
        elif then == "waits":
            await asyncio.sleep(50)
        elif then == "raises":
            raise error
    finally:
        journal.note("closing")
        with _shielded():
            await asyncio.sleep(closing)
        journal.note("closed")


def _shielded():
    """Anyio cancels again at each await, clean-up included, unless the clean-up asks for a shield."""
    anyio = sys.modules.get("anyio")
    return anyio.CancelScope(shield=True) if anyio else nullcontext()


def _work(journal, plan, bad, error):
    """Work that takes its seconds; a call that is cancelled takes half a second or more to clean up."""
    takes = {name: seconds for name, _, seconds in plan}
    cleanup = {name: 0.5 + place / 8 for place, name in enumerate(takes)}

    async def work(item):
        name = item.name
        async with journal.call(name, cleanup=cleanup[name]):
            await asyncio.sleep(takes[name])
            if name == bad:
                raise error

    return work


def _words(error):
    return [f"{type(leaf).__name__}: {leaf}"[:200] for leaf in leaves(error)]


def _names(tasks):
    return sorted(f"{each.get_name()} ({each.get_coro().__qualname__})"[:80] for each in tasks)[:8]
