"""Deadlocks that are proven, in threads and loops that the answer starts itself, and what only looks like one.

A proven deadlock ends the call at once: the worker says "deadlock" and not "deadline". A wrong proof would be far worse
than none, so the longer list is that of the look-alikes: each of them ends by itself after a while and is right.
"""

from __future__ import annotations

from typing import Any

import pytest

from pypatterns.course.checking.judge.worker import Worker
from pypatterns.course.checking.report.model import Verdict
from pypatterns.course.checking.shared import wire
from pypatterns.course.checking.zygote.liveness import outlook

pytestmark = pytest.mark.skipif(
    outlook.__globals__["_FUTEX"] == "", reason="this system does not tell where a process waits"
)

PASS, DEADLOCK = Verdict.PASS, Verdict.DEADLOCK
DEADLINE = 60.0  # seconds: a call that is not seen through at once would be noticed
HEAD = """\
import asyncio, multiprocessing, os, queue, select, signal, socket, subprocess, sys, threading, time
from concurrent.futures import Future, ThreadPoolExecutor
"""
TWO = (
    HEAD
    + """\
a, b = threading.{kind}(), threading.{kind}()
both = threading.Barrier(2)
def move(source, target):
    {take}
        both.wait()
        {take_other}
            pass
def double(number):
    threads = [threading.Thread(target=move, args=pair) for pair in [(a, b), (b, a)]]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return number * 2
"""
)
WITH = {"take": "with source:", "take_other": "with target:"}
BARE = {"take": "if source.acquire():", "take_other": "if target.acquire():"}


def when_called(*lines: str) -> str:
    """An answer that does this when it is called."""
    return HEAD + "def double(number):\n    " + "\n    ".join(lines) + "\n"


def in_a_loop(*lines: str) -> str:
    """An answer that awaits this when it is called."""
    return (
        HEAD + "async def main():\n    " + "\n    ".join(lines) + "\n"
        "def double(number): asyncio.run(main())\n"
    )


CIRCLE = "its threads wait for each other in a circle"
SELF = "a thread waits for a lock that it holds itself"
ALL = "all of its threads wait, and none is left that could wake one"
LOOP = "all tasks of the event loop wait"

