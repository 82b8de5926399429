"""Orders and their sums."""

from market.domain.orders import Order
from market.domain.sums import value_of

__all__ = ["Order", "value_of"]
