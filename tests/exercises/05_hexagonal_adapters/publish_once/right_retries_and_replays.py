"""Whoever loses starts again: the second time it reads what the winner has stored, and replies as a late call would."""

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

Reply = tuple[int, dict[str, object]]


async def kept_reply(session: AsyncSession, slug: str, key: str) -> Reply | None:
    kept = await session.execute(select(idempotency_keys).where(idempotency_keys.c.key == key))
    if (row := kept.one_or_none()) is None:
        return None
    if row.slug != slug:
        return 422, {"detail": "this key was used for another market"}
    return row.status, row.body


class Overtaken(Exception):
    pass


async def attempt(session: AsyncSession, slug: str, key: str) -> Reply:
    if kept := await kept_reply(session, slug, key):
        return kept
    found = await session.execute(select(markets).where(markets.c.slug == slug))
    if (market := found.one_or_none()) is None:
        return 404, {"detail": "no such market"}
    if market.status != "DRAFT":
        return 409, {"detail": f"it is {market.status}"}
    body = {"slug": slug, "status": "ACTIVE", "version": market.version + 1}
    changed = await session.execute(
        update(markets)
        .where(markets.c.slug == slug, markets.c.status == "DRAFT")
        .values(status="ACTIVE", version=market.version + 1)
    )
    if changed.rowcount != 1:
        raise Overtaken
    await session.execute(
        insert(idempotency_keys).values(key=key, slug=slug, status=200, body=body)
    )
    return 200, body


async def publish_once(sessions: async_sessionmaker[AsyncSession], slug: str, *, key: str) -> Reply:
    while True:
        try:
            async with sessions.begin() as session:
                return await attempt(session, slug, key)
        except (Overtaken, IntegrityError):
            continue
