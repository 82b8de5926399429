"""Put build_lifespan to work: start and stop apps by the ASGI lifespan protocol, and write down what opens, runs and closes when.

Time is virtual: to open and to close takes a tenth of a second, to clean up after a cancellation half a second. Who does not
wait for it is overtaken.
"""

import asyncio

from fastapi import FastAPI, Request

from pypatterns.course.checking.probes.errors import leaves
from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import run_virtual
from pypatterns.course.checking.probes.virtual_clock import virtual_time
from pypatterns.course.checking.probes.web import Lifespan, client_of, served, told

SHORT, CLEANUP = 0.1, 0.5  # virtual seconds


class World:
    """The databases, caches and refreshes of some runs, and a journal of them. `failing`, `hanging`: "open cache", "close database", …."""

    def __init__(self, failing="", hanging=""):
        self.journal, self.failing, self.hanging = Journal(), failing, hanging
        self.error = ConnectionError(f"cannot {failing}")
        self._made = {"database": 0, "cache": 0}

    def lifespan(self, answer):
        return answer.build_lifespan(self.open_database, self.open_cache, self.refresh)

    def open_database(self):
        return Opened(self, Resource(self._new("database")), "database")

    def open_cache(self, database):
        return Opened(self, Resource(self._new("cache"), on=database), "cache")

    async def refresh(self, database, cache):
        fits = isinstance(cache, Resource) and cache.on is database
        who = (
            f"refresh {cache.number}"
            if fits
            else f"refresh of {name_of(database)}, {name_of(cache)}"
        )
        async with self.journal.call(who, cleanup=CLEANUP):
            await asyncio.Event().wait()

    def _new(self, kind):
        self._made[kind] += 1
        return kind, self._made[kind]

    def happened(self):
        """What happened to whom, in order."""
        return [f"{who} {what}" for _, what, who in self.journal.told()]


class Opened:
    """A context manager as asynccontextmanager makes it: it can be entered once, and gives something else than itself."""

    def __init__(self, world, resource, kind):
        self._world, self._resource, self._kind, self._used = world, resource, kind, False
        self._name = name_of(resource)

    async def __aenter__(self):
        if self._used:
            raise RuntimeError(
                f"{self._name} was opened before: a context manager can be entered once"
            )
        self._used = True
        await asyncio.sleep(SHORT)
        if self._world.hanging == f"open {self._kind}":
            await asyncio.Event().wait()
        if self._world.failing == f"open {self._kind}":
            raise self._world.error
        self._world.journal.note("opened", self._name)
        return self._resource

    async def __aexit__(self, *_):
        self._world.journal.note("closing", self._name)
        await asyncio.sleep(SHORT)
        self._world.journal.note("closed", self._name)
        if self._world.failing == f"close {self._kind}":
            raise self._world.error


class Resource:
    """What was opened: "database 1", and "cache 1" if it is on database 1."""

    def __init__(self, kind_and_number, on=None):
        (self.kind, self.number), self.on = kind_and_number, on


def name_of(thing):
    if not isinstance(thing, Resource):
        return f"a {type(thing).__name__}"
    strange = thing.kind == "cache" and getattr(thing.on, "number", None) != thing.number
    return f"{thing.kind} {thing.number}" + (f" on {name_of(thing.on)}" if strange else "")


def app_on(lifespan):
    """An app whose one route tells what it finds in the state of its request."""
    app = FastAPI(lifespan=lifespan)

    @app.get("/state")
    async def state(request: Request):
        await asyncio.sleep(SHORT)  # so that refresh has begun
        found = request.state
        return {name: name_of(getattr(found, name, None)) for name in ("database", "cache")}

    return app


def outcome(ran, world):
    """What became of a run, as plain data."""
    return {
        "happened": world.happened(),
        "left": ran.left.tasks,
        "error": ran.error and f"{type(ran.error).__name__}: {ran.error}"[:200],
        "came_out": any(leaf is world.error for leaf in leaves(ran.error)),
    }


@prepared(virtual_time)
def one_run(answer):
    """An app is started, gets two requests, and is stopped."""
    world = World()
    lifespan, meanwhile = world.lifespan(answer), {}

    async def scenario():
        run = Lifespan(app_on(lifespan))
        await run.start()
        async with client_of(run) as client:
            replies = await asyncio.gather(client.get("/state"), client.get("/state"))
        meanwhile["begun"] = world.happened()
        meanwhile["replies"] = [told(reply) for reply in replies]
        await run.stop()
        if run.error is not None:
            raise run.error

    ran = run_virtual(scenario())
    if not meanwhile:  # no request was answered, and why not is all that there is to tell
        ran.get()
    return outcome(ran, world) | meanwhile


@prepared(virtual_time)
def failing(answer, what):
    """{what} raises ConnectionError; an app is started, and stopped if it came up."""
    world = World(failing=what)
    lifespan = world.lifespan(answer)

    async def scenario():
        run = Lifespan(app_on(lifespan))
        await run.start()
        if run.up:
            await asyncio.sleep(SHORT)
        await run.stop()
        if run.error is not None:
            raise run.error
        return run.up

    ran = run_virtual(scenario())
    return outcome(ran, world)


@prepared(virtual_time)
def cancelled_start(answer):
    """The cache does not come to be open, and whoever enters the lifespan is cancelled."""
    world = World(hanging="open cache")
    lifespan = world.lifespan(answer)

    async def scenario():
        app = app_on(lifespan)
        async with app.router.lifespan_context(app):
            pass

    ran = run_virtual(scenario(), cancel_at=10)
    came_out = isinstance(ran.error, asyncio.CancelledError)
    return outcome(ran, world) | {"came_out": came_out}


@prepared(virtual_time)
def two_runs(answer, how):
    """build_lifespan is called once; {how}."""
    world = World()
    lifespan = world.lifespan(answer)
    apps = (
        [app_on(lifespan)] * 2
        if how == "one app runs twice"
        else [app_on(lifespan), app_on(lifespan)]
    )

    async def ask(app):
        async with served(app) as client:
            return told(await client.get("/state"))

    async def overlapping():
        async with served(apps[0]) as first:
            async with served(apps[1]) as second:
                replies = [told(await client.get("/state")) for client in (first, second)]
            closed = world.happened()
            replies.append(told(await first.get("/state")))
        return replies, closed

    async def one_after_the_other():
        return [await ask(app) for app in apps], []

    ran = run_virtual(one_after_the_other() if how == "one app runs twice" else overlapping())
    replies, closed = ran.value or ([], [])
    return outcome(ran, world) | {"replies": replies, "closed": closed}


@prepared(virtual_time)
def ended_from_inside(answer, how):
    """The lifespan is entered, and its body {how}."""
    world = World()
    lifespan = world.lifespan(answer)

    async def scenario():
        app = app_on(lifespan)
        async with app.router.lifespan_context(app):
            await asyncio.sleep(SHORT)
            if how == "raises":
                raise world.error
            await asyncio.Event().wait()

    ran = run_virtual(scenario(), cancel_at=10 if how == "is cancelled" else None)
    told_of = outcome(ran, world)
    if how == "is cancelled":
        told_of["came_out"] = isinstance(ran.error, asyncio.CancelledError)
    return told_of
