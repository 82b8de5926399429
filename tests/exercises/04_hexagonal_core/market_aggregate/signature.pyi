# ruff: noqa: F821 - MarketStatus is given with the starter
from collections.abc import Sequence

class Market:
    def __init__(
        self,
        id: str,
        name: str,
        slug: str,
        status: MarketStatus = MarketStatus.DRAFT,
        tags: Sequence[str] = (),
    ) -> None: ...
    @classmethod
    def create(cls, *, id: str, name: str, slug: str, tags: Sequence[str] = ()) -> Market: ...
    def to_json(self) -> str: ...
    @classmethod
    def from_json(cls, text: str) -> Market: ...
