"""Two kinds of failure that a caller treats differently. Their own file, as every pattern and every exercise may raise them.

>>> raise Retryable("the shop did not answer")
>>> raise DomainError("there is no such tea")
"""

from __future__ import annotations

__all__ = ["DomainError", "Retryable"]


class Retryable(Exception):
    """It may work the next time: a connection that was reset, a server that is busy."""


class DomainError(Exception):
    """It will fail every time, for a reason of the business: no such item, not enough money."""
