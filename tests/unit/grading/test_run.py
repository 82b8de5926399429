"""The law of the batch: N in, N out, nothing lost, nothing done twice. Without a judge: only the batch is at work here."""

from __future__ import annotations

import csv
import errno
import json
import shutil
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pypatterns.course.catalog import Course
from pypatterns.course.errors import CourseError
from pypatterns.course.files import overwrite
from pypatterns.course.grading import crews, ledger, record, tasks
from pypatterns.course.grading.crews import Crew, Gone
from pypatterns.course.grading.tasks import Task

from .conftest import Desk, Grade, Silent, right

CRASH = "# exercise: twice\ncrash\n"
WRONG = "# exercise: twice\ndef twice(number): ...\n"


def book(out: Path) -> dict[str, dict[str, str]]:
    """The gradebook's rows by learner."""
    with (out / "gradebook.csv").open(newline="", encoding="utf-8") as file:
        return {row["learner"]: row for row in csv.DictReader(file)}


def records(out: Path) -> dict[str, Any]:
    """The records on the disk, by file."""
    return {path.name: json.loads(path.read_text()) for path in (out / "reports").iterdir()}


@pytest.fixture
def three(handed: Path) -> Path:
    """Ana is right, Ben is wrong, and Chen's file is no answer."""
    (handed / "ana_twice.py").write_text(right())
    (handed / "ben_twice.py").write_text(WRONG)
    (handed / "chen.docx").write_text("my answer")
    return handed


def test_as_many_come_out_as_went_in(grade_class: Grade, three: Path, out: Path) -> None:
    """Each has a row, a record, a page and a file for Gradescope."""
    outcome = grade_class()

    assert (outcome.learners, outcome.graded, outcome.left, outcome.exit_code) == (3, 3, 0, 1)
    rows = book(out)
    assert [rows["ana"][each] for each in ("twice", "thrice", "total", "of")] == [
        "2",
        "0",
        "2",
        "4",
    ]
    assert rows["ben"]["total"] == "0"
    assert (rows["chen"]["twice"], rows["chen"]["total"]) == ("", "")
    assert "neither a notebook" in rows["chen"]["note"]
    assert sorted(records(out)) == ["ana.json", "ben.json", "chen.json"]
    assert len(list((out / "feedback").glob("*.html"))) == 3
    assert len(list((out / "gradescope").glob("*.json"))) == 3


def test_every_record_keeps_the_published_schema(
    grade_class: Grade, three: Path, out: Path
) -> None:
    """And names what the mark rests on."""
    (three / "dora_twice.py").write_text(CRASH)
    grade_class()

    for each in records(out).values():
        jsonschema.validate(each, record.json_schema())
    ana = records(out)["ana.json"]["exercises"][0]
    assert ana["answer"].startswith("sha256:")
    assert ana["checks"].startswith("sha256:")


def test_only_what_has_changed_is_graded_again(
    grade_class: Grade, desk: Desk, three: Path, out: Path
) -> None:
    """An answer that is as it was keeps its report; a new one gets a new report."""
    grade_class()
    first = records(out)
    desk.graded.clear()
    (three / "ben_twice.py").write_text(right())
    (three / "ben_thrice.py").write_text(WRONG.replace("twice", "thrice"))

    outcome = grade_class()

    assert desk.graded == [("ben", "twice"), ("ben", "thrice")] or sorted(desk.graded) == [
        ("ben", "thrice"),
        ("ben", "twice"),
    ]
    assert (outcome.graded, outcome.reused) == (1, 2)
    assert records(out)["ana.json"] == first["ana.json"]
    assert book(out)["ben"]["twice"] == "2"


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("change", ["checks", "starter", "versions", "seed", "fresh", "points"])
def test_what_a_mark_rests_on_makes_it_old(
    grade_class: Grade,
    desk: Desk,
    tiny_course: Course,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
) -> None:
    """Checks, starter, points, versions and seed: with another one, the whole class is graded anew."""
    grade_class(seed=1)
    desk.graded.clear()
    wishes: dict[str, Any] = {"seed": 1}
    if change == "checks":
        path = tiny_course.exercise("twice").test_file
        path.write_text(path.read_text() + "\n# stricter\n")
    elif change == "starter":
        path = tiny_course.lessons[0].starter
        path.write_text(path.read_text().replace("The number, twice", "Twice the number"))
    elif change == "versions":
        monkeypatch.setattr(tasks, "versions", lambda: {"python": "4.0", "pypatterns": "9"})
    elif change == "points":
        toml = tiny_course.root / "course.toml"
        toml.write_text(toml.read_text().replace("points = 2", "points = 3"))
    elif change == "seed":
        wishes = {"seed": 2}
    else:
        wishes = {"seed": 1, "fresh": True}

    grade_class(**wishes)

    assert sorted(learner for learner, _ in desk.graded) == ["ana", "ben"]


