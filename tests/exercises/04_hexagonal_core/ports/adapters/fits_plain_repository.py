"""A repository with the three methods of the port, whose pages are lists

port: MarketRepository
"""

from answer import MarketRepository
from rows import RowMarkets


def as_port() -> MarketRepository:
    return RowMarkets()
