"""The judge's process: pytest and a worker kept warm, one pytest session per answer, events out as each check ends.

`python -m pypatterns.course.checking.session SANDBOX` reads requests from stdin, a JSON line each, and writes events to
stdout, a JSON line each, `{"event": "end"}` last. Where there is fork, every session runs in a fork of the warm process, so that
none sees another's leavings; elsewhere the process serves one request and ends. It ends when its stdin closes.
"""

from __future__ import annotations

import compileall
import gc
import json
import os
import selectors
import signal
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from _pytest.config import _prepareconfig  # as pytest-xdist's workers do

from pypatterns.course import catalog, checking
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking import calls, known, signature
from pypatterns.course.checking.admission import starter
from pypatterns.course.checking.judge import ForkWorker, Worker, can_fork, worker_for
from pypatterns.course.checking.plugin import Checks, Emit
from pypatterns.course.checking.report import Cause, Sandbox, Verdict
from pypatterns.course.errors import CourseError

MISSING_BEHAVIOUR = (Verdict.FAIL, Verdict.TIMEOUT, Verdict.DEADLOCK)
SLIPS = (
    "NameError",
    "UnboundLocalError",
    "NotImplementedError",
    "ImportError",
    "ModuleNotFoundError",
)
_COMMANDS = {
    number: f"\\x{number:02x}"
    for number in (*range(32), *range(127, 160))
    if chr(number) not in "\t\n\r"
}
# What a sandbox hides, and which folder it shows in the place of this package.
Sight = tuple[Sequence[str], str]
LONGEST_MESSAGE = 10_000  # characters: an answer can give back millions
# Of pytest's own plugins, those that no check needs. Each costs every session a millisecond.
UNUSED = (
    "cacheprovider debugging doctest faulthandler freeze_support junitxml legacypath logging pastebin recwarn setuponly "
    "setupplan stepwise subtests terminal threadexception unittest unraisableexception warnings"
)
ARGUMENTS = [
    "--disable-plugin-autoload",
    "--assert=plain",  # a check's message is all that a learner reads
    "--import-mode=importlib",
    "--capture=no",
    *(part for name in UNUSED.split() for part in ("-p", f"no:{name}")),
    "-c",
    os.devnull,
]


def check(
    request: Mapping[str, Any], worker: Worker, emit: Emit, prepared: pytest.Session | None = None
) -> None:
    """Run one answer's checks. `request`: course and checks (folders), exercise, source, origin, elsewhere, files, seed."""
    course = course_of(request)
    exercise = course.exercise(request["exercise"])
    answer = Answer(
        exercise.name,
        request["source"],
        request["origin"],
        elsewhere=request["elsewhere"],
        files=request["files"],
    )
    events: list[dict[str, Any]] = []

    def listen(event: dict[str, Any]) -> None:
        if len(event.get("message", "")) > LONGEST_MESSAGE:
            event["message"] = event["message"][:LONGEST_MESSAGE] + " … (cut here)"
        events.append(event)
        emit(event)

    checks = Checks(
        course=course,
        given={exercise.name: answer},
        worker=worker,
        seed=request["seed"],
        emit=listen,
    )
    run(prepared or prepare(), checks, exercise.checks)
    causes = [asdict(cause) for cause in causes_of(exercise, events)]
    emit({"event": "end", "causes": causes, "broken": checks.broken})


def course_of(request: Mapping[str, Any]) -> Course:
    """The course, with the exercise's checks where the request has them: an instructor's own may lie outside it."""
    root = Path(request["course"])
    file = root / catalog.FILE
    course = _course(root, file.stat().st_mtime_ns if file.is_file() else 0)
    asked = replace(course.exercise(request["exercise"]), checks=Path(request["checks"]))
    lessons = [
        replace(
            lesson,
            exercises=tuple(
                asked if each.name == asked.name else each for each in lesson.exercises
            ),
        )
        for lesson in course.lessons
    ]
    return replace(course, lessons=tuple(lessons))


@lru_cache(maxsize=4)
def _course(root: Path, _changed: int) -> Course:
    return catalog.load(root)


def harmless(told: Any) -> Any:
    """What is told, without half characters, which no file can hold, and without commands for a terminal."""
    if isinstance(told, str):
        return told.encode("utf-8", "replace").decode("utf-8").translate(_COMMANDS)
    if isinstance(told, Mapping):
        return {name: harmless(value) for name, value in told.items()}
    return [harmless(value) for value in told] if isinstance(told, list | tuple) else told


def causes_of(exercise: Exercise, events: Iterable[Mapping[str, Any]]) -> tuple[Cause, ...]:
    """The likely causes of what failed. None where no behaviour holds, as each known wrong answer has some that do,
    and none for a slip: a missing name, an unfinished part or something that cannot be used at all is no belief, and neither
    is another signature.
    """
    checks = {event["name"]: event for event in events if event["event"] == "check"}
    if checks.pop(signature.NAME, {}).get("verdict") in MISSING_BEHAVIOUR:
        return ()
    results = list(checks.values())
    failed: dict[str, str] = {}
    for each in results:
        is_slip = each["raised"] in SLIPS or (each["raised"] and not each["lines"])
        if each["verdict"] in MISSING_BEHAVIOUR and not is_slip:
            name = each["name"].partition("[")[0]  # without its parameters
            failed[name] = f"{failed.get(name, '')} {each['message']}"
    if all(each["verdict"] in MISSING_BEHAVIOUR for each in results):
        return ()
    return known.misconceptions(exercise, failed)


def _started(preload: Sequence[str], sight: Sight, sandbox: Sandbox) -> Worker:
    hidden, package = sight
    worker = worker_for(preload, sandbox=sandbox, hidden=hidden, package=package)
    if isinstance(worker, ForkWorker):
        worker.start()
    return worker


def prepare() -> pytest.Session:
    """A session of pytest with its options read and its plugins loaded, which does not know yet what it is for."""
    config = _prepareconfig([*ARGUMENTS, "--rootdir", os.sep, "--confcutdir", os.sep], [])
    config._do_configure()
    session = pytest.Session.from_config(config)
    config.hook.pytest_sessionstart(session=session)
    return session


def run(session: pytest.Session, checks: Checks, folder: Path) -> None:
    """Run the checks in a folder. The session looks at that folder alone, and not at those above it."""
    config = session.config
    config.args = [str(folder)]
    config._rootpath = config.pluginmanager._confcutdir = folder
    config.pluginmanager.register(checks)
    with suppress(pytest.Session.Interrupted, pytest.Session.Failed):  # the checks have heard why
        config.hook.pytest_collection(session=session)
        config.hook.pytest_runtestloop(session=session)
    config.hook.pytest_sessionfinish(session=session, exitstatus=pytest.ExitCode.OK)
    config._ensure_unconfigure()


def warm_up() -> pytest.Session:
    """A prepared session; after one of no checks, for pytest loads its parts when they are first needed, and each fork would
    load them anew.
    """
    with tempfile.TemporaryDirectory() as nothing:
        run(prepare(), Checks(given={}), Path(nothing))
    prepared = prepare()
    gc.collect()
    gc.freeze()  # forks share these pages instead of copying them at their first collection
    return prepared


def read_ahead(course: Course, exercise: Exercise) -> None:
    """Read, while a session runs, what the exercise's next one would have to read."""
    with suppress(CourseError, OSError, ValueError):  # that session says what is wrong
        starter(exercise, course)
        signature.read(exercise.signature_file)
        known.read_ahead(exercise)


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
            preload = calls.preload_of(
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
