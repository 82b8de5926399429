"""A body that ends without an error has succeeded, so the end of the block commits.

fails: test_nothing_is_kept_without_a_commit, test_a_commit_stores_at_once, test_a_duplicate_slug_is_slug_taken, test_two_instances_are_independent, test_an_open_instance_is_not_harmed
says: whoever leaves early has not decided to keep it
seen_in: __aexit__ or finally or async with
feedback: Your unit commits when it is left. Then a `return` in the middle of a use case keeps half of it, and
    commit() says that all is stored when nothing is. Commit in commit(), and let the end of the block throw
    away what was not committed.
"""

from types import TracebackType

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from pypatterns.given.sql import SlugTaken, SqlMarkets


def translate(error: BaseException | None) -> None:
    if isinstance(error, IntegrityError) and "markets.slug" in str(error.orig):
        raise SlugTaken("one that was added") from error


class SqlUnitOfWork:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._session: AsyncSession | None = None

    async def __aenter__(self) -> "SqlUnitOfWork":
        if self._session is not None:
            raise RuntimeError("this unit of work is open")
        self._session = self._sessions()
        self.markets = SqlMarkets(self._session)
        return self

    async def commit(self) -> None:
        """All is committed at the end."""

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        session, self._session = self._session, None
        try:
            if exc is None:
                await session.commit()
        except IntegrityError as error:
            translate(error)
            raise
        finally:
            await session.close()
        translate(exc)
