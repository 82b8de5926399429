"""What a report holds, and what becomes of the engine's processes: real answers through the real engine.

The exercise is tiny on purpose: `double(number)`, asked by name and through a driver. What each kind of answer earns, and
that none reaches the next one, is tested in `under_fire/`.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from types import MappingProxyType

import psutil
import pytest

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.judge.misconceptions import causes_of
from pypatterns.course.checking.report.model import Report, Verdict

TOML = """
title = "A course of one exercise"
[[lesson]]
stem = "01_doubling"
title = "Doubling"
minutes = 1
[[lesson.exercise]]
name = "double"
title = "Double"
minutes = 1
points = 5
"""
DRIVERS = '''
"""Drivers."""

def given_back(answer, number):
    """double({number}) is called with a logger. And nothing else."""
    heard = []
    value = answer.double(number)
    return {"value": +value, "heard": heard}

def broken(answer):
    """A driver with a bug of its own."""
    return [][0]
'''
CHECKS = '''
"""Checks."""
import pytest

def test_by_name(answer, rng):
    """The double of a number is twice the number."""
    number = rng.randrange(1, 1000)
    got = answer.call("double", number)
    assert got == 2 * number, f"double({number}) returned {got!r}; expected {2 * number}"

def test_of_nothing(answer):
    """The double of nothing is nothing."""
    got = answer.call("double", 0)
    assert got == 0, f"double(0) returned {got!r}; expected 0"

@pytest.mark.share(2)
def test_by_driver(answer):
    """Three doubled is six."""
    seen = answer.run("given_back", number=3)
    assert seen["value"] == 6, f"expected 6, got {seen['value']!r}"
'''
WRONG = '''"""The double is the square.

fails: test_by_name, test_by_driver
says: expected 6, got
feedback: Add, do not multiply.
"""
def double(number):
    return number * number
'''
RIGHT = "def double(number):\n    return number * 2\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course of one exercise; its folder has a space and letters from elsewhere in its name."""
    root = tmp_path_factory.mktemp("course") / "mein Kürs"
    checks = root / "tests" / "exercises" / "01_doubling" / "double"
    checks.mkdir(parents=True)
    (root / "course.toml").write_text(TOML)
    (checks / "test_double.py").write_text(CHECKS)
    (checks / "drive.py").write_text(DRIVERS)
    (checks / "signature.pyi").write_text("def double(number: int) -> int: ...\n")
    (checks / "wrong_square.py").write_text(WRONG)
    return catalog.load(root)


@pytest.fixture(scope="module")
def judge(course: Course) -> Iterator[Judge]:
    """One warm judge for all cases, as in a notebook."""
    with Judge(course) as judge:
        yield judge


def check(judge: Judge, course: Course, source: str, **more: object) -> Report:
    """The report on an answer to `double`."""
    answer = Answer("double", source, "a test", **more)  # type: ignore[arg-type]  # what a test adds
    return judge.check(answer, course.exercise("double"))


def words(report: Report) -> str:
    """All that the report says of what did not hold."""
    failed = [each.message for each in report.checks if each.verdict is not Verdict.PASS]
    return "\n".join([report.message, *failed])


def test_a_failed_check_teaches(judge: Judge, course: Course) -> None:
    """It says the behaviour, what was called, the learner's own lines, what was printed, and the likely cause."""
    source = "def double(number):\n    print('so far')\n    return half(number)\n\ndef half(number):\n    return number / zero\n"

    report = check(judge, course, source, elsewhere=MappingProxyType({"zero": "cell 4"}))
    failed = report.checks[3]

    assert failed.behaviour == "Three doubled is six."
    assert failed.called == "double(3) is called with a logger."
    assert [(line.number, line.code, line.function) for line in failed.lines] == [
        (3, "return half(number)", "double"),
        (6, "return number / zero", "half"),
    ]
    assert "`zero` is defined in cell 4, not in this answer" in failed.message
    assert failed.output == "so far\n"


@pytest.mark.parametrize(
    ("source", "causes"),
    [
        ("def double(number): return number * number", ["wrong_square"]),
        ("def double(number): return number * number if number else None", []),
        ("def double(number): return number if number == 0 else number * numbr", []),
        ("def double(number):\n    if number == 0: return 0\n    raise NotImplementedError", []),
        ("def double(number): return 0 if number == 0 else str(number * number)", []),
    ],
    ids=["the known belief", "nothing holds", "a slip", "half done", "of no use"],
)
def test_a_cause_is_offered_for_a_belief_only(
    judge: Judge, course: Course, source: str, causes: list[str]
) -> None:
    """All checks of the misconception failed, in its way, and something else holds."""
    report = check(judge, course, source)

    assert [cause.name for cause in report.causes] == causes


@pytest.mark.parametrize(("verdict", "causes"), [("PASS", ["wrong_square"]), ("FAIL", [])])
def test_another_signature_explains_all(course: Course, verdict: str, causes: list[str]) -> None:
    """Whoever has read over the signature is told of that, and of no belief, whatever else holds by chance."""
    verdicts = {
        "test_signature": verdict,
        "test_of_nothing": "PASS",
        "test_by_name": "FAIL",
        "test_by_driver": "FAIL",
    }
    told = {"event": "check", "raised": "", "lines": [], "message": "expected 6, got 9"}
    events = [told | {"name": name, "verdict": Verdict(each)} for name, each in verdicts.items()]

    found = causes_of(course.exercise("double"), events)

    assert [cause.name for cause in found] == causes


