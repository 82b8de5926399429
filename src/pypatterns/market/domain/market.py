"""The aggregate: a market that cannot be invalid, whichever way it is made.

>>> draft = Market.create(id="m-1", name=" Tea futures ", slug="tea-futures")
>>> draft.name, draft.change(MarketStatus.ACTIVE, at=now).status
('Tea futures', <MarketStatus.ACTIVE: 'ACTIVE'>)

The rules stand in `__post_init__`, since all ways lead there: constructor, `create`, `from_json`, `dataclasses.replace`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final, Self

from pypatterns.market.domain.errors import InvalidMarket, TransitionRefused
from pypatterns.market.domain.lifecycle import ALLOWED, MarketStatus, StatusChanged
from pypatterns.market.domain.values import SLUG, SLUG_LENGTH, Money, Slug, is_text, is_whole

_CONTROL = r"\x00-\x1f\x7f-\x9f"
NAME: Final = rf"[^{_CONTROL}]*[^\s{_CONTROL}][^{_CONTROL}]*"
NAME_LENGTH: Final = 200
_HALVES = re.compile("[\ud800-\udfff]")  # half a character: UTF-8 and databases cannot hold it
TAGS_AT_MOST: Final = 16
ONE_CENT: Final = Money(1, "EUR")


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """A market; two with one id are the same market, whatever else differs.

    `tick` is the smallest step of a price. `version` is the repository's: it grows with every stored change.
    Raises `InvalidMarket` for what no market can have.
    """

    id: str
    name: str
    slug: Slug
    status: MarketStatus = MarketStatus.DRAFT
    tags: tuple[Slug, ...] = ()
    tick: Money = ONE_CENT
    version: int = 1
    events: tuple[StatusChanged, ...] = ()

    def __post_init__(self) -> None:
        is_id = is_text(self.id, "[!-~]+", 64)
        self._require("id", is_id, "must be 1 to 64 visible ASCII characters")
        self._require("status", isinstance(self.status, MarketStatus), "must be a MarketStatus")
        self._require("tick", _is_step(self.tick), "must be Money above zero")
        self._require("version", is_whole(self.version, 1), "must be a whole number from 1")
        self._require("events", _are_events(self.events), "must be a tuple of StatusChanged")
        put = partial(object.__setattr__, self)  # the one way to set a field of a frozen dataclass
        put("name", _name(self.name))
        put("slug", Slug(self.slug))
        put("tags", _tags(self.tags))

    def _require(self, field: str, holds: bool, rule: str) -> None:
        if not holds:
            raise InvalidMarket(field, rule, getattr(self, field))

    @classmethod
    def create(
        cls, *, id: str, name: str, slug: str, tags: Iterable[str] = (), tick: Money = ONE_CENT
    ) -> Self:
        """Make a new market from plain text; it is a draft."""
        return cls(id, name, Slug(slug), tags=_tags(tags), tick=tick)

    def change(self, wanted: MarketStatus, *, at: datetime) -> Self:
        """Go to another status, with one more event; raises `TransitionRefused` where the lifecycle has no such way."""
        if wanted not in ALLOWED[self.status]:
            raise TransitionRefused(self.status, wanted)
        event = StatusChanged(self.id, self.status, wanted, at)
        return replace(self, status=wanted, events=(*self.events, event))

    def pull_events(self) -> tuple[Self, tuple[StatusChanged, ...]]:
        """Split into the market without pending events, and these, the oldest first."""
        return replace(self, events=()), self.events

    def to_json(self) -> str:
        """Write all but the pending events as JSON."""
        names = ("id", "name", "slug", "status", "tags", "version")
        plain = {name: getattr(self, name) for name in names}
        return json.dumps(plain | {"tick": asdict(self.tick)})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; raises `InvalidMarket` for anything else, `InvalidMoney` for such a tick."""
        try:
            data = json.loads(text)
            data["status"] = MarketStatus(data["status"])
            data["tick"] = Money(**data["tick"])
            return cls(**data)
        except (KeyError, TypeError, ValueError) as exc:
            raise InvalidMarket("text", "must be the JSON of a market", text) from exc

    def __eq__(self, other: object) -> bool:
        return self.id == other.id if isinstance(other, Market) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.id)


def _name(value: object) -> str:
    name = value.strip() if isinstance(value, str) else ""
    rule = f"must be text without control characters, not blank, {NAME_LENGTH} characters at most"
    if not is_text(name, NAME, NAME_LENGTH) or _HALVES.search(name):
        raise InvalidMarket("name", rule, value)
    return name


def _tags(value: object) -> tuple[Slug, ...]:
    rule = f"must be slugs, {TAGS_AT_MOST} at most"
    if isinstance(value, str) or not isinstance(value, Iterable):  # a str is an iterable of letters
        raise InvalidMarket("tags", rule, value)
    tags = tuple(value)
    if len(tags) > TAGS_AT_MOST or not all(is_text(tag, SLUG, SLUG_LENGTH) for tag in tags):
        raise InvalidMarket("tags", rule, tags)
    return tuple(map(Slug, tags))


def _is_step(value: object) -> bool:
    return isinstance(value, Money) and value.amount > 0


def _are_events(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(one, StatusChanged) for one in value)
