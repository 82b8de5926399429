"""One list for gathering; a copy of it is handed out."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    gathered: list[T] = []
    for item in items:
        gathered.append(item)
        if len(gathered) == size:
            yield gathered[:]
            gathered.clear()
    if gathered:
        yield gathered
