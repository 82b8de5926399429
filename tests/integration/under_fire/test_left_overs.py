"""Answers that leave something running or lying about: it costs them nothing, and nothing of it is left afterwards."""

from __future__ import annotations

from typing import Any

import psutil
import pytest

from pypatterns.course.checking.judge.worker import Worker
from pypatterns.course.checking.report.model import Verdict

PASS = Verdict.PASS
HEAD = """\
import asyncio, atexit, multiprocessing, os, signal, subprocess, sys, tempfile, threading, time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
"""
DOUBLE = "def double(number):\n    {}\n    return number * 2\n"
POOL = """\
def twice(number): return number * 2
pool = ProcessPoolExecutor(2, multiprocessing.get_context('{}'))
def warm():
    pool.submit(int).result()
{}
def double(number): return pool.submit(twice, number).result()
"""

LEFT = {
    "a thread": DOUBLE.format("threading.Thread(target=time.sleep, args=[600]).start()"),
    "a thread at import": "threading.Thread(target=time.sleep, args=[600]).start()\n"
    + DOUBLE.format(""),
    "a thread that prints": DOUBLE.format(
        "def talk():\n        while True: print('x' * 999)\n    threading.Thread(target=talk).start()"
    ),
    "a timer that would exit": DOUBLE.format("threading.Timer(0.2, os._exit, [9]).start()"),
    "a warm pool of threads": "pool = ThreadPoolExecutor(4)\nlist(pool.map(time.sleep, [0.01] * 8))\n"
    "def double(number): return pool.submit(lambda: number * 2).result()\n",
    "a warm pool, forked": POOL.format("fork", "warm()"),
    "a warm pool with results of its own": "class Double:\n    def __init__(self, number): self.number = number * 2\n"
    "pool = ProcessPoolExecutor(1, multiprocessing.get_context('fork'))\npool.submit(Double, 1).result()\n"
    "def double(number): return pool.submit(Double, number).result().number\n",
    "a pool, spawned": POOL.format("spawn", ""),
    "a pool, from a server": POOL.format("forkserver", ""),
    "a loop in a thread": "loop = asyncio.new_event_loop()\nthreading.Thread(target=loop.run_forever).start()\n"
    "async def work(number): return number * 2\n"
    "def double(number): return asyncio.run_coroutine_threadsafe(work(number), loop).result()\n",
    "a process": DOUBLE.format("subprocess.Popen(['sleep', '600'])"),
    "a process of its own session": DOUBLE.format(
        "subprocess.Popen(['sleep', '600'], start_new_session=True)"
    ),
    "a daemon": DOUBLE.format(
        "if os.fork() == 0:\n        os.setsid()\n        if os.fork(): os._exit(0)\n        time.sleep(600)"
    ),
    "a daemon that ignores signals": DOUBLE.format(
        "if os.fork() == 0:\n        os.setsid()\n        if os.fork(): os._exit(0)\n"
        "        for s in signal.valid_signals() - {9, 19, 32, 33}: signal.signal(s, signal.SIG_IGN)\n"
        "        while True: os.write(1, b'still here')"
    ),
    "a daemon that forks on": DOUBLE.format(
        "if os.fork() == 0:\n        while True:\n            os.setsid() if os.getpid() != os.getsid(0) else None\n"
        "            if os.fork(): os._exit(0)"
    ),
    "sixty processes that nobody reaped": DOUBLE.format(
        "for _ in range(60):\n        if os.fork() == 0: os._exit(0)"
    ),
    "a manager": "manager = multiprocessing.get_context('fork').Manager()\nseen = manager.list()\n"
    "def double(number):\n    seen.append(number)\n    return seen[-1] * 2\n",
    "an exit handler that hangs": DOUBLE.format("atexit.register(time.sleep, 600)"),
    "an object that hangs when it goes": "class Last:\n    def __del__(self): time.sleep(600)\nlast = Last()\n"
    + DOUBLE.format("double.last = double.__dict__.get('last') or Last()"),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_is_left_over_costs_nothing_and_goes(fire: Any, name: str) -> None:
    """The answer is right; when its report is there, no process of its calls is left."""
    before = below_zygotes()  # of other judges, which may still be at work

    seen = fire(name, HEAD + LEFT[name])

    assert (seen.verdict, seen.next) == (PASS, PASS), seen.words
    assert [each for each in below_zygotes() if each not in before] == []


def below_zygotes() -> list[psutil.Process]:
    """What runs below the processes that start calls: orphans are theirs, too."""
    everything = psutil.Process().children(recursive=True)
    starters = [each for each in everything if is_worker(each) and not is_worker(each.parent())]
    return [each for starter in starters for each in starter.children(recursive=True)]


def is_worker(process: psutil.Process | None) -> bool:
    """Whether it is a zygote, or forked from one."""
    try:
        return (
            process is not None and "pypatterns.course.checking.zygote.server" in process.cmdline()
        )
    except psutil.Error:
        return False


def test_files_left_where_temporary_files_go_are_gone(worker: Worker) -> None:
    """A call finds nothing of an earlier one: not in its folder, not where temporary files go."""
    leave = "import os, tempfile\nopen('left', 'w').close()\nopen(tempfile.gettempdir() + '/left', 'w').close()\n"
    look = "import os, tempfile\nassert not os.path.exists('left')\nassert not os.path.exists(tempfile.gettempdir() + '/left')"

    ended = [
        worker.call({"files": {"answer.py": source}, "driver": "", "inputs": {}}, 5.0)
        for source in (leave, look)
    ]

    assert [each.frame for each in ended] == [{"value": None}, {"value": None}]
