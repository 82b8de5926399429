"""The key is inserted first, as a reservation, in the transaction that publishes: its uniqueness decides who goes on."""

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


async def publish_once(sessions: async_sessionmaker[AsyncSession], slug: str, *, key: str) -> Reply:
    async with sessions() as session:
        try:
            await session.execute(insert(idempotency_keys).values(key=key, slug=slug))
        except IntegrityError:
            await session.rollback()
            kept = (
                await session.execute(select(idempotency_keys).where(idempotency_keys.c.key == key))
            ).one()
            if kept.slug != slug:
                return 422, {"detail": "this key was used for another market"}
            return kept.status, kept.body
        changed = await session.execute(
            update(markets)
            .where(markets.c.slug == slug, markets.c.status == "DRAFT")
            .values(status="ACTIVE", version=markets.c.version + 1)
            .returning(markets.c.version)
        )
        version = changed.scalar_one_or_none()
        if version is None:
            known = await session.scalar(select(markets.c.status).where(markets.c.slug == slug))
            await session.rollback()  # the reservation as well: a refusal is not kept
            return (409 if known else 404), {"detail": known or "no such market"}
        body: dict[str, object] = {"slug": slug, "status": "ACTIVE", "version": version}
        await session.execute(
            update(idempotency_keys)
            .where(idempotency_keys.c.key == key)
            .values(status=200, body=body)
        )
        await session.commit()
    return 200, body
