"""Whatever can be iterated over can be made a list first.

fails: test_no_item_is_read_ahead
says: 1000 orders were read
seen_in: list
feedback: `list(items)` reads all of them before the first batch comes, and where they never end it never returns. Take
    items as you need them.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    everything = list(items)
    for first in range(0, len(everything), size):
        yield everything[first : first + size]
