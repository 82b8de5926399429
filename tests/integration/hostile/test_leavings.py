"""Answers that leave things behind, or strike at what later calls of the same submission need. They cost the others nothing."""

from __future__ import annotations

import time
from typing import Any

import psutil
import pytest

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report.model import Sandbox, Verdict

PASS = Verdict.PASS
DAEMON = (
    "if os.fork() == 0:\n"
    "    os.setsid()\n"
    "    if os.fork(): os._exit(0)\n"
    "    for s in signal.valid_signals() - {{9, 19, 32, 33}}: signal.signal(s, signal.SIG_IGN)\n"
    "    {}\n"
)
FILL = (
    "with contextlib.suppress(OSError), open('{}', 'wb', 0) as file:\n"
    "    for _ in range(300): file.write(bytes(1 << 20))\n"
)
# What a right answer does when it is imported, so before every one of its calls.
LEAVINGS = {
    "a daemon": DAEMON.format("time.sleep(3600)"),
    "a daemon that forks on": DAEMON.format(
        "while True:\n        if os.fork(): os._exit(0)\n        os.setsid()"
    ),
    "a hundred daemons": DAEMON.format("[os.fork() for _ in range(6)]; time.sleep(3600)"),
    "a stopped process": "if os.fork() == 0: os.kill(os.getpid(), 19)",
    "a server": (
        "if os.fork() == 0:\n    with socket.create_server(('127.0.0.1', 8765)) as door:\n"
        "        while True: door.accept()"
    ),
    "signals for its parent": (
        "for s in signal.valid_signals() - {32, 33}:\n"
        "    for _ in range(20): os.kill(os.getppid(), s)"
    ),
    "a stop for its parent": "os.kill(os.getppid(), 19)",
    "no files for its parent": "resource.prlimit(1, resource.RLIMIT_FSIZE, (0, 0))",
    "no descriptors for its parent": "resource.prlimit(1, resource.RLIMIT_NOFILE, (3, 3))",
    "no memory for its parent": "resource.prlimit(1, resource.RLIMIT_AS, (1 << 20, 1 << 20))",
    "no processes for its parent": "resource.prlimit(1, resource.RLIMIT_NPROC, (0, 0))",
    "the last place for its parent": "os.setpriority(os.PRIO_PROCESS, 1, 19)",
    "a full disk": FILL.format("full"),
    "a full disk elsewhere": FILL.format("/dev/shm/full"),
    "a disk that stays full": (
        "os.mkdir('/tmp/closed')\n" + FILL.format("/tmp/closed/full") + "os.chmod('/tmp/closed', 0)"
    ),
    "ten thousand files": "for n in range(10_000): open(f'/tmp/{n}', 'w').close()",
    "folders deeper than any path": (
        "home = os.getcwd()\nos.chdir('/tmp')\n"
        "for _ in range(3000):\n    os.mkdir('inner')\n    os.chdir('inner')\n"
        "os.chdir(home)"
    ),
    "folders that are closed": (
        "os.makedirs('/tmp/a/b/c', exist_ok=True)\nfor name in ('a/b/c', 'a/b', 'a'): os.chmod('/tmp/' + name, 0)"
    ),
    "links to everything": (
        "for n, place in enumerate(('/', '/usr', '/proc/1/root', '/tmp', '..', '.')): os.symlink(place, f'/tmp/link{n}')"
    ),
    "a pipe where files go": "os.mkfifo('/tmp/answer-')\nos.mkfifo('/tmp/pipe')",
    "its folder turned into a link": (
        "import shutil\nhome = os.getcwd()\nos.chdir('/')\nshutil.rmtree(home)\nos.symlink('/usr', home)"
    ),
    "a temporary folder without rights": "os.chmod('/tmp', 0)",
    "memory that belongs to nobody": (
        "piece = libc.shmget(0x5050, 64 << 20, 0o1600)\n"
        "libc.shmat.restype = ctypes.c_void_p\n"
        "libc.memset(ctypes.c_void_p(libc.shmat(piece, None, 0)), 1, 64 << 20)"
    ),
}


@pytest.mark.parametrize("name", LEAVINGS)
def test_what_is_left_behind_costs_nobody_anything(fire: Any, right: Any, name: str) -> None:
    """The answer is right, and so is the next one; of its processes none is left."""
    seen = fire(name, right(LEAVINGS[name]), "once")

    assert (seen.verdict, seen.next) == (PASS, PASS), seen.words
    assert left_over() == []


def test_who_ends_its_own_sandbox_loses_its_own_check(fire: Any, attack: Any) -> None:
    """A parent without any time left is killed by the system; the next answer gets a new one."""
    strike = "resource.prlimit(1, resource.RLIMIT_CPU, (0, 0))\ntime.sleep(9)"

    seen = fire("no time for its parent", attack(strike, only_inside=True), "hurried")

    assert seen.verdict in (Verdict.FAIL, Verdict.TIMEOUT), seen.words
    assert seen.next is PASS


BOMBS = {
    "a fork bomb": "while True:\n    with contextlib.suppress(OSError): os.fork()",
    "a fork bomb of daemons": DAEMON.format(
        "while True:\n        with contextlib.suppress(OSError): os.fork()"
    ),
    "a bomb of threads": (
        "gate = threading.Event()\n"
        "with contextlib.suppress(RuntimeError):\n"
        "    while True: threading.Thread(target=gate.wait, daemon=True).start()\n"
        "time.sleep(60)"
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_its_own_call_only(fire: Any, attack: Any, name: str) -> None:
    """It is stopped at its limit or deadline, and the next answer passes."""
    seen = fire(name, attack(BOMBS[name], only_inside=True), "hurried")

    assert seen.verdict in (Verdict.FAIL, Verdict.TIMEOUT), seen.words
    assert seen.next is PASS
    assert left_over() == []


@pytest.mark.usefixtures("judge")  # without a sandbox it skips
def test_nothing_outlives_the_run(course: Course, right: Any) -> None:
    """A submission's sandbox goes when the next one's turn has come, and at the end all do, the one in reserve, too."""
    exercise = course.exercise("once")
    daemon, plain = right(LEAVINGS["a daemon"]), "def double(number): return number * 2\n"

    others = boxes()
    with Judge(course, sandbox=Sandbox.BWRAP) as own:
        first = own.check(Answer("once", daemon, "a test"), exercise, submission="ana")
        before = boxes() - others
        second = own.check(Answer("once", plain, "a test"), exercise, submission="ben")
        until = time.monotonic() + 10  # it ends while the next one's answers are checked
        while not (gone := before - boxes()) and time.monotonic() < until:
            time.sleep(0.02)
        after = boxes() - others
    _, alive = psutil.wait_procs([*before, *after], timeout=10)

    assert (first.verdict, second.verdict) == (PASS, PASS)
    assert len(gone) == 1
    assert alive == []


def boxes() -> set[psutil.Process]:
    """The sandboxes that there are now."""
    return {each for each in psutil.Process().children(recursive=True) if is_box(each)}


def is_box(process: psutil.Process) -> bool:
    """Whether it is a sandbox's outermost process."""
    try:
        return process.name() == "bwrap"
    except psutil.NoSuchProcess:  # of those that come and go
        return False


def left_over() -> list[psutil.Process]:
    """What runs in sandboxes beside the one process that starts calls in each."""
    return [
        each for box in boxes() for each in box.children(recursive=True) if each.parent() != box
    ]
