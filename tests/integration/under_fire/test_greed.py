"""Answers that take more than their share: memory, processes, threads, descriptors, files, output."""

from __future__ import annotations

from typing import Any

import pytest

from pypatterns.course.checking.report.model import Verdict

PASS, FAIL = Verdict.PASS, Verdict.FAIL
HEAD = "import multiprocessing, os, sys, tempfile, threading, time\ndef double(number):\n    "
# Fork twice, so that nobody waits for the second: it has no tie left to the answer.
DAEMON = "if os.fork() == 0:\n        os.setsid()\n        if os.fork(): os._exit(0)\n        {}\n    time.sleep(600)"

GREED = {
    "memory without end": (
        "hoard = []\n    while True: hoard.append(b'x' * (64 << 20))",
        FAIL,
        "It used more than 1024 MiB of memory, and was stopped.",
    ),
    "memory of a daemon": (
        DAEMON.format("hoard = [b'x' * (64 << 20) for _ in range(60)]; time.sleep(600)"),
        FAIL,
        "It used more than 1024 MiB of memory, and was stopped.",
    ),
    "more memory than there is": ("x = bytes(1 << 50)", FAIL, "It raised MemoryError"),
    "a fork bomb": (
        "for _ in range(9): os.fork()\n    time.sleep(600)",
        FAIL,
        "It had started more than 256 processes, and was stopped.",
    ),
    "a fork bomb of daemons": (
        DAEMON.format("\n        for _ in range(9): os.fork()\n        time.sleep(600)"),
        FAIL,
        "It had started more than 256 processes, and was stopped.",
    ),
    "a hundred threads": (
        "gate = threading.Barrier(100)\n    threads = [threading.Thread(target=gate.wait) for _ in range(100)]\n"
        "    for t in threads: t.start()\n    for t in threads: t.join()\n    return number * 2",
        PASS,
        "",
    ),
    "twenty processes": (
        "context = multiprocessing.get_context('fork')\n    processes = [context.Process(target=int) for _ in range(20)]\n"
        "    for p in processes: p.start()\n    for p in processes: p.join()\n    return number * 2",
        PASS,
        "",
    ),
    "200 MB of print": ("print('x' * 200_000_000)\n    return number * 2", PASS, ""),
    "200 MB past print": (
        "for _ in range(200): os.write(1, b'x' * 10**6)\n    return number * 2",
        PASS,
        "",
    ),
    "a file without end": (
        "with tempfile.TemporaryFile(buffering=0) as file:\n        while True: file.write(bytes(16 << 20))",
        FAIL,
        "It raised OSError: [Errno 27] File too large",
    ),
}


@pytest.mark.parametrize("name", GREED)
def test_each_limit_has_its_own_words(fire: Any, name: str) -> None:
    """What is too much is stopped and named; what exercises need is within the limits."""
    what, verdict, said = GREED[name]

    seen = fire(name, f"{HEAD}{what}\n", "once")

    assert (seen.verdict, seen.next) == (verdict, PASS), seen.words
    assert said in " ".join(seen.words.split())
