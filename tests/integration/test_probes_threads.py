"""The probes for threads and processes at work: drivers that use them, real answers, through the real engine.

Each answer, right or wrong, must fail just the checks that it is said to fail. The exercises are small relatives of
what lesson 1 asks for.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report.model import Verdict

TOML = """
title = "A course of three exercises"
[[lesson]]
stem = "01_probes"
title = "Probes"
minutes = 1
"""
EXERCISE = """
[[lesson.exercise]]
name = "{name}"
title = "{name}"
minutes = 1
points = 1
call_deadline = 10
"""

TRANSFER_DRIVERS = '''
"""Drivers."""
from functools import partial
from threading import Event

from pypatterns.course.checking.probes.locks import meeting_locks
from pypatterns.course.checking.probes.rendezvous import Meeting
from pypatterns.course.checking.probes.pause import Pause, first_wrong, then
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.races import hooked, slowed
from pypatterns.course.checking.probes.threads import together, values
from pypatterns.course.checking.probes.watch import Watch

class Account:
    def __init__(self, balance):
        self.balance = balance

def race(answer, callers, amount):
    """{callers} threads pay {amount} at once."""
    watch = Watch(callers)
    slow = slowed(Account, "balance", watch)
    tea, rum = slow(100), slow(100)
    pay = partial(watch.call, answer.Bank([tea, rum]).transfer, tea, rum, amount)
    ended = together(*[pay] * callers)
    return {"balances": [tea.balance, rum.balance], "ended": [str(call) for call in ended]}

@prepared(meeting_locks)
def ring(answer, callers):
    """{callers} accounts pay each other in a ring."""
    accounts = [Account(100) for _ in range(callers)]
    bank = answer.Bank(accounts)
    ways = zip(accounts, [*accounts[1:], accounts[0]], strict=True)
    values(together(*[partial(bank.transfer, *way, 1) for way in ways]))
    return [account.balance for account in accounts]

def pairs(answer):
    """Two pairs of accounts, which have nothing in common, pay at the same time."""
    meeting, watch = Meeting(2), Watch(callers=2)
    def write(_):
        with meeting.visit():
            pass
    kind = hooked(Account, "balance", before_write=write)
    accounts = [kind(100) for _ in range(4)]
    bank = answer.Bank(accounts)
    pay = partial(watch.call, bank.transfer)
    values(together(partial(pay, *accounts[:2], 1), partial(pay, *accounts[2:], 1)))
    return meeting.met

def overtaken(answer):
    """A payment stops before a line, and another comes through, or not; so for each line."""
    def overtake(nth):
        ended, watch = Event(), Watch(callers=1)
        tea, rum = Account(100), Account(100)
        bank = answer.Bank([tea, rum])
        pause = Pause(answer.__file__, nth, ended, watch)
        def other():
            pause.reached.wait()
            return then(ended.set, watch.call, bank.transfer, tea, rum, 80)
        return pause, tea, together(partial(pause.run, bank.transfer, tea, rum, 80), other)
    pause, tea, _ = first_wrong(overtake, lambda _, tea, __: tea.balance < 0)
    return pause.where() | {"balance": tea.balance}
'''
TRANSFER_CHECKS = '''
"""Checks."""

def test_nothing_is_lost(answer):
    """Two payments from one account count twice."""
    seen = answer.run("race", callers=2, amount=10)
    assert seen["balances"] == [80, 120], f"expected [80, 120], got {seen}"

def test_ring(answer):
    """Payments in a ring end."""
    assert answer.run("ring", callers=2) == [100] * 2, "two"
    assert answer.run("ring", callers=3) == [100] * 3, "three"

def test_pairs(answer):
    """Pairs do not wait for each other."""
    assert answer.run("pairs") == 1, "they never wrote at the same time"

def test_funds(answer):
    """Nobody pays what is not there."""
    seen = answer.run("race", callers=2, amount=80)
    assert seen["balances"] == [20, 180], f"got {seen}"
    seen = answer.run("overtaken")
    assert seen["balance"] >= 0, f"overdrawn at {seen}"
'''
TRANSFER = """
import threading
class Bank:
    def __init__(self, accounts):
        self.locks = {id(account): threading.Lock() for account in accounts}
    def transfer(self, source, target, amount):
        first, second = sorted((id(source), id(target)))
        with self.locks[first], self.locks[second]:
            if source.balance < amount:
                raise ValueError("not enough")
            source.balance -= amount
            target.balance += amount
