"""version_id_col takes care of it: SQLAlchemy checks the version in each UPDATE.

fails: test_one_of_many_publishes
may_fail: test_the_same_key_twice_at_once (which of the two statements a flush sends first is SQLAlchemy's affair)
says: raised StaleDataError
seen_in: version_id_col
feedback: It checks, and says no by raising StaleDataError out of the flush or the commit. That is how you learn
    that somebody was faster: catch it there and reply 409.
"""

from typing import ClassVar

from sqlalchemy import JSON
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Market(Base):
    __tablename__ = "markets"

    slug: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    version: Mapped[int] = mapped_column()

    __mapper_args__: ClassVar = {"version_id_col": version}


class Key(Base):
    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str]
    status: Mapped[int]
    body: Mapped[dict[str, object]] = mapped_column(JSON)


async def publish_once(
    sessions: async_sessionmaker[AsyncSession], slug: str, *, key: str
) -> tuple[int, dict[str, object]]:
    async with sessions() as session:
        if kept := await session.get(Key, key):
            return (kept.status, kept.body) if kept.slug == slug else (422, {"slug": kept.slug})
        market = await session.get(Market, slug)
        if market is None:
            return 404, {"slug": slug}
        if market.status != "DRAFT":
            return 409, {"slug": slug, "status": market.status}
        body = {"slug": slug, "status": "ACTIVE", "version": market.version + 1}
        market.status = "ACTIVE"
        session.add(Key(key=key, slug=slug, status=200, body=body))
        try:
            await session.commit()
        except IntegrityError:
            return 409, {"slug": slug, "detail": "somebody was faster"}
        return 200, body
