"""A class, whose call makes a unit

port: UnitOfWorkFactory.__call__
"""

from answer import UnitOfWorkFactory
from units import MemoryUnit


def as_port() -> UnitOfWorkFactory:
    return MemoryUnit
