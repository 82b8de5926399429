"""An __init__ of its own, which checks before it sets; frozen by a __setattr__ that refuses."""

import json
import string
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn


class MarketStatus(StrEnum):
    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class DomainError(Exception):
    """The domain refuses; nothing is broken."""


class InvalidMarket(DomainError):
    """No market can have this value."""


LETTERS = frozenset(string.ascii_lowercase + string.digits)


@dataclass(init=False, eq=False)
class Market:
    __slots__ = ("id", "name", "slug", "status", "tags")
    id: str
    name: str
    slug: str
    status: MarketStatus
    tags: tuple[str, ...]

    def __init__(
        self,
        id: str,
        name: str,
        slug: str,
        status: MarketStatus = MarketStatus.DRAFT,
        tags: Iterable[str] = (),
    ) -> None:
        texts = all(isinstance(each, str) for each in (id, name, slug))
        if not texts or not id or not name.strip() or not is_slug(slug):
            raise InvalidMarket(f"no market can have {(id, name, slug)}")
        if not isinstance(status, MarketStatus):
            raise InvalidMarket(f"{status!r} is no status")
        values = (id, name.strip(), slug, status, tuple(tags))
        for field, value in zip(self.__slots__, values, strict=True):
            object.__setattr__(self, field, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a market does not change: {name}")

    __delattr__ = None  # type: ignore[assignment]

    @staticmethod
    def create(*, id: str, name: str, slug: str, tags: Iterable[str] = ()) -> "Market":
        return Market(id, name, slug, tags=tags)

    def to_json(self) -> str:
        return json.dumps({name: getattr(self, name) for name in self.__slots__})

    @staticmethod
    def from_json(text: str) -> "Market":
        data: dict[str, Any] = json.loads(text)
        if data["status"] not in list(MarketStatus.__members__):  # JSON also has what has no hash
            raise InvalidMarket("unknown status")
        data["status"] = MarketStatus[data["status"]]
        return Market(**data)

    def __eq__(self, other: object) -> bool:
        match other:
            case Market(id=other_id):
                return self.id == other_id
        return False

    def __hash__(self) -> int:
        return hash(self.id)


def is_slug(text: str) -> bool:
    return all(word and LETTERS.issuperset(word) for word in text.split("-"))
