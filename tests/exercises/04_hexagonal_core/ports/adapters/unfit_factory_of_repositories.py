"""A factory that gives a repository in place of a unit

port: UnitOfWorkFactory.__call__
"""

from answer import UnitOfWorkFactory
from rows import RowMarkets


def as_port() -> UnitOfWorkFactory:
    return RowMarkets
