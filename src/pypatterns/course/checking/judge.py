"""The judge's end of a call: hand a request to a worker, read what comes back as data, say how the call ended.

Two workers keep one contract. `ForkWorker` has a zygote fork a child per call (Linux and macOS, a few milliseconds);
`FreshWorker` starts a Python per call (elsewhere, some tenths of a second) and knows no autopsy beyond faulthandler's.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

import psutil

from pypatterns.course.checking import sandbox, scratch, wire
from pypatterns.course.checking.report import Sandbox

MOST_MEMORY = 1 << 30  # bytes of real memory that a call's processes may use together
MOST_PROCESSES = 256  # of one call
MOST_MESSAGES = 3  # of one call: that it has begun, its result, perhaps an autopsy
KEPT_OUTPUT = 64 << 10  # bytes of what an answer prints; the rest is read and dropped
LONGER = 8  # times a deadline, on a machine so busy that the answer hardly gets to run
STARTING = 40.0  # seconds until a worker has loaded its libraries, perhaps on a busy machine
PATIENCE = 15.0  # seconds beyond the deadline until a silent worker counts as broken
LAST_MOMENTS = 0.5  # seconds in which a process of its own says where it stands
CHUNK = 1 << 18  # bytes read at once
# Loaded once, not by each call's import; a sandbox, of which every submission has its own, loads what its exercises need.
COMMON = ("asyncio", "concurrent.futures.thread", "logging", "queue")
FIXED = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "2"}
FRESH = "PYPATTERNS_FRESH_WORKERS"  # set to 1: fresh processes even where fork works


class WorkerBroken(Exception):
    """The worker itself failed: no verdict on the answer can follow from it."""


class _NotStarted(WorkerBroken):
    """There is no folder for the answer's files, or no process for the answer."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended.

    `why`: "exit" (by itself), "deadlock" (it is proven that nothing in it can ever go on), "deadline", "starved" (no core was
    free for it for so long that nothing can be said), "memory", "processes", or "lost" (the zygote was killed with it).
    `begun` says whether the answer's import was reached: a failure before that is not the answer's. `frame` is what the child
    wrote, `autopsy` where everything stood when it had to be ended, `tampered` why the channel's bytes are not the child's
    alone, `output` the first 64 KiB that were printed, `waited` the seconds for which other programs had the cores.
    """

    why: str
    status: int | None = None
    begun: bool = False
    frame: dict[str, Any] | None = None
    autopsy: dict[str, Any] | None = None
    tampered: str = ""
    output: str = ""
    waited: float = 0.0


class Worker(Protocol):
    """Runs one call at a time, each in a process of its own."""

    def call(self, request: dict[str, Any], deadline: float) -> Ended:
        """Carry out a request (see `child.carry_out`) within `deadline` seconds. Raises `WorkerBroken`."""

    def close(self) -> None:
        """End the worker and all that it started."""


def can_fork() -> bool:
    """Whether calls are forked here; elsewhere each call is a fresh process."""
    return hasattr(os, "fork") and sys.platform != "emscripten" and os.environ.get(FRESH) != "1"


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


def environment() -> dict[str, str]:
    """What an answer's process sees: this one's environment, less what would make runs differ or reach the notebook."""
    dropped = {"MPLBACKEND", "PYTHONSTARTUP", "PYTHONINSPECT", "COVERAGE_PROCESS_START"}
    # a kernel wants colour of all that it starts; a report has none
    dropped |= {"FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | FIXED


@dataclass
class _Received:
    """What came from the child so far."""

    frames: wire.Frames = field(default_factory=wire.Frames)
    messages: list[dict[str, Any]] = field(default_factory=list)
    output: bytearray = field(default_factory=bytearray)
    tampered: str = ""

    def result(self, data: bytes) -> None:
        if self.tampered:
            return
        try:
            self.messages += self.frames.feed(data)
        except wire.WireError as error:
            self.tampered = str(error)
        if len(self.messages) > MOST_MESSAGES:
            self.tampered, self.messages = "more than one result", []

    def printed(self, data: bytes) -> None:
        self.output += data[: max(0, KEPT_OUTPUT - len(self.output))]

    def ended(self, why: str, status: int | None, waited: float = 0.0) -> Ended:
        results = [
            message
            for message in self.messages
            if "autopsy" not in message and "begun" not in message
        ]
        autopsies = [message["autopsy"] for message in self.messages if "autopsy" in message]
        tampered = self.tampered or ("more than one result" if len(results) > 1 else "")
        return Ended(
            why=why,
            status=status,
            begun=any("begun" in message for message in self.messages),
            frame=results[0] if results else None,
            autopsy=autopsies[0] if autopsies and type(autopsies[0]) is dict else None,
            tampered=tampered,
            output=bytes(self.output).decode("utf-8", "replace"),
            waited=waited,
        )


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
        python = [sys.executable, "-P", "-B", "-m", "pypatterns.course.checking.worker"]
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
        self._scratch = _folder("pp-")
        return [], self._scratch, environment() | {"TMPDIR": self._scratch}

    def revive(self) -> None:
        """Before a session: have a zygote that lives. Only its parent can tell, so a fork of the parent must not ask."""
        if self._zygote is not None and self._zygote.poll() is not None:
            self.close()
        with contextlib.suppress(WorkerBroken):  # the call tries again, and says what is wrong
            self.ready()

    def call(self, request: dict[str, Any], deadline: float) -> Ended:
        """Carry out a request. One that did not start, or was lost with its zygote, is tried once more by a new zygote.

        A cleaner of old temporary files may have come by, or the system have ended the zygote for want of memory. What
        happens twice is the answer's doing, or says why nothing can be done.
        """
        try:
            ended = self._call(request, deadline)
        except _NotStarted:
            self.close()
        else:
            if ended.why == "exit" and not ended.begun:
                self.close()  # what an earlier call has left or changed goes with its zygote
            elif ended.why != "lost":
                return ended
        return self._call(request, deadline)

    def _call(self, request: dict[str, Any], deadline: float) -> Ended:
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
        """Closing the control socket is the order to end; the zygote ends its children first. `close` waits for that."""
        if self._control is not None:
            self._control.close()
        self._control = None

    def close(self) -> None:
        """End the zygote and everything below it, and wait until that is done."""
        self.dismiss()
        if self._zygote is not None:
            try:
                self._zygote.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                _kill_all(self._zygote)
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
            except _NotStarted:
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
    ) -> Ended:
        """Send the request and read everything until the zygote has said how it ended and no writer is left."""
        assert self._control is not None
        received = _Received()
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
            raise _NotStarted(verdict["reason"])
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

    def _give_up(self, received: _Received, said: str) -> Ended:
        """Nothing came for too long: a process that escaped still holds the channel, or the zygote is stuck."""
        if said:
            return received.ended(said, None)
        if self._zygote is not None:
            _kill_all(self._zygote)
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


class FreshWorker:
    """Starts a Python for each call. The channel is its stdin and stdout; what the answer prints comes by stderr."""

    def call(self, request: dict[str, Any], deadline: float) -> Ended:
        folder = _folder("answer-")
        try:
            return self._call(request, deadline, folder)
        finally:
            scratch.remove(folder)

    def _call(self, request: dict[str, Any], deadline: float, folder: str) -> Ended:
        received = _Received()
        module = "pypatterns.course.checking.fresh"
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-B", "-m", module, folder, str(deadline)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment(),
            )
        except OSError as error:
            raise WorkerBroken(f"no Python can be started for an answer ({error})") from error
        assert process.stdin and process.stdout and process.stderr
        readers = [
            _drain(process.stdout, received.result),
            _drain(process.stderr, received.printed),
        ]
        with contextlib.suppress(OSError), process.stdin:
            process.stdin.write(wire.pack(request))
        self._see_it_start(process, received)
        why = self._wait(process, deadline)
        for reader in readers:
            reader.join(1.0)
        return received.ended(why, process.returncode)

    def close(self) -> None:
        """Nothing outlives a call."""

    def _see_it_start(self, process: subprocess.Popen[bytes], received: _Received) -> None:
        """Wait until the answer's import is reached: starting Python takes none of its time."""
        until = time.monotonic() + PATIENCE
        while not received.messages and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)

    def _wait(self, process: subprocess.Popen[bytes], deadline: float) -> str:
        """See the process through; end it and its children. Its last moments are for saying where it stands."""
        try:
            process.wait(deadline + LAST_MOMENTS)
        except subprocess.TimeoutExpired:
            _kill_all(process)
            process.wait()
            return "deadline"
        return "exit"


def _kill_all(process: subprocess.Popen[bytes]) -> None:
    """End a process and all below it, which would else run on as orphans."""
    family: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.kill()


def _folder(prefix: str) -> str:
    try:
        return scratch.new(prefix)
    except scratch.NoRoom as error:
        raise _NotStarted(str(error)) from error


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


def _drain(stream: IO[bytes], take: Callable[[bytes], None]) -> threading.Thread:
    def drain() -> None:
        with stream:
            while data := os.read(stream.fileno(), CHUNK):
                take(data)

    reader = threading.Thread(target=drain, daemon=True)
    reader.start()
    return reader
