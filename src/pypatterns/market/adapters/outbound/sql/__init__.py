"""A store in a SQL database, by SQLAlchemy: SQLite unless a URL names another one."""

from pypatterns.market.adapters.outbound.sql.store import SqlStore

__all__ = ["SqlStore"]
