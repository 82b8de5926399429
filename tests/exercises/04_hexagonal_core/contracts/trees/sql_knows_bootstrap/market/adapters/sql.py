"""Orders in a database."""

from sqlalchemy import select

from market.bootstrap import USED as SETTINGS
from market.domain import Order

USED = (SETTINGS, Order, select)
