"""`clear` starts a new batch.

fails: test_a_batch_keeps_its_items
seen_in: clear
feedback: `batch.clear()` empties the list that you have handed out; it makes no new one. A name for a new list,
    `batch = []`, leaves the old one to whoever has it.
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
            batch.clear()
    if batch:
        yield batch
