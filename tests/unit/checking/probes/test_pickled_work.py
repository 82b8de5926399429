"""What travels into other processes: it pickles, arrives by its module's name, and brings back who worked."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from pypatterns.course.checking.probes.pickled_work import (
    KilledOn,
    Ledger,
    LedgerLine,
    Letter,
    Mail,
    Noted,
    StayedHome,
)

METHODS = multiprocessing.get_all_start_methods()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger lies in the folder of the call."""
    monkeypatch.chdir(tmp_path)


def pool(method: str) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method))


@pytest.mark.parametrize("method", [name for name in METHODS if name != "fork"])
def test_a_ledger_is_shared_by_all_processes(method: str) -> None:
    """Who worked on what, whichever way the processes were started."""
    ledger = Ledger()

    with pool(method) as workers:
        assert list(workers.map(Noted(abs, ledger), [-1, 2, -3])) == [1, 2, 3]
    Noted(abs, ledger)(-4)

    assert sorted(entry.what for entry in ledger.entries()) == [-4, -3, -1, 2]
    assert os.getpid() in ledger.pids()
    assert ledger.pids() - {os.getpid()}


def test_a_ledger_keeps_the_order_and_takes_anything() -> None:
    """Plain data comes back as it was, all else as text; two ledgers do not mix."""
    ledger, other = Ledger(), Ledger()

    for what in (("tea", 1), None, "two\nlines", object):
        ledger.note(what)

    assert [entry.what for entry in ledger.entries()] == [
        ("tea", 1),
        None,
        "two\nlines",
        "<class 'object'>",
    ]
    assert other.entries() == [] and other.pids() == set()
    assert ledger.entries()[0] == LedgerLine(os.getpid(), ("tea", 1))


def test_a_worker_dies_on_its_item() -> None:
    """Other items come back; on this one the process that works is gone, without a word."""
    with pool("spawn") as workers:
        assert workers.submit(KilledOn(3), 2).result() == 2
        with pytest.raises(BrokenProcessPool):
            workers.submit(KilledOn(3), 3).result()


def test_the_home_process_is_not_killed() -> None:
    """An answer that works where it was called gets an error, and the check a result."""
    fn = pickle.loads(pickle.dumps(KilledOn(3)))

    assert fn(2) == 2
    with pytest.raises(StayedHome, match="3 was worked on in process"):
        fn(3)


@pytest.mark.parametrize("size", [1, 5, 23], ids=["alone", "chunks of five", "all"])
def test_messages_are_counted_however_many_letters_they_carry(size: int) -> None:
    """One a chunk, since what all letters share is pickled once in each."""
    mail = Mail()
    letters = [mail.letter(number) for number in range(23)]

    chunks = [letters[start : start + size] for start in range(0, 23, size)]
    sent = [pickle.loads(pickle.dumps(chunk)) for chunk in chunks]

    assert mail.messages == len(chunks)
    assert [letter.value for chunk in sent for letter in chunk] == list(range(23))


def test_what_comes_back_is_not_counted() -> None:
    """Only the way out of this process is."""
    mail = Mail()

    with pool("spawn") as workers:
        back = list(workers.map(copy.copy, [mail.letter("tea")]))

    assert mail.messages == 1
    assert [letter.value for letter in back] == ["tea"]


def test_a_noted_letter_is_noted_by_its_value() -> None:
    """Whatever else hangs on the item."""
    ledger = Ledger()

    Noted(id, ledger)(Mail().letter(7))

    assert [entry.what for entry in ledger.entries()] == [7]
    assert Letter.__slots__ == ("value", "mail")