# An answer, and what must be said of it: the kind of deadlock, and where something stood.
DEADLOCKS = {
    "two Locks, with": (TWO.format(kind="Lock", **WITH), CIRCLE, "held by Thread-"),
    "two RLocks, with": (TWO.format(kind="RLock", **WITH), CIRCLE, "held by Thread-"),
    "two Conditions, with": (TWO.format(kind="Condition", **WITH), CIRCLE, "held by Thread-"),
    "two Locks, acquire()": (TWO.format(kind="Lock", **BARE), ALL, "for target"),
    "two RLocks, acquire()": (TWO.format(kind="RLock", **BARE), CIRCLE, "held by Thread-"),
    "two Semaphores": (TWO.format(kind="Semaphore", **WITH), ALL, "for Semaphore.acquire()"),
    "main thread and another": (
        when_called(
            "a, b, both = threading.Lock(), threading.Lock(), threading.Barrier(2)",
            "def other():",
            "    b.acquire(); both.wait(); a.acquire()",
            "threading.Thread(target=other, daemon=True).start()",
            "a.acquire(); both.wait()",
            "b.acquire()",
        ),
        ALL,
        "MainThread waits in double, line 9: `b.acquire()`",
    ),
    "a Lock taken twice": (
        when_called("lock = threading.Lock()", "with lock:", "    with lock: pass"),
        SELF,
        "line 6: `with lock: pass` — held by MainThread",
    ),
    "a Lock acquired twice": (
        when_called("lock = threading.Lock()", "lock.acquire()", "lock.acquire()"),
        ALL,
        "line 6: `lock.acquire()`",
    ),
    "a Condition notified too early": (
        when_called("c = threading.Condition()", "with c:", "    c.notify()", "    c.wait()"),
        "A notify() wakes those who wait at that moment, and nobody later",
        "line 7: `c.wait()`",
    ),
    "an Event never set": (when_called("threading.Event().wait()"), ALL, "for Event.wait()"),
    "a Barrier of too few": (when_called("threading.Barrier(2).wait()"), ALL, "Barrier.wait()"),
    "an empty Queue": (when_called("queue.Queue().get()"), ALL, "for Queue.get()"),
    "an empty SimpleQueue": (when_called("queue.SimpleQueue().get()"), ALL, "in double, line 4"),
    "a full Queue": (
        when_called("q = queue.Queue(1)", "q.put(1)", "q.put(2)"),
        ALL,
        "for Queue.put()",
    ),
    "a Queue with work undone": (
        when_called("q = queue.Queue()", "q.put(1)", "q.join()"),
        ALL,
        "for Queue.join()",
    ),
    "a Future never resolved": (when_called("Future().result()"), ALL, "for Future.result()"),
    "a pool that waits for itself": (
        when_called(
            "with ThreadPoolExecutor(1) as pool:",
            "    return pool.submit(lambda: pool.submit(int).result()).result()",
        ),
        ALL,
        "for Future.result()",
    ),
    "a joined thread that hangs": (
        when_called("t = threading.Thread(target=threading.Event().wait)", "t.start()", "t.join()"),
        ALL,
        "MainThread waits in double, line 6: `t.join()`",
    ),
    "threads that join each other": (
        when_called(
            "t = threading.Thread(target=threading.main_thread().join)", "t.start()", "t.join()"
        ),
        CIRCLE,
        "line 6: `t.join()`",
    ),
    "at import": (HEAD + "threading.Event().wait()", "This happens when it is imported", "line 3"),
    "a hundred threads": (
        when_called(
            "gate = threading.Barrier(101)",
            "threads = [threading.Thread(target=gate.wait) for _ in range(100)]",
            "for t in threads: t.start()",
            "for t in threads: t.join()",
        ),
        ALL,
        "line 7: `for t in threads: t.join()`",
    ),
    "an asyncio.Event never set": (
        in_a_loop("await asyncio.Event().wait()"),
        LOOP,
        "Task-1 waits in main, line 4: `await asyncio.Event().wait()` — for Event.wait()",
    ),
    "a loop's future": (
        in_a_loop("await asyncio.get_running_loop().create_future()"),
        LOOP,
        "Task-1 waits in main",
    ),
    "an empty asyncio.Queue": (in_a_loop("await asyncio.Queue().get()"), LOOP, "for Queue.get()"),
    "two asyncio.Locks": (
        in_a_loop(
            "async def move(source, target):",
            "    async with source:",
            "        await both.wait()",
            "        async with target: pass",
            "a, b, both = asyncio.Lock(), asyncio.Lock(), asyncio.Barrier(2)",
            "async with asyncio.TaskGroup() as group:",
            "    group.create_task(move(a, b)); group.create_task(move(b, a))",
        ),
        LOOP,
        "line 7: `async with target: pass` — for Lock.acquire()",
    ),
    "tasks that await each other": (
        in_a_loop(
            "async def wait(other): await tasks[other]",
            "tasks = []",
            "tasks += [asyncio.create_task(wait(1)), asyncio.create_task(wait(0))]",
            "await asyncio.gather(*tasks)",
        ),
        LOOP,
        "for task Task-3",
    ),
    "a loop beside an idle pool": (
        in_a_loop("await asyncio.to_thread(int)", "await asyncio.Event().wait()"),
        LOOP,
        "line 5: `await asyncio.Event().wait()`",
    ),
    "a loop in a thread": (
        when_called(
            "t = threading.Thread(target=lambda: asyncio.run(asyncio.Event().wait()))",
            "t.start()",
            "t.join()",
        ),
        LOOP,
        "MainThread waits in double, line 6: `t.join()`",
    ),
    "a loop that waits for itself": (
        in_a_loop(
            "return asyncio.run_coroutine_threadsafe(asyncio.sleep(0), asyncio.get_running_loop()).result()"
        ),
        ALL,
        "MainThread waits in main, line 4",
    ),
}


@pytest.mark.parametrize("name", DEADLOCKS)
def test_a_deadlock_is_proven_at_once_and_told(fire: Any, worker: Worker, name: str) -> None:
    """The call ends by the proof, not at its deadline, and the report says who waits where."""
    source, kind, where = DEADLOCKS[name]

    ended = worker.call(request(source), DEADLINE)
    seen = fire(name, source)

    assert ended.why == "deadlock"
    assert (seen.verdict, seen.next) == (DEADLOCK, PASS), seen.words
    assert kind in " ".join(seen.words.split())
    assert where in seen.words


