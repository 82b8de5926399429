"""What goes over the wire. The rules are the domain's own; here they stand so that OpenAPI can say them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from pypatterns.market.domain.lifecycle import MarketStatus
from pypatterns.market.domain.market import NAME, NAME_LENGTH, ONE_CENT, TAGS_AT_MOST
from pypatterns.market.domain.values import CURRENCY, MOST, SLUG, SLUG_LENGTH

NameText = Annotated[str, StringConstraints(pattern=f"^{NAME}$", max_length=NAME_LENGTH)]
SlugText = Annotated[str, StringConstraints(pattern=f"^{SLUG}$", max_length=SLUG_LENGTH)]


def whole(number: object) -> object:
    """Take 5.0 for 5, as JSON Schema's "integer" does; whatever else it is, strict validation has the word."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


class Tick(BaseModel):
    """The smallest step of a price: `amount` in the currency's minor unit."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    amount: Annotated[int, Field(strict=True, ge=1, le=MOST), BeforeValidator(whole)]
    currency: Annotated[str, StringConstraints(pattern=f"^{CURRENCY}$")]


class MarketIn(BaseModel):
    """What it takes to make a market."""

    model_config = ConfigDict(extra="forbid")

    name: NameText
    slug: SlugText
    tags: Annotated[list[SlugText], Field(max_length=TAGS_AT_MOST)] = []
    tick: Tick = Tick.model_validate(ONE_CENT)


class MarketOut(BaseModel):
    """A market, as this API shows it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    slug: str
    status: MarketStatus
    tags: list[str]
    tick: Tick
    version: int


class PageOut(BaseModel):
    """Some markets in the order of their slugs; `next` is where the next ones are, relative to this page."""

    items: list[MarketOut]
    next: str | None
