"""A key is unique in the world, so it says all.

fails: test_the_key_of_another_market
says: which is the reply for
feedback: A client with a slip sends the key of its last request with another slug. You reply 200 with the other
    market's body, and this one is never published. Store the slug with the key and compare it.
"""

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
    return row.status, row.body


async def publish_once(sessions: async_sessionmaker[AsyncSession], slug: str, *, key: str) -> Reply:
    async with sessions() as session:
        if kept := await kept_reply(session, slug, key):
            return kept
        found = await session.execute(select(markets).where(markets.c.slug == slug))
        if (market := found.one_or_none()) is None:
            return 404, {"detail": "no such market"}
        if market.status != "DRAFT":
            return 409, {"detail": f"it is {market.status}"}
        body = {"slug": slug, "status": "ACTIVE", "version": market.version + 1}
        still = (markets.c.slug == slug) & (markets.c.version == market.version)
        changed = await session.execute(
            update(markets).where(still).values(status="ACTIVE", version=market.version + 1)
        )
        if changed.rowcount == 0:
            return 409, {"detail": "it was changed meanwhile"}
        try:
            await session.execute(
                insert(idempotency_keys).values(key=key, slug=slug, status=200, body=body)
            )
            await session.commit()
        except IntegrityError:
            return 409, {"detail": "this key is in use"}
        return 200, body
