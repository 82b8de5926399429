"""First publish and commit, then note under which key it was done.

fails: test_the_key_of_another_market, test_a_death_at_any_commit
seen_in: commit or begin
feedback: If the process dies between the two commits, the market is ACTIVE and no key says so: the sender tries
    again and is told 409 for what it did itself. Store the key in the transaction that publishes.
"""

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, insert, select, update
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
        await session.commit()
    async with sessions() as session:
        await session.execute(
            insert(idempotency_keys).values(key=key, slug=slug, status=200, body=body)
        )
        await session.commit()
    return 200, body
