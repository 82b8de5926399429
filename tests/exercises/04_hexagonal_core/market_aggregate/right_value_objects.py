"""Name and Slug are str subclasses that cannot be invalid; __post_init__ builds them."""

import json
import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Self


class MarketStatus(StrEnum):
    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class DomainError(Exception):
    """The domain refuses; nothing is broken."""


class InvalidMarket(DomainError):
    """No market can have this value."""


class Name(str):
    __slots__ = ()

    def __new__(cls, text: object) -> Self:
        if not isinstance(text, str) or text.isspace() or not text:
            raise InvalidMarket("a name must not be blank")
        return super().__new__(cls, text.strip())


class Slug(str):
    __slots__ = ()

    def __new__(cls, text: object) -> Self:
        if not isinstance(text, str) or re.search(r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z", text) is None:
            raise InvalidMarket("a slug is words of a-z and 0-9, joined by hyphens")
        return super().__new__(cls, text)


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    id: str
    name: str
    slug: str
    status: MarketStatus = MarketStatus.DRAFT
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (isinstance(self.id, str) and len(self.id) > 0):
            raise InvalidMarket("an id must not be empty")
        if type(self.status) is not MarketStatus:
            raise InvalidMarket("the status must be a MarketStatus")
        object.__setattr__(self, "name", Name(self.name))
        object.__setattr__(self, "slug", Slug(self.slug))
        object.__setattr__(self, "tags", (*self.tags,))

    @classmethod
    def create(cls, *, id: str, name: str, slug: str, tags: tuple[str, ...] = ()) -> Self:
        return cls(id, Name(name), Slug(slug), MarketStatus.DRAFT, tags)

    def to_json(self) -> str:
        return json.dumps({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def from_json(cls, text: str) -> Self:
        data = json.loads(text)
        found = [status for status in MarketStatus if status.value == data["status"]]
        if not found:
            raise InvalidMarket(f"there is no status {data['status']!r}")
        return cls(**data | {"status": found[0]})

    def __eq__(self, other: object) -> bool:
        return type(other) is Market and self.id == other.id

    def __hash__(self) -> int:
        return hash((Market, self.id))
