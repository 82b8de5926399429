"""Locks that meet: opposite orders deadlock every time and are told in the answer's words; all else works as before.

Deadlocked threads cannot be ended, so what hangs runs in a process of its own.
"""

from __future__ import annotations

import _thread
import copy
import json
import pickle
import queue
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pypatterns.course.checking.probes import locks
from pypatterns.course.checking.probes.lock_doubles import StandIn
from pypatterns.course.checking.probes.locks import meeting_locks
from pypatterns.course.checking.probes.prepare import preparations, prepared
from pypatterns.course.checking.probes.threads import in_threads, together, values

CHILD = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from pypatterns.course.checking.probes.locks import meeting_locks
from pypatterns.course.checking.probes.threads import Deadlocked, together
with meeting_locks():
    import answer
    try:
        ended = together(*[lambda way=way: answer.move(*way) for way in answer.WAYS])
        told = {"ended": list(map(str, ended))}
    except Deadlocked as deadlock:
        told = deadlock.autopsy.to_dict()
print(json.dumps(told), flush=True)
os._exit(0)
"""
PAIR, RING = "\nWAYS = (a, b), (b, a)\n", "\nWAYS = (a, b), (b, c), (c, a)\n"
WITH = "def move(source, target):\n    with source:\n        with target:\n            pass\n"
ITEMS = "def move(source, target):\n    with source, target: pass\n"
BARE = """
def move(source, target):
    source.acquire()
    target.acquire()
    target.release()
    source.release()
"""
STACK = """
def move(*ways):
    with contextlib.ExitStack() as stack:
        for way in ways:
            stack.enter_context(way)
"""
OF_ACCOUNTS = """
@dataclass
class Account:
    lock: object = field(default_factory=threading.Lock)
a, b, c = Account(), Account(), Account()
def move(source, target):
    with source.lock, target.lock: pass
"""

# The source, and how one of the threads is told: function, line's text, lock, holder.
HANGS = {
    "nested with": (
        "from threading import Lock\na, b = Lock(), Lock()\n" + WITH + PAIR,
        ["caller 1 move 'with target:' target caller 2"],
    ),
    "items of one with": (
        "import threading\na, b = threading.Lock(), threading.Lock()\n" + ITEMS + PAIR,
        ["caller 2 move 'with source, target: pass' target caller 1"],
    ),
    "a ring of three": (
        "import threading\na, b, c = (threading.Lock() for _ in 'abc')\n" + ITEMS + RING,
        [
            "caller 1 move 'with source, target: pass' target caller 2",
            "caller 2 move 'with source, target: pass' target caller 3",
            "caller 3 move 'with source, target: pass' target caller 1",
        ],
    ),
    "fields of a dataclass": (
        "import threading\nfrom dataclasses import dataclass, field\n" + OF_ACCOUNTS + RING,
        ["caller 3 move 'with source.lock, target.lock: pass' target.lock caller 1"],
    ),
    "RLocks": (
        "import threading\na, b = threading.RLock(), threading.RLock()\n" + WITH + PAIR,
        ["caller 1 move 'with target:' target caller 2"],
    ),
    "bare acquire": (
        "import _thread\na, b = _thread.allocate_lock(), _thread.allocate_lock()\n" + BARE + PAIR,
        ["caller 1 move 'target.acquire()' target caller 2"],
    ),
    "conditions": (
        "import threading\na, b = threading.Condition(), threading.Condition()\n" + WITH + PAIR,
        ["caller 1 move 'with target:' Condition.__enter__() caller 2"],
    ),
    "conditions on locks": (
        "import threading\na, b = (threading.Condition(threading.Lock()) for _ in 'ab')\n"
        + (WITH + PAIR),
        ["caller 1 move 'with target:' Condition.__enter__() caller 2"],
    ),
    "a stack of locks": (
        "import contextlib, threading\na, b = threading.Lock(), threading.RLock()\n" + STACK + PAIR,
        ["caller 1 move 'stack.enter_context(way)' _BaseExitStack.enter_context() caller 2"],
    ),
    "a lock taken twice": (
        "import threading\na = threading.Lock()\n" + WITH + "\nWAYS = ((a, a),)\n",
        ["caller 1 move 'with target:' target caller 1"],
    ),
}

# Each moves ten times both ways, and must come to its end.
ENDS = {
    "in one order": """
from threading import Lock
a, b = Lock(), Lock()
def move(source, target):
    first, second = sorted((source, target), key=id)
    with first, second: pass
""",
    "one lock for all": """
import threading
a, b, lock = 1, 2, threading.RLock()
def move(source, target):
    with lock, lock: pass
""",
    "tried again after a while": """
import random, threading, time
a, b = threading.Lock(), threading.Lock()
def move(source, target):
    while True:
        with source:
            if target.acquire(blocking=False):
                target.release()
                return
        time.sleep(random.random() / 1000)
""",
    "tried for a while": """
import random, threading
a, b = threading.Lock(), threading.Lock()
def move(source, target):
    while True:
        with source:
            if target.acquire(timeout=random.random() / 100):
                target.release()
                return
""",
    "reserved in pairs": """
import threading
a, b, busy, free = 1, 2, set(), threading.Condition()
def move(source, target):
    with free:
        free.wait_for(lambda: not busy & {source, target})
        busy.update((source, target))
    with free:
        busy.difference_update((source, target))
        free.notify_all()
""",
    "a condition on a lock of the answer": """
import threading
a, b, busy, lock = 1, 2, [], threading.Lock()
outer, free = threading.Lock(), threading.Condition(lock)
def move(source, target):
    with free:
        free.wait_for(lambda: not busy)
        busy.append(source)
    with outer, free:
        busy.remove(source)
        free.notify()
