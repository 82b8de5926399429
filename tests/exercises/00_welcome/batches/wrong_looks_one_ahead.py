"""To know that there is more, look at the next item before handing out what is full.

fails: test_no_item_is_read_ahead
feedback: A full batch waits here for one more item, which may come in an hour. Hand it out as soon as it is full, and
    look for the next item afterwards.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        if len(batch) == size:
            yield batch
            batch = []
        batch.append(item)
    if batch:
        yield batch
