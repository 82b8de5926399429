"""A class with the right name is a port.

fails: test_repositories_fit, test_units_fit, test_factories_and_clocks_fit,
    test_use_cases_rest_on_the_ports
says: `class MarketRepository:`
feedback: mypy compares members, and these classes have none, nor are they Protocols. Derive
    each from Protocol, and write each member with its types and `...` as its body.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from pypatterns.market.domain.market import Market


class MarketRepository:
    """The markets of one unit of work: add, by_slug, page."""


class UnitOfWork:
    """All or nothing: markets, commit, and what `async with` needs."""


class UnitOfWorkFactory:
    """Called without arguments, it gives a unit of work."""


class Clock:
    """Tells the time: now."""
