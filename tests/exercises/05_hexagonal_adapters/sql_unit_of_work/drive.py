"""Put SqlUnitOfWork to work on SQLite files, and write down what they hold.

What is stored is read through a connection of the driver's own, by sqlite3 alone: a session knows what it has sent, not what
was kept. SQLite has one writer, so no two units write at once: each may send what it likes as early as it likes.
The garbage collector is off: a connection that was only forgotten must not come back by chance.
"""

import asyncio
import gc
import sqlite3
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.schema import CreateTable

from pypatterns.course.checking.child.blame import went_through_the_answer
from pypatterns.course.checking.probes.errors import leaves
from pypatterns.given.sql import Market, MarketRow, SlugTaken
from pypatterns.market.domain.errors import MarketNotFound

TABLE = str(CreateTable(MarketRow.__table__).compile(dialect=sqlite.dialect()))
INSERT = "INSERT INTO markets VALUES (?, 'Known', ?, 'DRAFT', '[]', 1, 'EUR', 1)"
UNSAFE = "PRAGMA synchronous=OFF"  # nobody pulls the plug, and nothing waits for a disk
PATIENCE = 0.1  # seconds that a unit waits for another writer
KNOWN = "known-market"


class Outage(Exception):
    """Something in the body fails."""


class Halt(BaseException):
    """Somebody stops the program: no Exception."""


class Database:
    """A new file with the table and the market KNOWN in it, and the sessions that an answer gets."""

    numbers = count()

    def __init__(self):
        self.file = f"markets-{next(self.numbers)}.db"
        with self._connected() as connection:
            connection.execute("PRAGMA journal_mode=WAL")  # whoever reads does not wait
            connection.execute(TABLE)
        self.store("known", KNOWN)
        url, patience = f"sqlite+aiosqlite:///{self.file}", {"timeout": PATIENCE}
        self._engine = create_async_engine(url, connect_args=patience, hide_parameters=True)
        event.listen(self._engine.sync_engine, "connect", lambda raw, _: raw.execute(UNSAFE))
        self.sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    def store(self, id, slug):
        """Store a market, as another process would; whether that was possible, or the file was locked."""
        with self._connected() as connection, suppress(sqlite3.OperationalError):
            connection.execute(INSERT, (id, slug))
            connection.commit()
            return True
        return False

    def stored(self):
        """The slugs in the file, but KNOWN's."""
        select = "SELECT slug FROM markets WHERE slug != ? ORDER BY slug"
        with self._connected() as connection:
            return [slug for (slug,) in connection.execute(select, [KNOWN])]

    @property
    def out(self):
        """How many connections are out of the pool."""
        return self._engine.pool.checkedout()

    def _connected(self):
        connection = sqlite3.connect(self.file, timeout=0)
        connection.execute(UNSAFE)
        return closing(connection)


def in_a_loop(work):
    """Run this in an event loop of its own."""
    gc.disable()
    return asyncio.run(work)


def market(slug, id=None):
    """A draft; its id is made of its slug unless told."""
    return Market.create(id=id or f"id-of-{slug}", name="A market", slug=slug)


async def end_of(unit, body):
    """Enter, run the body, leave: the error that came out, or None."""
    try:
        async with unit as opened:
            await body(opened)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the check decides
        return error
    return None


def told(error, own=None):
    """An error as data. One that nobody could expect and that went through the answer is raised: its lines tell more."""
    described = as_data(error, own)
    if described["kind"] == "other" and went_through_the_answer(error, str(Path.cwd())):
        raise error
    return described


def as_data(error, own=None):
    """An error's kind and the first line of its text."""
    text = "nothing" if error is None else f"{type(error).__name__}: {error}"
    return {"kind": _kind(error, own), "text": text.partition("\n")[0].removesuffix(": ")}


def _kind(error, own):
    inside = leaves(error)
    if not inside:
        return "none"
    if all(each is own for each in inside):
        return "own"
    for kind in (SlugTaken, IntegrityError):
        if all(isinstance(each, kind) for each in inside):
            return kind.__name__
    return "other"


def adding(slug, then, id=None):
    """A body that adds a market and goes on."""

    async def body(unit):
        await unit.markets.add(market(slug, id))
        await then(unit)

    return body


