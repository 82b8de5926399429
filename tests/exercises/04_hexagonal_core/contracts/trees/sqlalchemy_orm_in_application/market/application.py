"""What the service does with orders."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from market.domain import Order, value_of
from market.utils import total

USED = Session


def worth(orders: Callable[[], list[Order]]) -> int:
    """What all orders are worth."""
    return total([value_of(orders())])
