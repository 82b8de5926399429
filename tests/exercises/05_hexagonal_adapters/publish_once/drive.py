"""Put publish_once to work on a SQLite file, from two instances of the answer, and read the file in the end.

The answer is imported twice, under two names: what one of them keeps in its module the other one does not see, as in two processes.
The sessions wait before their first write until all callers have come so far, or nobody else can get further: then all have
read, and none has written. Time is virtual.
"""

import asyncio
import importlib.util
import re
import sqlite3
import sys
from contextlib import closing, suppress
from contextvars import ContextVar

from sqlalchemy import event
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.util import await_only

from pypatterns.course.checking.probes.errors import described
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import run_virtual
from pypatterns.course.checking.probes.virtual_clock import now, virtual_time

HELD = 1.0  # virtual seconds: until then all have come who can
TABLES = """
CREATE TABLE markets (slug TEXT PRIMARY KEY, status TEXT NOT NULL, version INTEGER NOT NULL);
CREATE TABLE idempotency_keys (key TEXT PRIMARY KEY, slug TEXT NOT NULL, status INTEGER, body TEXT);
"""
WRITES = re.compile(
    r"\s*(WITH\b.*\b)?(INSERT|UPDATE|DELETE|REPLACE|BEGIN\s+(IMMEDIATE|EXCLUSIVE))\b",
    re.IGNORECASE | re.DOTALL,
)
COMMITS = re.compile(r"\s*(COMMIT|END)\b", re.IGNORECASE)

BECOMES = {
    "suspended": "UPDATE markets SET status = 'SUSPENDED', version = version + 1 WHERE slug = ?",
    "made a DRAFT again": "UPDATE markets SET status = 'DRAFT', version = version + 1 WHERE slug = ?",
    "deleted": "DELETE FROM markets WHERE slug = ?",
}

caller = ContextVar("caller", default=0)


class Died(BaseException):
    """The process is gone: no line of it is run any more, and no SQL."""


class Database:
    """One file with some markets, and engines on it."""

    def __init__(self, markets, file="markets.db"):
        self._file = file
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(TABLES)
            connection.executemany("INSERT INTO markets VALUES (?, ?, ?)", markets)
            connection.commit()

    def sessions(self, gate=None):
        """A factory of sessions on an engine of its own, as another process has it. The gate is passed before each write."""
        url = f"sqlite+aiosqlite:///{self._file}"
        engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": 60})
        if gate is not None:
            watch(engine, gate)
        return async_sessionmaker(engine, expire_on_commit=False)

    def change(self, sql, *values):
        with closing(sqlite3.connect(self._file)) as connection:
            connection.execute(sql, values)
            connection.commit()

    def markets(self):
        """What is stored: status and version by slug."""
        with closing(sqlite3.connect(self._file)) as connection:
            return {
                slug: [status, version]
                for slug, status, version in connection.execute("SELECT * FROM markets")
            }


def watch(engine, gate):
    """Have the gate passed before each write and each commit, however it is asked for."""

    @event.listens_for(engine.sync_engine, "before_cursor_execute", named=True)
    def before(statement, **_):
        gate.pass_by()
        if WRITES.match(statement):
            await_only(gate.come("a write"))
        elif COMMITS.match(statement):
            await_only(gate.come("a commit"))

    dialect = engine.sync_engine.dialect
    commit = dialect.do_commit

    def do_commit(connection):
        if (
            connection.driver_connection.in_transaction
        ):  # a session that has only read commits nothing
            await_only(gate.come("a commit"))
        commit(connection)

    dialect.do_commit = do_commit


class Meeting:
    """Each caller waits before its first write until all have come so far, or nobody else can get further; then they write in turn.

    In turn: from its first write to the end of its call. Where all write at once, SQLite lets one do so and has the others
    sleep for up to 100 ms at a time.
    """

    def __init__(self, callers):
        self._callers, self._came, self._open, self._writes = callers, set(), False, None

    def pass_by(self):
        pass

    async def come(self, _):
        me = caller.get()
        self._came.add(me)
        await _until(lambda: self._open or len(self._came) == self._callers)
        self._open = True
        await _until(lambda: self._writes in (None, me))
        self._writes = me

    def leave(self):
        if self._writes == caller.get():
            self._writes = None


async def _until(holds):
    until = now() + HELD
    while not holds() and now() < until:  # noqa: ASYNC110 - an Event belongs to one loop
        await asyncio.sleep(HELD / 10)


