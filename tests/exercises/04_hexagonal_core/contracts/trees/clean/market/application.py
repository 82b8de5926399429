"""What the service does with orders."""

from collections.abc import Callable

from market.domain import Order, value_of
from market.utils import total


def worth(orders: Callable[[], list[Order]]) -> int:
    """What all orders are worth."""
    return total([value_of(orders())])
