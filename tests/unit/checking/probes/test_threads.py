"""The thread probe: it starts callers together, hands back how each ended, and says at once when none ever will.

Deadlocked threads cannot be ended, so every answer that may hang runs in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from pypatterns.course.checking.introspection.autopsy import Autopsy
from pypatterns.course.checking.probes import threads
from pypatterns.course.checking.probes.threads import Ended, in_threads, together, values

CHILD = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
import answer
from pypatterns.course.checking.probes.threads import Deadlocked, together
try:
    ended = together(*[getattr(answer, name) for name in sys.argv[2:]])
    told = {"ended": [call.value for call in ended], "errors": [repr(call.error) for call in ended if call.error]}
except Deadlocked as deadlock:
    told = deadlock.autopsy.to_dict()
print(json.dumps(told), flush=True)
"""
END = "os._exit(0)"  # as the engine ends its children: executors would wait for their workers

HEAD = """\
import asyncio, queue, socket, subprocess, sys, threading, time
from concurrent.futures import Future, ThreadPoolExecutor
a, b, c = threading.Lock(), threading.Lock(), threading.Lock()
r, s = threading.RLock(), threading.RLock()
both, three = threading.Barrier(2), threading.Barrier(3)
event, condition = threading.Event(), threading.Condition()
"""

# Each callable is a caller of its own; the proof that must be found, and what some stands must say.
HANGS = {
    "two locks in opposite order": (
        """
def one():
    with a:
        both.wait()
        with b:
            pass
def two():
    with b:
        both.wait()
        with a:
            pass
""",
        "cycle",
        ["caller 1 one 'with b:' b caller 2", "caller 2 two 'with a:' a caller 1"],
    ),
    "the items of one with statement": (
        """
class Gate:
    def __enter__(self): both.wait()
    def __exit__(self, *_): pass
def one():
    with a, Gate(), b: pass
def two():
    with b, Gate(), a: pass
""",
        "cycle",
        ["caller 1 one 'with a, Gate(), b: pass' b caller 2"],
    ),
    "two RLocks": (
        """
def one():
    with r:
        both.wait()
        s.acquire()
def two():
    s.acquire()
    both.wait()
    with r:
        pass
""",
        "cycle",
        ["caller 1 one 's.acquire()' s caller 2", "caller 2 two 'with r:' r caller 1"],
    ),
    "a ring of three": (
        """
def ring(first, second):
    with first:
        three.wait()
        with second:
            pass
def one(): ring(a, b)
def two(): ring(b, c)
def tri(): ring(c, a)
""",
        "cycle",
        ["caller 3 ring 'with second:' second caller 1"],
    ),
    "locks of accounts": (
        """
class Account:
    __slots__ = ("lock",)
    def __init__(self): self.lock = threading.Lock()
accounts = {"tea": Account(), "rum": Account()}
def move(source, target):
    with accounts[source].lock:
        both.wait()
        with accounts[target].lock:
            pass
def one(): move("tea", "rum")
def two(): move("rum", "tea")
""",
        "cycle",
        ["caller 1 move 'with accounts[target].lock:' accounts[target].lock caller 2"],
    ),
    "a plain lock taken twice by one thread": (
        """
class Cache:
    def __init__(self): self._lock = threading.Lock()
    def get(self):
        with self._lock:
            return self.size()
    def size(self):
        with self._lock:
            return 0
def one(): Cache().get()
""",
        "cycle",
        ["caller 1 size 'with self._lock:' self._lock caller 1"],
    ),
    "a cycle while another caller works on": (
        """
def one():
    with a:
        with a: pass
def two(): time.sleep(1.5)
""",
        "cycle",
        ["caller 1 one 'with a: pass' a caller 1"],
    ),
    "a joined thread that hangs": (
        """
def stuck():
    with a:
        with a: pass
def one():
    thread = threading.Thread(target=stuck, name="helper", daemon=True)
    thread.start()
    thread.join()
""",
        "cycle",
        ["caller 1 one 'thread.join()' Thread.join() -", "helper stuck 'with a: pass' a helper"],
    ),
    "each joins the other": (
        """
threads = {}
def one(): join(0, 1)
def two(): join(1, 0)
def join(own, other):
    threads[own] = threading.current_thread()
    both.wait()
    threads[other].join()
""",
        "cycle",
        ["caller 1 join 'threads[other].join()' Thread.join() -"],
    ),
    "a condition that nobody notifies": (
        """
def one():
    with condition:
        condition.wait_for(lambda: False)
""",
        "all wait",
        ["caller 1 one 'condition.wait_for(lambda: False)' Condition.wait_for() -"],
    ),
    "an event that nobody sets": (
        "def one(): event.wait()",
        "all wait",
        ["caller 1 one 'def one(): event.wait()' Event.wait() -"],
    ),
    "a future that nobody resolves": (
        "def one(): Future().result()",
        "all wait",
        ["caller 1 one 'def one(): Future().result()' Future.result() -"],
    ),
    "empty queues": (
        """
def one(): queue.Queue().get()
def two():
    waiting = queue.SimpleQueue()
    waiting.get()
""",
        "all wait",
        [
            "caller 1 one 'def one(): queue.Queue().get()' Queue.get() -",
            "caller 2 two 'waiting.get()' SimpleQueue.get() -",
        ],
    ),
    "a lock that an ended thread kept": (
        """
def one(): a.acquire()
def two():
    while not a.locked(): pass
    a.acquire()
""",
        "all wait",
        ["caller 2 two 'a.acquire()' a unknown"],
    ),
    "a lock found by a function": (
        """
def lock(): return a
def one():
    with lock():
        with lock():
            pass
""",
        "all wait",
        ["caller 1 one 'with lock():' lock() unknown"],
    ),
    "a pool whose worker waits for its own pool": (
        """
def one():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: pool.submit(int).result()).result()
""",
        "all wait",
        [
            "caller 1 one 'pool.submit(lambda: pool.submit(int).result()).result()' Future.result() -"
        ],
    ),
    "an event loop with nothing to do": (
        """
async def main():
    await asyncio.Event().wait()
def one(): asyncio.run(main())
""",
        "idle loop",
        ["Task-1 main 'await asyncio.Event().wait()' Event.wait() -"],
    ),
}

