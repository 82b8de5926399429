"""The contract of a worker: hand it a request, and it says how the call ended. What both workers share is here, too.

fork_worker.py has a zygote fork a child for each call; fresh_worker.py starts a Python for each, where there is no fork.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from dataclasses import dataclass, field
from typing import Any, Protocol

import psutil

from pypatterns.course.checking.shared import scratch, wire
from pypatterns.course.checking.shared.limits import KEPT_OUTPUT

MOST_MESSAGES = 3  # of one call: that it has begun, its result, perhaps an autopsy
PATIENCE = 15.0  # seconds beyond the deadline until a silent worker counts as broken
CHUNK = 1 << 18  # bytes read at once
# Loaded once, not by each call's import; a sandbox, of which every submission has its own, loads what its exercises need.
COMMON = ("asyncio", "concurrent.futures.thread", "logging", "queue")
FIXED = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "2"}


class WorkerBroken(Exception):
    """The worker itself failed: no verdict on the answer can follow from it."""


class NotStarted(WorkerBroken):
    """There is no folder for the answer's files, or no process for the answer."""


@dataclass(frozen=True, slots=True)
class CallEnd:
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

    def call(self, request: dict[str, Any], deadline: float) -> CallEnd:
        """Carry out a request (see `child.call.carry_out`) within `deadline` seconds. Raises `WorkerBroken`."""

    def close(self) -> None:
        """End the worker and all that it started."""


def inherited() -> dict[str, str]:
    """What an answer's process sees: this one's environment, less what would make runs differ or reach the notebook."""
    dropped = {"MPLBACKEND", "PYTHONSTARTUP", "PYTHONINSPECT", "COVERAGE_PROCESS_START"}
    # a kernel wants colour of all that it starts; a report has none
    dropped |= {"FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS"}
    return {name: value for name, value in os.environ.items() if name not in dropped} | FIXED


@dataclass
class Received:
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

    def ended(self, why: str, status: int | None, waited: float = 0.0) -> CallEnd:
        results = [
            message
            for message in self.messages
            if "autopsy" not in message and "begun" not in message
        ]
        autopsies = [message["autopsy"] for message in self.messages if "autopsy" in message]
        tampered = self.tampered or ("more than one result" if len(results) > 1 else "")
        return CallEnd(
            why=why,
            status=status,
            begun=any("begun" in message for message in self.messages),
            frame=results[0] if results else None,
            autopsy=autopsies[0] if autopsies and type(autopsies[0]) is dict else None,
            tampered=tampered,
            output=bytes(self.output).decode("utf-8", "replace"),
            waited=waited,
        )


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """End a process and all below it, which would else run on as orphans."""
    family: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.kill()


def new_folder(prefix: str) -> str:
    try:
        return scratch.new(prefix)
    except scratch.NoRoom as error:
        raise NotStarted(str(error)) from error
