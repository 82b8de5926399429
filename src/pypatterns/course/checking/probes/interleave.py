"""Try many interleavings of some threads, step by step, and tell one that breaks what must hold.

>>> @prepared(interleavings)
... def count_twice(answer, seed):
...     found = explore(answer.Counter, answer.Counter.increment, lambda counter: counter.value == 2, seed=seed)
...     return found.to_dict()
{'outcome': 'broken', 'steps': ['thread 1, line 5: temp = self.value', 'thread 2, line 5: …'], 'why': …}

frontrun runs one thread at a time and chooses who runs next: at random first, then systematically, since each finds what
the other misses. The systematic search takes `key in table` for no access to the table, and so calls a check-then-act on
a dict held; at random, a small window in long code or a lock order is easily missed.

So "broken" is proven and "held" is not, and no check rests on this alone. "inconclusive" says nothing about an answer: a
thread that waits in a way which frontrun does not know (a `Condition`, tries with `acquire(blocking=False)`) can end a
search that way, and so does a machine that is too slow for its time limits. Where frontrun cannot be imported it is always
that: there is none for Windows.

What explore has run may still hang afterwards: let it be the last thing that a driver does. An exercise that uses this
names frontrun in its `preload` in course.toml, or each call imports it anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from typing import Any, Generic, TypeVar

State = TypeVar("State")

RUN = 0.3  # seconds for one execution; more where none can hang
LONGEST_TEXT = 300  # characters
# A line of frontrun's account: "  Thread 0 | answer.py:5              temp = self.value"
_STEP = re.compile(r"^ *Thread (\d+) *\| *answer\.py:(\d+) +(.*\S)", re.MULTILINE)
_THREAD = re.compile(r"(?<=thread )\d+|(?<=threads )\d+|(?<= and )\d+")
_CRASH = re.compile(r"Worker crash in execution \d+: (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Explored:
    """What came of it: "held", "broken" or "inconclusive", and for a broken one the learner's lines in the order that breaks it.

    `why` says what went wrong, or why nothing can be said. `executions` were run.
    """

    outcome: str
    steps: tuple[str, ...] = ()
    why: str = ""
    executions: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


@contextmanager
def interleavings() -> Iterator[None]:
    """A step to take before the import: locks, conditions, events and queues that frontrun can steer."""
    try:
        locks = import_module("frontrun._cooperative")  # the library has no public name for this
    except ImportError:
        yield
        return
    locks.patch_locks()
    try:
        yield
    finally:
        locks.unpatch_locks()


def explore(
    setup: Callable[[], State],
    worker: Callable[[State], object],
    holds: Callable[[State], bool],
    *,
    count: int = 2,
    tries: int = 40,
    seconds: float = 0.5,
    run: float = RUN,
    seed: int = 0,
) -> Explored:
    """Run `worker(state)` in `count` threads on a new `setup()` each time; does `holds(state)` when all have ended?

    At most `tries` executions each way, none begun after `seconds`: the call's deadline must leave room for both. One that
    takes longer than `run` seconds says nothing: a thread waits in a way that frontrun does not know, or the machine is busy.
    An error that comes out of a worker breaks what must hold.
    """
    try:
        frontrun = import_module("frontrun")
    except ImportError as error:
        return Explored("inconclusive", why=str(error)[:LONGEST_TEXT])
    search = _Search(frontrun, setup, worker, holds, count, seconds, run)
    at_random = search.run(strategy="random", max_attempts=tries, seed=seed)
    if at_random.outcome != "held":
        return at_random
    in_order = search.run(strategy="dpor", max_executions=tries)
    found = at_random if in_order.outcome == "inconclusive" else in_order
    return replace(found, executions=at_random.executions + in_order.executions)


@dataclass(frozen=True, slots=True)
class _Search(Generic[State]):
    """What is to be explored, for one way and another."""

    frontrun: Any
    setup: Callable[[], State]
    worker: Callable[[State], object]
    holds: Callable[[State], bool]
    count: int
    seconds: float
    longest: float

    def run(self, **way: Any) -> Explored:
        """Explore in one way."""
        raised: list[Exception] = []
        try:
            return _told(self._explore(raised, way))
        except self.frontrun.FrontrunInternalError as error:
            return Explored("inconclusive", why=str(error)[:LONGEST_TEXT])
        except Exception as error:
            if error in raised:  # the systematic search lets it out, the random one tells it
                return Explored("broken", why=f"a thread raised {type(error).__name__}: {error}")
            raise

    def _explore(self, raised: list[Exception], way: dict[str, Any]) -> Any:
        def work(state: State) -> None:
            try:
                self.worker(state)
            except Exception as error:
                raised.append(error)
                raise

        return self.frontrun.explore(
            self.setup,
            work,
            self.holds,
            count=self.count,
            total_timeout=self.seconds,
            timeout_per_run=self.longest,
            deadlock_timeout=self.longest,
            reproduce_on_failure=0,
            detect_io=False,
            **way,
        )


def _told(result: Any) -> Explored:
    """frontrun's result, with threads counted from 1 and only the learner's lines."""
    if result.property_holds:
        return Explored("held", executions=result.num_explored)
    text = str(result.explanation or result.inconclusive_reason or "")
    if result.property_holds is None:
        return Explored("inconclusive", why=text[:LONGEST_TEXT], executions=result.num_explored)
    steps = tuple(
        f"thread {int(thread) + 1}, line {line}: {code}"
        for thread, line, code in _STEP.findall(text)
    )
    return Explored("broken", steps, _why(text)[:LONGEST_TEXT], result.num_explored)


def _why(text: str) -> str:
    """The sentence of frontrun's account that names what went wrong."""
    if crash := _CRASH.match(text):
        return f"a thread raised {crash[1]}"
    paragraphs = [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]
    cause = next((each for each in paragraphs[1:] if "|" not in each), text)
    words = _THREAD.sub(lambda number: str(int(number[0]) + 1), cause.partition("\n")[0])
    return f"they wait for each other: {words}" if text.startswith("Deadlock") else words
