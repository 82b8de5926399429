"""A factory that cannot be called without a session

port: UnitOfWorkFactory.__call__
"""

from answer import UnitOfWorkFactory
from rows import RowMarkets
from units import MemoryUnit


def unit_of(session: RowMarkets) -> MemoryUnit:
    return MemoryUnit(session)


def as_port() -> UnitOfWorkFactory:
    return unit_of
