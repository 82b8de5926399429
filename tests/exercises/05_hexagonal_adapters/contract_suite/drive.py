"""Run the tests of an answer on stores that keep the contract, and on stores that break it in one point each.

Each broken store is the one in memory with a mistake that somebody makes: the suite is as good as the mistakes that it finds.
"""

import shutil
import sqlite3
from dataclasses import replace
from functools import wraps
from itertools import count
from pathlib import Path

from sqlalchemy import event

from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.suites import run_suite, settled_hypothesis
from pypatterns.given.stores import (
    MemoryMarkets,
    MemoryStore,
    MemoryUnit,
    SqliteStore,
    refuse_taken,
)
from pypatterns.market.domain.errors import MarketNotFound, SlugTaken
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market

TEMPLATE = Path("template.db")
UNSAFE = "PRAGMA synchronous=OFF"  # nobody pulls the plug, and nothing waits for a disk
numbers = count()


def sqlite_store():
    """A store in a file of its own, which begins as a copy: making a table takes longer than that."""
    if not TEMPLATE.exists():
        SqliteStore(TEMPLATE)
    file = Path(shutil.copy(TEMPLATE, f"markets-{next(numbers)}.db"))
    store = SqliteStore(file)
    event.listen(store.engine.sync_engine, "connect", lambda raw, _: raw.execute(UNSAFE))
    return store


def memory_store(unit=MemoryUnit, markets=MemoryMarkets, committed=dict):
    """A maker of stores in memory with these parts; no name tells which."""

    class Store(MemoryStore):
        units = type("MemoryUnit", (unit,), {"repository": type("MemoryMarkets", (markets,), {})})

        def __init__(self):
            self.committed = committed()

    Store.__name__ = Store.__qualname__ = "MemoryStore"
    return Store


def only_left_after_an_error(part):
    """A unit, or a repository, that does nothing any more once it has raised."""
    for name in {"add", "by_slug", "update", "page", "commit"} & set(dir(part)):
        setattr(part, name, _until_it_raises(getattr(part, name)))
    return part


def _until_it_raises(method):
    @wraps(method)
    async def guarded(self, *args, **kwargs):
        markets = getattr(self, "markets", self)
        if error := getattr(markets, "raised", ""):
            raise RuntimeError(f"this unit has raised {error}: it can only be left")
        try:
            return await method(self, *args, **kwargs)
        except Exception as exc:
            markets.raised = type(exc).__name__
            raise

    return guarded


@only_left_after_an_error
class Unit(MemoryUnit):
    """As in memory."""


@only_left_after_an_error
class NewEachTime(MemoryMarkets):
    """Errors come at once, and what is handed out is a new object each time."""

    def all(self):
        return {id: Market.from_json(market.to_json()) for id, market in super().all().items()}


@only_left_after_an_error
class AllLater(MemoryMarkets):
    """Nothing is refused before the commit."""

    def __init__(self, committed):
        super().__init__(committed)
        self.missing = []

    async def add(self, market):
        self.put(market)

    async def update(self, market):
        if market.id in self.all():
            self.put(market)
        else:
            self.missing.append(market)


@only_left_after_an_error
class RefusedByTheCommit(MemoryUnit):
    """Whatever is refused is refused here."""

    async def commit(self):
        for market in self.markets.missing:
            raise MarketNotFound(market.slug)
        for market in self.markets.changed.values():
            refuse_taken(self.markets.all().values(), market)
        await super().commit()


class KeptAfterAnError(MemoryUnit):
    """A unit that an error ends is written all the same."""

    async def __aexit__(self, exc_type, exc, tb):
        if exc is not None:
            self._committed.update(self.markets.changed)
        await super().__aexit__(exc_type, exc, tb)


class CommittedOnExit(MemoryUnit):
    """A unit that ends without an error is committed."""

    async def __aexit__(self, exc_type, exc, tb):
        if exc is None:
            await self.commit()
        await super().__aexit__(exc_type, exc, tb)


class NeverCommitted(MemoryUnit):
    """The unit itself sees its work, and nobody else ever does."""

    async def commit(self):
        pass


class Board(dict):
    """What is committed, by id; beside it, in `open`, what open units have changed."""

    def __init__(self):
        super().__init__()
        self.open = {}


class SeenByOthers(MemoryMarkets):
    """Reads what other units have not committed."""

    def all(self):
        return self._committed | self._committed.open | self.changed

    def put(self, market):
        super().put(market)
        self._committed.open[market.id] = self.changed[market.id]


class TakenBackAtTheEnd(MemoryUnit):
    """What it did not commit is gone once it is left."""

    async def __aexit__(self, exc_type, exc, tb):
        for id in self.markets.changed:
            self._committed.open.pop(id, None)
        await super().__aexit__(exc_type, exc, tb)


