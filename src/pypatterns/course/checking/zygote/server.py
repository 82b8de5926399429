"""The zygote: a process with the libraries loaded that forks a child for every call and never imports an answer itself.

Started by the judge (`python -m pypatterns.course.checking.zygote.server FD SCRATCH MODULE…`) with one end of a socketpair and a
folder that was made for it alone, which it removes when it ends. Each order brings two descriptors, the call's own channel
and output pipe, which go to the child. Only the zygote says how a call ended, and it says so after everything that the call
started is dead. It ends when the judge's end of the socket closes.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import linecache  # noqa: F401 - loaded once here instead of in every child that describes an error
import os
import select
import signal
import socket
import sys
import time
import traceback
from typing import Any, NoReturn

from pypatterns.course.checking.child.forked import run_one_call
from pypatterns.course.checking.child.monkeypatches import Names
from pypatterns.course.checking.introspection import source_positions
from pypatterns.course.checking.shared import rlimits, scratch, wire
from pypatterns.course.checking.shared.protocol import AFTER_AUTOPSY, QUESTION, TRACES
from pypatterns.course.checking.zygote import liveness, process_tree
from pypatterns.course.checking.zygote.cpu_wait import CpuWait

PROBES = "pypatterns.course.checking.probes."
SAMPLE = 0.025  # seconds between two looks at memory, processes and whether anything can go on
SOONEST_QUESTION = 0.05  # seconds from the start; each further question comes after twice the time
# Seconds for an autopsy by Python, then by faulthandler; more on a busy machine, up to the longest.
GRACE = {signal.SIGUSR1: 0.5, signal.SIGUSR2: 0.2}
LONGEST_GRACE = 5.0


def main() -> None:
    """Serve one judge until it goes away."""
    descriptor, folder, *modules = sys.argv[1:]
    gc.disable()  # else collections, which find nothing, take a tenth of the start
    control = socket.socket(fileno=int(descriptor))
    control.set_inheritable(False)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # else an answer could raise KeyboardInterrupt here
    rlimits.become_keeper()
    rlimits.make_room_for_descriptors(TRACES + 1)
    for module in modules:
        with contextlib.suppress(ImportError):  # the answer that needs it will say so
            importlib.import_module(module)
    if any(module.startswith(PROBES) for module in modules):
        _read_ahead()
    names = Names()
    names.keep()
    gc.freeze()  # children share these pages instead of copying them at their first collection
    gc.enable()
    try:
        control.sendall(wire.pack({"ready": os.getpid()}))
        Zygote(control, folder, names).serve()
    finally:
        scratch.remove(folder)
        os._exit(0)  # taking the libraries apart again would keep the next submission waiting


def _read_ahead() -> None:
    """For drivers that watch threads: read once here what else each child would parse to tell where its threads stand."""
    for name in ("concurrent.futures._base", "concurrent.futures.thread", "queue", "threading"):
        if name in sys.modules:
            source_positions.source(str(sys.modules[name].__file__))


class Zygote:
    """One call at a time: fork, watch, end everything, report."""

    def __init__(self, control: socket.socket, folder: str, names: Names) -> None:
        self._control = control
        self._names = names
        self._scratch = folder
        self._is_clean, self._standing = True, rlimits.standing()
        self._not_ours = frozenset(os.listdir(folder))  # what a sandbox shows may lie in it
        # Signals whose handlers wake nobody: this process's own, which children inherit, those of an autopsy, and Ctrl-C,
        # which nobody sends to a call.
        self._harmless = liveness.caught_here() | liveness.mask([*GRACE, QUESTION, signal.SIGINT])
        self._alarm, self._ring = os.pipe()  # readable when a child has ended
        os.set_blocking(self._alarm, False)
        os.set_blocking(self._ring, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._ring, warn_on_full_buffer=False)

    def serve(self) -> None:
        """Carry out orders until the judge closes its end, or a call has left what a later one would suffer from."""
        while self._is_clean and (received := receive(self._control)) is not None:
            try:
                self._control.sendall(wire.pack(self._carry_out(*received)))
            except OSError:  # the judge is gone
                return

    def _carry_out(self, order: dict[str, Any], given: list[int]) -> dict[str, Any]:
        """Have a child carry out one call; how that ended. `given` are the call's channel and output pipe."""
        try:
            folder = scratch.new("answer-", within=self._scratch)
            self._silence()  # drain the previous call's SIGCHLD byte, or the first select() returns at once
            pid = os.fork()
            if pid == 0:
                self._be_child(folder, *given)
        except scratch.NoRoom as error:
            return {"ended": "not started", "status": None, "reason": str(error)}
        except OSError as error:
            reason = f"The system starts no process for an answer: {error.strerror}. Close what you do not need."
            return {"ended": "not started", "status": None, "reason": reason}
        finally:
            for descriptor in given:
                os.close(descriptor)
        ended = self._end(Child(pid), order)
        # The next call must find nothing: the scratch folder is where temporary files go, too.
        is_empty = scratch.clear(self._scratch, keep=self._not_ours)
        self._is_clean = is_empty and rlimits.standing() == self._standing
        return ended

    def _be_child(self, folder: str, channel: int, output: int) -> NoReturn:
        try:
            signal.set_wakeup_fd(-1)
            os.close(self._ring)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            os.close(self._alarm)
            run_one_call(folder, channel, output, self._names)
        except BaseException:  # noqa: BLE001 - this process must not go on as a second zygote
            traceback.print_exc()
        finally:
            os._exit(1)

    def _end(self, running: Child, order: dict[str, Any]) -> dict[str, Any]:
        """See the child through, end all that it started, and say why and how the child ended."""
        waited = CpuWait()
        why = self._watch(running, order, waited)
        if why != "exit":
            running.kill()
        process_tree.end_all(running.pid)
        return {"ended": why, "status": running.status, "waited": waited.seconds}

    def _watch(self, running: Child, order: dict[str, Any], waited: CpuWait) -> str:
        """Wait for the child: "exit", or why it must be ended.

        That is "deadlock" (a proven one), "deadline", "starved" (it hardly got to run), "memory", "processes" or "judge"
        (which is gone).
        """
        begun = time.monotonic()
        allowed = order["deadline"]
        question = SOONEST_QUESTION
        while not running.has_ended():
            left = begun + allowed - time.monotonic()
            if left <= 0:
                # Time in which it was ready to run and other programs had the cores is not the answer's.
                fair = order["deadline"] + waited.seconds
                if min(fair, order["at_most"]) <= allowed:
                    self._ask_where_it_stands(running)
                    had_its_due = fair <= order["at_most"] or waited.ran >= order["deadline"]
                    return "deadline" if had_its_due else "starved"
                allowed = min(fair, order["at_most"])
                continue
            if self._judge_is_gone(min(left, SAMPLE)):
                return "judge"
            if running.has_ended():  # which is what most calls have done by now
                break
            family = process_tree.descendants(os.getpid())  # with those that have cut their ties
            if too_much := _too_much(order, family):
                return too_much
            waited.look(family)
            outlook = liveness.outlook(running.pid, self._harmless)
            if outlook == liveness.DEAD:
                self._ask_where_it_stands(running)
                return "deadlock"
            if outlook == liveness.IDLE and time.monotonic() > begun + question:
                running.signal(QUESTION)
                question *= 2
        asked = question > SOONEST_QUESTION
        return "deadlock" if asked and running.status == AFTER_AUTOPSY else "exit"

    def _judge_is_gone(self, seconds: float) -> bool:
        """Sleep until a child ends or the time is over; a judge that says anything now has closed its end."""
        control = self._control.fileno()
        ready, _, _ = select.select([self._alarm, control], [], [], seconds)
        if self._alarm in ready:
            self._silence()
        return control in ready

    def _silence(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._alarm, 4096)

    def _ask_where_it_stands(self, running: Child) -> None:
        for ask, seconds in GRACE.items():
            running.signal(ask)
            begun, waited = time.monotonic(), CpuWait()
            while (
                left := begun + min(seconds + waited.seconds, LONGEST_GRACE) - time.monotonic()
            ) > 0:
                if running.has_ended() or self._judge_is_gone(min(left, SAMPLE)):
                    return
                waited.look([running.pid])


