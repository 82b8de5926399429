from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

class SqlUnitOfWork:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None: ...