"""

FETCH_DRIVERS = '''
"""Drivers."""
from functools import partial
from itertools import count, islice
from threading import Event

from pypatterns.course.checking.probes.process_leaks import Before, own_temp_folder, temp_files_left
from pypatterns.course.checking.probes.rendezvous import Meeting
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.sources import Counted
from pypatterns.course.checking.probes.threads import together, values
from pypatterns.course.checking.probes.watch import Watch

def meet(answer, workers, urls):
    """fetch_many is called with {urls} urls and {workers} workers."""
    meeting = Meeting(workers, rounds=2)
    def fetch(url):
        with meeting.visit(url):
            return url
    values(together(partial(answer.fetch_many, range(urls), fetch, workers=workers)))
    return {"met": meeting.met, "highest": meeting.highest}

def look_ahead(answer, workers):
    """fetch_many is called with urls without end, and no fetch ends at first."""
    most = 2 * workers + 2
    urls, watch = Counted(islice(count(), 60), most_ahead=most), Watch()
    def fetch(url):
        watch.hold(urls.overdrawn)
        urls.done()
    values(together(partial(answer.fetch_many, urls, fetch, workers=workers)))
    return {"furthest": urls.furthest, "most": most, "taken": urls.taken}

@prepared(own_temp_folder)
def leave(answer):
    """fetch_many is called, and what is left afterwards is counted."""
    before = Before()
    values(together(partial(answer.fetch_many, range(4), str, workers=2)))
    return {
        "threads": before.threads_left(),
        "descriptors": before.descriptors_left(),
        "files": temp_files_left(),
    }
'''
FETCH_CHECKS = '''
"""Checks."""

def test_meet(answer):
    """As many calls as workers run at once, and never more."""
    seen = answer.run("meet", workers=3, urls=6)
    assert seen == {"met": 2, "highest": 3}, f"got {seen}"

def test_look_ahead(answer):
    """Urls are taken when they are needed."""
    seen = answer.run("look_ahead", workers=3)
    assert seen["furthest"] <= seen["most"], f"took {seen['furthest']} urls ahead"
    assert seen["taken"] == 60, f"took {seen['taken']}"

def test_leave(answer):
    """Nothing is left behind."""
    seen = answer.run("leave")
    assert not any(seen.values()), f"left {seen}"
'''
FETCH = """
from collections import deque
from concurrent.futures import ThreadPoolExecutor
def fetch_many(urls, fetch, *, workers):
    window, results = deque(), []
    with ThreadPoolExecutor(workers) as pool:
        for url in urls:
            if len(window) == 2 * workers:
                results.append(window.popleft().result())
            window.append(pool.submit(fetch, url))
        return results + [future.result() for future in window]
