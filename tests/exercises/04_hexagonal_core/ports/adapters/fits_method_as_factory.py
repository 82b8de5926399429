"""A bound method of a store

port: UnitOfWorkFactory.__call__
"""

from answer import UnitOfWorkFactory
from units import MemoryUnit


class Store:
    def unit(self) -> MemoryUnit:
        return MemoryUnit()


def as_port() -> UnitOfWorkFactory:
    return Store().unit