""",
    "released by another thread": """
import threading
a, b, gate = threading.Lock(), threading.Lock(), threading.Lock()
def move(source, target):
    with gate:
        target.acquire()
        thread = threading.Thread(target=target.release)
        thread.start()
        thread.join()
        with source, target: pass
""",
}


@pytest.fixture
def answer() -> Iterator[Any]:
    """Run an answer's text, prepared, as the module `answer`; its names."""
    with meeting_locks():

        def run(text: str) -> dict[str, Any]:
            names: dict[str, Any] = {"__name__": "answer"}
            exec(text, names)
            return names

        yield run


def told(location: dict[str, Any]) -> str:
    return f"{location['who']} {location['function']} {location['code']!r} {location['waits_for']} {location['held_by']}"


@pytest.mark.parametrize(("text", "expected"), HANGS.values(), ids=HANGS.keys())
def test_opposite_orders_meet_in_the_middle(tmp_path: Path, text: str, expected: list[str]) -> None:
    """The cycle is proven, and each thread is told with its line, the lock as it is written, and who holds it."""
    (tmp_path / "answer.py").write_text(text)

    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        capture_output=True,
        timeout=20,
        text=True,
        check=True,
    )
    seen = json.loads(done.stdout)

    assert seen.get("proof") == "cycle", seen
    assert set(expected) <= set(map(told, seen["locations"])), seen


@pytest.mark.parametrize("text", ENDS.values(), ids=ENDS.keys())
def test_what_can_go_on_goes_on(answer: Any, text: str) -> None:
    """Locks in one order, tries that give up, conditions: all calls end."""
    names = answer(text)
    ways = [(names["a"], names["b"]), (names["b"], names["a"])] * 2

    def move(source: Any, target: Any) -> bool:
        for _ in range(10):
            names["move"](source, target)
        return True

    assert values(together(*[partial(move, *way) for way in ways])) == [True] * 4


def test_only_the_answer_gets_stand_ins(answer: Any) -> None:
    """Tests, drivers, the library and our own probes keep the real locks."""
    names = answer("import queue, threading\na, q = threading.Lock(), queue.Queue()\n")

    assert type(names["a"]).__mro__[1] is StandIn
    for other in (threading.Lock(), threading.RLock(), names["q"].mutex, queue.Queue().mutex):
        assert StandIn not in type(other).__mro__


def test_all_is_as_before_afterwards() -> None:
    """The step is undone when the driver has returned."""
    before = (threading.Lock, threading.RLock, _thread.allocate_lock, _thread.RLock)

    @prepared(meeting_locks)
    def driver() -> None: ...

    with preparations(driver):
        assert threading.Lock is not before[0]

    assert (threading.Lock, threading.RLock, _thread.allocate_lock, _thread.RLock) == before


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
def test_a_stand_in_passes_for_a_lock(answer: Any, kind: str) -> None:
    """Its type, text, methods and errors are those of the real lock."""
    real = getattr(threading, kind)()
    lock = answer(f"import threading\nlock = threading.{kind}()\n")["lock"]

    assert isinstance(lock, type(real)) and isinstance(lock, getattr(threading, kind))
    assert repr(lock).split(" object")[0] == repr(real).split(" object")[0]
    assert lock.acquire(False) and lock.acquire(False) == (kind == "RLock")
    assert {
        name for name in dir(real) if not name.startswith("__") and not hasattr(lock, name)
    } == set()
    assert weakref.ref(lock)() is lock and hash(lock) and lock == lock  # noqa: PLR0124 - as a dict does
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot pickle"):
            copied(lock)


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
def test_wrong_use_raises_as_always(answer: Any, kind: str) -> None:
    """What the real lock refuses is refused in its own words."""
    lock = answer(f"import threading\nlock = threading.{kind}()\n")["lock"]

    with pytest.raises(RuntimeError, match=r"release unlocked lock|un-acquired lock"):
        lock.release()
    with pytest.raises(ValueError, match="timeout"):
        lock.acquire(blocking=False, timeout=1)
    with pytest.raises(TypeError):
        lock.acquire(1, 2, 3)


def test_a_condition_waits_and_notifies(answer: Any) -> None:
    """A condition with a lock of the answer's, taken twice by its thread, gives it up while it waits."""
    names = answer("""
import threading
ready, condition = [], threading.Condition()
def wait():
    with condition, condition:
        condition.wait_for(lambda: ready)
        return len(ready)
def notify():
    with condition:
        ready.append("tea")
        condition.notify_all()
    return 1
""")

    assert values(together(names["wait"], names["wait"], names["notify"])) == [1, 1, 1]
    assert in_threads(2, names["wait"]) == [1, 1]


def test_a_thread_does_not_inherit_what_an_ended_one_has_waited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its number goes to the next thread: in a second scene nobody would wait for the others any more."""
    meeting, waited = locks._Meeting(), []
    monkeypatch.setattr(meeting._watch, "settle", lambda **_: waited.append(None))
    monkeypatch.setattr(locks, "get_ident", lambda: 1)
    outer: Any = object()
    inner: Any = object()

    def take_both() -> None:
        meeting.changed(outer, 1, 1)
        for _ in range(2 * locks.MOST_WAITS):
            meeting.before_taking(inner)
        meeting.changed(outer, 1, -1)

    for _ in range(2):
        scene = threading.Thread(target=take_both)
        scene.start()
        scene.join()

    assert len(waited) == 2 * locks.MOST_WAITS
