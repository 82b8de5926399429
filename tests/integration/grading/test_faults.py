"""What is not a learner's doing: our own parts die, an instructor's check is broken, nothing is there. No mark, and the way out."""

from __future__ import annotations

import csv
import signal
import time
from pathlib import Path

import psutil
import pytest

from pypatterns.course.catalog import Course

from .conftest import SANDBOX, Run, Started

RIGHT = "def twice(number):\n    return number * 2\n"
SLOW = "import time\ndef twice(number):\n    time.sleep(0.7)\n    return number * 2\n"


@pytest.fixture
def handed(tmp_path: Path) -> Path:
    """Six learners who are right."""
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(6):
        (folder / f"learner{number}_twice.py").write_text(RIGHT)
    return folder


def column(out: Path, name: str) -> list[str]:
    """One column of the gradebook."""
    with (out / "gradebook.csv").open(newline="", encoding="utf-8") as file:
        return [row[name] for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('def test_it(answer):\n    """It."""\n    assert undefined\n', "undefined"),
        ("def test_it(answer:\n", "SyntaxError"),
    ],
    ids=["raises", "syntax"],
)
def test_a_broken_private_check_marks_nobody_and_is_told_once(
    run: Run, handed: Path, tmp_path: Path, source: str, said: str
) -> None:
    """Exit code 3; with the check mended, the same command grades."""
    checks = tmp_path / "own" / "01_doubling" / "twice"
    checks.mkdir(parents=True)
    (checks / "test_twice.py").write_text(source)
    asked = [handed, "--out", tmp_path / "out", "--sandbox", SANDBOX, "--checks", tmp_path / "own"]

    done = run(*asked, "--lesson", "twice")

    assert done.code == 3
    assert column(tmp_path / "out", "twice") == [""] * 6
    assert (done.out.count("OUR FAULT"), done.err.count("OUR FAULT")) == (1, 1)
    assert said in done.out
    assert said not in (tmp_path / "out" / "feedback" / "learner0.html").read_text()
    (checks / "test_twice.py").write_text(
        'def test_it(answer):\n    """It."""\n    assert answer.call("twice", 2) == 4\n'
    )
    assert run(*asked, "--lesson", "twice").code == 0
    assert column(tmp_path / "out", "twice") == ["2"] * 6


def test_checks_that_join_ours_count_with_them(run: Run, handed: Path, tmp_path: Path) -> None:
    """The points are shared by all checks, ours and theirs."""
    checks = tmp_path / "own" / "01_doubling" / "twice"
    checks.mkdir(parents=True)
    (checks / "test_more.py").write_text(
        'def test_zero(answer):\n    """Nothing twice is nothing."""\n    assert answer.call("twice", 0) == 1\n'
    )

    run(
        handed,
        "--out",
        tmp_path / "out",
        "--sandbox",
        SANDBOX,
        "--checks",
        tmp_path / "own",
        "--lesson",
        "twice",
    )

    assert column(tmp_path / "out", "twice") == ["1.5"] * 6


def test_a_judge_that_is_killed_costs_nobody_a_mark(
    run: Run, start: Started, handed: Path, tmp_path: Path
) -> None:
    """Its answer is checked once more, by a new one."""
    for number in range(6):
        (handed / f"learner{number}_twice.py").write_text(SLOW)
    grading = start(handed, "--out", tmp_path / "out", "--sandbox", SANDBOX, "--jobs", 2)
    killed = 0
    while grading.poll() is None and killed < 2:
        for process in psutil.Process(grading.pid).children():
            if (tmp_path / "out" / "reports" / "learner0.json").exists() and killed < 2:
                process.kill()
                killed += 1
        time.sleep(0.05)
    out, err = grading.communicate(timeout=120)

    assert killed
    assert grading.returncode == 0, out + err
    assert column(tmp_path / "out", "twice") == ["2"] * 6


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_from_the_keyboard_ends_all_and_keeps_what_is_done(
    run: Run, start: Started, handed: Path, tmp_path: Path
) -> None:
    """No process is left, every learner has a row, the same command goes on."""
    for number in range(6):
        (handed / f"learner{number}_twice.py").write_text(SLOW)
    asked = [handed, "--out", tmp_path / "out", "--sandbox", SANDBOX, "--jobs", 2]
    grading, below, first = start(*asked), [], tmp_path / "out" / "reports" / "learner0.json"
    while grading.poll() is None and not first.exists():
        below = psutil.Process(grading.pid).children(recursive=True)
        time.sleep(0.05)
    grading.send_signal(signal.SIGINT)
    out, err = grading.communicate(timeout=60)

    assert grading.returncode == 1, out + err
    assert "Stopped: interrupted; the same command goes on from here" in out
    assert len(column(tmp_path / "out", "learner")) == 6
    _, alive = psutil.wait_procs(below, timeout=20)
    assert alive == []
    assert run(*asked).code == 0


def test_a_sandbox_that_is_not_there_is_no_reason_to_go_without(
    run: Run, handed: Path, tmp_path: Path
) -> None:
    """The command says why, and how to grade all the same."""
    done = run(handed, "--out", tmp_path / "out", PATH=str(tmp_path))

    assert done.code == 2
    assert "bubblewrap" in done.err
    assert "--sandbox none grades without one" in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["gone", "--out", "out"], "there is no folder gone"),
        (["empty", "--out", "out"], "no submissions in empty"),
        (["class", "--out", "class/out"], "lies in class"),
        (["class", "--out", "out", "--checks", "gone"], "there is no folder of checks gone"),
        (["class", "--out", "out", "--lesson", "01_dubling"], "did you mean '01_doubling'"),
        (
            ["class", "--out", "out", "--scheduler", "tcp://127.0.0.1:9"],
            "no Dask scheduler answers",
        ),
    ],
    ids=["gone", "empty", "inside", "checks", "lesson", "scheduler"],
)
def test_wrong_use_is_told_with_the_way_out(
    run: Run, handed: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], said: str
) -> None:
    """Exit code 2, one sentence, and nothing is written."""
    monkeypatch.chdir(handed.parent)
    Path("empty").mkdir()

    done = run(*args, "--sandbox", "none")

    assert done.code == 2
    assert said in done.err
    assert not Path("out", "grading.json").exists()


def test_a_folder_with_a_quota_ends_the_run_with_the_reason(
    run: Run, course: Course, handed: Path, tmp_path: Path
) -> None:
    """What the system says stands in the sentence."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "reports").write_text("")  # a file where a folder must be
    (tmp_path / "out" / "grading.json").write_text(
        f'{{"course": "{course.title}", "submissions": "", "seed": 1, "learners": ["learner0"]}}'
    )

    done = run(handed, "--out", tmp_path / "out", "--sandbox", "none")

    assert done.code == 2
    assert "reports cannot be written" in done.err
