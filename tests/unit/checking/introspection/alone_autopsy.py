"""An autopsy: it says where everything stands, reads without running the answer's code, and never raises.

The hanging is done in processes of their own: their main thread is told by a signal to take its autopsy, as the engine
does at a deadline.
"""

from __future__ import annotations

import gc
import json
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pypatterns.course.checking.introspection.autopsy import MOST_LOCATIONS, Autopsy, take
from pypatterns.course.checking.shared.locations import Location

CHILD = """
import json, os, signal, sys
sys.path.insert(0, sys.argv[1])
from pypatterns.course.checking.introspection import autopsy
def tell(*_):
    print(json.dumps(autopsy.take(sys.argv[1]).to_dict()), flush=True)
    os._exit(0)
tell.__code__ = tell.__code__.replace(co_filename=autopsy.__file__)  # a part of the engine, as in a child
signal.signal(signal.SIGUSR1, tell)
import answer
print("starts", flush=True)
answer.main()
"""

WAITS = pytest.mark.skipif(
    not hasattr(signal, "SIGUSR1"), reason="this system has no SIGUSR1 to ask a process with"
)


def autopsy_of(folder: Path, text: str) -> dict[str, Any]:
    """What a process says whose main thread runs `main()` of this answer, once it is asked."""
    (folder / "answer.py").write_text("import asyncio, threading, time\n" + text)
    command = [sys.executable, "-c", CHILD, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        child.stdout.readline()
        wait_until_settled(psutil.Process(child.pid))
        child.send_signal(signal.SIGUSR1)
        said, _ = child.communicate(timeout=20)
    return dict(json.loads(said))


def wait_until_settled(process: psutil.Process) -> None:
    """Until it has not moved for a tenth of a second, or has worked for three: it is asked from outside.

    A thread of its own that asked would still be there, and might still wake somebody, at the look.
    """
    works_until = process.cpu_times().user + 0.3
    before, still = None, 0
    while still < 10 and process.cpu_times().user < works_until:
        time.sleep(0.01)
        now = (process.num_ctx_switches(), process.num_threads())
        still = still + 1 if now == before and process.status() == psutil.STATUS_SLEEPING else 0
        before = now


@pytest.fixture
def imported(tmp_path: Path) -> Iterator[Any]:
    """Run an answer's text as a module of `tmp_path`, in this process."""

    def run(text: str) -> dict[str, Any]:
        file = tmp_path / "answer.py"
        file.write_text(text)
        namespace: dict[str, Any] = {"__name__": "answer"}
        exec(compile(text, str(file), "exec"), namespace)
        return namespace

    return run


@WAITS
def test_a_main_thread_that_locks_itself_out_is_a_cycle(tmp_path: Path) -> None:
    """A plain lock that the main thread takes twice is proven from the signal's handler, too."""
    text = "lock = threading.Lock()\ndef main():\n    with lock:\n        with lock:\n            pass\n"

    seen = autopsy_of(tmp_path, text)

    assert seen["proof"] == "cycle"
    assert seen["locations"] == [
        {
            "who": "MainThread",
            "kind": "thread",
            "line": 5,
            "code": "with lock:",
            "function": "main",
            "waits_for": "lock",
            "held_by": "MainThread",
        }
    ]


@WAITS
def test_a_lock_is_found_by_the_very_object_that_it_belongs_to(tmp_path: Path) -> None:
    """Locks in a dict by account: the account that is at hand is found, and its equality is not asked."""
    text = (
        "class Account:\n    __hash__ = object.__hash__\n    def __eq__(self, other): raise OSError\n"
        "account = Account()\nlocks = {Account(): None, account: threading.Lock()}\n"
        "def main():\n    with locks[account], locks[account]:\n        pass\n"
    )

    seen = autopsy_of(tmp_path, text)

    (location,) = seen["locations"]
    assert (location["waits_for"], location["held_by"]) == ("locks[account]", "MainThread")


@WAITS
@pytest.mark.parametrize(
    ("line", "waits_for"),
    [
        ("threading.Event().wait()", "Event.wait()"),
        ("asyncio.run(asyncio.Event().wait())", "asyncio.run()"),
        ("threading.Barrier(2).wait()", "Barrier.wait()"),
        ("threading.Semaphore(0).acquire()", "Semaphore.acquire()"),
    ],
    ids=["event", "loop", "barrier", "semaphore"],
)
def test_an_interrupted_wait_is_named(tmp_path: Path, line: str, waits_for: str) -> None:
    """The main thread's own wait is told as it stood when the signal came."""
    seen = autopsy_of(tmp_path, f"def main():\n    {line}\n")

    assert (seen["locations"][0]["code"], seen["locations"][0]["waits_for"]) == (line, waits_for)


@WAITS
def test_slow_work_is_told_and_nothing_is_proven(tmp_path: Path) -> None:
    """A main thread at work is told by its line; no lock is named and nothing is claimed."""
    seen = autopsy_of(tmp_path, "def main():\n    while True: sum(range(99))\n")

    assert seen["proof"] == ""
    assert seen["locations"][0]["code"] == "while True: sum(range(99))"
    assert seen["locations"][0]["waits_for"] == ""


@WAITS
def test_pending_tasks_are_told_by_what_they_await(tmp_path: Path) -> None:
    """Each pending task is told with the learner's innermost line and what it awaits there."""
    text = """
async def fetch(): await asyncio.sleep(60)
async def outer(): await fetch()
async def main_task():
    task = asyncio.create_task(outer(), name="fetcher")
    await task
def main(): asyncio.run(main_task())
"""

    seen = autopsy_of(tmp_path, text)

    tasks = {
        location["who"]: location for location in seen["locations"] if location["kind"] == "task"
    }
    assert (tasks["fetcher"]["function"], tasks["fetcher"]["waits_for"]) == (
        "fetch",
        "asyncio.sleep()",
    )
    assert (tasks["Task-1"]["code"], tasks["Task-1"]["waits_for"]) == ("await task", "task fetcher")
    assert seen["proof"] == ""


@WAITS
def test_tasks_are_told_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """The loop keeps them in a set; a report is the same in each run. A number may have any length, or be none."""
    names = [f"Task-{n}" for n in (10, 9, 2)] + ["fetch-" + "9" * 5000, "fetch", "fetch-1"]
    text = f"""
async def main_task():
    tasks = [asyncio.create_task(asyncio.sleep(60), name=name) for name in {names}]
    await tasks[0]
def main(): asyncio.run(main_task())
"""

    seen = autopsy_of(tmp_path, text)

    told = [location["who"] for location in seen["locations"] if location["kind"] == "task"]
    assert told == [*("Task-1", "Task-2", "Task-9", "Task-10"), *sorted(names[3:])]


@WAITS
def test_a_task_that_never_began_and_an_ended_loop_are_left_out(tmp_path: Path) -> None:
    """A task without an `__init__` knows no loop; nobody waits for a task whose loop is closed; one of an open loop is told."""
    text = """
bare = asyncio.Task.__new__(asyncio.Task)
async def fetch(): await asyncio.sleep(60)
kept, loops = [], [asyncio.new_event_loop(), asyncio.new_event_loop()]
for name, loop in zip(["closed", "open"], loops):
    kept.append(loop.create_task(fetch(), name=name))
    loop.run_until_complete(asyncio.sleep(0))
loops[0].close()
def main(): time.sleep(60)
"""

    seen = autopsy_of(tmp_path, text)

    assert [each["who"] for each in seen["locations"] if each["kind"] == "task"] == ["open"]


@WAITS
def test_a_task_that_enters_a_lock_is_told_by_the_lock(tmp_path: Path) -> None:
    """Not by the library's way to it."""
    text = """
async def main_task():
    lock = asyncio.Lock()
    async with lock:
        async with lock: pass
def main(): asyncio.run(main_task())
"""

    seen = autopsy_of(tmp_path, text)

    assert (seen["locations"][1]["code"], seen["locations"][1]["waits_for"]) == (
        "async with lock: pass",
        "Lock.acquire()",
    )
    assert seen["proof"] == "idle loop"


@WAITS
@pytest.mark.parametrize(
    "text",
    [
        "def main():\n    signal.signal(signal.SIGALRM, lambda *_: None)\n    threading.Event().wait()\n",
        "async def main_task():\n    asyncio.get_running_loop().add_signal_handler(signal.SIGALRM, int)\n"
        "    await asyncio.Event().wait()\ndef main(): asyncio.run(main_task())\n",
    ],
    ids=["handler", "loop's handler"],
)
def test_who_handles_a_signal_may_be_woken_by_it(tmp_path: Path, text: str) -> None:
    """Nothing is proven then, whether the handler is the answer's own or the loop's."""
    seen = autopsy_of(tmp_path, "import signal\n" + text)

    assert seen["proof"] == ""


def test_no_code_of_the_answer_runs(imported: Any, tmp_path: Path) -> None:
    """Properties, `__getattr__`, `__eq__`, `__hash__` and `__repr__` of the answer's objects are left alone."""
    text = """
import threading
ran, inside, leave = [], threading.Event(), threading.Event()
class Watched:
    def __getattribute__(self, name): ran.append(name); return object.__getattribute__(self, name)
    def __getattr__(self, name): ran.append(name); raise AttributeError(name)
    def __repr__(self): ran.append("repr"); return "Watched()"
    def __eq__(self, other): ran.append("eq"); return False
    def __hash__(self): return 1
    def __getitem__(self, key): return self
    def __enter__(self): inside.set(); leave.wait(5)
    def __exit__(self, *_): pass
    @property
    def lock(self): ran.append("lock"); return self
watched = Watched()
def main():
    with watched.lock[watched]:
        pass
"""
    answer = imported(text)
    thread = threading.Thread(target=answer["main"])
    thread.start()
    answer["inside"].wait(5)
    answer["ran"].clear()

    autopsy = take(tmp_path)

    assert answer["ran"] == []
    answer["leave"].set()
    thread.join()
    assert [location.function for location in autopsy.locations] == ["__enter__"]


def test_drivers_lines_are_not_the_learners(tmp_path: Path) -> None:
    """A thread within the check's own function is told in words, never with a line of drive.py."""
    inside, leave = threading.Event(), threading.Event()
    drive = compile(
        "def load():\n    inside.set()\n    leave.wait()\n", str(tmp_path / "drive.py"), "exec"
    )
    names: dict[str, Any] = {"inside": inside, "leave": leave}
    exec(drive, names)
    thread = threading.Thread(target=names["load"], name="caller 1")
    thread.start()
    inside.wait(5)

    (location,) = take(tmp_path).locations

    leave.set()
    thread.join()
    assert (location.line, location.code, location.function) == (None, "", "the check's load")
    assert location.waits_for == "Event.wait()"


def test_an_autopsy_is_bounded(imported: Any, tmp_path: Path) -> None:
    """A hundred threads and a deep recursion are told in at most fifty stands."""
    answer = imported(
        "def dive(depth, inside, leave):\n"
        "    if depth: return dive(depth - 1, inside, leave)\n"
        "    inside.release()\n"
        "    leave.wait()\n"
    )
    inside, leave = threading.Semaphore(0), threading.Event()
    threads = [
        threading.Thread(target=answer["dive"], args=(200, inside, leave)) for _ in range(100)
    ]
    for thread in threads:
        thread.start()
    for _ in threads:
        inside.acquire(timeout=5)

    autopsy = take(tmp_path)

    leave.set()
    for thread in threads:
        thread.join()
    assert len(autopsy.locations) == MOST_LOCATIONS


def test_an_autopsy_keeps_nothing_alive(imported: Any, tmp_path: Path) -> None:
    """No object of the answer's outlives its own use because somebody looked: a check for leaks stays right."""
    answer = imported(
        "class Big: pass\n"
        "def hold(inside, leave, seen):\n"
        "    big = Big()\n"
        "    seen(big)\n"
        "    inside.set()\n"
        "    leave.wait()\n"
    )
    inside, leave, found = threading.Event(), threading.Event(), []
    thread = threading.Thread(
        target=answer["hold"], args=(inside, leave, lambda big: found.append(weakref.ref(big)))
    )
    gc.disable()
    try:
        thread.start()
        inside.wait(5)
        take(tmp_path)
        leave.set()
        thread.join()

        assert found[0]() is None
    finally:
        gc.enable()


def test_an_autopsy_never_raises(imported: Any, tmp_path: Path) -> None:
    """Where the source is gone or no longer fits, less is told, and that is all."""
    inside, leave = threading.Event(), threading.Event()
    answer = imported("def main(inside, leave):\n    inside.set()\n    leave.wait()\n")
    thread = threading.Thread(target=answer["main"], args=(inside, leave))
    thread.start()
    inside.wait(5)
    (tmp_path / "answer.py").write_text("def (")

    (location,) = take(tmp_path).locations

    leave.set()
    thread.join()
    assert (location.line, location.code, location.function, location.waits_for) == (
        3,
        "",
        "main",
        "Event.wait()",
    )


def test_an_autopsy_is_plain_data() -> None:
    """What crosses to the judge is a dict of strings and numbers."""
    autopsy = Autopsy(
        (Location("caller 1", "thread", 3, "with a:", "get", "a", "caller 2"),), "cycle"
    )

    data = json.loads(json.dumps(autopsy.to_dict()))

    assert data["proof"] == "cycle"
    assert Location(**data["locations"][0]) == autopsy.locations[0]


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        (
            Location("caller 1", "thread", 12, "with self._lock:", "get", "self._lock", "caller 2"),
            "caller 1 waits in get, line 12: `with self._lock:` — held by caller 2",
        ),
        (
            Location("caller 2", "thread", 7, "a.acquire()", "", "a", "unknown"),
            "caller 2 waits, line 7: `a.acquire()` — for a, whose holder cannot be seen",
        ),
        (
            Location("Task-1", "task", 4, "await task", "main", "task fetcher"),
            "Task-1 waits in main, line 4: `await task` — for task fetcher",
        ),
        (
            Location("caller 3", "thread", None, "", "the check's load", "Event.wait()"),
            "caller 3 waits in the check's load — for Event.wait()",
        ),
        (
            Location("caller 4", "thread", 9, "return sum(prices)", "total"),
            "caller 4 is in total, line 9: `return sum(prices)`",
        ),
        (Location("MainThread", "thread", None, "", ""), "MainThread is outside your answer"),
    ],
    ids=["held", "holder unseen", "task", "driver", "at work", "elsewhere"],
)
def test_a_stand_is_one_sentence(location: Location, sentence: str) -> None:
    """A stand reads as a sentence: who, where, and for what or whom."""
    assert str(location) == sentence