def test_without_a_seed_the_class_keeps_its_first(
    grade_class: Grade, desk: Desk, three: Path, out: Path
) -> None:
    """So a learner who comes later gets the same inputs."""
    grade_class()
    seed = records(out)["ana.json"]["seed"]
    (three / "dora_twice.py").write_text(right())
    desk.graded.clear()

    grade_class()

    assert desk.graded == [("dora", "twice")]
    assert {each["seed"] for each in records(out).values()} == {seed}


def test_a_fault_of_ours_is_no_mark_and_is_tried_again(
    grade_class: Grade, desk: Desk, three: Path, out: Path
) -> None:
    """The cell stays empty, the exit code is 3, it is said once, and the next run tries again."""
    for name in ("dora", "emil"):
        (three / f"{name}_twice.py").write_text(CRASH)
    hears = Silent()

    outcome = grade_class(hears)

    assert outcome.exit_code == 3
    assert (book(out)["dora"]["twice"], book(out)["dora"]["total"]) == ("", "")
    assert len([each for each in hears.said if "OUR FAULT" in each]) == 1
    assert "twice, 2 learners" in outcome.summary()
    assert "whose: dora, emil" in outcome.summary()
    desk.graded.clear()
    grade_class()
    assert sorted(desk.graded) == [("dora", "twice"), ("emil", "twice")]


def test_an_interrupt_keeps_what_is_done(
    grade_class: Grade, desk: Desk, handed: Path, out: Path
) -> None:
    """Ctrl-C: what is graded is written, every learner has a row, and the same command goes on to the same results."""
    for number in range(10):
        (handed / f"learner{number}_twice.py").write_text(right())

    class Impatient(Silent):
        def step(self, *, reused: bool = False) -> None:
            super().step(reused=reused)
            if self.steps == 4:
                raise KeyboardInterrupt

    outcome = grade_class(Impatient(), seed=7)

    assert "interrupted" in outcome.stopped
    assert outcome.exit_code == 1
    assert len(book(out)) == 10
    done = len(records(out))
    assert 4 <= done < 10
    desk.graded.clear()
    again = grade_class(seed=7)
    assert (again.exit_code, again.reused, len(desk.graded)) == (0, done, 10 - done)


