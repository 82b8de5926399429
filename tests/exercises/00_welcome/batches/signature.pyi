from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

def batches(items: Iterable[T], size: int) -> Iterator[list[T]]: ...
