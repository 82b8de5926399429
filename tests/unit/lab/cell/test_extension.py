"""The hook in a shell of its own, with a judge that says what the test wants to hear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import pypatterns
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import VARIABLE, Course, Exercise
from pypatterns.course.checking.client import Listener
from pypatterns.course.checking.report.model import CheckResult, Report, Verdict
from pypatterns.course.lab import check
from pypatterns.course.lab.cell import extension
from pypatterns.course.lab.cell.extension import CellHook
from pypatterns.course.lab.desk.diary import Diary
from pypatterns.course.lab.drawing.shown import Shown

TWICE = "# exercise: twice\ndef twice(number):\n    return number + number\n"
PASSED = "twice: PASS, 1 of 1 checks"


class FakeJudge:
    """Passes every answer, or raises what it is told to; remembers what it was asked."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error
        self.asked: list[Answer] = []
        self.closed = 0

    def check(self, answer: Answer, exercise: Exercise, *, on_event: Listener) -> Report:
        self.asked.append(answer)
        on_event({"event": "checks", "checks": [{"check": "test_it"}]})
        if self.error:
            raise self.error
        holds = CheckResult("test_it", "It holds.", Verdict.PASS)
        return Report(exercise.name, Verdict.PASS, (holds,), notes=answer.notes)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def shell(tmp_path: Path) -> InteractiveShell:
    """IPython without a history file."""
    config = Config()
    config.HistoryManager.enabled = False
    return InteractiveShell(config=config, ipython_dir=str(tmp_path / "ipython"))


Run = Callable[..., list[str]]


@pytest.fixture
def judge() -> FakeJudge:
    """A judge that passes everything."""
    return FakeJudge()


@pytest.fixture
def run(shell: InteractiveShell, judge: FakeJudge, tiny_course: Course) -> Run:
    """Run cells in a shell with the hook; what was shown comes back."""
    shown: list[Shown] = []
    hook = CellHook(shell, judge, shown.append, tiny_course.root)  # which gives no handle to update
    shell.events.register("post_run_cell", hook.after_cell)
    shell.push({"by_hand": hook.check})

    def run_cells(*cells: str, ids: tuple[str, ...] = ()) -> list[str]:
        for number, cell in enumerate(cells):
            cell_id = ids[number] if ids else None
            shell.run_cell(cell, store_history=True, cell_id=cell_id)
        return [panel.text for panel in shown]

    return run_cells


@pytest.fixture
def loaded(
    shell: InteractiveShell, tiny_course: Course, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[FakeJudge]]:
    """The judges of a shell into which the real extension is loaded, as `%load_ext` does it."""
    monkeypatch.setenv(VARIABLE, str(tiny_course.root))
    judges: list[FakeJudge] = []

    def new_judge(course: Course | None) -> FakeJudge:
        judges.append(FakeJudge())
        return judges[-1]

    monkeypatch.setattr(extension, "warm_judge", new_judge)
    shell.run_line_magic("load_ext", "pypatterns")
    yield judges
    extension.unload(shell)


def test_a_marked_cell_is_checked_as_it_ends(run: Run, judge: FakeJudge) -> None:
    """One run of the cell, one verdict below it, on exactly the source that ran."""
    shown = run(TWICE)

    assert shown == [PASSED]
    assert [answer.source for answer in judge.asked] == [TWICE]


def test_other_cells_are_left_alone(run: Run, judge: FakeJudge) -> None:
    """A cell without a marker shows nothing, and costs nothing."""
    shown = run("x = 1", "# exercise is healthy", "", "%pwd")

    assert shown == []
    assert judge.asked == []


@pytest.mark.parametrize("end", ["1 / 0", "def broken(:", "raise SystemExit"])
def test_a_cell_that_ends_in_an_error_is_checked_too(run: Run, judge: FakeJudge, end: str) -> None:
    """The judge says what is wrong with it, in the words that a grader would read."""
    run(TWICE + end)

    assert len(judge.asked) == 1


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "asyncio.CancelledError"])
def test_an_interrupted_cell_is_not_checked(run: Run, judge: FakeJudge, error: str) -> None:
    """Whoever stopped an endless loop does not wait for it a second time, and reads why."""
    shown = run(f"{TWICE}import asyncio\nraise {error}")

    assert judge.asked == []
    assert shown[0].startswith("twice: not checked, because you interrupted the cell.")


