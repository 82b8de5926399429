"""One pytest session for one answer: prepared ahead of time, run on an exercise's folder, told as events."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from _pytest.config import _prepareconfig  # as pytest-xdist's workers do

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.judge.misconceptions import causes_of
from pypatterns.course.checking.judge.plugin import Checks, Emit
from pypatterns.course.checking.judge.worker import Worker

_COMMANDS = {
    number: f"\\x{number:02x}"
    for number in (*range(32), *range(127, 160))
    if chr(number) not in "\t\n\r"
}
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
    """Run one answer's checks. `request`: course and checks (folders), exercise, source, origin, elsewhere, files, seed,
    stop_at_first.
    """
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
        stop_at_first=request["stop_at_first"],
    )
    run(prepared or prepare(), checks, exercise.checks)
    causes = [asdict(cause) for cause in causes_of(exercise, events, answer)]
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