def reading(then):
    """A body that reads, so that the unit has a connection and has sent what was added, and goes on."""

    async def body(unit):
        await unit.markets.by_slug(KNOWN)
        await then(unit)

    return body


def raising(error):
    """A body that ends with this error."""

    async def body(_):
        raise error

    return body


async def nothing(_):
    """A body that ends."""


async def commit(unit):
    """A body that ends with a commit."""
    await unit.commit()


def left(answer, slug):
    """Units add the market {slug!r} and are left: by the end of the body, by an error of any kind; none commits."""
    domain = MarketNotFound(slug), SlugTaken(slug)  # what a use case raises itself

    async def work():
        ends = []
        for error in (None, Outage(), *domain, Halt(), asyncio.CancelledError()):
            for is_sent in (False, True):
                database = Database()
                then = nothing if error is None else raising(error)
                body = adding(slug, reading(then) if is_sent else then)
                came_out = await end_of(answer.SqlUnitOfWork(database.sessions), body)
                ends.append(
                    {
                        "raised": "" if error is None else type(error).__name__,
                        "is_sent": is_sent,
                        "came_out": told(came_out, error),
                        "stored": database.stored(),
                    }
                )
        return ends

    return in_a_loop(work())


def committed(answer, slugs):
    """A unit adds the markets {slugs} and commits; the file is read before the unit is left, and afterwards."""

    async def work():
        database, seen = Database(), {"inside": None}

        async def body(unit):
            for slug in slugs:
                await unit.markets.add(market(slug))
            await unit.commit()
            seen["inside"] = database.stored()

        came_out = await end_of(answer.SqlUnitOfWork(database.sessions), body)
        return seen | {"came_out": told(came_out), "after": database.stored()}

    return in_a_loop(work())


def duplicates(answer, slug, hows):
    """Units add the market {slug!r} and commit, where the slug is taken in one way or another."""

    async def duplicate(how):
        database = Database()
        seen = {"how": how, "commit": None, "committed": False, "by_other": False}
        if how not in ("twice", "meanwhile"):
            database.store("another", slug)

        async def body(unit):
            await unit.markets.add(market(slug))
            if how == "twice":
                await unit.markets.add(market(slug, id="another"))
            if how == "meanwhile":
                seen["by_other"] = database.store("another", slug)
            if how == "read":
                await unit.markets.by_slug(KNOWN)
            try:
                await unit.commit()
                seen["committed"] = True
            except BaseException as error:
                seen["commit"] = told(error)
                if how != "caught":
                    raise

        came_out = await end_of(answer.SqlUnitOfWork(database.sessions), body)
        return seen | {"came_out": told(came_out)}

    async def work():
        return [await duplicate(how) for how in hows]

    return in_a_loop(work())


def broken_rules(answer, slug):
    """Units add the market {slug!r} with an id that is taken, or without a name, and commit, some after a read."""
    nameless = market(slug)
    object.__setattr__(nameless, "name", None)
    cases = {"an id that is taken": market(slug, id="known"), "no name": nameless}

    async def work():
        seen = []
        for what, broken in cases.items():
            for then in (commit, reading(commit)):

                async def body(unit, broken=broken, then=then):
                    await unit.markets.add(broken)
                    await then(unit)

                came_out = await end_of(answer.SqlUnitOfWork(Database().sessions), body)
                seen.append(
                    {"what": what, "is_sent": then is not commit, "came_out": told(came_out)}
                )
        return seen

    return in_a_loop(work())


def connections(answer, slug):
    """Units are left in six ways, one by cancelling its task; after each the pool is asked how many connections are out."""
    ways = {
        "without a commit": (end_of, nothing),
        "after a commit": (end_of, adding(slug, commit)),
        "after a commit that was refused": (end_of, adding(KNOWN, commit)),
        "by a flush that was refused": (end_of, adding(KNOWN, reading(nothing))),
        "by an Exception": (end_of, raising(Outage())),
        "by a cancellation": (end_when_cancelled, nothing),
    }

    async def work():
        kept, seen = [], []  # no unit is forgotten before the end, and with it what it holds
        for way, (end, body) in ways.items():
            database = Database()
            inside = []

            async def noted(unit, body=body, inside=inside):
                inside.append(unit)
                await body(unit)

            kept.append(unit := answer.SqlUnitOfWork(database.sessions))
            came_out = await end(unit, reading(noted))
            told = {"has_read": bool(inside), "text": as_data(came_out)["text"]}
            seen.append({"way": way, "out": database.out} | told)
        return seen

    return in_a_loop(work())


