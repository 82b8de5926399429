"""Answers that do their worst: each goes through the real engine, and a right answer follows it, which must pass.

`under_fire/` holds those that learners write without meaning harm, `hostile/` those that mean it, in the sandbox. In both,
one module for each kind of harm, its answers in a table, what each of them must be told beside it. The exercise is tiny on
purpose: `double(number)`, asked by name and through a driver. All modules of a folder share one warm judge, as all cells of
a notebook do, and all verdicts are printed as one table when the tests have ended.
"""

from __future__ import annotations

import re
import signal
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

import pytest

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.judge.fork_worker import ForkWorker
from pypatterns.course.checking.judge.worker import Worker
from pypatterns.course.checking.report import text
from pypatterns.course.checking.report.model import Report, Verdict

# `double` has all the time in the world, and so has `once`, for what costs seconds; `hurried` has short deadlines, for
# what nothing else ends.
TOML = """
title = "A course under fire"
[[lesson]]
stem = "01_doubling"
title = "Doubling"
minutes = 1
[[lesson.exercise]]
name = "double"
title = "Double"
minutes = 1
points = 4
call_deadline = 60
answer_deadline = 120
[[lesson.exercise]]
name = "once"
title = "Double, asked once"
minutes = 1
points = 4
call_deadline = 60
answer_deadline = 120
[[lesson.exercise]]
name = "hurried"
title = "Double, soon"
minutes = 1
points = 4
import_deadline = 1
call_deadline = 0.5
"""
DRIVERS = '''
"""Drivers."""

def given_back(answer, numbers):
    """double is called with each of {numbers}."""
    return [answer.double(number) for number in numbers]
'''
CHECKS = '''
"""Checks."""
import math

def test_by_name(answer, rng):
    """The double of a number is twice the number."""
    number = rng.randrange(100, 1000)
    got = answer.call("double", number)
    assert got == 2 * number, f"double({number}) returned {got!r}; expected {2 * number}"
'''
BY_DRIVER = '''
def test_by_driver(answer):
    """What is infinite, or no number, stays what it is."""
    three, endless, none = answer.run("given_back", numbers=[3, math.inf, math.nan])
    assert three == 6, f"double(3) returned {three!r}; expected 6"
    assert endless == math.inf, f"double(inf) returned {endless!r}; expected inf"
    assert none != none, f"double(nan) returned {none!r}; expected nan"
'''
RIGHT = "def double(number):\n    return number * 2\n"
COLUMNS, LONGEST = 100, 160  # of a line; of a sentence, beyond which nothing is told apart


@dataclass(frozen=True)
class Seen:
    """What came of an answer, and of the right one after it."""

    verdict: Verdict
    words: str
    next: Verdict
    report: Report


Fire = Callable[..., Seen]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    test: str
    kind: str
    answer: str
    verdict: str
    said: str
    seconds: float


FIRED = "under fire"  # the property of a test that holds a row, wherever the test ran


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course of three exercises that ask the same."""
    root = tmp_path_factory.mktemp("under fire") / "course"
    for name in ("double", "once", "hurried"):
        checks = root / "tests" / "exercises" / "01_doubling" / name
        checks.mkdir(parents=True)
        (checks / f"test_{name}.py").write_text(CHECKS + (BY_DRIVER if name == "double" else ""))
        (checks / "drive.py").write_text(DRIVERS)
        (checks / "signature.pyi").write_text("def double(number: float) -> float: ...\n")
    (root / "course.toml").write_text(TOML)
    return catalog.load(root)


@pytest.fixture(scope="session")
def judge(course: Course) -> Iterator[Judge]:
    """One warm judge for all answers."""
    with Judge(course) as judge:
        yield judge


@pytest.fixture
def fire(judge: Judge, course: Course, request: pytest.FixtureRequest) -> Fire:
    """Check an answer and a right one of the same submission after it; note what came of the first for the table."""

    def fire(name: str, source: str, as_exercise: str = "double") -> Seen:
        exercise = course.exercise(as_exercise)
        began = time.monotonic()
        report = judge.check(Answer(exercise.name, source, "a test"), exercise, submission=name)
        took = time.monotonic() - began
        right = judge.check(
            Answer("double", RIGHT, "a test"), course.exercise("double"), submission=name
        )
        kind = request.node.path.stem.removeprefix("test_").replace("_", " ")
        verdict = report.verdict.value  # a plain str: it travels between processes of a test run
        row = Row(request.node.nodeid, kind, name, verdict, first_sentence(report), took)
        request.node.user_properties.append((FIRED, asdict(row)))
        return Seen(report.verdict, text.text(report), right.verdict, report)

    return fire


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A worker without a judge, which says why a call ended."""
    worker = ForkWorker()
    yield worker
    worker.close()


def first_sentence(report: Report) -> str:
    """The first thing that is said of what does not hold."""
    failed = (check.message for check in report.checks if check.verdict is not Verdict.PASS)
    said = report.message or next(failed, "all checks hold")
    return re.split(r"(?<=[.])\s|\n", said, maxsplit=1)[0][:LONGEST]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Answer, verdict, words: a line each."""
    reports = [each for some in terminalreporter.stats.values() for each in some]
    rows = rows_of(getattr(each, "user_properties", ()) for each in reports)
    if rows:
        terminalreporter.section("answers under fire")
        for line in table(rows):
            terminalreporter.line(line)


def rows_of(properties: Iterable[Iterable[tuple[str, object]]]) -> list[Row]:
    """The rows among the properties of tests, each once: set-up and end of a test report them, too."""
    found = {
        (row["test"], row["answer"]): Row(**row)
        for some in properties
        for name, row in some
        if name == FIRED
    }
    return sorted(found.values(), key=lambda row: row.kind)


def table(rows: list[Row]) -> Iterator[str]:
    """The rows in lines of at most `COLUMNS` characters, by kind."""
    kind = ""
    for row in rows:
        if row.kind != kind:
            kind = row.kind
            yield f"{kind}:"
        start = f"  {row.answer:<33} {row.verdict:<9} "
        yield from textwrap.wrap(
            start + row.said,
            COLUMNS,
            subsequent_indent=" " * len(start),
            break_on_hyphens=False,
            drop_whitespace=True,
        )
    proven = sorted(row.seconds for row in rows if row.verdict == Verdict.DEADLOCK)
    if proven:
        middle, most = proven[len(proven) // 2], proven[-1]
        yield f"A deadlock's whole report took {middle:.2f} s (median of {len(proven)}), {most:.2f} s at most."


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT raises KeyboardInterrupt, here and in what is started, also where the tests run as a shell's background job, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
