"""The checks below the cell: what `%load_ext pypatterns` switches on. Its own file, as all that knows IPython is here.

After each cell whose first line is `# exercise: NAME` its source is checked, in processes of their own, and one panel
appears below it. `check("NAME")` does the same by hand, for the cell with that marker that ran last.
"""

from __future__ import annotations

import atexit
import os
import re
from asyncio import CancelledError
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pypatterns.course import answers, catalog
from pypatterns.course.answers import Answer, Cell, marked
from pypatterns.course.catalog import Course
from pypatterns.course.checking.report.model import Report, Verdict
from pypatterns.course.errors import CourseError
from pypatterns.course.lab.cell.panel import of_answer, of_report, of_words
from pypatterns.course.lab.cell.progress import Progress, Show
from pypatterns.course.lab.desk.diary import Diary
from pypatterns.course.lab.drawing.shown import Shown, show

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

    from pypatterns.course.checking.client import Judge

MENTIONED = re.compile(r"^\s*#\s*exercise:", re.IGNORECASE | re.MULTILINE)
NOT_LOADED = "Run '%load_ext pypatterns' first. In a terminal, 'pypatterns check' does the same."
STOPPED = (
    "{name}: not checked, because you interrupted the cell. What the cell does at top level runs "
    "here first; the checks run in a process of their own. Run the cell again to check it."
)
INTERRUPTED = (KeyboardInterrupt, CancelledError)  # the kernel cancels a cell that awaits
CHECK_STOPPED = "{name}: the check was interrupted. Run the cell again to check it."


class CellHook:
    """Checks each marked cell of one shell, and shows what came of it."""

    def __init__(
        self,
        shell: InteractiveShell,
        judge: Judge,
        show: Show,
        root: Path | None = None,
        diary: Diary | None = None,
    ) -> None:
        self.shell = shell
        self._judge = judge
        self._show = show
        self._root = root
        self._diary = diary
        self._beside = Path.cwd()  # the notebook's folder, whatever a cell changes to later
        self._ran: dict[str, tuple[str, str]] = {}  # marker -> the cell's id and what it is called
        self._pid = os.getpid()

    def after_cell(self, result: ExecutionResult | None) -> None:
        """Check the cell that just ended, if it holds an answer; also when it ended with an error."""
        info = result.info if result else None
        source = str(info.raw_cell or "") if info else self._last_source()
        if not MENTIONED.search(source):
            return
        if result is None or isinstance(result.error_in_exec, INTERRUPTED):
            self._say(STOPPED.format(name=marked(source)) if marked(source) else "")
            return
        cell = Cell(source, f"In [{result.execution_count}]")
        self._check(cell, getattr(info, "cell_id", None) or "")

    def check(self, name: str | None) -> None:
        """Check the last cell that ran with this marker; with any marker, without a name."""
        ran = [cell for cell in self._history("raw") if marked(cell.source)]
        found = [cell for cell in ran if name in (None, marked(cell.source))]
        if found:
            self._check(found[-1])
        else:
            self._say(self._nothing_ran(name))

    def close(self) -> None:
        """End the judge. A forked child of the kernel leaves it alone: it is not the child's."""
        if os.getpid() == self._pid:
            self._judge.close()

    def _check(self, cell: Cell, cell_id: str = "") -> None:
        """Show what there is to say about a cell: its verdict, or in a sentence why there is none."""
        progress = Progress(self._show, watched=somebody_watches(self.shell))
        name = marked(cell.source) or "this cell"
        try:
            with progress:
                panel = self._panel(cell, cell_id, progress)
        except CourseError as error:
            panel = of_words(str(error))
        except KeyboardInterrupt:
            panel = of_words(CHECK_STOPPED.format(name=name))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is ours, and no learner's traceback
            problem = f"{type(error).__name__}: {error}"
            panel = of_report(Report(name, Verdict.INFRASTRUCTURE, message=problem))
        progress.end(panel)

    def _panel(self, cell: Cell, cell_id: str, progress: Progress) -> Shown:
        course = catalog.load(self._root)
        found = answers.among([cell], course, "this notebook", self._beside)
        if not found.answers:
            reasons = (reason.removeprefix("this notebook, ") for reason in found.refused)
            return of_words("\n".join(reasons))
        answer = self._with_its_notebook(found.answers[0], cell, cell_id)
        report = self._judge.check(answer, course.exercise(answer.exercise), on_event=progress.hear)
        if self._diary:
            self._diary.note(report)
        return of_answer(report, answer, course)

    def _with_its_notebook(self, answer: Answer, cell: Cell, cell_id: str) -> Answer:
        """The answer, with what is known of the other cells that ran."""
        # as IPython understood them: a magic is a call there, so the rest of its cell can be parsed
        others = [
            each for each in self._history("parsed") if marked(each.source) != answer.exercise
        ]
        notes = answer.notes + self._same_marker(answer.exercise, cell, cell_id)
        return replace(answer, notes=notes, elsewhere=answers.names_in(others))

    def _same_marker(self, name: str, cell: Cell, cell_id: str) -> tuple[str, ...]:
        before = self._ran.get(name)
        if not cell_id:
            return ()
        self._ran[name] = (cell_id, cell.called)
        if before is None or before[0] == cell_id:
            return ()
        return (
            f"Another cell with this marker ran as {before[1]}. Here the cell that you run counts; "
            "when the file is checked, the last one in it does.",
        )

    def _history(self, form: Literal["raw", "parsed"]) -> list[Cell]:
        """The cells that ran."""
        manager = self.shell.history_manager
        ran: list[str] = getattr(manager, f"input_hist_{form}", [])
        return [Cell(source, f"In [{number}]") for number, source in enumerate(ran) if source]

    def _last_source(self) -> str:
        history = self._history("raw")
        return history[-1].source if history else ""

    def _nothing_ran(self, name: str | None) -> str:
        if name is None:
            return "Nothing to check: no cell that starts with '# exercise: NAME' has run yet."
        try:
            catalog.load(self._root).exercise(name)
        except CourseError as error:
            return str(error)
        return f"Nothing to check: no cell that starts with '# exercise: {name}' has run yet."

    def _say(self, words: str) -> None:
        if words:
            self._show(of_words(words))


