"""It looks right in a loop that prints each batch.

fails: test_every_item_comes_in_order, test_a_batch_keeps_its_items
seen_in: clear
feedback: Two things: what is left when the items end is never handed out, and every batch is the same list, which
    `clear` empties under whoever keeps it.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` items; the last may be shorter."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch.clear()