def test_a_full_disk_ends_the_run_and_loses_nothing(
    grade_class: Grade, handed: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason and the way out are told; with room again, the same command goes on."""
    for number in range(6):
        (handed / f"learner{number}_twice.py").write_text(right())
    written: list[Path] = []

    def until_full(path: Path, data: bytes, *, sync: bool) -> None:
        if len(written) >= 12:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(path)
        overwrite(path, data)

    monkeypatch.setattr(ledger, "overwrite", until_full)

    outcome = grade_class(seed=1)

    assert "No space left on device. What is graded so far is kept" in outcome.stopped
    assert outcome.exit_code == 1
    done = len(records(out))
    assert 0 < done < 6
    monkeypatch.undo()


def test_room_again_and_the_run_goes_on(
    grade_class: Grade, desk: Desk, handed: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what was not written is graded."""
    (handed / "ana_twice.py").write_text(right())
    (handed / "ben_twice.py").write_text(right())

    def only_ana(path: Path, data: bytes, *, sync: bool) -> None:
        if path.name == "ben.json":
            raise OSError(errno.ENOSPC, "No space left on device")
        overwrite(path, data)

    with monkeypatch.context() as full:
        full.setattr(ledger, "overwrite", only_ana)
        assert grade_class().stopped
    desk.graded.clear()

    assert grade_class().exit_code == 0
    assert desk.graded == [("ben", "twice")]


@pytest.mark.parametrize("damage", ["", "{}", '{"schema": "pypatterns-submission/1"}', "[1"])
def test_a_record_that_was_damaged_is_made_anew(
    grade_class: Grade, desk: Desk, three: Path, out: Path, damage: str
) -> None:
    """Half a file, or another one: it counts as not there."""
    grade_class()
    (out / "reports" / "ana.json").write_text(damage)
    desk.graded.clear()

    grade_class()

    assert desk.graded == [("ana", "twice")]


def test_a_page_that_is_gone_is_made_anew_without_grading(
    grade_class: Grade, desk: Desk, three: Path, out: Path
) -> None:
    """Whatever was deleted by accident, or cut off with the power."""
    grade_class()
    (out / "feedback" / "ana.html").unlink()
    (out / "gradescope" / "ben.json").write_text("")
    desk.graded.clear()

    grade_class()

    assert desk.graded == []
    assert (out / "feedback" / "ana.html").is_file()
    assert (out / "gradescope" / "ben.json").read_text()


def test_what_a_killed_run_left_half_written_is_swept(
    grade_class: Grade, three: Path, out: Path
) -> None:
    """Its temporary files are nobody's results."""
    grade_class()
    (out / "reports" / ".ana.json.0a1b.tmp").write_text("{")

    grade_class()

    assert not list(out.rglob("*.tmp"))


def test_another_class_is_not_mixed_in(
    grade_class: Grade, three: Path, tmp_path: Path, out: Path
) -> None:
    """Results of other learners from another folder are refused, and stay as they are."""
    grade_class()
    other = tmp_path / "other"
    other.mkdir()
    (other / "ana_twice.py").write_text(right())
    before = records(out)

    with pytest.raises(CourseError, match=r"holds the results of another class.*ben, chen"):
        grade_class(submissions=other)

    assert records(out) == before


def test_the_same_class_may_move(
    grade_class: Grade, desk: Desk, three: Path, tmp_path: Path
) -> None:
    """The folder has another name, and all learners are in it."""
    grade_class()
    desk.graded.clear()
    moved = three.rename(tmp_path / "class of May")

    assert grade_class(submissions=moved).reused == 3


@pytest.mark.parametrize("kind", ["file", "others", "inside", "course"])
def test_a_folder_of_results_holds_nothing_else(
    grade_class: Grade, three: Path, out: Path, kind: str
) -> None:
    """A file, somebody's folder, the submissions' own, another course's results: told, and untouched."""
    wishes: dict[str, Any] = {}
    if kind == "file":
        out.write_text("mine")
    elif kind == "others":
        out.mkdir()
        (out / "thesis.tex").write_text("mine")
    elif kind == "inside":
        wishes["out"] = three / "marks"
    else:
        grade_class()
        state = json.loads((out / "grading.json").read_text()) | {"course": "Knitting"}
        (out / "grading.json").write_text(json.dumps(state))

    with pytest.raises(CourseError, match=r"name (a|another) (new|folder)|name a folder"):
        grade_class(**wishes)


def test_two_runs_do_not_share_a_folder(grade_class: Grade, desk: Desk, three: Path) -> None:
    """The second is refused while the first writes."""
    caught: list[CourseError] = []

    def second(task: Task) -> None:
        desk.before = lambda task: None
        with pytest.raises(CourseError) as error:
            grade_class()
        caught.append(error.value)

    desk.before = second

    assert grade_class().left == 0
    assert "another run writes" in str(caught[0])


def test_names_that_are_no_file_names_stay_apart(
    grade_class: Grade, handed: Path, out: Path
) -> None:
    """A colon, a reserved word, a very long name, any script: each learner has files of their own."""
    names = ["a:b", "a?b", "CON", "x" * 150, "Ольга", "=1+1", " ana"]
    for name in names:
        (handed / name).mkdir()
        (handed / name / "twice.py").write_text(right())

    outcome = grade_class()

    assert outcome.exit_code == 0
    assert len(records(out)) == len(names)
    assert "'=1+1" in book(out)


class Losing(Executor):
    """Loses the tasks of some learners, so many times, as a cluster does whose worker dies."""

    def __init__(self, lost: dict[str, int]) -> None:
        self._lost = lost
        self.done: list[str] = []

    def submit(self, fn: Any, /, *args: Any, **_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        (task,) = args
        if self._lost.get(task.learner, 0) > 0:
            self._lost[task.learner] -= 1
            future.set_exception(RuntimeError("KilledWorker"))
        else:
            self.done.append(task.learner)
            future.set_result(fn(task))
        return future


def with_crew(monkeypatch: pytest.MonkeyPatch, crew: Crew) -> None:
    """Let this crew do the next runs."""
    monkeypatch.setattr(crews, "here", lambda jobs: nullcontext(crew))


def test_a_task_that_was_lost_with_its_worker_goes_out_once_more(
    grade_class: Grade, three: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each result arrives once; a task that is lost twice is our fault and stops nobody."""
    executor = Losing({"ana": 1, "ben": 2})
    with_crew(monkeypatch, Crew(executor, 2, lambda: None, lambda: None))

    outcome = grade_class()

    assert executor.done == ["ana"]
    assert outcome.exit_code == 3
    assert book(out)["ana"]["twice"] == "2"
    assert "lost with its worker, twice" in book(out)["ben"]["note"]


def test_a_crew_that_goes_away_ends_the_run_and_loses_nothing(
    grade_class: Grade, three: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is told; who was graded stays graded."""

    def look() -> None:
        raise Gone("the scheduler went away; start it, then run the same command again")

    with_crew(monkeypatch, Crew(Losing({"ben": 9}), 1, look, lambda: None))

    outcome = grade_class()

    assert "the scheduler went away" in outcome.stopped
    assert (outcome.exit_code, outcome.left) == (1, 2)
    assert book(out)["ana"]["twice"] == "2"
    assert book(out)["ben"]["note"] == "not graded yet"


def test_a_class_is_never_in_the_memory_as_a_whole(
    grade_class: Grade, handed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Submissions are read as their turn comes: no more are under way than the crew can use."""
    most = 0

    class Counting(Executor):
        def __init__(self) -> None:
            self.under_way: list[tuple[Future[Any], Any, Task]] = []

        def submit(self, fn: Any, /, *args: Any, **_: Any) -> Future[Any]:
            nonlocal most
            future: Future[Any] = Future()
            self.under_way.append((future, fn, args[0]))
            most = max(most, len(self.under_way))
            if len(self.under_way) == 4:
                for one, work, task in self.under_way:
                    one.set_result(work(task))
                self.under_way.clear()
            return future

    for number in range(40):
        (handed / f"learner{number}_twice.py").write_text(right())
    with_crew(monkeypatch, Crew(Counting(), 4, lambda: None, lambda: None))

    assert grade_class().graded == 40
    assert most == 4


def test_a_lesson_alone_is_graded(grade_class: Grade, handed: Path, out: Path) -> None:
    """The table has its exercises, and no other answer counts or is missed."""
    (handed / "ana").mkdir()
    for name in ("twice", "thrice"):
        (handed / "ana" / f"{name}.py").write_text(right(name))
    (handed / "ben_twice.py").write_text(right())

    grade_class(lessons=("thrice",))

    assert list(book(out)["ana"]) == ["learner", "thrice", "total", "of", "note"]
    assert book(out)["ana"]["total"] == "2"
    assert "it answers twice" in book(out)["ben"]["note"]


def test_an_output_folder_can_be_deleted_and_made_again(
    grade_class: Grade, three: Path, out: Path
) -> None:
    """With the same seed, all of it comes back as it was."""
    grade_class(seed=5)
    before = {
        path.relative_to(out): path.read_bytes() for path in out.rglob("*.*") if path.is_file()
    }
    shutil.rmtree(out)

    grade_class(seed=5)

    after = {
        path.relative_to(out): path.read_bytes() for path in out.rglob("*.*") if path.is_file()
    }
    assert after == before