def test_an_interrupted_check_is_one_line(run: Run, judge: FakeJudge) -> None:
    """An interrupt ends the check, not the learner's patience with a traceback."""
    judge.error = KeyboardInterrupt()

    assert run(TWICE) == ["twice: the check was interrupted. Run the cell again to check it."]


def test_a_fault_of_ours_is_no_traceback(run: Run, judge: FakeJudge) -> None:
    """Whatever breaks in the course, the learner reads that it is not the answer."""
    judge.error = RuntimeError("no judge today")

    shown = run(TWICE)

    assert shown[0].startswith("twice: INFRASTRUCTURE")
    assert "RuntimeError: no judge today" in shown[0]
    assert "our fault" in shown[0]


def test_an_unknown_marker_gets_the_closest_names(run: Run, judge: FakeJudge) -> None:
    """A slip in the name is told with what was meant, and where."""
    shown = run("# exercise: twise\nx = 1")

    assert shown == ["In [1]: no exercise 'twise'; did you mean 'twice'?"]
    assert judge.asked == []


def test_a_marker_below_the_first_line_is_told(run: Run, judge: FakeJudge) -> None:
    """An import above the marker would hide the answer from every grader."""
    shown = run("import math\n" + TWICE)

    assert "must be the cell's first line" in shown[0]
    assert judge.asked == []


def test_the_judge_learns_what_other_cells_define(run: Run, judge: FakeJudge) -> None:
    """So that a missing name can be told with its cell; also where that cell has a magic."""
    run("Outcome = int", "%pwd\nfrom math import tau", TWICE)

    assert dict(judge.asked[0].elsewhere) == {"Outcome": "In [1]", "tau": "In [2]"}


def test_an_answers_own_earlier_runs_are_not_elsewhere(run: Run, judge: FakeJudge) -> None:
    """A name that an earlier version of the same cell defined is gone, not elsewhere."""
    run(TWICE + "helper = 1", TWICE)

    assert dict(judge.asked[1].elsewhere) == {}


def test_two_cells_with_one_marker_are_told_apart(run: Run) -> None:
    """Running the same cell again is quiet; a second cell with its marker gets a note."""
    shown = run(TWICE, TWICE, TWICE, ids=("a", "a", "b"))

    assert shown[:2] == [PASSED, PASSED]
    assert "Another cell with this marker ran as In [2]." in shown[2]


def test_check_by_hand_takes_the_cell_that_ran_last(run: Run, judge: FakeJudge) -> None:
    """By its name, or without a name whichever answer it was."""
    newer = TWICE + "# newer"

    shown = run(TWICE, newer, "by_hand('twice')", "by_hand(None)")

    assert shown == [PASSED] * 4
    assert [answer.source for answer in judge.asked[2:]] == [newer, newer]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("by_hand('twise')", "no exercise 'twise'; did you mean 'twice'?"),
        ("by_hand('twice')", "no cell that starts with '# exercise: twice' has run yet"),
        ("by_hand(None)", "no cell that starts with '# exercise: NAME' has run yet"),
    ],
    ids=["unknown", "not-run", "nothing-run"],
)
def test_check_by_hand_says_what_it_cannot_find(run: Run, call: str, sentence: str) -> None:
    """No traceback, and the way out."""
    assert sentence in run(call)[0]


