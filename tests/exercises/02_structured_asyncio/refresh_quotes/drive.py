"""Refresh quotes on the virtual clock, and write down what became of each fetch, of the audit and of the cache."""

import asyncio

from pypatterns.course.checking.probes.errors import leaves
from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import outlived, run_virtual
from pypatterns.course.checking.probes.virtual_clock import virtual_time

AUDIT = "the audit"


class Outage(Exception):
    """Somebody does not answer."""


class TimedOut(Outage, TimeoutError):
    """No answer in time: an Outage that is a TimeoutError as well, as many clients' are."""


class Cache(dict):
    """A cache whose journal says when something is stored, however that is done."""

    def __init__(self, journal):
        super().__init__()
        self._journal = journal

    def __setitem__(self, symbol, quote):
        self._journal.note("stored", symbol)
        super().__setitem__(symbol, quote)

    def update(self, *args, **kwargs):
        for symbol, quote in dict(*args, **kwargs).items():
            self[symbol] = quote

    def __ior__(self, other):
        self.update(other)
        return self

    def setdefault(self, symbol, default=None):
        if symbol not in self:
            self[symbol] = default
        return self[symbol]


@prepared(virtual_time)
def refreshed(answer, takes, bad=None, cancel_at=None):
    """refresh_quotes(symbols, fetch, cache, audit), where the calls take {takes!r} s, and the one for {bad!r} raises Outage then; its caller is cancelled after {cancel_at} s."""
    journal, outage = Journal(), TimedOut(f"{bad} does not answer")
    fetch, audit = _work(journal, takes, bad, outage)
    symbols = [name for name, _ in takes if name != AUDIT]
    cache = Cache(journal)
    call = answer.refresh_quotes(symbols, fetch, cache, audit)
    ended = outlived(journal, call, cancel_at=cancel_at)
    return {
        "value": ended.value,
        "raised": [f"{type(leaf).__name__}: {leaf}"[:200] for leaf in leaves(ended.error)],
        "is_outage": any(leaf is outage for leaf in leaves(ended.error)),
        "is_cancelled": isinstance(ended.error, asyncio.CancelledError),
        "at": ended.at,
        "running": ended.running,
        "entries": journal.told(),
        "cache": dict(cache),
        "audited": journal.order("audited"),
    }


@prepared(virtual_time)
def left(answer, takes, bad=None, cancel_at=None):
    """refresh_quotes(symbols, fetch, cache, audit), where the calls take {takes!r} s, until it returns, or the call for {bad!r} raises, or its caller is cancelled after {cancel_at} s."""
    journal = Journal()
    fetch, audit = _work(journal, takes, bad, Outage())
    symbols = [name for name, _ in takes if name != AUDIT]
    ran = run_virtual(answer.refresh_quotes(symbols, fetch, {}, audit), cancel_at=cancel_at)
    if not journal.times("started"):
        for leaf in leaves(ran.error):
            raise leaf
    return {"started": len(journal.times("started")), "tasks": ran.left.tasks}


def _work(journal, takes, bad, error):
    """A fetch and an audit that take their seconds, and when they are cancelled half a second or more to clean up."""
    seconds = dict(takes)
    cleanup = {name: 0.5 + place / 4 for place, name in enumerate(seconds)}

    async def run(name):
        async with journal.call(name, cleanup=cleanup[name]):
            await asyncio.sleep(seconds[name])
            if name == bad:
                raise error

    async def fetch(symbol):
        await run(symbol)
        return {"NONE": None, "ZERO": 0}.get(symbol, f"quote of {symbol}")

    async def audit(symbols):
        journal.note("audited", " ".join(symbols))
        await run(AUDIT)

    return fetch, audit
