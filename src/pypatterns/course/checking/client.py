"""Have an answer checked: the end of the judge's process that notebooks and commands hold.

>>> with Judge() as judge:
...     report = judge.check(answer, exercise)

Nothing that an answer does reaches the process that asks: it only reads events. Interrupting a check ends the judge's
process, which ends everything below it; the next check starts a new one.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.report.events import Story
from pypatterns.course.checking.report.model import (
    Report,
    Sandbox,
)
from pypatterns.course.checking.shared.protocol import can_fork

Listener = Callable[[dict[str, Any]], None]
DEBUG = "PYPATTERNS_DEBUG"  # set: what goes wrong in the judge's processes is printed
SILENCE = 45.0  # seconds without an event, beyond an answer's own deadline, until the judge counts as broken


class Judge:
    """One warm judge process, started when it is first needed. Not for use by several threads at once."""

    def __init__(
        self,
        course: Course | None = None,
        *,
        sandbox: Sandbox = Sandbox.NONE,
        package: Path | None = None,
    ) -> None:
        """In a sandbox, answers see the folder `package` in the place of this package, if there is one."""
        self._course = course
        self._sandbox = sandbox
        self._package = package
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the process now, without waiting for it, so that the first verdict comes sooner."""
        if self._process is not None and self._process.poll() is None:
            return
        self._abandon()
        python = [sys.executable, "-P", "-B", "-m"]
        self._process = subprocess.Popen(
            [*python, "pypatterns.course.checking.judge.server", self._sandbox],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get(DEBUG) else subprocess.DEVNULL,
            env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            start_new_session=True,  # an interrupt from the keyboard is for whoever asks, not for the judge
        )
        assert self._process.stdout is not None
        self._lines = queue.SimpleQueue()
        threading.Thread(
            target=_pump,
            args=(self._process.stdout, self._lines),
            daemon=True,
            name="judge's events",
        ).start()

    def check(
        self,
        answer: Answer,
        exercise: Exercise,
        *,
        seed: int | None = None,
        on_event: Listener | None = None,
        submission: str = "",
        preload: Sequence[str] = (),
        stop_at_first: bool = False,
    ) -> Report:
        """Check one answer. `on_event` hears of each check as it starts and ends (see judge/plugin.py).

        The checks are those of the folder `exercise.checks`, wherever it is. In a sandbox, answers share one as long as they
        are of one `submission`; `preload` names the modules that its answers need, to be loaded once. With `stop_at_first` the
        first check that does not pass is the last one that runs, and the report leaves the later ones out. Whatever happens, a report comes back: if the checking itself breaks, its verdict is INFRASTRUCTURE.
        """
        course = self._course or catalog.load()
        seed = secrets.randbits(32) if seed is None else seed
        story = Story(answer, exercise, seed, self._sandbox)
        more = {
            "seed": seed,
            "submission": submission,
            "preload": list(preload),
            "stop_at_first": stop_at_first,
        }
        try:
            self._send(course, answer, exercise, more)
            while not story.ended:
                event = self._event(exercise.answer_deadline + SILENCE)
                story.hear(event)
                if on_event is not None:
                    on_event(event)
        except (OSError, queue.Empty, _JudgeGone) as error:
            self._abandon()
            story.broken = f"The judge's process ended or fell silent ({type(error).__name__})."
        except BaseException:
            self._abandon()
            raise
        if not can_fork():  # the process served its one request
            self.close()
        return story.report()

    def close(self) -> None:
        """End the judge's process and everything below it."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            _kill(process)

    def _abandon(self) -> None:
        """End the run in the middle: the zygote notices that its judge is gone, and ends what it runs."""
        process, self._process = self._process, None
        if process is not None:
            _kill(process)

    def _send(
        self, course: Course, answer: Answer, exercise: Exercise, more: Mapping[str, Any]
    ) -> None:
        request = {
            "course": str(course.root),
            "exercise": answer.exercise,
            "source": answer.source,
            "origin": answer.origin,
            "elsewhere": dict(answer.elsewhere),
            "files": dict(answer.files),
            "checks": str(exercise.checks),
            "package": str(self._package or ""),
            **more,
        }
        self.start()
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()

    def _event(self, patience: float) -> dict[str, Any]:
        line = self._lines.get(timeout=patience)
        if line is None:
            raise _JudgeGone("no more events")
        return dict(json.loads(line))


class _JudgeGone(Exception):
    """The judge's process has no more to say."""


def _pump(stream: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    with stream, suppress(ValueError):
        for line in stream:
            lines.put(line)
    lines.put(None)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()


class JudgePool:
    """`jobs` judges, each started when it is first needed; a check waits for one that is free."""

    def __init__(self, course: Course | None = None, *, jobs: int) -> None:
        self._judges = [Judge(course) for _ in range(jobs)]
        self._free: queue.LifoQueue[Judge] = queue.LifoQueue()  # the warmest first
        for judge in reversed(self._judges):
            self._free.put(judge)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def check(
        self,
        answer: Answer,
        exercise: Exercise,
        *,
        seed: int | None = None,
        on_event: Listener | None = None,
        stop_at_first: bool = False,
    ) -> Report:
        """Check one answer (see `Judge.check`). May be called from several threads."""
        judge = self._free.get()
        try:
            return judge.check(
                answer, exercise, seed=seed, on_event=on_event, stop_at_first=stop_at_first
            )
        finally:
            self._free.put(judge)

    def close(self) -> None:
        """End all judges, once no check runs any more."""
        for judge in self._judges:
            judge.close()