async def end_when_cancelled(unit, body):
    """Cancel the task of a unit whose body waits; what came out of it."""
    is_waiting = asyncio.Event()

    async def wait_for_ever(opened):
        await body(opened)
        is_waiting.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(end_of(unit, wait_for_ever))
    waiting = asyncio.create_task(is_waiting.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    task.cancel()
    return await task


def again(answer, word):
    """One instance is left in one way after the other; after each it is entered again, adds a market and commits."""
    ends = {
        "was left without a commit": nothing,
        "was left by an Outage": raising(Outage()),
        "was left by MarketNotFound": raising(MarketNotFound(word)),
        "was left by a cancellation": raising(asyncio.CancelledError()),
        "was left by a Halt, which is no Exception": raising(Halt()),
    }
    bodies = {way: adding(f"{word}-lost-{n}", end) for n, (way, end) in enumerate(ends.items())} | {
        "was refused a commit": adding(KNOWN, commit, id="another"),
        "was refused a flush": adding(KNOWN, reading(nothing), id="another"),
        "had committed": adding(f"{word}-0", commit),
    }

    async def work():
        database, seen = Database(), []
        unit = answer.SqlUnitOfWork(database.sessions)
        for number, (way, body) in enumerate(bodies.items(), 1):
            earlier = as_data(await end_of(unit, body))["text"]
            before = database.stored()
            slug = f"{word}-{number}"
            text = as_data(await end_of(unit, adding(slug, commit)))["text"]
            told = {"slug": slug, "text": text, "before": before, "stored": database.stored()}
            seen.append({"way": way, "earlier": earlier} | told)
        return seen

    return in_a_loop(work())


def two_at_once(answer, slugs, committing):
    """While an instance is open, a second one is entered, adds the market {slugs[1]!r} and is left; then the first adds {slugs[0]!r}."""

    async def pair(commits):
        database = Database()
        first, second = (answer.SqlUnitOfWork(database.sessions) for _ in range(2))
        seen = {"commits": commits, "second": as_data(None)}  # unless it is entered

        async def body(opened):
            await opened.markets.by_slug(KNOWN)
            inside = {"the second": commit, "the first, early": lambda _: opened.commit()}
            came_out = await end_of(second, adding(slugs[1], inside.get(commits, nothing)))
            seen["second"] = told(came_out)
            if commits != "the first, early":
                await adding(slugs[0], commit if commits == "the first" else nothing)(opened)

        seen["first"] = told(await end_of(first, body))
        return seen | {"stored": database.stored()}

    async def work():
        return [await pair(commits) for commits in committing]

    return in_a_loop(work())


def nested(answer, slugs, hows):
    """An instance is entered while it is open."""

    async def both(how):
        database = Database()
        unit = answer.SqlUnitOfWork(database.sessions)
        seen = {"how": how, "entered": False, "refused": False, "inner": as_data(None)}
        inner = {"adds": adding(slugs[1], nothing), "commits": commit}.get(how, nothing)

        async def inside(opened):
            seen["entered"] = True
            await inner(opened)

        async def enter_again(_):
            came_out = await end_of(unit, inside)
            seen["refused"] = isinstance(came_out, RuntimeError) and not seen["entered"]
            seen["inner"] = as_data(came_out)

        async def body(opened):
            if how == "adds":
                await reading(enter_again)(opened)
                await adding(slugs[0], commit)(opened)
            else:
                await adding(slugs[0], enter_again)(opened)
                await (nothing if how == "commits" else commit)(opened)

        seen["outer"] = as_data(await end_of(unit, body))
        return seen | {"stored": database.stored()}

    async def work():
        return [await both(how) for how in hows]

    return in_a_loop(work())
