"""Put create_app to work: serve its apps, send them requests, and write down what becomes of each unit of work.

Time is virtual, but where a database file is at work. Whoever holds a unit open for others waits until they are there, or until nobody else can get further. What
is stored is read by units of the driver's own.
"""

import asyncio
import re
import warnings
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import count
from urllib.parse import quote

from fastapi import FastAPI

from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import run_virtual
from pypatterns.course.checking.probes.virtual_clock import now, virtual_time
from pypatterns.course.checking.probes.web import served, told
from pypatterns.market.adapters.outbound.memory import MemoryStore
from pypatterns.market.adapters.outbound.sql import SqlStore
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market

HELD = 1.0  # virtual seconds: until then all have come who can


class Units:
    """Makes units of work on a store, and counts them. The next `failing_commits` and `failing_reads` raise."""

    def __init__(self, store, *, before_commit=None):
        self.entered = self.left = self.highest = 0
        self.failing_commits = self.failing_reads = 0
        self._meeting, self._open_before = None, 0
        self._store, self._before_commit = store, before_commit

    def new(self):
        return Unit(self, self._store.unit())

    def meet(self, guests):
        """Units that are entered from here on wait for each other; `highest` is how many of them were open at once."""
        self._meeting, self._open_before = Meeting(guests), self.entered - self.left
        self.highest = 0

    async def enter(self):
        self.entered += 1
        self.highest = max(self.highest, self.entered - self.left - self._open_before)
        if self._meeting:
            await self._meeting.come()

    async def commit(self):
        if self._before_commit:
            await self._before_commit.come()
        if self.failing_commits:
            self.failing_commits -= 1
            raise RuntimeError("the disk is full")

    def read(self):
        if self.failing_reads:
            self.failing_reads -= 1
            raise RuntimeError("the disk is gone")


class Unit:
    """A unit of work that tells its `Units` what becomes of it."""

    def __init__(self, units, unit):
        self._units, self._unit = units, unit

    @property
    def markets(self):
        return Markets(self._units, self._unit.markets)

    async def commit(self):
        await self._units.commit()
        await self._unit.commit()

    async def __aenter__(self):
        await self._unit.__aenter__()
        await self._units.enter()
        return self

    async def __aexit__(self, *exc):
        self._units.left += 1
        await self._unit.__aexit__(*exc)


class Markets:
    """A repository that asks its `Units` before it reads."""

    def __init__(self, units, markets):
        self._units, self._markets = units, markets

    def __getattr__(self, name):
        return getattr(self._markets, name)

    async def by_slug(self, slug):
        self._units.read()
        return await self._markets.by_slug(slug)


class Meeting:
    """Whoever comes waits until `guests` have come, or nobody else can."""

    def __init__(self, guests):
        self._guests, self._came = guests, 0

    async def come(self):
        self._came += 1
        until = now() + HELD
        while self._came < self._guests and now() < until:  # noqa: ASYNC110 - an Event belongs to one loop
            await asyncio.sleep(HELD / 10)


class Ids:
    """Makes ids, and keeps them."""

    def __init__(self, word):
        self.made, self._numbers, self._word = [], count(1), word

    def new(self):
        self.made.append(f"{self._word}.{next(self._numbers)}")
        return self.made[-1]


async def stored(store):
    """What a unit of its own sees, by slug: id, name and status."""
    async with store.unit() as unit:
        found = await unit.markets.page(limit=1000, offset=0)
    return {str(each.slug): [each.id, each.name, each.status.value] for each in found}


def post(client, slug, name="Tea futures"):
    return client.post("/markets", json={"name": name, "slug": slug})


def get(client, slug):
    return client.get(f"/markets/{quote(slug)}")


