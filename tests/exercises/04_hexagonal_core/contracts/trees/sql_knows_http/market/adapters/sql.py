"""Orders in a database."""

from sqlalchemy import select

from market.adapters.http import ROUTER
from market.domain import Order

USED = (ROUTER, Order, select)
