"""One parse function for each field, called by __post_init__ over a table; JSON through a decoder hook."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, astuple, dataclass
from enum import StrEnum
from typing import Any


class MarketStatus(StrEnum):
    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class DomainError(Exception):
    """The domain refuses; nothing is broken."""


class InvalidMarket(DomainError):
    """No market can have this value."""


SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    id: str
    name: str
    slug: str
    status: MarketStatus = MarketStatus.DRAFT
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, parse in PARSERS.items():
            object.__setattr__(self, name, parse(getattr(self, name)))

    @classmethod
    def create(cls, *, id: str, name: str, slug: str, tags: Iterable[str] = ()) -> "Market":
        return cls(id, name, slug, tags=tuple(tags))

    def to_json(self) -> str:
        return json.dumps(dict(zip(asdict(self), astuple(self), strict=True)), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Market":
        return json.loads(text, object_hook=cls._from_object)

    @classmethod
    def _from_object(cls, data: dict[str, Any]) -> Any:
        if "status" not in data:
            return data  # no market, but an object inside of one
        try:
            return cls(**data | {"status": MarketStatus(data["status"])})
        except (TypeError, ValueError) as error:
            raise InvalidMarket(str(error)) from error

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Market):
            return NotImplemented
        return self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)


def text(value: object, pattern: str = r"(?s:.+)") -> str:
    if isinstance(value, str) and re.fullmatch(pattern, value):
        return value
    raise InvalidMarket(f"{value!r} does not match {pattern}")


def status(value: object) -> MarketStatus:
    match value:
        case MarketStatus():
            return value
        case _:
            raise InvalidMarket(f"{value!r} is no MarketStatus")


PARSERS: dict[str, Callable[[Any], object]] = {
    "id": text,
    "name": lambda value: text(value, r"\s*\S(?s:.*)").strip(),
    "slug": lambda value: text(value, SLUG.pattern),
    "status": status,
    "tags": tuple,
}