_loaded: CellHook | None = None


def load(shell: InteractiveShell, judge: Judge | None = None) -> None:
    """Register the hook: exactly one, however often this is called."""
    global _loaded  # noqa: PLW0603 - one kernel, one hook; `check` has to find it
    if _loaded:
        unload(_loaded.shell)
    course = _course()
    root = course.root if course else None
    _loaded = CellHook(shell, judge or warm_judge(course), show, root, diary_of(course))
    shell.events.register("post_run_cell", _loaded.after_cell)
    atexit.register(_loaded.close)
    if "check" not in shell.user_ns:
        shell.user_ns["check"] = shell.user_ns_hidden["check"] = check


def unload(shell: InteractiveShell) -> None:
    """Take the hook away and end its judge."""
    global _loaded
    if _loaded is None or _loaded.shell is not shell:
        return
    hook, _loaded = _loaded, None
    shell.events.unregister("post_run_cell", hook.after_cell)
    atexit.unregister(hook.close)
    hook.close()
    if shell.user_ns.get("check") is check:
        del shell.user_ns["check"]


def check(name: str | None = None) -> None:
    """Check the cell with the marker `# exercise: NAME` that ran last, and show the panel below this cell."""
    if _loaded is None:
        print(NOT_LOADED)  # noqa: T201 - there may be no IPython to display anything
        return
    _loaded.check(name)


def warm_judge(course: Course | None) -> Judge:
    """A judge that gets ready while the learner reads, so that the first verdict does not wait for it."""
    from pypatterns.course.checking.client import Judge  # noqa: PLC0415 - not needed to import `check`

    judge = Judge(course)
    judge.start()
    return judge


def diary_of(course: Course | None) -> Diary | None:
    """Where the verdicts of this kernel are kept: those of a notebook in work/, since a solution that runs is not the learner's."""
    if course and Path.cwd().resolve().is_relative_to(course.work.resolve()):
        return Diary(course.work)
    return None


def _course() -> Course | None:
    """The course, found while the kernel still stands in the notebook's folder; told where there is none."""
    try:
        return catalog.load()
    except CourseError as error:
        show(of_words(str(error)))
        return None


def somebody_watches(shell: InteractiveShell) -> bool:
    """Whether the cell runs in front of somebody who could be asked for input: not in nbval, nbclient or a terminal.

    A line that is replaced later is a help to people only; nbval would compare it with the panel that is stored.
    """
    parent: Callable[[], dict[str, Any]] = getattr(
        shell, "get_parent", dict
    )  # of ipykernel's shell
    return bool(parent().get("content", {}).get("allow_stdin"))
