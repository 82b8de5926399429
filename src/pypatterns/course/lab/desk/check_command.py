"""What `pypatterns check` was asked to check, and what came of it: for a terminal, as a panel in the notebook is.

>>> outcome = check(course, ["work/01_threads_and_processes.ipynb"], judge)
>>> outcome.reports[0].verdict, outcome.exit_code
(<Verdict.PASS: 'PASS'>, 0)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pypatterns.course import answers
from pypatterns.course.answers import Found
from pypatterns.course.catalog import Course
from pypatterns.course.checking.report.blocks import headline
from pypatterns.course.checking.report.model import Report, Verdict
from pypatterns.course.checking.report.text import text
from pypatterns.course.errors import NoAnswer, UnknownName
from pypatterns.course.lab.desk.diary import Diary

if TYPE_CHECKING:
    from pypatterns.course.checking.client import Judge

SEEDED = (Verdict.FAIL, Verdict.TIMEOUT, Verdict.DEADLOCK)  # a run worth repeating with its inputs


@dataclass(frozen=True, slots=True)
class Checked:
    """The reports in the order of the answers, and what was refused, each with its reason."""

    reports: tuple[Report, ...]
    refused: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 all passed as far as can be told here, 1 something did not, 3 nothing is wrong but our own checking failed."""
        verdicts = {report.verdict for report in self.reports}
        if self.refused or verdicts - {Verdict.PASS, Verdict.UNCHECKED, Verdict.INFRASTRUCTURE}:
            return 1
        return 3 if Verdict.INFRASTRUCTURE in verdicts else 0

    def to_json(self) -> str:
        """One JSON document: `reports` (each as report.schema.json has it) and `refused` (sentences)."""
        data = {
            "reports": [report.to_dict() for report in self.reports],
            "refused": list(self.refused),
        }
        return json.dumps(data, indent=2, ensure_ascii=False)

    def summary(self) -> str:
        """Every verdict once more, where there were several; else nothing."""
        if len(self.reports) < 2:
            return ""
        return "\n".join(["In short:", *(f"  {headline(report)}" for report in self.reports)])


def check(
    course: Course,
    what: Sequence[str],
    judge: Judge,
    *,
    seed: int | None = None,
    say: Callable[[str], object] | None = None,
) -> Checked:
    """Check what was asked for (see `asked_for`); `say` hears each panel as soon as it is known.

    Where all of it is in work/, the verdicts are kept for the map of the course.
    """
    diary = Diary(course.work) if all(_is_mine(course, named) for named in what) else None
    found = asked_for(course, what)
    reports = []
    for answer in found.answers:
        report = judge.check(answer, course.exercise(answer.exercise), seed=seed)
        reports.append(report)
        if diary:
            diary.note(report)
        if say:
            say(panel(report, answer.origin if len(found.answers) > 1 else ""))
    return Checked(tuple(reports), found.refused)


def panel(report: Report, origin: str = "") -> str:
    """The panel's words, below where the answer was found, above how a failure's inputs come back."""
    above = f"-- {origin}\n" if origin else ""
    again = f"\n\nThe same inputs again: --seed {report.seed}"
    return f"{above}{text(report)}{again if report.verdict in SEEDED else ''}\n"


def asked_for(course: Course, what: Sequence[str]) -> Found:
    """The answers in these files and folders, or in work/ to these exercises and lessons; all in work/ without a name.

    Raises `UnknownName`, `UnreadableFile` or `NoAnswer` where what was named is not there.
    """
    parts = [_one(course, each) for each in what] if what else [_in_work(course)]
    found = tuple(answer for part in parts for answer in part.answers)
    return Found(found, tuple(dict.fromkeys(reason for part in parts for reason in part.refused)))


def _one(course: Course, named: str) -> Found:
    """A name of the course goes first; ./NAME is a file or folder, whatever it is called."""
    try:
        exercises = course.select([named])
    except UnknownName:
        if not _is_path(named):
            raise
        return answers.find(Path(named), course)
    return _in_work(course, {exercise.name for exercise in exercises}, named)


def _is_path(named: str) -> bool:
    return Path(named).exists() or Path(named).suffix != "" or Path(named).name != named


def _is_mine(course: Course, named: str) -> bool:
    return not _is_path(named) or Path(named).resolve().is_relative_to(course.work.resolve())


def _in_work(course: Course, names: Collection[str] = (), named: str = "") -> Found:
    if not course.work.is_dir():
        raise NoAnswer(f"there is no {course.work} yet; 'pypatterns lab' lays out the exercises")
    found = answers.find(course.work, course)
    if not names:
        return found
    chosen = tuple(answer for answer in found.answers if answer.exercise in names)
    if not chosen and not found.refused:
        raise NoAnswer(
            f"no answer to '{named}' in work/; 'pypatterns reset EXERCISE' brings it back"
        )
    return Found(chosen, () if chosen else found.refused)
