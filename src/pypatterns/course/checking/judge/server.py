"""The judge's process: pytest and a worker kept warm, one pytest session per answer, events out as each check ends.

`python -m pypatterns.course.checking.judge.server SANDBOX` reads requests from stdin, a JSON line each, and writes events to
stdout, a JSON line each, `{"event": "end"}` last. Where there is fork, every session runs in a fork of the warm process, so that
none sees another's leavings; elsewhere the process serves one request and ends. It ends when its stdin closes.
"""

from __future__ import annotations

import compileall
import json
import os
import selectors
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import pytest

from pypatterns.course import checking, known_answers, signatures
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.judge import drivers
from pypatterns.course.checking.judge.fork_worker import ForkWorker, worker_for
from pypatterns.course.checking.judge.pytest_session import check, course_of, harmless, warm_up
from pypatterns.course.checking.judge.worker import Worker
from pypatterns.course.checking.report.model import Sandbox
from pypatterns.course.checking.shared.protocol import can_fork
from pypatterns.course.errors import CourseError
from pypatterns.course.starters import starter

# What a sandbox hides, and which folder it shows in the place of this package.
Sight = tuple[Sequence[str], str]


def _started(preload: Sequence[str], sight: Sight, sandbox: Sandbox) -> Worker:
    hidden, package = sight
    worker = worker_for(preload, sandbox=sandbox, hidden=hidden, package=package)
    if isinstance(worker, ForkWorker):
        worker.start()
    return worker


def read_ahead(course: Course, exercise: Exercise) -> None:
    """Read, while a session runs, what the exercise's next one would have to read."""
    with suppress(CourseError, OSError, ValueError):  # that session says what is wrong
        starter(exercise, course)
        signatures.read(exercise.signature_file)
        known_answers.read_ahead(exercise)


class Server:
    """Serves requests until stdin closes."""

    def __init__(self, requests: int, events: int, sandbox: Sandbox) -> None:
        self._requests = requests
        self._events = events
        self._sandbox = sandbox
        self._buffer = b""
        self._closed = False
        self._worker: Worker | None = None
        self._leaving: Worker | None = None  # the last submission's, which may not have ended yet
        self._preload: set[str] = set()
        self._spare: tuple[tuple[list[str], Sight], Worker] | None = None
        self._submission = ""  # whose answers the worker's sandbox is for
        self._session: pytest.Session | None = None

    def serve(self) -> None:
        """One request after another."""
        if self._sandbox is Sandbox.NONE:
            self._start_worker(set(), "")
        if can_fork():
            self._session = warm_up()
        while (line := self._line()) is not None:
            if not self._serve(json.loads(line)):
                return

    def _serve(self, request: Mapping[str, Any]) -> bool:
        """One request; whether to wait for another."""
        try:
            course = course_of(request)
            exercise = course.exercise(request["exercise"])
            preload = drivers.preload_of(
                exercise
            )  # its drivers are compiled here, for all forks to come
        except (CourseError, OSError, ValueError) as error:
            self._emit({"event": "end", "causes": [], "broken": str(error)})
            return can_fork()
        sight = (request["course"], request["checks"]), request["package"]
        worker = self._start_worker(preload | {*request["preload"]}, request["submission"], sight)
        if not can_fork():
            check(request, worker, self._emit)
            return False
        if isinstance(worker, ForkWorker):
            worker.revive()
        return self._in_a_fork(request, worker, course)

    def close(self) -> None:
        """End the workers."""
        self._end_worker()
        self._see_off()
        if self._spare is not None:
            self._spare[1].close()

    def _end_worker(self) -> None:
        """A sandbox takes some 30 ms to end. Nobody waits for that: by the end of the next session it has."""
        self._see_off()
        if isinstance(self._worker, ForkWorker):
            self._worker.dismiss()
        self._leaving = self._worker

    def _see_off(self) -> None:
        if self._leaving is not None:
            self._leaving.close()
        self._leaving = None

    def _start_worker(self, preload: set[str], submission: str, sight: Sight = ((), "")) -> Worker:
        """The worker, started anew if it lacks modules that this exercise's answers may import, or is for another's answers."""
        moves = self._sandbox is not Sandbox.NONE and submission != self._submission
        if self._worker is None or moves or not preload <= self._preload:
            self._end_worker()
            self._preload = preload if moves else preload | self._preload
            self._submission = submission
            self._worker = self._new_worker(sight)
        return self._worker

    def _new_worker(self, sight: Sight) -> Worker:
        """A worker that starts now, or in a sandbox one that was started while the last submission was checked."""
        wanted = (sorted(self._preload), sight)
        if self._sandbox is Sandbox.NONE:
            return _started(*wanted, self._sandbox)
        spare, self._spare = self._spare, None
        if spare is not None and spare[0] != wanted:
            spare[1].close()
            spare = None
        worker = spare[1] if spare is not None else _started(*wanted, self._sandbox)
        self._spare = (wanted, _started(*wanted, self._sandbox))
        return worker

    def _in_a_fork(self, request: Mapping[str, Any], worker: Worker, course: Course) -> bool:
        """Run a session in a fork and see it through; False if stdin closed meanwhile, and with it the reason to go on."""
        finished, running = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(finished)
            self._be_session(request, worker)
        os.close(running)
        read_ahead(course, course.exercise(request["exercise"]))
        with selectors.DefaultSelector() as selector:
            selector.register(finished, selectors.EVENT_READ)
            selector.register(self._requests, selectors.EVENT_READ)
            while finished not in (ready := {key.fd for key, _ in selector.select()}):
                if self._requests in ready and not self._take_in():
                    os.kill(pid, signal.SIGKILL)
                    break
        os.close(finished)
        os.waitpid(pid, 0)
        self._see_off()
        return not self._closed

    def _be_session(self, request: Mapping[str, Any], worker: Worker) -> None:
        try:
            check(request, worker, self._emit, self._session)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the learner hears of it instead of waiting
            self._emit(
                {
                    "event": "end",
                    "status": -1,
                    "causes": [],
                    "broken": f"{type(error).__name__}: {error}",
                }
            )
        finally:
            os._exit(0)

    def _line(self) -> bytes | None:
        while b"\n" not in self._buffer:
            if not self._take_in():
                return None
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _take_in(self) -> bool:
        """Read what has come on stdin; False once it is closed."""
        data = os.read(self._requests, 1 << 16)
        self._buffer += data
        self._closed = not data
        return bool(data)

    def _emit(self, event: dict[str, Any]) -> None:
        data = memoryview(json.dumps(harmless(event)).encode() + b"\n")
        while data:
            data = data[os.write(self._events, data) :]


def main() -> None:
    """Serve on what were stdin and stdout; whatever a check prints goes to stderr."""
    # Workers start without writing bytecode, so that an answer cannot; this package's is written here, where it may be.
    compileall.compile_dir(os.path.dirname(checking.__file__), quiet=2)
    requests, events = os.dup(0), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    server = Server(requests, events, Sandbox(sys.argv[1]))
    try:
        server.serve()
    finally:
        server.close()


if __name__ == "__main__":
    main()
