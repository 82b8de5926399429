"""The loop hands out everything.

fails: test_every_item_comes_in_order
says: left when the loop ends
feedback: The loop hands out full batches only. What has been gathered when the items end is a batch too.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
