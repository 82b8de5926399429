"""Many requests at once at an API that is wired well or badly: what the clients are told, and what was kept.

>>> measure(one_session, requests=20).statuses
{201: 1, 500: 19}
>>> demo()  # in a notebook: the same with controls

Real requests to a real SQLite file, in an event loop of their own thread, so that a control may measure while a cell's
loop runs. No port is opened: httpx calls the application.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy.exc import SAWarning
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from pypatterns.course.lab.drawing import bars
from pypatterns.course.lab.drawing.bars import Part, Stack
from pypatterns.course.lab.drawing.shown import Shown, figure
from pypatterns.course.lab.figures import wirings
from pypatterns.course.lab.live import Live
from pypatterns.market.adapters.outbound.sql.rows import Base

Wiring = Callable[[async_sessionmaker[AsyncSession]], FastAPI]

WIRINGS: dict[str, Wiring] = {
    "one session": wirings.one_session,
    "one session, commits": wirings.one_session_and_commits,
    "a unit for each request": wirings.a_unit_for_each_request,
}
SLUGS = ("different", "one")
MEANING = {201: "created", 409: "refused", 500: "broken"}


@dataclass(frozen=True, slots=True)
class Measured:
    """What so many requests at once were told, and how many rows another connection found afterwards."""

    wiring: str
    slugs: str
    statuses: Mapping[int, int]  # how many requests got each status, by rising status
    rows: int

    @property
    def requests(self) -> int:
        """How many there were."""
        return sum(self.statuses.values())

    @property
    def sentence(self) -> str:
        """Which statuses came back, and what was kept."""
        told = ", ".join(_said(*each) for each in self.statuses.items())
        asked = (
            f"{self.requests} at once, {self.slugs} {'slug' if self.slugs == 'one' else 'slugs'}"
        )
        return f"{self.wiring}; {asked}: {told}. Others see {_rows(self.rows)}."


def measure(wiring: Wiring, *, requests: int = 20, slugs: str = "different") -> Measured:
    """Send so many at once; `slugs` is one of `SLUGS`. Takes some 0.2 s for twenty.

    What the application raises becomes a 500, as it does behind any server; its log is kept out of the notebook.
    """
    name = next((name for name, each in WIRINGS.items() if each is wiring), wiring.__name__)
    wanted = [_slug(number, slugs) for number in range(requests)]
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as pool:
        file = Path(folder) / "market.db"
        statuses = pool.submit(asyncio.run, _sent(wiring, file, wanted)).result()
    return Measured(name, slugs, *statuses)


async def post(app: FastAPI, slugs: Sequence[str]) -> list[int]:
    """Ask for markets of these slugs at the same time; the statuses, in the same order."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://market") as client:
        bodies = [{"name": "Tea futures", "slug": slug} for slug in slugs]
        asked = (client.post("/markets", json=body) for body in bodies)
        return [answer.status_code for answer in await asyncio.gather(*asked)]


def shown(measured: Measured) -> Shown:
    """Two bars of the same scale: what the clients were told, and what others see."""
    rows = [
        Stack("told to clients", [_part(*each) for each in measured.statuses.items()]),
        Stack("seen by others", [Part(measured.rows, _rows(measured.rows), "#", bars.BLUE)]),
    ]
    sentence, of = measured.sentence, measured.requests
    picture = figure(bars.svg(rows, of=of), alt=f"Bars. {sentence}", caption=sentence)
    return Shown(f"{sentence}\n{bars.text(rows, of=of)}", picture)


def demo() -> Live:
    """A choice of wirings and slugs, and how many requests."""
    import ipywidgets  # type: ignore[import-untyped]  # noqa: PLC0415 - only a notebook waits for it

    def choice(of: Sequence[str], named: str) -> Any:
        style = {"description_width": "6em", "button_width": "13em"}
        return ipywidgets.ToggleButtons(options=of, description=named, style=style)

    return Live(
        draw,
        wiring=choice(list(WIRINGS), "wiring"),
        slugs=choice(SLUGS, "slugs"),
        requests=ipywidgets.IntSlider(
            20,
            1,
            40,
            description="requests",
            continuous_update=False,
            style={"description_width": "6em"},
        ),
    )


def draw(wiring: str, slugs: str, requests: int) -> Shown:
    """What the demonstration shows for these settings, newly measured."""
    return shown(measure(WIRINGS[wiring], requests=requests, slugs=slugs))


def _slug(number: int, slugs: str) -> str:
    return f"tea-{number}" if slugs == "different" else "tea"


def _rows(many: int) -> str:
    return f"{many} {'row' if many == 1 else 'rows'}"


def _part(status: int, many: int) -> Part:
    colour = {201: bars.GREEN, 409: bars.ORANGE}.get(status, bars.RED)
    return Part(many, _said(status, many), str(status)[0], colour)


def _said(status: int, many: int) -> str:
    return f"{many} {MEANING.get(status, 'others')} ({status})"


async def _sent(wiring: Wiring, file: Path, slugs: Sequence[str]) -> tuple[dict[int, int], int]:
    async with database(file) as sessions:
        with _quiet():
            counted = Counter(await post(wiring(sessions), slugs))
        return dict(sorted(counted.items())), rows_in(file)


def rows_in(file: Path) -> int:
    """How many markets a connection of its own finds."""
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM markets").fetchone()[0])


class _Remembering(async_sessionmaker[AsyncSession]):
    """Keeps what it made: a session that an app never closes would hold a thread and its file."""

    made: list[AsyncSession]

    def __call__(self, **local: Any) -> AsyncSession:
        session = super().__call__(**local)
        self.made.append(session)
        return session


@asynccontextmanager
async def database(file: Path) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """A file with an empty table, and sessions on it; in the end all that were made are closed."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}", connect_args={"timeout": 30})
    sessions = _Remembering(engine, expire_on_commit=False)
    sessions.made = []
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(
                "PRAGMA journal_mode=WAL"
            )  # as the market's store does
            await connection.run_sync(Base.metadata.create_all)
        yield sessions
    finally:
        for session in sessions.made:
            await session.close()
        await engine.dispose()


@contextmanager
def _quiet() -> Iterator[None]:
    """SQLAlchemy logs and warns of a session that many use; here that is expected, and shown by the statuses."""
    pool = logging.getLogger("sqlalchemy.pool")
    level = pool.level
    pool.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            yield
    finally:
        pool.setLevel(level)
