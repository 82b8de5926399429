"""An order."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Order:
    """So many pieces at a price."""

    pieces: int
    price: Decimal

    def checked(self) -> object:
        import pydantic  # noqa: PLC0415 - the leak that is planted here

        return pydantic.TypeAdapter(Order).validate_python(self)
