"""What a market is."""

from dataclasses import dataclass

from market.utils import slug_of


class Refused(Exception):
    """The service says no; the text says why."""


class InvalidName(Refused):
    """No market can have this name."""


class SlugTaken(Refused):
    """Another market has this slug."""


class MarketNotFound(Refused):
    """No market has this slug."""


@dataclass(frozen=True)
class Market:
    """A market: its name, and the slug that it is found by."""

    name: str
    slug: str

    @classmethod
    def named(cls, name: str) -> "Market":
        """Make a market of this name; a name without a letter or digit, or a long one, is refused."""
        from market.application import NAME_LENGTH

        slug = slug_of(name)
        if not slug or len(name) > NAME_LENGTH:
            raise InvalidName(f"{name!r} is no name for a market")
        return cls(name.strip(), slug)