"""

MAP_DRIVERS = '''
"""Drivers."""
import os
from functools import partial
from itertools import count, islice

from pypatterns.course.checking.probes.pickled_work import KilledOn, Ledger, Mail, Noted
from pypatterns.course.checking.probes.processes import children_left, until_quiet
from pypatterns.course.checking.probes.sources import Counted
from pypatterns.course.checking.probes.threads import together, values

def square(letter):
    return letter.value ** 2

def travel(answer, method, numbers, chunk):
    """{numbers} numbers travel in chunks of {chunk}."""
    mail, ledger = Mail(), Ledger()
    letters = [mail.letter(number) for number in range(numbers)]
    call = partial(answer.parallel_map, Noted(square, ledger), letters, workers=2, chunk=chunk, method=method)
    (got,) = values(together(lambda: list(call())))
    return {
        "got": got,
        "messages": mail.messages,
        "worked": sorted(entry.what for entry in ledger.entries()),
        "elsewhere": os.getpid() not in ledger.pids(),
        "left": len(children_left()),
    }

def look_ahead(answer, chunk):
    """The first of endless results is taken, and then nobody takes any more."""
    most = 6 * chunk
    items = Counted(islice(count(), 100), most_ahead=most)
    def take():
        results = answer.parallel_map(abs, items, workers=2, chunk=chunk, method="forkserver")
        first = next(results)
        items.done()
        until_quiet(items.overdrawn.is_set)
        results.close()
        return first
    (first,) = values(together(take))
    return {"first": first, "furthest": items.furthest, "most": most, "left": len(children_left())}

def kill(answer, item):
    """The worker that gets {item} is killed."""
    def work():
        return list(answer.parallel_map(KilledOn(item), range(20), workers=2, chunk=2, method="spawn"))
    (ended,) = together(work)
    return {"error": isinstance(ended.error, RuntimeError), "said": str(ended), "left": len(children_left())}
'''
MAP_CHECKS = '''
"""Checks."""

def test_travel(answer):
    """Items travel in chunks, to other processes."""
    seen = answer.run("travel", method="forkserver", numbers=13, chunk=5)
    assert seen == {
        "got": [number**2 for number in range(13)],
        "messages": 3, "worked": list(range(13)), "elsewhere": True, "left": 0,
    }, f"got {seen}"

def test_look_ahead(answer):
    """Items are taken when they are needed."""
    seen = answer.run("look_ahead", chunk=3)
    assert seen["furthest"] <= seen["most"] and seen["left"] == 0, f"got {seen}"

def test_kill(answer):
    """A killed worker is an error, and nobody is left."""
    seen = answer.run("kill", item=7)
    assert seen["error"] and seen["left"] == 0, f"got {seen}"
'''
MAP = """
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
def run_chunk(fn, chunk):
    return [fn(item) for item in chunk]
def parallel_map(fn, items, *, workers, chunk, method):
    items, window = iter(items), deque()
    pool = ProcessPoolExecutor(workers, mp_context=get_context(method))
    try:
        while True:
            while len(window) < 2 * workers and (part := list(islice(items, chunk))):
                window.append(pool.submit(run_chunk, fn, part))
            if not window:
                return
            yield from window.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
