"""A lambda that makes a unit

port: UnitOfWorkFactory.__call__
"""

from answer import UnitOfWorkFactory
from rows import RowMarkets
from units import MemoryUnit


def as_port() -> UnitOfWorkFactory:
    shared = RowMarkets()
    return lambda: MemoryUnit(shared)
