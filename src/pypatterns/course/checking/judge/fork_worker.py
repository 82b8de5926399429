"""The worker for Linux and macOS: a zygote forks a child for each call, which takes a few milliseconds.

`worker_for` chooses the worker for this platform.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from pypatterns.course.checking.judge import sandbox
from pypatterns.course.checking.judge.fresh_worker import FreshWorker
from pypatterns.course.checking.judge.worker import (
    CHUNK,
    COMMON,
    FIXED,
    PATIENCE,
    CallEnd,
    NotStarted,
    Received,
    Worker,
    WorkerBroken,
    inherited,
    kill_all,
    new_folder,
)
from pypatterns.course.checking.report.model import Sandbox
from pypatterns.course.checking.shared import scratch, wire
from pypatterns.course.checking.shared.limits import LONGER, MOST_MEMORY, MOST_PROCESSES
from pypatterns.course.checking.shared.protocol import can_fork

STARTING = 40.0  # seconds until a worker has loaded its libraries, perhaps on a busy machine


def worker_for(
    preload: Sequence[str] = (),
    *,
    sandbox: Sandbox = Sandbox.NONE,
    hidden: Sequence[str] = (),
    package: str = "",
) -> Worker:
    """The worker for this platform, with these modules loaded beforehand where that helps.

    A sandbox needs forks; for `hidden` and `package` see `sandbox.command`.
    """
    if sandbox is Sandbox.BWRAP:
        return SandboxedWorker(preload, hidden, package)
    return ForkWorker((*COMMON, *preload)) if can_fork() else FreshWorker()


class ForkWorker:
    """Owns a zygote and starts it anew when it is gone."""

    def __init__(self, preload: Sequence[str] = ()) -> None:
        self._preload = tuple(preload)
        self._zygote: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._heard = False  # the zygote's first message
        self._scratch = ""  # where its calls' files go

    def start(self) -> None:
        """Start the zygote without waiting for it: the first call does. Raises `WorkerBroken`."""
        within, folder, environment = self._place()
        ours, theirs = socket.socketpair()
        python = [sys.executable, "-P", "-B", "-m", "pypatterns.course.checking.zygote.server"]
        with theirs:
            self._zygote = subprocess.Popen(
                [*within, *python, str(theirs.fileno()), folder, *self._preload],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        self._control, self._heard = ours, False

    def _place(self) -> tuple[list[str], str, dict[str, str]]:
        """What to put before the zygote's command, where its calls' files go, its environment. Raises `WorkerBroken`."""
        # A short name: a socket's path, which multiprocessing may put in it, has about a hundred characters.
        self._scratch = new_folder("pp-")
        return [], self._scratch, inherited() | {"TMPDIR": self._scratch}

    def revive(self) -> None:
        """Before a session: have a zygote that lives. Only its parent can tell, so a fork of the parent must not ask."""
        if self._zygote is not None and self._zygote.poll() is not None:
            self.close()
        with contextlib.suppress(WorkerBroken):  # the call tries again, and says what is wrong
            self.ready()

    def call(self, request: dict[str, Any], deadline: float) -> CallEnd:
        """Carry out a request. One that did not start, or was lost with its zygote, is tried once more by a new zygote.

        A cleaner of old temporary files may have come by, or the system have ended the zygote for want of memory. What
        happens twice is the answer's doing, or says why nothing can be done.
        """
        try:
            ended = self._call(request, deadline)
        except NotStarted:
            self.close()
        else:
            if ended.why == "exit" and not ended.begun:
                self.close()  # what an earlier call has left or changed goes with its zygote
            elif ended.why != "lost":
                return ended
        return self._call(request, deadline)

    def _call(self, request: dict[str, Any], deadline: float) -> CallEnd:
        ours, theirs = socket.socketpair()
        output, printing = os.pipe()
        try:
            try:
                self._order(deadline, theirs.fileno(), printing)
            finally:
                theirs.close()
                os.close(printing)
            return self._converse(ours, output, wire.pack(request), deadline)
        finally:
            ours.close()
            os.close(output)

    def dismiss(self) -> None:
        """Order the zygote to end; it ends its children first. `close` waits for that.

        The control socket is shut down, not only closed: a session runs in a fork of the judge, and the judge holds it, too.
        """
        if self._control is not None:
            with contextlib.suppress(OSError):  # the zygote has gone before
                self._control.shutdown(socket.SHUT_RDWR)
            self._control.close()
        self._control = None

    def close(self) -> None:
        """End the zygote and everything below it, and wait until that is done."""
        self.dismiss()
        if self._zygote is not None:
            try:
                self._zygote.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                kill_all(self._zygote)
                self._zygote.wait()
            if self._scratch:
                scratch.remove(self._scratch)  # what a killed zygote has left
        self._zygote = None

    def _order(self, deadline: float, channel: int, printing: int) -> None:
        """Send the order with its descriptors; a zygote that has died since the last call is replaced once."""
        order = wire.pack(
            {
                "deadline": deadline,
                "at_most": LONGER * deadline,
                "memory": MOST_MEMORY,
                "processes": MOST_PROCESSES,
            }
        )
        for attempt in (1, 2):
            try:
                socket.send_fds(self.ready(), [order], [channel, printing])
                return
            except NotStarted:
                raise
            except (OSError, WorkerBroken) as error:
                self.close()
                if attempt == 2:
                    raise WorkerBroken(
                        f"the process that runs answers does not start ({error})"
                    ) from error

    def ready(self) -> socket.socket:
        """Wait until the zygote takes orders; start one if there is none. Raises `WorkerBroken`."""
        if self._control is None:
            self.start()
        assert self._control is not None
        if not self._heard:
            self._hear(self._control, STARTING)
            self._heard = True
        return self._control

    def _hear(self, control: socket.socket, patience: float) -> dict[str, Any]:
        """The zygote's next message. Raises `WorkerBroken` if there is none."""
        frames = wire.Frames()
        control.settimeout(patience)
        try:
            while data := control.recv(1 << 16):
                for message in frames.feed(data):
                    return message
        except (OSError, wire.WireError) as error:
            raise WorkerBroken(f"the process that runs answers: {error}") from error
        finally:
            control.settimeout(None)
        raise WorkerBroken("the process that runs answers has ended")

    def _converse(
        self, channel: socket.socket, output: int, request: bytes, deadline: float
    ) -> CallEnd:
        """Send the request and read everything until the zygote has said how it ended and no writer is left."""
        assert self._control is not None
        received = Received()
        verdict: dict[str, Any] = {"ended": "", "status": None}
        rest = memoryview(request)
        channel.setblocking(False)
        until = time.monotonic() + LONGER * deadline + PATIENCE
        with selectors.DefaultSelector() as selector:
            selector.register(channel, selectors.EVENT_READ | selectors.EVENT_WRITE)
            selector.register(output, selectors.EVENT_READ)
            selector.register(self._control, selectors.EVENT_READ)
            while selector.get_map():
                if not (ready := selector.select(max(0.0, until - time.monotonic()))):
                    return self._give_up(received, str(verdict["ended"]))
                for key, events in ready:
                    if key.fileobj is self._control:
                        selector.unregister(self._control)
                        verdict = self._verdict()
                    elif key.fileobj is channel:
                        if events & selectors.EVENT_WRITE:
                            rest = _send(channel, rest)
                            if not rest:
                                selector.modify(channel, selectors.EVENT_READ)
                        if events & selectors.EVENT_READ and not _read(
                            channel.recv, received.result
                        ):
                            selector.unregister(channel)
                    elif not _read(lambda size: os.read(output, size), received.printed):
                        selector.unregister(output)
        if verdict["ended"] == "not started":
            raise NotStarted(verdict["reason"])
        return received.ended(
            verdict["ended"], verdict["status"], float(verdict.get("waited", 0.0))
        )

    def _verdict(self) -> dict[str, Any]:
        assert self._control is not None
        try:
            return self._hear(self._control, PATIENCE)
        except WorkerBroken:
            self.close()
            return {"ended": "lost", "status": None}

    def _give_up(self, received: Received, said: str) -> CallEnd:
        """Nothing came for too long: a process that escaped still holds the channel, or the zygote is stuck."""
        if said:
            return received.ended(said, None)
        if self._zygote is not None:
            kill_all(self._zygote)
        self.close()
        raise WorkerBroken("the process that runs answers did not answer")


class SandboxedWorker(ForkWorker):
    """Its zygote, and so every answer, runs in a sandbox of its own (see sandbox.py)."""

    def __init__(
        self, preload: Sequence[str] = (), hidden: Sequence[str] = (), package: str = ""
    ) -> None:
        super().__init__(preload)
        self._hidden, self._package = hidden, package

    def _place(self) -> tuple[list[str], str, dict[str, str]]:
        within = sandbox.command(self._hidden, self._package)
        return within, sandbox.TEMPORARY, sandbox.environment() | FIXED


def _send(channel: socket.socket, rest: memoryview) -> memoryview:
    try:
        return rest[channel.send(rest) :]
    except BlockingIOError:
        return rest
    except OSError:  # the child closed its end: its own result, or its end, says more
        return memoryview(b"")


def _read(read: Callable[[int], bytes], take: Callable[[bytes], None]) -> bool:
    """Pass on what can be read now; False at the end of the stream."""
    try:
        data = read(CHUNK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    take(data)
    return bool(data)
