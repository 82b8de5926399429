"""The zygote: a process with the libraries loaded that forks a child for every call and never imports an answer itself.

Started by the judge (`python -m pypatterns.course.checking.worker FD SCRATCH MODULE…`) with one end of a socketpair and a
folder that was made for it alone, which it removes when it ends. Each order brings two descriptors, the call's own channel
and output pipe, which go to the child. Only the zygote says how a call ended, and it says so after everything that the call
started is dead. It ends when the judge's end of the socket closes.
"""

from __future__ import annotations

import contextlib
import faulthandler
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
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

from pypatterns.course.checking import (
    autopsy,
    child,
    limits,
    onlooker,
    positions,
    scratch,
    wire,
)
from pypatterns.course.checking.onlooker import QUESTION
from pypatterns.course.checking.tampering import Names
from pypatterns.course.checking.turns import Waited

RESULT, TRACES = 700, 701  # descriptors far from those that a careless loop closes
AFTER_AUTOPSY = 75  # the exit status once the autopsy is written (EX_TEMPFAIL of sysexits.h)
PROBES = "pypatterns.course.checking.probes."
SAMPLE = 0.025  # seconds between two looks at memory, processes and whether anything can go on
SOONEST_QUESTION = 0.05  # seconds from the start; each further question comes after twice the time
Write = Callable[[bytes], object]
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
    limits.become_keeper()
    limits.make_room_for_descriptors(TRACES + 1)
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
            positions.source(str(sys.modules[name].__file__))


class Zygote:
    """One call at a time: fork, watch, end everything, report."""

    def __init__(self, control: socket.socket, folder: str, names: Names) -> None:
        self._control = control
        self._names = names
        self._scratch = folder
        self._is_clean, self._standing = True, limits.standing()
        self._not_ours = frozenset(os.listdir(folder))  # what a sandbox shows may lie in it
        # Signals whose handlers wake nobody: this process's own, which children inherit, those of an autopsy, and Ctrl-C,
        # which nobody sends to a call.
        self._harmless = onlooker.caught_here() | onlooker.mask([*GRACE, QUESTION, signal.SIGINT])
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
            self._silence()  # the last call's end, else this one is looked at for nothing
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
        self._is_clean = is_empty and limits.standing() == self._standing
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
        waited = Waited()
        why = self._watch(running, order, waited)
        if why != "exit":
            running.kill()
        limits.end_all(running.pid)
        return {"ended": why, "status": running.status, "waited": waited.seconds}

    def _watch(self, running: Child, order: dict[str, Any], waited: Waited) -> str:
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
            family = limits.descendants(os.getpid())  # with those that have cut their ties
            if too_much := _too_much(order, family):
                return too_much
            waited.look(family)
            outlook = onlooker.outlook(running.pid, self._harmless)
            if outlook == onlooker.DEAD:
                self._ask_where_it_stands(running)
                return "deadlock"
            if outlook == onlooker.IDLE and time.monotonic() > begun + question:
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
            begun, waited = time.monotonic(), Waited()
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
            limits.kill_all_below()
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
    return "memory" if limits.memory_of(family) > order["memory"] else ""


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


def run_one_call(folder: str, channel: int, output: int, names: Names) -> None:
    """Be the child of one call: settle in, read the request, carry it out, write one frame, end."""
    os.setsid()
    # who starts us in a shell's background has it ignored, and so would every answer
    signal.signal(signal.SIGINT, signal.default_int_handler)
    write = _take(channel, output)
    limits.limit_this_process()
    request = _request()
    try:
        child.settle_in(request, folder)
    except scratch.NoRoom as error:
        write(wire.pack({"no_room": str(error)}))
        os._exit(1)
    _prepare_autopsy(folder, write)
    own, get_pid, end = os.getpid(), os.getpid, os._exit
    write(wire.pack({"begun": True}))  # what goes wrong before this is our doing
    result = child.packed_result(request, folder, names)
    if get_pid() == own:  # a copy that the answer forked and let run on has nothing to say
        try:
            write(result)
        except OSError:
            end(child.NO_CHANNEL)
    end(0)


def _take(channel: int, output: int) -> Write:
    """Put the descriptors in their places; what writes to the channel needs no further one."""
    os.dup2(channel, RESULT, inheritable=False)
    os.dup2(output, TRACES, inheritable=False)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(channel)
    os.close(output)
    child.speak_plainly()
    return socket.socket(fileno=RESULT).sendall


def _request() -> dict[str, Any]:
    frames = wire.Frames()
    while data := os.read(RESULT, 1 << 16):
        for message in frames.feed(data):
            return message
    os._exit(1)  # the judge is gone


def _prepare_autopsy(folder: str, write: Write) -> None:
    """SIGUSR1: say where everything stands, and end. SIGUSR2: the same by faulthandler, should Python itself be stuck.

    The onlooker's question: end only if it is proven that nothing can go on.
    """
    own, get_pid, end_now = os.getpid(), os.getpid, os._exit
    take, pack, ask = autopsy.take, child.packed, QUESTION

    def say_and_end(number: int, _frame: FrameType | None) -> None:
        if get_pid() != own:  # a process that the answer forked has the handler too
            return
        found = take(folder, only_proven=number == ask)
        if number != ask or found.proof:
            write(pack({"autopsy": found.to_dict()}))
            end_now(AFTER_AUTOPSY)

    signal.signal(signal.SIGUSR1, say_and_end)
    if ask:
        signal.signal(ask, say_and_end)
    faulthandler.register(signal.SIGUSR2, file=TRACES, all_threads=True, chain=False)


if __name__ == "__main__":
    main()
