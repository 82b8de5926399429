"""The key is reserved and committed first, so that nobody else can use it meanwhile.

fails: test_a_death_at_any_commit
feedback: If the process dies behind the first commit, the reservation stays, and every further try is told that
    somebody is at it. Reserve in the transaction that publishes: then a death takes both back.
"""

from sqlalchemy import (
    JSON,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
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
    if row.status is None:
        return 409, {"detail": "this key is being worked on"}
    return row.status, row.body


async def forget(session: AsyncSession, key: str) -> None:
    await session.execute(delete(idempotency_keys).where(idempotency_keys.c.key == key))
    await session.commit()


async def publish_once(sessions: async_sessionmaker[AsyncSession], slug: str, *, key: str) -> Reply:
    async with sessions() as session:
        if kept := await kept_reply(session, slug, key):
            return kept
        try:
            await session.execute(insert(idempotency_keys).values(key=key, slug=slug))
            await session.commit()
        except IntegrityError:
            return 409, {"detail": "this key is in use"}
        found = await session.execute(select(markets).where(markets.c.slug == slug))
        if (market := found.one_or_none()) is None:
            await forget(session, key)
            return 404, {"detail": "no such market"}
        if market.status != "DRAFT":
            await forget(session, key)
            return 409, {"detail": f"it is {market.status}"}
        body = {"slug": slug, "status": "ACTIVE", "version": market.version + 1}
        still = (markets.c.slug == slug) & (markets.c.version == market.version)
        changed = await session.execute(
            update(markets).where(still).values(status="ACTIVE", version=market.version + 1)
        )
        if changed.rowcount == 0:
            await forget(session, key)
            return 409, {"detail": "it was changed meanwhile"}
        await session.execute(
            update(idempotency_keys)
            .where(idempotency_keys.c.key == key)
            .values(status=200, body=body)
        )
        await session.commit()
        return 200, body
