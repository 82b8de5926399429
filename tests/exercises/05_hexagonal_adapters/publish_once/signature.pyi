from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

async def publish_once(
    sessions: async_sessionmaker[AsyncSession], slug: str, *, key: str
) -> tuple[int, dict[str, object]]: ...
