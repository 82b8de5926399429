"""What a market is."""

from dataclasses import dataclass

### BEGIN SOLUTION
from market.utils import slug_of

NAME_LENGTH = 40  # characters


class Refused(Exception):
    """The service says no; the text says why."""


class InvalidName(Refused):
    """No market can have this name."""


class SlugTaken(Refused):
    """Another market has this slug."""


class MarketNotFound(Refused):
    """No market has this slug."""


### END SOLUTION
### BEGIN STARTER
# from fastapi import HTTPException
#
# from market.utils import slug_of
#
#
### END STARTER
@dataclass(frozen=True)
class Market:
    """A market: its name, and the slug that it is found by."""

    name: str
    slug: str

    @classmethod
    def named(cls, name: str) -> "Market":
        """Make a market of this name; a name without a letter or digit, or a long one, is refused."""
        ### BEGIN SOLUTION
        slug = slug_of(name)
        if not slug or len(name) > NAME_LENGTH:
            raise InvalidName(f"{name!r} is no name for a market")
        ### END SOLUTION
        ### BEGIN STARTER
        # from market.application import NAME_LENGTH  # not above: application imports this module
        #
        # slug = slug_of(name)
        # if not slug or len(name) > NAME_LENGTH:
        #     raise HTTPException(422, f"{name!r} is no name for a market")
        ### END STARTER
        return cls(name.strip(), slug)
