"""Several judges behind one `check`, for whoever has more answers than one and asks from several threads.

>>> with JudgePool(course, jobs=2) as judge, ThreadPoolExecutor(2) as threads:
...     reports = list(threads.map(lambda answer: judge.check(answer, exercise), answers))
"""

from __future__ import annotations

import queue
from types import TracebackType
from typing import Self

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report import Report


class JudgePool:
    """`jobs` judges, each started when it is first needed; a check waits for one that is free."""

    def __init__(self, course: Course | None = None, *, jobs: int) -> None:
        self._judges = [Judge(course) for _ in range(jobs)]
        self._free: queue.LifoQueue[Judge] = queue.LifoQueue()  # the warmest first
        for judge in reversed(self._judges):
            self._free.put(judge)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def check(self, answer: Answer, exercise: Exercise, *, seed: int | None = None) -> Report:
        """Check one answer (see `Judge.check`). May be called from several threads."""
        judge = self._free.get()
        try:
            return judge.check(answer, exercise, seed=seed)
        finally:
            self._free.put(judge)

    def close(self) -> None:
        """End all judges, once no check runs any more."""
        for judge in self._judges:
            judge.close()
