"""A class with `__next__` that gathers one batch a step."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class batches(Generic[T]):  # noqa: N801
    def __init__(self, items: Iterable[T], size: int) -> None:
        self._source = iter(items)
        self._size = size

    def __iter__(self) -> Iterator[list[T]]:
        return self

    def __next__(self) -> list[T]:
        batch: list[T] = []
        for item in self._source:
            batch.append(item)
            if len(batch) == self._size:
                return batch
        if batch:
            return batch
        raise StopIteration