class Death:
    """The process dies before its `nth` write or commit. `points` are those that it has reached; `came`: it is dead."""

    def __init__(self, nth):
        self.points, self._nth, self.came = [], nth, False

    def pass_by(self):
        if self.came:
            raise Died

    async def come(self, what):
        self.pass_by()
        self.points.append(what)
        if len(self.points) == self._nth:
            self.came = True
            raise Died


def again(answer, name):
    """The answer, imported once more."""
    spec = importlib.util.spec_from_file_location(name, answer.__file__)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


async def one_of(number, module, *args, **kwargs):
    """One of several calls that are made at once: its reply, or what it raised."""
    caller.set(number)
    try:
        return plain(await module.publish_once(*args, **kwargs))
    except Exception as error:  # noqa: BLE001 - what a call raises is data here
        raised = described(error)
        text = f"{raised['type']}: {raised['text']}".partition("\n")[0].removesuffix(": ")
        return {"status": 0, "body": {}, "said": f"raised {text[:150]}"}


def plain(reply):
    """A reply as data; another thing than a pair of a number and a dict is told as it is."""
    if (
        isinstance(reply, tuple)
        and len(reply) == 2
        and isinstance(reply[0], int)
        and isinstance(reply[1], dict)
    ):
        return {"status": int(reply[0]), "body": dict(reply[1]), "said": repr(reply)[:200]}
    return {"status": 0, "body": {}, "said": f"returned {reply!r}"[:200]}


@prepared(virtual_time)
def one_by_one(answer, markets, wanted):
    """publish_once is called for {wanted}, one after the other, each time with a new key."""
    database = Database(markets)

    async def scenario():
        sessions = database.sessions()
        return [
            plain(await answer.publish_once(sessions, slug, key=f"key-{n}"))
            for n, slug in enumerate(wanted)
        ]

    return {"replies": run_virtual(scenario()).get(), "markets": database.markets()}


@prepared(virtual_time)
def at_once(answer, markets, calls, instances=2):
    """These calls of publish_once are made at once, in turn from {instances} instance(s): {calls}; all read before the first one writes."""
    database, gate = Database(markets), Meeting(len(calls))
    modules = [answer, *(again(answer, f"other_{n}") for n in range(1, instances))]
    asked = [(module, database.sessions(gate)) for module in modules]

    async def call(number, slug, key):
        try:
            return await one_of(number, *asked[number % instances], slug, key=key)
        finally:
            gate.leave()

    async def scenario():
        return await asyncio.gather(*(call(n, *each) for n, each in enumerate(calls)))

    return {"replies": list(run_virtual(scenario()).get()), "markets": database.markets()}


@prepared(virtual_time)
def later(answer, slug, other, *, key, version, becomes):
    """The market {slug!r} is published with the key {key!r}, then {becomes} by somebody else; then the same key comes again, from both instances, and for the market {other!r}."""
    database = Database([(slug, "DRAFT", version), (other, "DRAFT", version)])
    instances = [(answer, database.sessions()), (again(answer, "other"), database.sessions())]

    async def publish(instance, which):
        module, sessions = instances[instance]
        return plain(await module.publish_once(sessions, which, key=key))

    async def scenario():
        first = await publish(0, slug)
        database.change(BECOMES[becomes], slug)
        before = database.markets()
        replies = {
            "the instance that published it": await publish(0, slug),
            "the other instance": await publish(1, slug),
        }
        after = database.markets()
        elsewhere = [await publish(0, other), await publish(1, other)]
        return {
            "first": first,
            "again": replies,
            "elsewhere": elsewhere,
            "before": before,
            "after": after,
            "after_elsewhere": database.markets(),
        }

    return run_virtual(scenario()).get()


@prepared(virtual_time)
def dying(answer, slug, key, version):
    """The process dies before its first write or commit, in another run before its second one, and so on; each time a new process tries again with the same key."""

    async def scenario():
        runs = []
        while True:
            database = Database([(slug, "DRAFT", version)], file=f"markets-{len(runs)}.db")
            death = Death(len(runs) + 1)
            with suppress(Died):
                await answer.publish_once(database.sessions(death), slug, key=key)
            if not death.came:
                return runs
            born = again(answer, f"born_{len(runs)}")
            reply = await one_of(0, born, database.sessions(), slug, key=key)
            runs.append({"points": death.points, "reply": reply, "markets": database.markets()})

    return run_virtual(scenario()).get()