@prepared(virtual_time)
def posted(answer, word, slug, bad):
    """One app gets POSTs, one after the other: of a new slug, of the same slug, of what is no market."""
    store, ids = MemoryStore(), Ids(word)

    async def scenario():
        app = answer.create_app(Units(store).new, ids.new)
        async with served(app) as client:
            created = await post(client, slug, "  Tea futures ")
            taken = await post(client, slug, "Another one")
            refused = [await client.post("/markets", json=body) for body in bad]
        return {
            "type": "FastAPI" if isinstance(app, FastAPI) else type(app).__name__,
            "created": told(created),
            "taken": told(taken),
            "bad": [told(reply) for reply in refused],
            "ids": ids.made,
            "stored": await stored(store),
        }

    return run_virtual(scenario()).get()


@prepared(virtual_time)
def got(answer, slugs, impossible):
    """One app gets GETs: before there are such markets, after a POST, after another program has written, and of what is no slug."""
    store, (own, other) = MemoryStore(), slugs

    async def scenario():
        async with served(answer.create_app(Units(store).new, Ids("id").new)) as client:
            missing = [told(await get(client, slug)) for slug in slugs]
            await post(client, own)
            before = await stored(store)
            found = told(await get(client, own))
            await write_elsewhere(store, other, changed=own)
            return {
                "missing": missing,
                "found": [found, *[told(await get(client, slug)) for slug in slugs]],
                "impossible": [told(await get(client, slug)) for slug in impossible],
                "before": before,
                "after": await stored(store),
            }

    return run_virtual(scenario()).get()


async def write_elsewhere(store, slug, *, changed):
    """What another program does: it adds a market, and publishes one that it did not make."""
    async with store.unit() as unit:
        await unit.markets.add(Market("other", "Other", slug, MarketStatus.SUSPENDED))
        market = await unit.markets.by_slug(changed)
        if market is not None:
            new = replace(market, name="Another name", status=MarketStatus.ACTIVE)
            await unit.markets.update(new)
        await unit.commit()


@prepared(virtual_time)
def two_apps(answer, slugs):
    """Two apps are made in one process, each on a store of its own; each gets requests."""
    stores = MemoryStore(), MemoryStore()

    async def scenario():
        new_ids = Ids("first").new, Ids("second").new
        apps = [
            answer.create_app(Units(store).new, new_id)
            for store, new_id in zip(stores, new_ids, strict=True)
        ]
        async with served(apps[0]) as first, served(apps[1]) as second:
            posted = await post(first, slugs[0])
            elsewhere = await get(second, slugs[0])
            replies = [posted, await post(second, slugs[1])]
        return {
            "replies": [told(reply) for reply in replies],
            "elsewhere": told(elsewhere),
            "stored": [sorted(await stored(store)) for store in stores],
        }

    return run_virtual(scenario()).get()


def at_once_on_a_file(answer, slugs, apps):
    """The posts of {slugs} are sent at once, in turn to {apps} app(s), each with its own connections to one SQLite file."""
    stores = [SqlStore("sqlite+aiosqlite:///markets.db") for _ in range(apps)]

    async def scenario():
        ids = Ids("id")
        async with AsyncExitStack() as stack:
            clients = []
            for store in stores:
                await stack.enter_async_context(store.opened())
                app = answer.create_app(Units(store).new, ids.new)
                clients.append(await stack.enter_async_context(served(app)))
            posts = [post(clients[n % apps], slug) for n, slug in enumerate(slugs)]
            replies = await asyncio.gather(*posts)
            return {
                "replies": [told(reply) for reply in replies],
                "stored": sorted(await stored(stores[0])),
            }

    return asyncio.run(scenario())


@prepared(virtual_time)
def at_once_in_memory(answer, slug, times):
    """The slug {slug!r} is posted {times} times at once; all add it before the first one commits, so that only commit finds it taken."""
    store = MemoryStore()
    units = Units(store, before_commit=Meeting(times))

    async def scenario():
        async with served(answer.create_app(units.new, Ids("id").new)) as client:
            replies = await asyncio.gather(*(post(client, slug) for _ in range(times)))
        return {
            "replies": [told(reply) for reply in replies],
            "stored": sorted(await stored(store)),
        }

    return run_virtual(scenario()).get()


