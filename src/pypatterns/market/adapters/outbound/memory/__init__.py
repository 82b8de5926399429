"""A store in this process's memory: for tests, and for a look at the service without a database."""

from pypatterns.market.adapters.outbound.memory.store import MemoryStore

__all__ = ["MemoryStore"]
