"""Put parallel_map to work with functions that travel, and write down what came back, from where, in how many messages.

What is sent to a process must be found there by its module's name, so functions stand here at top level. Nothing hopes that
two processes overlap: the first item waits until a later one was worked on, and a count is read when nobody moves any more.
"""

import os
import time
from collections import Counter
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, islice
from threading import Thread

from pypatterns.concurrency import ItemError
from pypatterns.course.checking.probes.kernel_waits import watched_pid
from pypatterns.course.checking.probes.pickled_work import KilledOn, Ledger, Mail, Noted
from pypatterns.course.checking.probes.processes import children_left, until_quiet, until_still
from pypatterns.course.checking.probes.sources import Counted

BOUND = 1.5  # seconds that an item waits at most, for another one and then for what the caller makes of it
LONG = 60  # seconds: the deadline of the whole call ends a hang that is never quiet


class NoPrice(Exception):
    """The shop does not sell this."""


ERRORS = {
    type(error).__name__: error
    for error in (
        KeyError("price"),
        StopIteration("no line with a price"),
        ItemError("a line of it", NoPrice("sold out")),
    )
}


def same(item):
    """Give the item back."""
    return item


def value_of(letter):
    """What a letter says."""
    return letter.value


@dataclass(frozen=True)
class Fails:
    """Gives items back, and on one of them raises."""

    item: object
    error: Exception

    def __call__(self, item):
        if item == self.item:
            raise self.error
        return item


@dataclass(frozen=True)
class Late:
    """Gives items back; the first one comes last.

    It waits until one of a later chunk was worked on, and then until that one's result was yielded, or the process that
    would yield it waits, too.
    """

    first: object
    others: frozenset
    caller: int
    ledger: Ledger
    out_of_turn: Ledger

    def __call__(self, item):
        self.ledger.note(item)
        if item == self.first:
            _wait_for(self._is_another_done)
            until_still(self.caller, self.out_of_turn.entries, bound=BOUND)
        return item

    def _is_another_done(self):
        return any(entry.what in self.others for entry in self.ledger.entries())


@dataclass(frozen=True)
class FailsEarly:
    """Gives items back, and on one of them raises; the first one, 0, ends after that, when the caller waits for it."""

    fails: Fails
    caller: int
    failed: Ledger

    def __call__(self, item):
        if item == self.fails.item:
            self.failed.note(item)
        if item == 0:
            _wait_for(self.failed.entries)
            until_still(self.caller, lambda: False, bound=BOUND)
        return self.fails(item)


@dataclass(frozen=True)
class KilledOnce:
    """Gives items back, and the first time that it gets the victim, kills the process; every call is noted."""

    kill: KilledOn
    victim: object
    ledger: Ledger

    def __call__(self, item):
        again = _holds(self.ledger, self.victim)
        self.ledger.note(item)
        return item if again else self.kill(item)


@dataclass(frozen=True)
class Lasting:
    """Gives items back; the call for one of them lasts from the caller's "ends" to its "over", or until the caller waits.

    On the bad one it raises, once the lasting one has begun. A call that is not over when all is over is noted.
    """

    item: object
    bad: object
    caller: int
    ledger: Ledger

    def __call__(self, item):
        self.ledger.note(item)
        if item == self.bad:
            _wait_for(lambda: _holds(self.ledger, self.item))
            self.ledger.note("ends")
            raise NoPrice(f"no price for {item}")
        if item == self.item:
            _wait_for(lambda: _holds(self.ledger, "ends"))
            until_still(self.caller, self._is_over, bound=BOUND)
        if self._is_over():
            self.ledger.note("overtaken")
        return item

    def _is_over(self):
        return _holds(self.ledger, "over")


def _holds(ledger, what):
    return any(entry.what == what for entry in ledger.entries())


def _wait_for(happened):
    """In a worker: until it has happened, or the bound has passed."""
    end = time.monotonic() + BOUND
    while not happened() and time.monotonic() < end:
        time.sleep(0.001)


def mapped(answer, numbers, workers, chunk):
    """parallel_map(fn, {numbers!r}, workers={workers}, chunk={chunk}) is read to its end; the first item takes longest."""
    first, ledger, out_of_turn = numbers[0], Ledger(), Ledger()
    late = Late(first, frozenset(numbers[chunk:]), watched_pid(), ledger, out_of_turn)
    got = []
    for number in answer.parallel_map(late, numbers, workers=workers, chunk=chunk):
        got.append(number)
        if first not in got:
            out_of_turn.note(number)
    return {"got": got, "ran": len(ledger.entries()), "at_home": os.getpid() in ledger.pids()}


def given_back(answer, workers):
    """parallel_map(fn, items, workers={workers}, chunk=9) is read to its end, with nine items among which are None, falsy ones, some twice, and an exception object."""
    items = [7, None, 0, 7, "", NoPrice("sold out"), [], None, None]
    ledger = Ledger()
    got = list(answer.parallel_map(Noted(same, ledger), items, workers=workers, chunk=len(items)))
    at_home = os.getpid() in ledger.pids()
    return {"given": [*map(repr, items)], "got": [*map(repr, got)], "at_home": at_home}


def short(answer, workers, chunk):
    """parallel_map(fn, [], workers={workers}, chunk={chunk}) is read to its end, then one of a single item."""
    ledger = Ledger()
    got = [
        list(answer.parallel_map(Noted(same, ledger), items, workers=workers, chunk=chunk))
        for items in ([], [7])
    ]
    return {"got": got, "at_home": os.getpid() in ledger.pids()}