@prepared(virtual_time)
def held_open(answer, pairs):
    """Each pair of requests goes to an app: the first one's unit stays open until the other one's is open too, or nobody can get further."""
    sent = {"GET": get, "POST": post}

    async def scenario():
        seen = []
        for first, second in pairs:
            units = Units(MemoryStore())
            async with served(answer.create_app(units.new, Ids("id").new)) as client:
                entered_before = units.entered
                units.meet(2)
                earlier = asyncio.create_task(sent[first](client, "first"))
                await asyncio.sleep(HELD / 2)  # the earlier one has come as far as it can
                later = await sent[second](client, "second")
                replies = [told(await earlier), told(later)]
            entered = units.entered - entered_before
            seen.append({"entered": entered, "highest": units.highest, "replies": replies})
        return seen

    return run_virtual(scenario()).get()


@prepared(virtual_time)
def counted(answer, slug):
    """An app is made and started; then it gets requests that succeed, and requests that fail."""
    units = Units(MemoryStore())

    async def scenario():
        seen = []

        def look(when):
            seen.append({"when": when, "entered": units.entered, "left": units.left})

        app = answer.create_app(units.new, Ids("id").new)
        look("create_app had returned")
        async with served(app) as client:
            look("the app had started")
            await post(client, slug)
            look("a POST was answered")
            await post(client, slug)
            look("a POST of a taken slug was answered")
            await post(client, "Not A Slug")
            look("a POST of an invalid slug was answered")
            await get(client, slug)
            look("a GET was answered")
            await get(client, "unknown")
            look("a GET of an unknown slug was answered")
            units.failing_commits = 1
            await post(client, f"{slug}-2")
            look("a POST whose commit raised RuntimeError was answered")
            units.failing_reads = 1
            await get(client, slug)
            look("a GET whose by_slug raised RuntimeError was answered")
        return seen

    return run_virtual(scenario()).get()


@prepared(virtual_time)
def failing_commit(answer, slug):
    """The first commit raises RuntimeError('the disk is full'); then the same market is posted again, and read."""
    store = MemoryStore()
    units = Units(store)
    units.failing_commits = 1

    async def scenario():
        async with served(answer.create_app(units.new, Ids("id").new)) as client:
            failed = told(await post(client, slug))
            missing = told(await get(client, slug))
            again = told(await post(client, slug))
            found = told(await get(client, slug))
        return {"failed": failed, "missing": missing, "again": again, "found": found}

    return run_virtual(scenario()).get()


@prepared(virtual_time)
def documented(answer):
    """Two apps are made in one process, and their OpenAPI documents are built."""
    apps = [answer.create_app(Units(MemoryStore()).new, Ids("id").new) for _ in range(2)]
    return [_document(app) for app in apps]


def _document(app):
    """The operations of each id, and what was said meanwhile."""
    if not isinstance(app, FastAPI):
        return {"operations": {}, "said": [f"there is none: it is a {type(app).__name__}"]}
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            paths = app.openapi().get("paths", {})
        except Exception as error:  # noqa: BLE001 - whatever the answer's models make of it
            said = f"building it raised {type(error).__name__}: {error}"
            return {"operations": {}, "said": [said[:300]]}
    operations = {}
    for path, methods in paths.items():
        for method, each in methods.items():
            operation = f"{method.upper()} {path}"
            operations.setdefault(str(each.get("operationId")), []).append(operation)
    return {
        "operations": operations,
        "said": [_said(each) for each in heard if issubclass(each.category, UserWarning)],
    }


def _said(warning):
    """What FastAPI warns of, without the file: it lies in a folder that is gone by then."""
    text = re.sub(r" at \S*answer\.py$", "", str(warning.message))
    return f"{warning.category.__name__}: {text}"[:300]