def test_points_follow_the_shares(judge: Judge, course: Course) -> None:
    """Five points over four checks, one of which counts twice."""
    report = check(judge, course, "def double(number): return 6")

    assert [(each.name, each.max_points, each.points) for each in report.checks] == [
        ("test_signature", 1.0, 1.0),
        ("test_by_name", 1.0, 0.0),
        ("test_of_nothing", 1.0, 0.0),
        ("test_by_driver", 2.0, 2.0),
    ]
    assert (report.points, report.max_points) == (3.0, 5.0)


def test_a_seed_repeats_a_run(judge: Judge, course: Course) -> None:
    """The same seed asks the same questions; another asks others."""
    answer = Answer("double", "def double(number): return -1", "a test")
    exercise = course.exercise("double")

    one, same, other = (
        judge.check(answer, exercise, seed=seed).checks[1].message for seed in (1, 1, 2)
    )

    assert one == same
    assert one != other


def test_a_session_may_end_at_its_first_failed_check(judge: Judge, course: Course) -> None:
    """The report holds the checks that ran, and nothing is anybody's fault but the answer's; a right answer runs them all."""
    exercise = course.exercise("double")
    square = Answer("double", "def double(number): return number * number", "a test")

    stopped = judge.check(square, exercise, stop_at_first=True)
    whole = judge.check(Answer("double", RIGHT, "a test"), exercise, stop_at_first=True)

    assert [each.name for each in stopped.checks] == ["test_signature", "test_by_name"]
    assert (stopped.verdict, stopped.message) == (Verdict.FAIL, "")
    assert (whole.verdict, len(whole.checks)) == (Verdict.PASS, 4)


def test_events_come_as_each_check_ends(judge: Judge, course: Course) -> None:
    """A panel can say which check runs, and show those that have ended."""
    heard: list[str] = []

    judge.check(
        Answer("double", RIGHT, "a test"),
        course.exercise("double"),
        on_event=lambda event: heard.append(
            f"{event['event']} {event.get('check') or event.get('name', '')}".strip()
        ),
    )

    assert heard == [
        "checks",
        *[
            f"{what} {name}"
            for name in ("test_signature", "test_by_name", "test_of_nothing", "test_by_driver")
            for what in ("start", "check")
        ],
        "end",
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("test_double.py", "import nothing_of_that_name"),
        ("test_double.py", "def test_one(answer):\n    '''One.'''\n    answer.run('broken')"),
        ("test_double.py", "def test_one(answer):\n    '''One.'''\n    assert 1 / 0"),
        ("test_double.py", "x = 1"),
        ("signature.pyi", "class"),
    ],
    ids=["checks do not import", "driver breaks", "check breaks", "no checks", "stub breaks"],
)
def test_our_own_faults_are_never_a_mark(
    course: Course, tmp_path: Path, file: str, text: str
) -> None:
    """A broken check or driver is INFRASTRUCTURE, with what is broken, and no points."""
    broken = _changed(course, tmp_path, f"tests/exercises/01_doubling/double/{file}", text)

    with Judge(broken) as judge:
        report = check(judge, broken, RIGHT)

    assert report.verdict is Verdict.INFRASTRUCTURE
    assert report.points is None
    assert words(report).strip()


def _changed(course: Course, folder: Path, file: str, text: str) -> Course:
    """A copy of the course in which one file says something else."""
    root = folder / "changed"
    shutil.copytree(course.root, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / file).write_text(text)
    return catalog.load(root)


def below(pid: int, *, but: Collection[psutil.Process] = ()) -> list[psutil.Process]:
    """The processes that a process has started, and theirs; those of another test's judge are left out."""
    return [
        each
        for each in psutil.Process(pid).children(recursive=True)
        if each not in but and each.status() != psutil.STATUS_ZOMBIE
    ]


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_everything(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KeyboardInterrupt in the middle of a check: no process is left, no file, and the next check works."""
    others = below(os.getpid())
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    started = threading.Event()

    with Judge(course) as judge:
        check(judge, course, RIGHT)
        everything = below(os.getpid(), but=others)
        ring = threading.Thread(
            target=lambda: (started.wait(), os.kill(os.getpid(), signal.SIGINT))
        )
        ring.start()
        endless = Answer("double", "def double(number):\n    while True: pass", "a test")
        with pytest.raises(KeyboardInterrupt):
            judge.check(
                endless,
                course.exercise("double"),
                on_event=lambda event: (
                    started.set() if event.get("check") == "test_by_name" else None
                ),
            )
        ring.join()
        _, alive = psutil.wait_procs(everything, timeout=10)

        assert alive == []
        assert check(judge, course, RIGHT).verdict is Verdict.PASS
    assert list(tmp_path.iterdir()) == []


def test_nothing_outlives_the_one_who_asks(course: Course) -> None:
    """Closing a judge ends its processes, the left-over ones of answers included."""
    daemon = "import subprocess\ndef double(number):\n    subprocess.Popen(['sleep', '600'], start_new_session=True)\n    return number * 2"

    others = below(os.getpid())

    with Judge(course) as judge:
        report = check(judge, course, daemon)
        everything = below(os.getpid(), but=others)
    _, alive = psutil.wait_procs(everything, timeout=10)

    assert report.verdict is Verdict.PASS
    assert alive == []


def test_a_killed_judge_costs_one_report(course: Course) -> None:
    """If the judge's own process dies, the report says that it is our fault, and the next check works."""
    others = psutil.Process().children()

    with Judge(course) as judge:
        check(judge, course, RIGHT)
        (process,) = (each for each in psutil.Process().children() if each not in others)
        process.kill()
        process.wait(10)

        reports = [check(judge, course, RIGHT) for _ in range(2)]

    assert reports[-1].verdict is Verdict.PASS
    assert {each.verdict for each in reports} <= {Verdict.PASS, Verdict.INFRASTRUCTURE}