def test_without_a_course_a_sentence_says_so(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook that lies elsewhere says how to name the course."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    shown: list[Shown] = []
    hook = CellHook(shell, FakeJudge(), shown.append)
    shell.events.register("post_run_cell", hook.after_cell)

    shell.run_cell(TWICE)

    assert VARIABLE in shown[0].text


def test_loading_without_a_course_says_so_at_once(
    shell: InteractiveShell,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The first cell of a notebook is where the way out is read in time."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))

    extension.load(shell, FakeJudge())
    extension.unload(shell)

    assert f"name the course's folder in {VARIABLE}" in capsys.readouterr().out


def test_loading_registers_one_hook_however_often(
    shell: InteractiveShell, loaded: list[FakeJudge], capsys: pytest.CaptureFixture[str]
) -> None:
    """`%load_ext` twice and `%reload_ext` still show one panel, and leave one judge open."""
    shell.run_line_magic("load_ext", "pypatterns")
    shell.run_line_magic("reload_ext", "pypatterns")
    pypatterns.load_ipython_extension(shell)

    shell.run_cell(TWICE, store_history=True)

    assert capsys.readouterr().out.count("PASS") == 1
    assert [judge.closed for judge in loaded] == [1] * (len(loaded) - 1) + [0]


@pytest.mark.parametrize(("folder", "noted"), [("work", {"twice"}), ("solutions", set())])
def test_a_verdict_in_work_is_kept_for_the_map(
    folder: str,
    noted: set[str],
    shell: InteractiveShell,
    tiny_course: Course,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A solution that somebody runs is not an exercise that is done."""
    place = tiny_course.root / folder
    place.mkdir(exist_ok=True)
    tiny_course.work.mkdir(exist_ok=True)
    monkeypatch.setenv(VARIABLE, str(tiny_course.root))
    monkeypatch.chdir(place)
    extension.load(shell, FakeJudge())

    shell.run_cell(TWICE, store_history=True)
    extension.unload(shell)

    assert Diary(tiny_course.work).passed() == noted


def test_unloading_ends_all_of_it(
    shell: InteractiveShell, loaded: list[FakeJudge], capsys: pytest.CaptureFixture[str]
) -> None:
    """After `%unload_ext` nothing is checked, the judge is closed, and `check` says what to do."""
    shell.run_line_magic("unload_ext", "pypatterns")

    shell.run_cell(TWICE, store_history=True)
    check("twice")

    assert capsys.readouterr().out.strip() == extension.NOT_LOADED
    assert loaded[-1].closed == 1
    assert "check" not in shell.user_ns


def test_check_is_there_without_an_import(
    shell: InteractiveShell, loaded: list[FakeJudge], capsys: pytest.CaptureFixture[str]
) -> None:
    """`check("NAME")` works right after `%load_ext`."""
    shell.run_cell(TWICE, store_history=True)
    shell.run_cell("check('twice')", store_history=True)

    assert capsys.readouterr().out.count(PASSED) == 2


def test_a_learners_own_check_is_not_replaced(
    shell: InteractiveShell, tiny_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is taken stays the learner's, also after unloading."""
    monkeypatch.setenv(VARIABLE, str(tiny_course.root))
    shell.run_cell("check = 42")

    extension.load(shell, FakeJudge())
    extension.unload(shell)

    assert shell.user_ns["check"] == 42


@pytest.mark.parametrize(
    ("parent", "watched"),
    [
        ({"content": {"allow_stdin": True}}, True),
        ({"content": {"allow_stdin": False}}, False),
        ({"content": {}}, False),
        ({}, False),
    ],
    ids=["JupyterLab", "nbval and nbclient", "an older client", "no request yet"],
)
def test_somebody_watches_who_could_be_asked_for_input(
    shell: InteractiveShell, parent: dict[str, object], watched: bool
) -> None:
    """Only a front end with a person before it lets a cell ask for input; a terminal's shell has no requests at all."""
    assert not extension.somebody_watches(shell)

    shell.get_parent = lambda: parent

    assert extension.somebody_watches(shell) is watched


def test_a_folder_is_the_one_beside_the_notebook(
    shell: InteractiveShell, box_course: Course, judge: FakeJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel starts in the notebook's folder; where a cell goes later does not count."""
    monkeypatch.chdir(box_course.root / "exercises")
    hook = CellHook(shell, judge, lambda panel: None, box_course.root)
    shell.events.register("post_run_cell", hook.after_cell)
    monkeypatch.chdir(box_course.root)

    shell.run_cell('# exercise: box\nfolder = "box"\n', store_history=True)

    assert sorted(judge.asked[0].files) == ["shop.toml", "shop/tea.py"]