"""

EXERCISES = {
    "transfer": (TRANSFER_DRIVERS, TRANSFER_CHECKS, "class Bank: ...\n"),
    "fetch": (FETCH_DRIVERS, FETCH_CHECKS, "def fetch_many(urls, fetch, *, workers): ...\n"),
    "map": (
        MAP_DRIVERS,
        MAP_CHECKS,
        "def parallel_map(fn, items, *, workers, chunk, method): ...\n",
    ),
}

# The exercise, the answer, and the checks that fail, with the verdict and what it says.
CASES = {
    "transfer: right": ("transfer", TRANSFER, {}),
    "transfer: no lock": (
        "transfer",
        TRANSFER.replace("with self.locks[first], self.locks[second]", "if True"),
        {"test_nothing_is_lost": "expected [80, 120]", "test_funds": ""},
    ),
    "transfer: order of arguments": (
        "transfer",
        TRANSFER.replace("sorted((id(source), id(target)))", "id(source), id(target)"),
        {"test_ring": "can never end"},
    ),
    "transfer: one lock for all": (
        "transfer",
        TRANSFER.replace("with self.locks[first], self.locks[second]", "with lock").replace(
            "class", "lock = threading.Lock()\nclass"
        ),
        {"test_pairs": "never wrote at the same time"},
    ),
    "transfer: funds checked before the lock": (
        "transfer",
        TRANSFER.replace(
            "        with", "        enough = source.balance >= amount\n        with"
        ).replace("source.balance < amount:", "not enough:"),
        {"test_funds": "'balances': [-60, 260]"},
    ),
    "transfer: funds checked under the lock, but not for long": (
        "transfer",
        TRANSFER.replace(
            "            source.balance -=",
            "        with self.locks[first], self.locks[second]:\n            source.balance -=",
        ),
        {"test_funds": ""},
    ),
    "fetch: right": ("fetch", FETCH, {}),
    "fetch: one after another": (
        "fetch",
        "def fetch_many(urls, fetch, *, workers): return [fetch(url) for url in urls]",
        {"test_meet": "'met': 0"},
    ),
    "fetch: all at once": (
        "fetch",
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def fetch_many(urls, fetch, *, workers):\n"
        "    with ThreadPoolExecutor(workers) as pool: return list(pool.map(fetch, urls))",
        {"test_look_ahead": "urls ahead"},
    ),
    "fetch: one worker more": (
        "fetch",
        FETCH.replace("ThreadPoolExecutor(workers)", "ThreadPoolExecutor(workers + 1)"),
        {"test_meet": "'highest': 4"},
    ),
    "fetch: the pool stays": (
        "fetch",
        FETCH.replace(
            "with ThreadPoolExecutor(workers) as pool:",
            "pool = fetch_many.pool = ThreadPoolExecutor(workers)\n    if True:",
        ),
        {"test_leave": "ThreadPoolExecutor"},
    ),
    "fetch: a file stays": (
        "fetch",
        "import tempfile\nkept = []\n"
        + FETCH.replace(
            "window, results", "kept.append(tempfile.TemporaryFile())\n    window, results"
        ),
        {"test_leave": "'descriptors': ["},
    ),
    "map: right": ("map", MAP, {}),
    "map: a message for each item": (
        "map",
        MAP.replace("yield from window", "yield window")
        .replace("list(islice(items, chunk))", "list(islice(items, 1))")
        .replace("yield window.popleft().result()", "yield from window.popleft().result()"),
        {"test_travel": "'messages': 13"},
    ),
    "map: here": (
        "map",
        "def parallel_map(fn, items, *, workers, chunk, method): yield from map(fn, items)",
        {
            "test_travel": "'elsewhere': False",
            "test_kill": "StayedHome",
        },
    ),
    "map: all at once": (
        "map",
        MAP.replace("len(window) < 2 * workers and", ""),
        {"test_look_ahead": "'furthest': 100"},
    ),
    "map: the pool stays": (
        "map",
        MAP.replace("pool.shutdown(cancel_futures=True)", "kept.append(pool)").replace(
            "def run", "kept = []\ndef run"
        ),
        {
            "test_travel": "'left': 2",
            "test_look_ahead": "'left': 2",
        },
    ),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The three exercises, in a course of their own."""
    root = tmp_path_factory.mktemp("probes")
    for name, (drivers, checks, signature) in EXERCISES.items():
        folder = root / "tests" / "exercises" / "01_probes" / name
        folder.mkdir(parents=True)
        (folder / "drive.py").write_text(drivers)
        (folder / f"test_{name}.py").write_text(checks)
        (folder / "signature.pyi").write_text(signature)
    (root / "course.toml").write_text(
        TOML + "".join(EXERCISE.format(name=name) for name in EXERCISES)
    )
    return catalog.load(root)


@pytest.fixture(scope="module")
def judge(course: Course) -> Iterator[Judge]:
    """One warm judge for all cases."""
    with Judge(course) as judge:
        yield judge


@pytest.mark.parametrize("case", CASES)
def test_each_answer_fails_just_what_it_must(judge: Judge, course: Course, case: str) -> None:
    """A right answer passes, and a wrong one shows in the check that is meant for it, in words."""
    exercise, source, expected = CASES[case]

    report = judge.check(Answer(exercise, source, "a test"), course.exercise(exercise))

    failed = {each.name: each.message for each in report.checks if each.verdict is not Verdict.PASS}
    assert report.message == "" and set(failed) == set(expected), failed
    assert all(words in failed[name] for name, words in expected.items()), failed