# All of these end by themselves: no moment of theirs may look like the end.
ENDS = {
    "slow but finite work": """
def one(): return sum(number * number for number in range(2_000_000)) > 0
def two(): return one()
""",
    "a contended lock with progress": """
def one():
    for _ in range(40):
        with a:
            time.sleep(0.005)
    return True
two = tri = four = one
""",
    "a busy lock that changes hands": """
def one():
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        with a: pass
    return True
two = tri = one
""",
    "a holder that sleeps": """
def one():
    with a:
        both.wait()
        time.sleep(0.25)
        return True
def two():
    both.wait()
    with a:
        return True
""",
    "waits with a limit": """
def one(): return not event.wait(0.2)
def two():
    c.acquire()
    return not c.acquire(timeout=0.25)
def tri():
    with condition:
        return not condition.wait(timeout=0.15)
def four():
    try: queue.Queue().get(timeout=0.2)
    except queue.Empty: return True
""",
    "a timer that will set the event": """
def one():
    threading.Timer(0.25, event.set).start()
    return event.wait()
""",
    "a producer and a consumer": """
tray = queue.Queue(1)
def one():
    for number in range(60): tray.put(number, timeout=None); time.sleep(0.004)
    return True
def two():
    return [tray.get() for _ in range(60)][-1] == 59
""",
    "ping pong on conditions": """
turn = [0]
def play(own):
    for _ in range(3000):
        with condition:
            condition.wait_for(lambda: turn[0] == own)
            turn[0] = 1 - own
            condition.notify()
    return True
def one(): return play(0)
def two(): return play(1)
""",
    "a thread that waits for a socket": """
here, there = socket.socketpair()
def one():
    here.recv(1)
    event.set()
    return True
def two():
    process = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(0.25); print(1)"], stdout=there)
    event.wait()
    return process.wait() == 0
""",
    "a thread that waits for a process": """
def one():
    subprocess.run([sys.executable, "-S", "-c", "import time; time.sleep(0.25)"], check=True)
    event.set()
    return True
def two(): return event.wait()
""",
    "a handler that the answer waits for": """
import signal
def one():
    return event.wait()
signal.signal(signal.SIGALRM, lambda *_: event.set())
signal.setitimer(signal.ITIMER_REAL, 0.25)
""",
    "an event loop that sleeps": """
async def main():
    await asyncio.sleep(0.25)
    return True
def one(): return asyncio.run(main())
""",
    "an event loop that waits for a thread": """
async def main():
    return await asyncio.to_thread(lambda: time.sleep(0.25) or True)
def one(): return asyncio.run(main())
""",
    "an idle loop that another caller wakes": """
found = []
async def main():
    done = asyncio.Event()
    found.append((asyncio.get_running_loop(), done))
    return await done.wait()
def one(): return asyncio.run(main())
def two():
    time.sleep(0.25)
    loop, done = found[0]
    loop.call_soon_threadsafe(done.set)
    return True
""",
    "a helper that hangs and that nobody waits for": """
def stuck():
    with a:
        with a: pass
def one():
    threading.Thread(target=stuck, daemon=True).start()
    time.sleep(0.25)
    return True
""",
    "a lock that is let go within its block": """
def one():
    with a:
        a.release()
        both.wait()
        with b:
            a.acquire()
    return True
def two():
    with b:
        both.wait()
        with a:
            time.sleep(0.2)
    return True
""",
    "a lock whose name moved on": """
class Shop:
    def __init__(self): self.lock = threading.Lock()
shop = Shop()
def one():
    with shop.lock:
        shop.lock = threading.Lock()
        both.wait()
        with b:
            return True
def two():
    with b:
        with shop.lock if both.wait() < 9 else None:
            time.sleep(0.2)
            return True
""",
}

