"""A function without parameters that returns a unit

port: UnitOfWorkFactory.__call__
"""

from answer import UnitOfWorkFactory
from rows import RowMarkets
from units import MemoryUnit

SHARED = RowMarkets()


def new_unit() -> MemoryUnit:
    return MemoryUnit(SHARED)


def as_port() -> UnitOfWorkFactory:
    return new_unit
