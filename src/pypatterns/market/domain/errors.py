"""Every way in which the domain refuses, each with the data that an adapter needs to say so.

DomainError
├── InvalidValue            field, rule, value
│   ├── InvalidMarket
│   └── InvalidMoney
├── SlugTaken               slug
├── MarketNotFound          slug
├── TransitionRefused       current, wanted
└── StaleMarket             slug, version

The data are plain fields, so no adapter has to read a message.
"""

from __future__ import annotations

from dataclasses import dataclass

from pypatterns.market.domain.lifecycle import ALLOWED, MarketStatus


class DomainError(Exception):
    """The domain refuses; nothing is broken."""


@dataclass(eq=False)
class InvalidValue(DomainError):
    """`value` of `field` breaks `rule`, which reads on from the field's name: "must not be blank"."""

    field: str
    rule: str
    value: object

    def __str__(self) -> str:
        return f"{self.field} {self.rule}; got {self.value!r}"


class InvalidMarket(InvalidValue):
    """No market can have this value."""


class InvalidMoney(InvalidValue):
    """No sum of money can have this value, or not this one."""


@dataclass(eq=False)
class SlugTaken(DomainError):
    """Another market has this slug."""

    slug: str

    def __str__(self) -> str:
        return f"the slug {self.slug!r} is taken; choose another one"


@dataclass(eq=False)
class MarketNotFound(DomainError):
    """No market has this slug."""

    slug: str

    def __str__(self) -> str:
        return f"there is no market {self.slug!r}"


@dataclass(eq=False)
class TransitionRefused(DomainError):
    """A market in status `current` cannot become `wanted`."""

    current: MarketStatus
    wanted: MarketStatus

    def __str__(self) -> str:
        allowed = " or ".join(ALLOWED[self.current]) or "nothing else"
        return (
            f"a market that is {self.current} cannot become {self.wanted}; it can become {allowed}"
        )


@dataclass(eq=False)
class StaleMarket(DomainError):
    """The market was changed by somebody else after `version` was read."""

    slug: str
    version: int

    def __str__(self) -> str:
        return f"the market {self.slug!r} is no longer at version {self.version}; read it again"
