from collections.abc import Callable, Iterable
from typing import TypeVar

from pypatterns.concurrency import Outcome

T = TypeVar("T")

def fetch_many(
    urls: Iterable[str], fetch: Callable[[str], T], *, workers: int
) -> list[Outcome[T]]: ...
