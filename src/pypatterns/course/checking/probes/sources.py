"""A source of items that knows how many were taken, how far ahead of those completed, and whether it was closed.

>>> urls = Counted(islice(all_urls, 1000), most_ahead=2 * workers + 2)
>>> def fetch(url):
...     watch.hold(urls.overdrawn)          # nobody completes: how many more are taken?
...     urls.done()
>>> together(partial(answer.fetch_many, urls, fetch, workers=workers))
>>> urls.furthest                           # items taken beyond those completed, at most

Give an endless source an end far beyond what a right answer takes, or a wrong one never ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Event, Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Counted(Generic[T]):
    """An iterator over `items` that counts, also when several threads take from it.

    `overdrawn` is set when more than `most_ahead` items were taken beyond those completed.
    """

    def __init__(self, items: Iterable[T], *, most_ahead: int | None = None) -> None:
        self.taken = 0
        self.completed = 0
        self.furthest = 0
        self.exhausted = False
        self.closed = False
        self.overdrawn = Event()
        self._items = iter(items)
        self._most_ahead = most_ahead
        self._taking, self._counting = Lock(), Lock()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        with self._taking:
            try:
                item = next(self._items)
            except StopIteration:
                self.exhausted = True
                raise
        with self._counting:
            self.taken += 1
            ahead = self.taken - self.completed
            self.furthest = max(self.furthest, ahead)
        if self._most_ahead is not None and ahead > self._most_ahead:
            self.overdrawn.set()
        return item

    def done(self) -> None:
        """One of the items taken is completed."""
        with self._counting:
            self.completed += 1

    def close(self) -> None:
        """Whoever takes no more items may say so, as with a generator."""
        self.closed = True
        close = getattr(self._items, "close", None)
        if close is not None:
            close()
