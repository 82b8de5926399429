"""create is the only way in, by convention.

fails: test_valid_values_are_taken, test_a_bad_name_or_id_is_refused, test_a_bad_slug_is_refused, test_the_status_is_a_market_status, test_tags_belong_to_the_market
seen_in: create
feedback: A convention that `Market(…)`, `dataclasses.replace` and `from_json` do not know. All of them run
    `__post_init__`: a rule that stands there has no way round it.
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

    @classmethod
    def create(cls, *, id: str, name: str, slug: str, tags: Iterable[str] = ()) -> "Market":
        if not isinstance(id, str) or not id:
            raise InvalidMarket(f"id: {id!r}")
        if not isinstance(name, str) or not name.strip():
            raise InvalidMarket(f"name: {name!r}")
        if not isinstance(slug, str) or not re.fullmatch(SLUG, slug):
            raise InvalidMarket(f"slug: {slug!r}")
        return cls(id, name.strip(), slug, tags=tuple(tags))

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Market":
        data = json.loads(text)
        try:
            status = MarketStatus(data.pop("status"))
        except ValueError as error:
            raise InvalidMarket(str(error)) from None
        data["tags"] = tuple(data["tags"])
        return cls(status=status, **data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Market):
            return NotImplemented
        return self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)
