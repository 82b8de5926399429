"""For how long a process was kept waiting, read from a made-up /proc under a made-up clock."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pypatterns.course.checking.zygote import cpu_wait
from pypatterns.course.checking.zygote.cpu_wait import TICK, CpuWait

RUNNABLE, ASLEEP = "R", "S"


class Machine:
    """A kernel that says of its processes what a test tells it, and a clock that a test moves."""

    def __init__(self, proc: Path) -> None:
        self.proc = proc
        self.now = 100.0
        self.nice = self.policy = 0
        self.waited = CpuWait(lambda: self.now)

    def passes(
        self, seconds: float, ran: dict[int, float], threads: dict[int, dict[str, str]]
    ) -> None:
        """Time passes; then these are the seconds that each process ran so far, and its threads' states; and a look."""
        self.now += seconds
        for pid, states in threads.items():
            shutil.rmtree(self.proc / str(pid), ignore_errors=True)
            for thread, state in states.items():
                self._write(self.proc / str(pid) / "task" / thread / "stat", state, ran[pid])
            self._write(self.proc / str(pid) / "stat", ASLEEP, ran[pid])
        self.waited.look(threads)

    def _write(self, file: Path, state: str, ran: float) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        ticks = round(ran / TICK)
        known = {
            0: state,
            11: ticks,
            16: self.nice,
            38: self.policy,
        }  # proc(5), less the three first
        fields = " ".join(str(known.get(place, 0)) for place in range(50))
        file.write_text(f"{file.parent.name} (a ) R b) {fields}\n")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine without any process yet."""
    monkeypatch.setattr(cpu_wait, "PROC", tmp_path)
    monkeypatch.setattr(cpu_wait, "CORES", 4)
    return Machine(tmp_path)


def test_threads_that_have_ended_have_waited_too(machine: Machine) -> None:
    """Ten threads come one after the other, each ready for 0.4 s of which it runs 0.1 s: the call waited for 3 s."""
    for turn in range(1, 11):
        machine.passes(0.4, {7: turn * 0.1}, {7: {"7": ASLEEP, f"{7 + turn}": RUNNABLE}})

    assert machine.waited.seconds == pytest.approx(3.0)


def test_who_sleeps_waits_for_no_core(machine: Machine) -> None:
    """A call that hangs gets no longer deadline, however busy the machine is."""
    for _ in range(10):
        machine.passes(0.4, {7: 0.0}, {7: {"7": ASLEEP, "8": ASLEEP}})

    assert machine.waited.seconds == 0


def test_who_runs_all_the_time_has_not_waited(machine: Machine) -> None:
    """A call that counts without end on a core of its own is ended in time."""
    for turn in range(1, 11):
        machine.passes(0.4, {7: turn * 0.4}, {7: {"7": RUNNABLE}})

    assert machine.waited.seconds == pytest.approx(0.0)


def test_a_process_on_several_cores_makes_up_for_nothing(machine: Machine) -> None:
    """What it runs on two cores at once is no reason to let it wait later."""
    machine.passes(1.0, {7: 2.0}, {7: {"7": RUNNABLE, "8": RUNNABLE}})
    machine.passes(1.0, {7: 2.0}, {7: {"7": RUNNABLE}})

    assert machine.waited.seconds == pytest.approx(1.0)


def test_a_worker_process_may_wait_while_its_parent_sleeps(machine: Machine) -> None:
    """What a pool's worker waited counts, and goes on counting when the worker has ended."""
    machine.passes(1.0, {7: 0.0, 9: 0.2}, {7: {"7": ASLEEP}, 9: {"9": RUNNABLE}})
    shutil.rmtree(machine.proc / "9")
    machine.waited.look([7, 9])

    assert machine.waited.seconds == pytest.approx(0.8)
    assert machine.waited.ran == pytest.approx(0.2)


def test_a_call_whose_own_processes_take_all_cores_has_waited_for_nobody(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four that share two cores are their own doing; with another program on one of the cores, they wait for that."""
    monkeypatch.setattr(cpu_wait, "CORES", 2)
    everybody = {pid: {str(pid): RUNNABLE} for pid in (7, 8, 9, 10)}

    machine.passes(1.0, dict.fromkeys(everybody, 0.5), everybody)
    assert machine.waited.seconds == pytest.approx(0.0)

    machine.passes(1.0, dict.fromkeys(everybody, 0.75), everybody)
    assert machine.waited.seconds == pytest.approx(0.75)


@pytest.mark.parametrize(("nice", "policy"), [(19, 0), (1, 0), (0, 5)])
def test_who_has_put_itself_behind_all_others_waits_for_nobody(
    machine: Machine, nice: int, policy: int
) -> None:
    """Else an answer could make sure that it hardly runs, and have its own doing called a fault of the machine."""
    machine.nice, machine.policy = nice, policy
    machine.passes(1.0, {7: 0.1}, {7: {"7": RUNNABLE, "8": RUNNABLE}})

    assert machine.waited.seconds == 0


def test_without_an_account_nobody_has_waited(machine: Machine) -> None:
    """Where the kernel does not tell, the deadline is as it was given."""
    machine.now += 1.0
    machine.waited.look([7])

    assert machine.waited.seconds == 0


@pytest.mark.skipif(not Path(f"/proc/{os.getpid()}/stat").exists(), reason="there is no /proc")
def test_the_kernel_says_that_this_process_wants_a_core_and_has_run() -> None:
    """The thread that looks runs, so it is ready."""
    turn = cpu_wait._turn(cpu_wait._fields(Path("/proc/self/stat")))

    assert cpu_wait._wants_a_core(os.getpid(), turn)
    assert (cpu_wait._seconds_run(os.getpid()) or 0) > 0
