"""What orders are worth."""

from market.domain.orders import Order
from market.utils import total


def value_of(orders: list[Order]) -> int:
    """The pieces of all orders."""
    return total(order.pieces for order in orders)
