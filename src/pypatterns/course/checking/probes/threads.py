"""Call an answer from several threads at once, and notice at once when none of them can go on.

>>> in_threads(8, cache.get, "tea")                          # eight values, in caller order
>>> first, second = together(lambda: bank.move(1, 2), lambda: bank.move(2, 1))

The callers are daemon threads, so a process can end while they hang. Everything needed of `threading` is taken at
import: an answer that replaces a lock or a thread class later does not change how it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, count, repeat
from threading import Lock, Thread, get_ident
from typing import Any

from pypatterns.course.checking.introspection.autopsy import Autopsy, take
from pypatterns.course.checking.introspection.ownership import answers_folder
from pypatterns.course.checking.introspection.threads import caller, probe

# Seconds between two looks: short calls are not held up, and a proof comes within a tenth of a second.
PAUSES = (0.01, 0.02, 0.04)
LAST_PAUSE = 0.08
LONGEST_TEXT = 200  # characters

watching: set[int] = (
    set()
)  # the threads that only watch over callers: no call gets on by what they do


class Deadlocked(Exception):
    """It is proven that nothing in this process can go on; `autopsy` says where everything stands."""

    def __init__(self, autopsy: Autopsy) -> None:
        super().__init__(str(autopsy))
        self.autopsy = autopsy


@dataclass(frozen=True, slots=True)
class Ended:
    """How one call ended: with a value, or with an error and no value. As text: "returned 3", "raised KeyError: 'tea'"."""

    value: Any = None
    error: BaseException | None = None

    def __str__(self) -> str:
        if self.error is None:
            return f"returned {self.value!r}"[:LONGEST_TEXT]
        return f"raised {type(self.error).__name__}: {self.error}"[:LONGEST_TEXT]


def in_threads(n: int, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
    """Call `fn` in `n` threads from a common start; the values, in caller order.

    Raises the first caller's error once all have ended, and `Deadlocked` when it is proven that they never will.
    """
    return values(together(*repeat(lambda: fn(*args, **kwargs), n)))


def together(*calls: Callable[[], Any]) -> list[Ended]:
    """Make every call in a thread of its own, "caller 1" onwards, from a common start; how each ended, in order.

    A call's error is never raised here, not even a `SystemExit`. Raises `Deadlocked` when it is proven that some call
    can never end; where that cannot be proven it waits, and the deadline of the whole call is the last resort.
    """
    if not calls:
        return []
    race = _Race(calls)
    race.start()
    race.wait()
    return race.ended


def values(ended: Iterable[Ended]) -> list[Any]:
    """The values of some calls, in order; the first error, if there is one, is raised."""
    calls = list(ended)
    for call in calls:
        if call.error is not None:
            raise call.error
    return [call.value for call in calls]


class _Race:
    """Some calls, a thread each: held at a gate until all threads are there, then left to run."""

    def __init__(self, calls: tuple[Callable[[], Any], ...]) -> None:
        self.ended = [Ended()] * len(calls)
        self._calls = calls
        self._threads = [
            Thread(target=self._run, args=(place,), name=f"caller {place + 1}", daemon=True)
            for place in range(len(calls))
        ]
        self._gate, self._over = Lock(), Lock()
        self._arrivals = count(1)

    def start(self) -> None:
        """Open the gate once every thread runs. Raises `RuntimeError` when the system has no thread left."""
        self._over.acquire()
        self._gate.acquire()
        try:
            for thread in self._threads:
                thread.start()
        except BaseException:
            self._calls = ()
            raise
        finally:
            self._gate.release()

    @probe
    def wait(self) -> None:
        """Return when all calls have ended; raise `Deadlocked` when that is proven never to happen."""
        watching.add(get_ident())
        try:
            self._watch()
        finally:
            watching.discard(get_ident())

    def _watch(self) -> None:
        for pause in chain(PAUSES, repeat(LAST_PAUSE)):
            if self._over.acquire(timeout=pause):
                break
            autopsy = take(answers_folder(), only_proven=True)
            if autopsy.proof:
                if self._over.acquire(blocking=False):  # the last call has ended meanwhile
                    break
                raise Deadlocked(autopsy)
        for thread in self._threads:
            thread.join()

    @caller
    def _run(self, place: int) -> None:
        with self._gate:
            pass
        if not self._calls:  # not all threads could be started: nobody runs
            return
        try:
            self.ended[place] = Ended(value=self._calls[place]())
        except BaseException as error:  # noqa: BLE001 - a SystemExit in a caller is this caller's end, and data
            self.ended[place] = Ended(error=error)
        finally:
            if next(self._arrivals) == len(self._calls):
                self._over.release()