CALLERS = ("one", "two", "tri", "four")


def run(folder: Path, text: str, end: str = END) -> dict[str, Any]:
    """What the probe tells about an answer in a process of its own, all of its callers started together."""
    (folder / "answer.py").write_text(HEAD + text)
    names = [name for name in CALLERS if f"def {name}(" in text or f"{name} =" in text]
    done = subprocess.run(
        [sys.executable, "-c", CHILD + end, str(folder), *names],
        capture_output=True,
        timeout=20,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def told(location: dict[str, Any]) -> str:
    """One stand in a line: who, function, code, what for, held by whom."""
    return f"{location['who']} {location['function']} {location['code']!r} {location['waits_for']} {location['held_by'] or '-'}"


@pytest.mark.parametrize(("text", "proof", "expected"), HANGS.values(), ids=HANGS.keys())
def test_a_deadlock_is_proven_and_told(
    tmp_path: Path, text: str, proof: str, expected: list[str]
) -> None:
    """Where nothing can go on, the probe says so, and where each thread stands, instead of waiting for a deadline."""
    seen = run(tmp_path, text)

    assert seen.get("proof") == proof, seen
    assert set(expected) <= set(map(told, seen["locations"])), seen


@pytest.mark.parametrize("text", ENDS.values(), ids=ENDS.keys())
def test_what_can_go_on_is_left_to_go_on(tmp_path: Path, text: str) -> None:
    """Slow, contended, timed or woken from outside: what ends by itself is never called a deadlock."""
    seen = run(tmp_path, text)

    assert all(seen.get("ended", [None])), seen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HANGS["a lock that an ended thread kept"][0], {"proof": "all wait"}),
        (ENDS["ping pong on conditions"], {"ended": [True, True]}),
    ],
    ids=["hangs", "ends"],
)
def test_systems_that_tell_nothing_about_threads_are_looked_at_longer(
    tmp_path: Path, text: str, expected: dict[str, Any]
) -> None:
    """Without the kernel's counters (macOS) a proof takes more looks, and is the same."""
    blind = "from pypatterns.course.checking.introspection import activity\nactivity.TASKS = '/nowhere'\n"

    seen = run(tmp_path, blind + text)

    assert expected.items() <= seen.items()


