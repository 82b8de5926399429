"""Put parallel_map to work with functions that travel, and write down what came back, from where, in how many messages.

What is sent to a process must be found there by its module's name, so functions stand here at top level. Nothing hopes that
two processes overlap: the first item waits until a later one was worked on, and a count is read when nobody moves any more.
"""

import os
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, islice
from threading import Thread

from pypatterns.concurrency import ItemError
from pypatterns.course.checking.probes.errands import KilledOn, Ledger, Mail, Noted
from pypatterns.course.checking.probes.processes import children_left, until_quiet, until_still
from pypatterns.course.checking.probes.sources import Counted

BOUND = 1.5  # seconds that the first item waits at most, for a later one and then for its result


class NoPrice(Exception):
    """The shop does not sell this."""


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

    def __call__(self, item):
        if item == self.item:
            raise NoPrice(f"no price for {item}")
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
            end = time.monotonic() + BOUND
            while not self._is_another_done() and time.monotonic() < end:
                time.sleep(0.001)
            until_still(self.caller, self.out_of_turn.entries, bound=BOUND)
        return item

    def _is_another_done(self):
        return any(entry.what in self.others for entry in self.ledger.entries())


def mapped(answer, numbers, workers, chunk):
    """parallel_map(fn, {numbers!r}, workers={workers}, chunk={chunk}) is read to its end; the first item takes longest."""
    first, ledger, out_of_turn = numbers[0], Ledger(), Ledger()
    late = Late(first, frozenset(numbers[chunk:]), os.getpid(), ledger, out_of_turn)
    got = []
    for number in answer.parallel_map(late, numbers, workers=workers, chunk=chunk):
        got.append(number)
        if first not in got:
            out_of_turn.note(number)
    return {"got": got, "ran": len(ledger.entries()), "at_home": os.getpid() in ledger.pids()}


def nothing(answer):
    """parallel_map(fn, [], workers=2, chunk=3) is read to its end."""
    return list(answer.parallel_map(same, [], workers=2, chunk=3))


def messages(answer, items, workers, chunk):
    """parallel_map(fn, items, workers={workers}, chunk={chunk}) is read to its end, with {items} items that share an object; how often it is pickled is counted."""
    mail = Mail()
    letters = [mail.letter(number) for number in range(items)]
    got = list(answer.parallel_map(value_of, letters, workers=workers, chunk=chunk))
    return {"messages": mail.messages, "got": got}


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


def failing(answer, items, bad, workers, chunk):
    """parallel_map(fn, range({items}), workers={workers}, chunk={chunk}) is read until it ends or raises; fn raises NoPrice for {bad}, and every call of fn is noted."""
    ledger = Ledger()
    results = answer.parallel_map(
        Noted(Fails(bad), ledger), range(items), workers=workers, chunk=chunk
    )
    got, error = _read(results)
    until_quiet(lambda: len(ledger.entries()) >= items)
    return {
        "got": got,
        "raised": repr(error),
        "is_item_error": isinstance(error, ItemError),
        "item": getattr(error, "item", None),
        "of": type(getattr(error, "error", None)).__name__,
        "failed": any(entry.what == bad for entry in ledger.entries()),
        "after": sum(entry.what > bad for entry in ledger.entries()),
    }


def killed(answer, items, victim, workers, chunk):
    """parallel_map(fn, range({items}), workers={workers}, chunk={chunk}) is read until it ends or raises; fn kills its process when it gets {victim}."""
    ended = []
    results = answer.parallel_map(KilledOn(victim), range(items), workers=workers, chunk=chunk)
    reader = Thread(target=lambda: ended.append(_read(results)), daemon=True)
    reader.start()
    until_quiet(lambda: not reader.is_alive())
    if not ended:
        return {"hangs": True}
    got, error = ended[0]
    return {
        "hangs": False,
        "got": got,
        "raised": repr(error),
        "is_runtime_error": isinstance(error, RuntimeError),
    }


def left_behind(answer, items, workers, chunk, end):
    """parallel_map(fn, range({items}), workers={workers}, chunk={chunk}) is {end}; then the child processes are counted."""
    ledger = Ledger()
    fn = Noted(Fails(chunk) if end == "read until fn raises" else same, ledger)
    results = answer.parallel_map(fn, range(items), workers=workers, chunk=chunk)
    if end == "closed after two results":
        list(islice(results, 2))
        _close(results)
    else:
        _read(results)
    left = len(children_left())
    return {"left": left, "ran": len(ledger.entries())}


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
