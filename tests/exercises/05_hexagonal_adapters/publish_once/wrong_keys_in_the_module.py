"""Keys are only needed for a few minutes, so a dict will do.

fails: test_the_same_key_later, test_the_key_of_another_market
seen_in: dict
feedback: The retry goes to whichever process is free, or to a new one: your dict is not there. The key
    belongs into the database, into the transaction that publishes.
"""

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, select, update
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
replies: dict[str, tuple[str, Reply]] = {}


async def publish_once(sessions: async_sessionmaker[AsyncSession], slug: str, *, key: str) -> Reply:
    async with sessions() as session:
        if key in replies:
            used_for, reply = replies[key]
            return reply if used_for == slug else (422, {"detail": f"used for {used_for}"})
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
        await session.commit()
        replies[key] = slug, (200, body)
        return 200, body
