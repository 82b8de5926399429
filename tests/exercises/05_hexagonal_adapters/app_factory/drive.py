"""Put create_app to work: serve its apps, send them requests, and write down what becomes of each unit of work.

Time is virtual, but where a database file is at work. Whoever holds a unit open for others waits until they are there, or until nobody else can get further. What
is stored is read by units of the driver's own.
"""

import asyncio
import warnings
from contextlib import AsyncExitStack
from itertools import count

from fastapi import FastAPI

from pypatterns.course.checking.probes.clock import now, virtual_time
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import run_virtual
from pypatterns.course.checking.probes.web import served, told
from pypatterns.market.adapters.outbound.memory import MemoryStore
from pypatterns.market.adapters.outbound.sql import SqlStore
from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import Market

HELD = 1.0  # virtual seconds: until then all have come who can


class Units:
    """Makes units of work on a store, and counts them. The first `failing` commits raise."""

    def __init__(self, store, *, failing=0, when_entered=None, before_commit=None):
        self.entered = self.left = self.highest = 0
        self._store, self._failing = store, failing
        self._when_entered, self._before_commit = when_entered, before_commit

    def new(self):
        return Unit(self, self._store.unit())

    async def enter(self):
        self.entered += 1
        self.highest = max(self.highest, self.entered - self.left)
        if self._when_entered:
            await self._when_entered.come()

    async def commit(self):
        if self._before_commit:
            await self._before_commit.come()
        if self._failing:
            self._failing -= 1
            raise RuntimeError("the disk is full")


class Unit:
    """A unit of work that tells its `Units` what becomes of it."""

    def __init__(self, units, unit):
        self._units, self._unit = units, unit

    @property
    def markets(self):
        return self._unit.markets

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
def got(answer, slugs):
    """One app gets GETs: of a slug before and after a POST of it, and of one that another program has stored."""
    store, (own, other) = MemoryStore(), slugs

    async def scenario():
        async with served(answer.create_app(Units(store).new, Ids("id").new)) as client:
            missing = await client.get(f"/markets/{own}")
            await post(client, own)
            found = await client.get(f"/markets/{own}")
            active = Market(id="other", name="Other", slug=other, status=MarketStatus.ACTIVE)
            async with store.unit() as unit:
                await unit.markets.add(active)
                await unit.commit()
            replies = {
                "missing": missing,
                "found": found,
                "other": await client.get(f"/markets/{other}"),
            }
        return {
            "stored": {own: ["", "", ""]} | await stored(store),
            **{name: told(reply) for name, reply in replies.items()},
        }

    return run_virtual(scenario()).get()


@prepared(virtual_time)
def two_apps(answer, slugs):
    """Two apps are made in one process, each on a store of its own; each gets requests."""
    stores = MemoryStore(), MemoryStore()

    async def scenario():
        apps = [answer.create_app(Units(store).new, Ids("id").new) for store in stores]
        async with served(apps[0]) as first, served(apps[1]) as second:
            posted = await post(first, slugs[0])
            elsewhere = await second.get(f"/markets/{slugs[0]}")
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
def held_open(answer, slugs):
    """Two posts are sent at once; the unit of the first stays open until the other one's is open too, or nobody can get further."""
    units = Units(MemoryStore(), when_entered=Meeting(2))

    async def scenario():
        async with served(answer.create_app(units.new, Ids("id").new)) as client:
            replies = await asyncio.gather(*(post(client, slug) for slug in slugs))
        return {"highest": units.highest, "replies": [told(reply) for reply in replies]}

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
            await client.get(f"/markets/{slug}")
            look("a GET was answered")
            await client.get("/markets/unknown")
            look("a GET of an unknown slug was answered")
        return seen

    return run_virtual(scenario()).get()


@prepared(virtual_time)
def failing_commit(answer, slug):
    """The first commit raises RuntimeError('the disk is full'); then the same market is posted again, and read."""
    store = MemoryStore()
    units = Units(store, failing=1)

    async def scenario():
        async with served(answer.create_app(units.new, Ids("id").new)) as client:
            failed = told(await post(client, slug))
            missing = told(await client.get(f"/markets/{slug}"))
            again = told(await post(client, slug))
            found = told(await client.get(f"/markets/{slug}"))
        return {"failed": failed, "missing": missing, "again": again, "found": found}

    return run_virtual(scenario()).get()


@prepared(virtual_time)
def documented(answer):
    """Two apps are made in one process, and their OpenAPI documents are built."""
    apps = [answer.create_app(Units(MemoryStore()).new, Ids("id").new) for _ in range(2)]
    return [_document(app) for app in apps]


def _document(app):
    """The operation ids, and what was said meanwhile."""
    if not isinstance(app, FastAPI):
        return {"ids": [], "said": [f"there is none: it is a {type(app).__name__}"]}
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            paths = app.openapi().get("paths", {})
        except Exception as error:  # noqa: BLE001 - whatever the answer's models make of it
            return {
                "ids": [],
                "said": [f"building it raised {type(error).__name__}: {error}"[:300]],
            }
    operations = [each for path in paths.values() for each in path.values()]
    return {
        "ids": [str(each.get("operationId")) for each in operations],
        "said": [
            str(each.message)[:200] for each in heard if issubclass(each.category, UserWarning)
        ],
    }
