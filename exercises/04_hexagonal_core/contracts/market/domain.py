"""What a market is."""

from dataclasses import dataclass

from fastapi import HTTPException

from market.utils import slug_of


@dataclass(frozen=True)
class Market:
    """A market: its name, and the slug that it is found by."""

    name: str
    slug: str

    @classmethod
    def named(cls, name: str) -> "Market":
        """Make a market of this name; a name without a letter or digit, or a long one, is refused."""
        from market.application import NAME_LENGTH  # not above: application imports this module

        slug = slug_of(name)
        if not slug or len(name) > NAME_LENGTH:
            raise HTTPException(422, f"{name!r} is no name for a market")
        return cls(name.strip(), slug)