def test_values_come_in_caller_order() -> None:
    """`in_threads` hands back what each caller got, in the order of the callers and not of their ends."""
    meeting = threading.Barrier(5)

    got = in_threads(5, lambda: (meeting.wait(5), threading.current_thread().name)[1])

    assert got == ["caller 1", "caller 2", "caller 3", "caller 4", "caller 5"]


def test_the_first_callers_error_is_raised_with_its_own_lines() -> None:
    """An error of a caller comes out of `in_threads` with the traceback that says whose it is."""

    def ask() -> None:
        raise LookupError(threading.current_thread().name)

    with pytest.raises(LookupError, match="caller 1") as caught:
        in_threads(3, ask)

    assert caught.traceback[-1].name == "ask"


def test_together_tells_how_each_call_ended() -> None:
    """`together` raises no caller's error, not even one that would end a process."""

    def leave() -> None:
        raise SystemExit(3)

    first, second = together(lambda: "tea", leave)

    assert first == Ended(value="tea")
    assert isinstance(second.error, SystemExit)


def test_an_end_reads_as_a_sentence() -> None:
    """What a call came to, for a check's message: never longer than a line or two."""
    returned, raised, long = Ended("tea"), Ended(error=KeyError("tea")), Ended("x" * 999)

    assert str(returned) == "returned 'tea'"
    assert str(raised) == "raised KeyError: 'tea'"
    assert len(str(long)) == threads.LONGEST_TEXT


def test_the_values_of_calls_or_the_first_error() -> None:
    """`values` is for drivers that expect no error."""
    calls = [Ended(1), Ended(error=KeyError("tea")), Ended(error=OSError())]

    assert values(calls[:1]) == [1]
    with pytest.raises(KeyError, match="tea"):
        values(calls)


def test_callers_get_all_arguments() -> None:
    """Also those that must be named."""
    assert in_threads(2, sorted, [1, 2], reverse=True) == [[2, 1], [2, 1]]


def test_a_proof_that_the_last_call_overtakes_counts_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If all calls end while a look seems to prove that they never will, their results are handed back."""
    go_on, looks = threading.Event(), []

    def look_while_they_end(_folder: str, *, only_proven: bool) -> Autopsy:
        looks.append(None)
        go_on.set()
        for thread in threading.enumerate():
            if thread.name.startswith("caller "):
                thread.join()
        return Autopsy(proof="all wait")

    monkeypatch.setattr(threads, "take", look_while_they_end)

    ended = together(go_on.wait, go_on.wait)

    assert [call.value for call in ended] == [True, True]
    assert len(looks) == 1


def test_no_calls_end_at_once() -> None:
    """Nobody to start is nobody to wait for."""
    assert together() == []
    assert in_threads(0, print) == []


def test_no_caller_runs_when_a_thread_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has no thread left the error says so, and the callers that were started make no call."""
    called: list[str] = []
    start = threading.Thread.start

    def fail_for_the_second(thread: threading.Thread) -> None:
        if thread.name == "caller 2":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", fail_for_the_second)

    with pytest.raises(RuntimeError, match="can't start"):
        in_threads(2, called.append, "tea")
    for thread in threading.enumerate():
        if thread.name == "caller 1":
            thread.join(5)

    assert called == []


def test_hanging_callers_do_not_keep_the_process(tmp_path: Path) -> None:
    """A process whose callers are deadlocked still ends by itself."""
    seen = run(tmp_path, "def one(): event.wait()\ndef two(): return 1", end="sys.exit()")

    assert seen["proof"] == "all wait"
