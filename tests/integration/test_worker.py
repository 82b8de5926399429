"""The worker cleans up after itself, and touches nothing else."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from pypatterns.course.checking.judge import fork_worker
from pypatterns.course.checking.judge.fork_worker import ForkWorker
from pypatterns.course.checking.judge.worker import WorkerBroken
from pypatterns.course.checking.shared.limits import LONGER

ANSWER = {"files": {"answer.py": "open('left', 'w').close()\n"}, "driver": "", "inputs": {}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, with somebody else's file in it."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "precious").write_text("keep me")
    return tmp_path


def test_a_closed_worker_leaves_nothing(folder: Path) -> None:
    """What its calls wrote is gone, what others wrote is there."""
    worker = ForkWorker()

    ended = worker.call(ANSWER, 5.0)
    worker.close()

    assert ended.frame == {"value": None}
    assert [path.name for path in folder.iterdir()] == ["precious"]


def test_a_worker_whose_folder_is_gone_makes_a_new_one(folder: Path) -> None:
    """A cleaner of old temporary files may have come by: the call does not notice, and nothing else is removed."""
    worker = ForkWorker()
    worker.call(ANSWER, 5.0)
    (scratch,) = folder.glob("pp-*")
    shutil.rmtree(scratch)

    ended = worker.call(ANSWER, 5.0)
    worker.close()

    assert ended.frame == {"value": None}
    assert [path.name for path in folder.iterdir()] == ["precious"]


def test_a_worker_without_any_room_says_where(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no folder can be made at all, the error names the place and the way out."""

    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "mkdtemp", full)

    with pytest.raises(
        WorkerBroken, match=rf"cannot be written to {folder}: No space left .* TMPDIR"
    ):
        ForkWorker().call(ANSWER, 5.0)


def test_an_answers_process_is_asked_for_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel wants colour of all that it starts; a tool's words in a report have none."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    worker = ForkWorker()
    say = "import os\nprint(os.environ.get('FORCE_COLOR', 'none'))\n"

    ended = worker.call({**ANSWER, "files": {"answer.py": say}}, 5.0)
    worker.close()

    assert ended.output == "none\n"


STOPS_ITS_ZYGOTE = """\
import os, signal
pid = os.fork()
if pid == 0:
    while True: pass
with open({told!r}, "w") as file:
    print(pid, os.getpid(), file=file)
os.kill(os.getppid(), signal.SIGSTOP)
while True: pass
"""


def test_what_a_zygote_that_is_stuck_was_to_end_is_ended_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that stops it is told so after a while, and does not run on as nobody's child."""
    monkeypatch.setattr(fork_worker, "PATIENCE", 0.5)
    told = tmp_path / "told"
    worker = ForkWorker()

    with pytest.raises(WorkerBroken, match="did not answer"):
        worker.call(
            {**ANSWER, "files": {"answer.py": STOPS_ITS_ZYGOTE.format(told=str(told))}}, 0.125
        )

    pids = [int(pid) for pid in told.read_text().split()]
    running = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(running, timeout=10)
    assert len(pids) == 2
    assert alive == []


PINNED = """\
import os
os.sched_setaffinity(0, {{ {core} }})
{more}
while True: pass
"""
RIVALS = """\
import os, sys
core, many = map(int, sys.argv[1:])
os.sched_setaffinity(0, {core})
parent = os.getpid()
for _ in range(many):
    if os.fork() == 0:
        os.setsid()  # where the kernel groups sessions, each counts
        while os.getppid() == parent: pass
        os._exit(0)
print(flush=True)
sys.stdin.read()
"""
MANY = (
    3 * LONGER
)  # on one core: then a call has a third of its deadline when the longest one is over
LINUX = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="only Linux says who waits for a core"
)


@contextmanager
def crowded(core: int) -> Iterator[None]:
    """Others run on a core all the time."""
    command = [sys.executable, "-S", "-c", RIVALS, str(core), str(MANY)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as rivals:
        assert rivals.stdout is not None
        rivals.stdout.readline()
        yield


@LINUX
@pytest.mark.parametrize(
    ("more", "why"),
    [("", "starved"), ("os.nice(5)", "deadline")],  # it may run last; that is its own doing
    ids=["like all others", "behind all others"],
)
def test_a_call_that_hardly_gets_a_core_has_not_failed(more: str, why: str) -> None:
    """Its deadline grows while others have its core; when even the longest has passed, nobody knows what it would have done."""
    core = min(os.sched_getaffinity(0))
    spin = PINNED.format(core=core, more=more)
    worker = ForkWorker()
    worker.call(ANSWER, 5.0)

    with crowded(core):
        ended = worker.call({**ANSWER, "files": {"answer.py": spin}}, 0.125)
    worker.close()

    assert ended.why == why
    assert (ended.waited > 0.5) is (why == "starved")


CROWD = """\
for _ in range({many}):
    if os.fork() == 0:
        while True: pass
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
"""


@LINUX
def test_a_call_that_keeps_itself_from_running_is_stopped() -> None:
    """Its own crowd ends first, else it could not end either, and this would pass for a fault of ours."""
    core = min(os.sched_getaffinity(0))
    spin = PINNED.format(core=core, more=CROWD.format(many=MANY))
    worker = ForkWorker()
    worker.call(ANSWER, 5.0)

    ended = worker.call({**ANSWER, "files": {"answer.py": spin}}, 0.125)
    again = worker.call(ANSWER, 5.0)
    worker.close()

    assert ended.why == "deadline"
    assert again.frame == {"value": None}
