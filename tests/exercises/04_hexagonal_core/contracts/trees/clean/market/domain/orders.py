"""An order."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Order:
    """So many pieces at a price."""

    pieces: int
    price: Decimal
