"""Markets in a database."""

### BEGIN SOLUTION
from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from market.domain import Market, SlugTaken
### END SOLUTION
### BEGIN STARTER
# from sqlalchemy import create_engine, select
# from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
#
# from market.domain import Market
### END STARTER


class Base(DeclarativeBase):
    """The tables."""


class MarketRow(Base):
    """A market as a row."""

    __tablename__ = "markets"
    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class SqlMarkets:
    """The markets of the database at this URL."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        Base.metadata.create_all(self._engine)

    def add(self, market: Market) -> None:
        """Keep a new one; the database refuses a slug that it has already."""
        ### BEGIN SOLUTION
        try:
            with Session(self._engine) as session, session.begin():
                session.add(MarketRow(slug=market.slug, name=market.name))
        except IntegrityError:
            raise SlugTaken(f"the slug {market.slug!r} is taken") from None
        ### END SOLUTION
        ### BEGIN STARTER
        # with Session(self._engine) as session, session.begin():
        #     session.add(MarketRow(slug=market.slug, name=market.name))
        ### END STARTER

    def by_slug(self, slug: str) -> Market | None:
        """Find the one with this slug."""
        with Session(self._engine) as session:
            row = session.get(MarketRow, slug)
            return Market(row.name, row.slug) if row else None

    def all(self) -> list[Market]:
        """All of them, by slug."""
        with Session(self._engine) as session:
            rows = session.scalars(select(MarketRow).order_by(MarketRow.slug))
            return [Market(row.name, row.slug) for row in rows]
