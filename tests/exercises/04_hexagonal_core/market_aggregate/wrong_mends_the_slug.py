"""Be liberal in what you accept: a slug can be tidied up.

fails: test_a_bad_slug_is_refused
says: it has upper-case letters
seen_in: lower or strip or casefold
feedback: Whoever sent "Tea" asks for /markets/Tea tomorrow and does not find it. A name for people may be trimmed; an
    address is right or is refused.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


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
        if not isinstance(self.id, str) or not self.id:
            raise InvalidMarket(f"id: {self.id!r}")
        if not isinstance(self.name, str) or not self.name.strip():
            raise InvalidMarket(f"name: {self.name!r}")
        if isinstance(self.slug, str):
            object.__setattr__(self, "slug", re.sub(r"[\s_]+", "-", self.slug.strip().lower()))
        if not isinstance(self.slug, str) or not re.fullmatch(SLUG, self.slug):
            raise InvalidMarket(f"slug: {self.slug!r}")
        if not isinstance(self.status, MarketStatus):
            raise InvalidMarket(f"status: {self.status!r}")
        object.__setattr__(self, "name", self.name.strip())
        object.__setattr__(self, "tags", tuple(self.tags))

    @classmethod
    def create(cls, *, id: str, name: str, slug: str, tags: Iterable[str] = ()) -> "Market":
        return cls(id, name, slug, tags=tuple(tags))

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Market":
        data = json.loads(text)
        try:
            status = MarketStatus(data.pop("status"))
        except ValueError as error:
            raise InvalidMarket(str(error)) from None
        return cls(status=status, **data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Market):
            return NotImplemented
        return self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)