class Child:
    """The forked process, until it is reaped."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.status: int | None = None  # exit code, or minus the signal; None while it runs

    def has_ended(self) -> bool:
        """Whether it has ended; the status is known from then on."""
        return self.status is not None or self._reap(os.WNOHANG)

    def signal(self, number: int) -> None:
        """Send a signal, unless it has ended: its number may be someone else's by now."""
        if not self.has_ended():
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it and wait until it has. Its own processes go first: those that keep all cores busy could keep it from ending."""
        while not self.has_ended():
            process_tree.kill_all_below()
            time.sleep(0.001)

    def _reap(self, options: int) -> bool:
        pid, status = os.waitpid(self.pid, options)
        if pid:
            self.status = os.waitstatus_to_exitcode(status)
        return pid != 0


def _too_much(order: dict[str, Any], family: list[int]) -> str:
    """Which limit the call's processes exceed, counted here: RLIMIT_NPROC would count all of the user's, threads included."""
    if len(family) > order["processes"]:
        return "processes"
    return "memory" if process_tree.memory_of(family) > order["memory"] else ""


def receive(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next order with its descriptors, or None when the judge is gone."""
    frames = wire.Frames()
    descriptors: list[int] = []
    while True:
        data, sent, _, _ = socket.recv_fds(control, 1 << 16, 2)
        descriptors += sent
        if not data:
            return None
        for order in frames.feed(data):
            return order, descriptors


if __name__ == "__main__":
    main()
