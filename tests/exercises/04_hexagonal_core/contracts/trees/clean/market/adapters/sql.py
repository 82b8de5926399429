"""Orders in a database."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.application import worth
from market.domain.orders import Order
from market.utils import total

USED = (Order, Session, select, total, worth)
