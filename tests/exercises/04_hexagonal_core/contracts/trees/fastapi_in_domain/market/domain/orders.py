"""An order."""

from dataclasses import dataclass
from decimal import Decimal

from fastapi import HTTPException


@dataclass(frozen=True)
class Order:
    """So many pieces at a price."""

    pieces: int
    price: Decimal

    def __post_init__(self) -> None:
        if self.pieces < 1:
            raise HTTPException(422, "no pieces")
