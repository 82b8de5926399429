"""Orders in a file."""

from market.domain.orders import Order

USED = Order
