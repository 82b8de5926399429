"""Write down what calls do, and when: starts, ends, failures, cancellations, clean-ups, in virtual time.

>>> journal = Journal()
>>> async def fetch(item):
...     async with journal.call(item, cleanup=0.5):      # cancelled, it takes half a second to clean up
...         await asyncio.sleep(2)
...         return item.upper()
>>> ran = run_virtual(answer.bounded_map(fetch, "abcde", limit=2))
>>> journal.highest, journal.running, journal.times("started")
(2, [], [0.0, 0.0, 2.0, 2.0, 4.0])

Whoever is still in `running` after the answer has returned was not waited for: time stands still from then on, so a
clean-up that takes time cannot come to its end. Nor can one that a second cancellation "interrupted".
"""

from __future__ import annotations

import sys
from asyncio import CancelledError, Event, sleep
from collections.abc import Callable, Coroutine, Hashable
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, NamedTuple

from pypatterns.course.checking.probes.virtual_clock import now

MOST_ENTRIES = 200  # of those told as data


class Entry(NamedTuple):
    """One thing that happened, in seconds since the journal was opened."""

    at: float
    what: str
    who: Hashable


class Journal:
    """What happened, in order. A call "started", then it "ended", "failed", or was "cancelled" and has "cleaned up".

    Cancelled again meanwhile, it was "interrupted": it will never have cleaned up, and stays in `running`.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.running: list[Hashable] = []  # who has started and has not come to an end
        self.highest = 0  # how many ran at once at most
        self._began = now()

    def note(self, what: str, who: Hashable = None) -> None:
        """Write down that something happens now."""
        self.entries.append(Entry(round(now() - self._began, 9), what, who))

    def call(self, who: Hashable = None, *, cleanup: float = 0.0) -> _Call:
        """An async context manager that writes down what becomes of its block; cancelled, it takes `cleanup` seconds to end."""
        return _Call(self, who, cleanup)

    def operation(
        self,
        who: Hashable = None,
        *,
        takes: float | None,
        gives: object = None,
        fails: BaseException | None = None,
        cleanup: float = 0.0,
    ) -> Callable[..., Coroutine[Any, Any, Any]]:
        """A coroutine function, of any arguments, that takes some seconds (None: for ever) and then returns or raises."""

        async def operation(*_: object) -> object:
            async with self.call(who, cleanup=cleanup):
                await (Event().wait() if takes is None else sleep(takes))
                if fails is not None:
                    raise fails
                return gives

        return operation

    def times(self, what: str) -> list[float]:
        """When it happened, each time."""
        return [entry.at for entry in self.entries if entry.what == what]

    def order(self, what: str) -> list[Hashable]:
        """Whom it happened to, in order."""
        return [entry.who for entry in self.entries if entry.what == what]

    def told(self) -> list[tuple[float, str, Hashable]]:
        """The entries as plain data: the timeline for a check to judge and to show. Of a long one the beginning."""
        return [(entry.at, entry.what, entry.who) for entry in self.entries[:MOST_ENTRIES]]


class _Call:
    """One call, from its start to its end. A class: an async generator would itself be left open by an answer that drops it."""

    def __init__(self, journal: Journal, who: Hashable, cleanup: float) -> None:
        self._journal = journal
        self._who = who
        self._cleanup = cleanup

    async def __aenter__(self) -> None:
        journal = self._journal
        journal.note("started", self._who)
        journal.running.append(self._who)
        journal.highest = max(journal.highest, len(journal.running))

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        if isinstance(error, CancelledError):
            self._journal.note("cancelled", self._who)
            try:
                with _undisturbed():
                    await sleep(self._cleanup)
            except CancelledError:
                self._journal.note("interrupted", self._who)
                raise
            self._over("cleaned up")
        else:
            self._over("failed" if error else "ended")

    def _over(self, how: str) -> None:
        self._journal.running.remove(self._who)
        self._journal.note(how, self._who)


def _undisturbed() -> AbstractContextManager[object]:
    """Anyio cancels a call anew at each await, clean-up included, unless the clean-up asks for a shield."""
    anyio = sys.modules.get("anyio")
    return anyio.CancelScope(shield=True) if anyio else nullcontext()
