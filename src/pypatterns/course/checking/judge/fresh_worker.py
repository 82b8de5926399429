"""The worker where there is no fork: a Python for each call, which takes some tenths of a second.

It knows no autopsy beyond faulthandler's.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any

from pypatterns.course.checking.judge.worker import (
    CHUNK,
    PATIENCE,
    CallEnd,
    Received,
    WorkerBroken,
    inherited,
    kill_all,
    new_folder,
)
from pypatterns.course.checking.shared import scratch, wire

LAST_MOMENTS = 0.5  # seconds in which a process of its own says where it stands


class FreshWorker:
    """Starts a Python for each call. The channel is its stdin and stdout; what the answer prints comes by stderr."""

    def call(self, request: dict[str, Any], deadline: float) -> CallEnd:
        folder = new_folder("answer-")
        try:
            return self._call(request, deadline, folder)
        finally:
            scratch.remove(folder)

    def _call(self, request: dict[str, Any], deadline: float, folder: str) -> CallEnd:
        received = Received()
        module = "pypatterns.course.checking.child.fresh"
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-B", "-m", module, folder, str(deadline)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=inherited(),
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

    def _see_it_start(self, process: subprocess.Popen[bytes], received: Received) -> None:
        """Wait until the answer's import is reached: starting Python takes none of its time."""
        until = time.monotonic() + PATIENCE
        while not received.messages and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)

    def _wait(self, process: subprocess.Popen[bytes], deadline: float) -> str:
        """See the process through; end it and its children. Its last moments are for saying where it stands."""
        try:
            process.wait(deadline + LAST_MOMENTS)
        except subprocess.TimeoutExpired:
            kill_all(process)
            process.wait()
            return "deadline"
        return "exit"


def _drain(stream: IO[bytes], take: Callable[[bytes], None]) -> threading.Thread:
    def drain() -> None:
        with stream:
            while data := os.read(stream.fileno(), CHUNK):
                take(data)

    reader = threading.Thread(target=drain, daemon=True)
    reader.start()
    return reader
