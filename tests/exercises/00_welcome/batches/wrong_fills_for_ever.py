"""There is always a next item, so the inner loop ends.

fails: test_every_item_comes_in_order, test_a_batch_keeps_its_items
says: had not ended after 2 s
seen_in: while
feedback: When the items end first, the batch never gets full and `while len(batch) < size` goes round for ever. A
    loop that waits for items must also end with them.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while True:
        batch: list[T] = []
        while len(batch) < size:
            batch += islice(source, size - len(batch))
        yield batch
