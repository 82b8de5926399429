"""One unit, where a factory is asked for: all requests would share it

port: UnitOfWorkFactory.__call__
"""

from answer import UnitOfWorkFactory
from units import MemoryUnit


def as_port() -> UnitOfWorkFactory:
    return MemoryUnit()