class DuplicatesIgnored(MemoryMarkets):
    """Two markets may have one slug."""

    async def add(self, market):
        self.put(market)


class Unchecked(MemoryUnit):
    """A commit without a look at slugs."""

    async def commit(self):
        self._committed.update(self.markets.changed)


class DuplicateInTheDriversWords(MemoryMarkets):
    """A duplicate slug is the database's error."""

    async def add(self, market):
        if await self.by_slug(market.slug):
            raise sqlite3.IntegrityError("UNIQUE constraint failed: markets.slug")
        await super().add(market)


class DuplicateIsNotFound(MemoryMarkets):
    """A duplicate slug is an error of the domain, but another one."""

    async def add(self, market):
        if await self.by_slug(market.slug):
            raise MarketNotFound(market.slug)
        await super().add(market)


class MissingAccepted(MemoryMarkets):
    """An update of nothing changes nothing, and says nothing."""

    async def update(self, market):
        if market.id in self.all():
            await super().update(market)


class MissingInItsOwnWords(MemoryMarkets):
    """An update of nothing is a KeyError."""

    async def update(self, market):
        self.all()[market.id]
        await super().update(market)


class MissingIsTaken(MemoryMarkets):
    """An update of nothing is an error of the domain, but another one."""

    async def update(self, market):
        if market.id not in self.all():
            raise SlugTaken(market.slug)
        await super().update(market)


class StatusLost(MemoryUnit):
    """The status has no column: what is read is a draft."""

    async def commit(self):
        await super().commit()
        for id in self.markets.changed:
            self._committed[id] = replace(self._committed[id], status=MarketStatus.DRAFT)


class StatusNotUpdated(MemoryMarkets):
    """An update writes all columns but the status."""

    async def update(self, market):
        known = self.all().get(market.id, market)
        await super().update(replace(market, status=known.status))


class Unsorted(MemoryMarkets):
    """Pages come in the order in which markets were added."""

    async def page(self, *, limit, offset):
        return list(self.all().values())[offset : offset + limit]


class OneTooMany(MemoryMarkets):
    """A page holds one market more than was asked for."""

    async def page(self, *, limit, offset):
        return await super().page(limit=limit + 1, offset=offset)


class AlwaysTheFirst(MemoryMarkets):
    """Every page is the first one."""

    async def page(self, *, limit, offset):
        return await super().page(limit=limit, offset=0)


RIGHT = {
    "memory": MemoryStore,
    "SQLite": sqlite_store,
    "at once": memory_store(Unit, NewEachTime),
    "at the commit": memory_store(RefusedByTheCommit, AllLater),
}
BROKEN = {
    "keeps": memory_store(KeptAfterAnError),
    "commits on exit": memory_store(CommittedOnExit),
    "never commits": memory_store(NeverCommitted),
    "dirty": memory_store(TakenBackAtTheEnd, SeenByOthers, Board),
    "duplicates": memory_store(Unchecked, DuplicatesIgnored),
    "duplicates untranslated": memory_store(markets=DuplicateInTheDriversWords),
    "duplicates not found": memory_store(markets=DuplicateIsNotFound),
    "missing": memory_store(markets=MissingAccepted),
    "missing untranslated": memory_store(markets=MissingInItsOwnWords),
    "missing taken": memory_store(markets=MissingIsTaken),
    "status": memory_store(StatusLost),
    "status not updated": memory_store(markets=StatusNotUpdated),
    "unsorted": memory_store(markets=Unsorted),
    "limit": memory_store(markets=OneTooMany),
    "offset": memory_store(markets=AlwaysTheFirst),
}


@prepared(settled_hypothesis)
def on_right_stores(answer, stores):
    """The tests run on stores that keep the contract."""
    return [{"store": name} | _told(*_run(RIGHT[name])) for name in stores]


@prepared(settled_hypothesis)
def on_broken_stores(answer, broken):
    """The tests run on a right store in memory, and those that pass there on stores that are broken in one point each."""
    suite, asked = _run(MemoryStore)
    seen = _told(suite, asked)
    survivors = [
        name
        for name in broken
        if not _run(BROKEN[name], only=suite.passed, first_failure=True)[0].failed
    ]
    return seen | {"survivors": survivors}


def _run(make, **how):
    """Run the suite with `new_store`; what became of it, and how often a store was asked for."""
    asked = count()

    def new_store():
        next(asked)
        return make()

    suite = run_suite({"new_store": new_store}, **how)
    return suite, next(asked)


def _told(suite, asked):
    return {
        "tests": {name: _one(test) for name, test in suite.tests.items()},
        "passed": len(suite.passed),
        "failed": list(suite.failed),
        "overridden": bool(suite.overridden),
        "broken": suite.broken,
        "asked": asked,
    }


def _one(test):
    return {"outcome": test.outcome, "text": test.text, "line": test.line, "code": test.code}