# What each does until it ends by itself; each takes some tenths of a second, for as many looks.
LOOK_ALIKES = {
    "a thread that sleeps": when_called(
        "t = threading.Thread(target=time.sleep, args=[0.3])", "t.start()", "t.join()", "return 6"
    ),
    "a lock with a time limit": when_called(
        "lock = threading.Lock()", "lock.acquire()", "lock.acquire(timeout=0.3)", "return 6"
    ),
    "an Event with a time limit": when_called("threading.Event().wait(0.3)", "return 6"),
    "a Queue with a time limit": when_called(
        "try: queue.Queue().get(timeout=0.3)", "except queue.Empty: return 6"
    ),
    "a timer that lets go": when_called(
        "lock = threading.Lock()",
        "lock.acquire()",
        "timer = threading.Timer(0.3, lock.release)",
        "timer.daemon = True",
        "timer.start()",
        "with lock: return 6",
    ),
    "a socket that is answered": when_called(
        "here, there = socket.socketpair()",
        "answering = subprocess.Popen(['sh', '-c', 'sleep 0.3; echo 6'], stdout=there)",
        "return int(here.recv(1))",
    ),
    "a thread that reads a pipe": when_called(
        "process = subprocess.Popen(['sh', '-c', 'sleep 0.3; echo 6'], stdout=subprocess.PIPE)",
        "read = Future()",
        "threading.Thread(target=lambda: read.set_result(process.stdout.read())).start()",
        "return int(read.result())",
    ),
    "select on a pipe": when_called(
        "read, write = os.pipe()",
        "subprocess.Popen(['sh', '-c', f'sleep 0.3; echo 6 >&{write}'], pass_fds=[write])",
        "return 6 if select.select([read], [], []) else 0",
    ),
    "epoll on a pipe": when_called(
        "read, write = os.pipe()",
        "subprocess.Popen(['sh', '-c', f'sleep 0.3; echo 6 >&{write}'], pass_fds=[write])",
        "epoll = select.epoll()",
        "epoll.register(read)",
        "return 6 if epoll.poll() else 0",
    ),
    "a child that ends": when_called("subprocess.run(['sleep', '0.3'])", "return 6"),
    "a child whose end is a signal": when_called(
        "ended = threading.Event()",
        "signal.signal(signal.SIGCHLD, lambda *_: ended.set())",
        "subprocess.Popen(['sleep', '0.3'])",
        "ended.wait()",
        "return 6",
    ),
    "an alarm that wakes": when_called(
        "rung = threading.Event()",
        "signal.signal(signal.SIGALRM, lambda *_: rung.set())",
        "signal.setitimer(signal.ITIMER_REAL, 0.3)",
        "rung.wait()",
        "return 6",
    ),
    "signal.pause": when_called(
        "signal.signal(signal.SIGALRM, lambda *_: None)",
        "signal.setitimer(signal.ITIMER_REAL, 0.3)",
        "began = time.monotonic()",
        "signal.pause()",
        "return 6 if time.monotonic() - began >= 0.29 else 0",
    ),
    "a child that sends SIGINT": when_called(
        "subprocess.Popen(['sh', '-c', f'sleep 0.3; kill -INT {os.getpid()}'])",
        "try: threading.Event().wait()",
        "except KeyboardInterrupt: return 6",
    ),
    "a daemon that sends SIGINT": when_called(
        "subprocess.run(['sh', '-c', f'(sleep 0.3; kill -INT {os.getpid()}) > /dev/null 2>&1 &'])",
        "try: threading.Event().wait()",
        "except KeyboardInterrupt: return 6",
    ),
    "a lock that a child lets go": when_called(
        "lock = multiprocessing.get_context('fork').Lock()",
        "lock.acquire()",
        "if os.fork() == 0:",
        "    time.sleep(0.3)",
        "    lock.release()",
        "    os._exit(0)",
        "lock.acquire()",
        "return 6",
    ),
    "a queue that a child fills": when_called(
        "context = multiprocessing.get_context('fork')",
        "filled = context.Queue()",
        "context.Process(target=lambda: (time.sleep(0.3), filled.put(6))).start()",
        "return filled.get()",
    ),
    "a contended lock": when_called(
        "lock, end = threading.Lock(), time.monotonic() + 0.3",
        "def work():",
        "    while time.monotonic() < end:",
        "        with lock: pass",
        "threads = [threading.Thread(target=work) for _ in range(4)]",
        "for t in threads: t.start()",
        "for t in threads: t.join()",
        "return 6",
    ),
    "threads that hand on a turn": when_called(
        "turn, c = [0], threading.Condition()",
        "def play(own):",
        "    for _ in range(4000):",
        "        with c:",
        "            c.wait_for(lambda: turn[0] == own)",
        "            turn[0] = 1 - own",
        "            c.notify()",
        "threads = [threading.Thread(target=play, args=[own]) for own in (0, 1)]",
        "for t in threads: t.start()",
        "for t in threads: t.join()",
        "return 6",
    ),
    "a thousand threads, one after another": when_called(
        "for _ in range(1000):",
        "    t = threading.Thread(target=int)",
        "    t.start()",
        "    t.join()",
        "return 6",
    ),
    "a loop that sleeps": when_called("asyncio.run(asyncio.sleep(0.3))", "return 6"),
    "a loop that waits for a thread": when_called(
        "asyncio.run(asyncio.to_thread(time.sleep, 0.3))", "return 6"
    ),
    "a loop that a thread wakes": when_called(
        "async def main():",
        "    done, loop = asyncio.Event(), asyncio.get_running_loop()",
        "    threading.Timer(0.3, loop.call_soon_threadsafe, [done.set]).start()",
        "    await done.wait()",
        "asyncio.run(main())",
        "return 6",
    ),
    "a loop that a signal wakes": when_called(
        "async def main():",
        "    done = asyncio.Event()",
        "    asyncio.get_running_loop().add_signal_handler(signal.SIGALRM, done.set)",
        "    signal.setitimer(signal.ITIMER_REAL, 0.3)",
        "    await done.wait()",
        "asyncio.run(main())",
        "return 6",
    ),
    "a loop that waits for a child": when_called(
        "async def main():",
        "    process = await asyncio.create_subprocess_exec('sleep', '0.3')",
        "    await process.wait()",
        "asyncio.run(main())",
        "return 6",
    ),
    "a loop that reads a socket": when_called(
        "async def main():",
        "    here, there = socket.socketpair()",
        "    here.setblocking(False)",
        "    subprocess.Popen(['sh', '-c', 'sleep 0.3; echo 6'], stdout=there)",
        "    return int(await asyncio.get_running_loop().sock_recv(here, 1))",
        "return asyncio.run(main())",
    ),
    "a loop that reads from outside": when_called(
        "async def main():",
        "    server = socket.create_server(('127.0.0.1', 0))",
        "    server.setblocking(False)",
        "    port = server.getsockname()[1]",
        "    late = f'import socket, time; time.sleep(0.3); socket.create_connection((\"127.0.0.1\", {port}))'",
        "    subprocess.run(['sh', '-c', f'{sys.executable} -S -c {late!r} > /dev/null 2>&1 &'])",
        "    await asyncio.get_running_loop().sock_accept(server)",
        "asyncio.run(main())",
        "return 6",
    ),
}


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_what_ends_by_itself_is_left_to_end(worker: Worker, name: str) -> None:
    """Timed, contended, or woken from outside: no look disturbs it, and it gives its answer."""
    ended = worker.call(request(LOOK_ALIKES[name]), DEADLINE)

    assert (ended.why, ended.frame) == ("exit", {"value": 6}), ended


