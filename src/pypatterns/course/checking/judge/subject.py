"""What a check holds in its hands: the answer, to be put to work in a process of its own.

>>> answer.run("cold_callers", callers=8, key="tea")
{'loads': 1, 'same_object': True}

Whatever else can happen to a call becomes a `CallFailed` (failures.py). The judge never imports the answer.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Exercise
from pypatterns.course.checking.judge import typechecker
from pypatterns.course.checking.judge.drivers import description, drivers_of
from pypatterns.course.checking.judge.failures import CallFailed, value_of
from pypatterns.course.checking.judge.typechecker import Remark
from pypatterns.course.checking.judge.worker import Worker
from pypatterns.course.checking.report.model import Verdict
from pypatterns.course.checking.shared import wire
from pypatterns.course.checking.shared.limits import KEPT_OUTPUT

LOOK = "pypatterns.course.checking.child.builtin_drivers:look"


class Subject:
    """One answer, as its checks see it. `called` and `output` tell of the latest calls, for the report."""

    def __init__(self, answer: Answer, exercise: Exercise, worker: Worker) -> None:
        self.answer = answer
        self.exercise = exercise
        self.called = ""
        self.output = ""
        self._worker = worker
        self._seconds = 0.0  # used by its calls so far, less their waits for a core
        self._seen: list[dict[str, Any]] | None = None  # what it defines, once that is known
        self._remarks: dict[
            Path, tuple[Remark, ...]
        ] = {}  # mypy's, by the folder that it read beside

    def run(self, driver: str, **inputs: Any) -> Any:
        """Run a driver of the exercise's drive.py on the answer; what it returned, as plain data. Raises `CallFailed`."""
        drivers = drivers_of(self.exercise)
        self.called = description(drivers.docstrings.get(driver, ""), inputs) if drivers else ""
        return self.work(f"drive:{driver}", inputs, self.exercise.call_deadline)

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call something that the answer defines; what it returned, as plain data. Raises `CallFailed`."""
        given = [repr(arg) for arg in args] + [f"{key}={value!r}" for key, value in kwargs.items()]
        self.called = f"{name}({', '.join(given)})"
        return self.work(
            "pypatterns.course.checking.child.builtin_drivers:call",
            {"name": name, "args": args, "kwargs": kwargs},
            self.exercise.call_deadline,
        )

    def mypy(self, beside: Path) -> tuple[Remark, ...]:
        """All that `mypy --strict` objects to in the answer (answer.py) and in the .py files of the folder `beside`.

        They are read together, once for all checks of this answer. Raises `CallFailed`.
        """
        if beside not in self._remarks:
            files = {path.name: path.read_text(encoding="utf-8") for path in beside.glob("*.py")}
            files[typechecker.MODULE] = self.answer.source
            self.called = "mypy --strict reads the answer"
            typechecker.cache_for(files)
            began = time.monotonic()
            try:
                self._remarks[beside] = typechecker.remarks(files, seconds=self._left())
            except typechecker.TooSlow:
                words = f"mypy had not read the answer after {self._left():.0f} s, and was stopped."
                raise CallFailed(Verdict.TIMEOUT, words) from None
            finally:
                self._seconds += time.monotonic() - began
        return self._remarks[beside]

    def look(self, wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What the answer defines of the `wanted` names (see `builtin_drivers.look`). Raises `CallFailed`."""
        if self._seen is None:
            self._seen = self.work(LOOK, {"wanted": wanted}, self.exercise.call_deadline)
        return self._seen

    def enter(self, wanted: Sequence[Mapping[str, Any]]) -> None:
        """Import the answer, and look at what it defines while it is there.

        Raises `CallFailed` with the verdict ERROR, or what kept the import from ending.
        """
        try:
            self._import_and_look(wanted)
        except CallFailed as failed:
            if failed.verdict in (Verdict.ERROR, Verdict.INFRASTRUCTURE):
                raise
            # It crashed, exited, used too much: there is nothing to check.
            fatal = failed.verdict is Verdict.FAIL
            raise CallFailed(
                Verdict.ERROR if fatal else failed.verdict,
                f"{failed.message} This happens when it is imported.",
                failed.lines,
                failed.locations,
            ) from None

    def _import_and_look(self, wanted: Sequence[Mapping[str, Any]]) -> None:
        try:
            if wanted:
                self._seen = self.work(LOOK, {"wanted": wanted}, self.exercise.import_deadline)
                return
        except CallFailed as failed:
            if failed.verdict is not Verdict.FAIL:
                raise
            # The look at the names may have failed, not the import: import alone; the signature check reports the rest.
            self.output = ""
        self.work("", {}, self.exercise.import_deadline)

    def work(self, driver: str, inputs: Mapping[str, Any], deadline: float) -> Any:
        """One call of any driver, named "module:function"."""
        left = self._left()
        files = {"answer.py": self.answer.source}
        name = self.exercise.name
        files |= {f"{name}/{path}": text for path, text in self.answer.files.items()}
        drivers = drivers_of(self.exercise)
        if drivers is not None:
            files["drive.py"] = drivers.source
        began, waited = time.monotonic(), 0.0
        try:
            ended = self._worker.call(
                {
                    "files": files,
                    "compiled": drivers.compiled if drivers else "",
                    "driver": driver,
                    "inputs": wire.encode(dict(inputs)),
                },
                min(deadline, left),
            )
            waited = ended.waited
        finally:
            self._seconds += time.monotonic() - began - waited
        self.output = (self.output + ended.output)[-KEPT_OUTPUT:]
        return value_of(ended, self.answer, min(deadline, left))

    def _left(self) -> float:
        """Seconds that are left of this answer's. Raises `CallFailed` when there are none."""
        left = self.exercise.answer_deadline - self._seconds
        if left <= 0:
            raise CallFailed(
                Verdict.TIMEOUT,
                f"The {self.exercise.answer_deadline:g} s for all checks of an answer are used up.",
            )
        return left
