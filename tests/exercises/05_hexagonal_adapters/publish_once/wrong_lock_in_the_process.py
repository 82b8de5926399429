"""An asyncio.Lock makes read and write one step.

fails: test_one_of_many_publishes
says: from two instances at once, and all had read before the first one wrote; 2 x 200
seen_in: Lock
feedback: Your lock is known to one process. The service runs in several, and between them only the database can
    decide: ask in the UPDATE's WHERE, or take its lock with BEGIN IMMEDIATE.
"""

import asyncio

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

metadata = MetaData()
markets = Table(
    "markets",
    metadata,
    Column("slug", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("version", Integer, nullable=False),
)
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", String, primary_key=True),
    Column("slug", String, nullable=False),
    Column("status", Integer),
    Column("body", JSON),
)

lock = asyncio.Lock()
Reply = tuple[int, dict[str, object]]


async def kept_reply(session: AsyncSession, slug: str, key: str) -> Reply | None:
    kept = await session.execute(select(idempotency_keys).where(idempotency_keys.c.key == key))
    if (row := kept.one_or_none()) is None:
        return None
    if row.slug != slug:
        return 422, {"detail": "this key was used for another market"}
    return row.status, row.body


async def publish_once(sessions: async_sessionmaker[AsyncSession], slug: str, *, key: str) -> Reply:
    async with lock, sessions() as session:
        if kept := await kept_reply(session, slug, key):
            return kept
        found = await session.execute(select(markets).where(markets.c.slug == slug))
        if (market := found.one_or_none()) is None:
            return 404, {"detail": "no such market"}
        if market.status != "DRAFT":
            return 409, {"detail": f"it is {market.status}"}
        body = {"slug": slug, "status": "ACTIVE", "version": market.version + 1}
        await session.execute(
            update(markets)
            .where(markets.c.slug == slug)
            .values(status="ACTIVE", version=market.version + 1)
        )
        try:
            await session.execute(
                insert(idempotency_keys).values(key=key, slug=slug, status=200, body=body)
            )
            await session.commit()
        except IntegrityError:
            return 409, {"detail": "this key is in use"}
        return 200, body
