"""The key is reserved before anything else; if that fails the request must not go on, and an exception sees to it.

fails: test_the_key_of_another_market, test_the_same_key_twice_at_once
says: raised IntegrityError
seen_in: flush or insert or add
feedback: It must not go on, but it is the most ordinary repetition: the phone sent it twice. An exception becomes a 500, and
    the phone tries again. Catch IntegrityError, roll back, and reply what the other one has stored, or 409.
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
        await session.execute(insert(idempotency_keys).values(key=key, slug=slug))
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
        await session.execute(
            update(idempotency_keys)
            .where(idempotency_keys.c.key == key)
            .values(status=200, body=body)
        )
        await session.commit()
        return 200, body