def messages(answer, items, workers, chunk):
    """parallel_map(fn, items, workers={workers}, chunk={chunk}) is read to its end, with {items} items that share an object; how often it is pickled is counted."""
    mail, ledger = Mail(), Ledger()
    letters = [mail.letter(number) for number in range(items)]
    fn = Noted(value_of, ledger)
    got = list(answer.parallel_map(fn, letters, workers=workers, chunk=chunk))
    return {"messages": mail.messages, "got": got, "at_home": os.getpid() in ledger.pids()}


def ahead(answer, workers, chunk, most, takes):
    """{takes} results are taken from parallel_map(fn, numbers, workers={workers}, chunk={chunk}), where numbers never end (after a thousand, here); after the first of each chunk, everybody gets the time to read on."""
    numbers = Counted(islice(count(), 1000), most_ahead=most)
    results = answer.parallel_map(same, numbers, workers=workers, chunk=chunk)
    got = []
    for result in islice(results, takes):
        got.append(result)
        numbers.done()
        if len(got) % chunk == 1:
            until_quiet(numbers.overdrawn.is_set, bound=0.5)
    _close(results)
    return {"got": got, "furthest": numbers.furthest, "generator": isinstance(results, Generator)}


def raising(answer, *, items, bad, error, early, workers, chunk):
    """parallel_map(fn, range({items}), workers={workers}, chunk={chunk}) is read until it ends or raises; fn raises {error} for {bad}, in the second chunk perhaps before the first one is done."""
    given = ERRORS[error]
    fails = Fails(bad, given)
    fn = FailsEarly(fails, watched_pid(), Ledger()) if early else fails
    results = answer.parallel_map(fn, range(items), workers=workers, chunk=chunk)
    got, came = _read(results)
    return {
        "got": got,
        "raised": repr(came),
        "is_item_error": isinstance(came, ItemError),
        "item": getattr(came, "item", None),
        "given": repr(given),
        "of": repr(getattr(came, "error", None)),
    }


def failing(answer, items, bad, workers, chunk):
    """parallel_map(fn, range({items}), workers={workers}, chunk={chunk}) is read until it ends or raises; fn raises NoPrice for {bad}, and every call of fn is noted."""
    ledger = Ledger()
    fn = Noted(Fails(bad, NoPrice("sold out")), ledger)
    got, error = _read(answer.parallel_map(fn, range(items), workers=workers, chunk=chunk))
    until_quiet(lambda: len(ledger.entries()) >= items)
    return {
        "got": got,
        "raised": repr(error),
        "failed": _holds(ledger, bad),
        "after": sum(entry.what > bad for entry in ledger.entries()),
    }


def killed(answer, items, victim, workers, chunk):
    """parallel_map(fn, range({items}), workers={workers}, chunk={chunk}) is read until it ends or raises; fn kills its process when it gets {victim} for the first time."""
    ended, ledger = [], Ledger()
    fn = KilledOnce(KilledOn(victim), victim, ledger)
    results = answer.parallel_map(fn, range(items), workers=workers, chunk=chunk)
    reader = Thread(target=lambda: ended.append(_read(results)), daemon=True)
    reader.start()
    until_quiet(lambda: not reader.is_alive(), bound=LONG)
    if not ended:
        return {"hangs": True}
    got, error = ended[0]
    times = Counter(entry.what for entry in ledger.entries())
    return {
        "hangs": False,
        "got": got,
        "raised": repr(error),
        "is_runtime_error": isinstance(error, RuntimeError),
        "twice": sorted(item for item in times if times[item] > 1),
    }


def left_behind(answer, *, workers, chunk, items, breaks=False, takes=None, bad=None, lasting=None):
    """parallel_map(fn, items, workers={workers}, chunk={chunk}) is read until it ends or raises, or closed; a call of fn that has begun lasts until then, or until the caller waits for it; then the child processes are counted."""
    ledger = Ledger()
    fn = Lasting(lasting, bad, watched_pid(), ledger)

    def ends():
        until_quiet(lambda: takes == 0 or _holds(ledger, lasting))
        ledger.note("ends")

    def given():
        yield from range(items)
        if breaks:
            ends()
            raise NoPrice("the items break off")

    def results():
        yield from answer.parallel_map(fn, given(), workers=workers, chunk=chunk)

    error = None
    if takes is None:
        _, error = _read(results())  # kept: an error keeps all that its traceback refers to
    else:
        open_ended = answer.parallel_map(fn, given(), workers=workers, chunk=chunk)
        list(islice(open_ended, takes))
        ends()
        _close(open_ended)
    ledger.note("over")
    left = len(children_left())  # first: a call that was overtaken notes it when it gets a core
    noted = [entry.what for entry in ledger.entries()]
    return {
        "left": left,
        "overtaken": noted.count("overtaken"),
        "ran": sum(isinstance(what, int) for what in noted),
        "broke": breaks and "ends" in noted,
        "ended": repr(error),
    }


def _read(results):
    """What came, and the error that ended it, or None."""
    got = []
    try:
        for result in results:
            got.append(result)  # noqa: PERF402 - what came before an error is kept
    except Exception as error:  # noqa: BLE001 - whatever it is, the check says what it thinks of it
        return got, error
    return got, None


def _close(results):
    """Have no more of it, as a caller has whose `for` breaks."""
    with suppress(AttributeError):  # that it is no generator is told by a check of its own
        results.close()