def test_a_signal_that_asks_is_never_seen_by_the_answer(worker: Worker) -> None:
    """A loop is asked whether it is idle for good; the answer's own signals, waits and results are what they were."""
    source = when_called(
        "async def main():",
        "    done, loop = asyncio.Event(), asyncio.get_running_loop()",
        "    here, there = socket.socketpair()",
        "    loop.add_reader(here, done.set)",
        "    subprocess.Popen(['sh', '-c', 'sleep 0.4; echo 6'], stdout=there).wait",
        "    await done.wait()",
        "    return len(here.recv(9))",
        "before = [signal.getsignal(n) for n in (1, 2, 10, 12, 15)]",
        "got = asyncio.run(main())",
        "return got * 3 if before == [signal.getsignal(n) for n in (1, 2, 10, 12, 15)] else 0",
    )

    ended = worker.call(request(source), DEADLINE)

    assert (ended.why, ended.frame) == ("exit", {"value": 6}), ended


def request(source: str) -> dict[str, Any]:
    """The order to call `double(3)` of an answer."""
    inputs = wire.encode({"name": "double", "args": [3], "kwargs": {}})
    driver = "pypatterns.course.checking.child.builtin_drivers:call"
    return {"files": {"answer.py": source}, "driver": driver, "inputs": inputs}
