"""A learner's tests, run and told from both sides: on what they should accept, and on what they should not.

Each run is a process of its own: pytest inside of pytest would share its hooks, and an answer its place in `sys.modules`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DRIVER = """
import json, sys
from dataclasses import asdict
from pypatterns.course.checking.probes.suites import run_suite, settled_hypothesis

sys.path.insert(0, "")
with settled_hypothesis():
    import answer

    told = []
    for run in json.loads(sys.argv[1]):
        suite = run_suite({"number": run.pop("number")}, **run)
        told.append(asdict(suite) | {"passed": suite.passed, "failed": suite.failed})
json.dump(told, sys.stdout)
"""
Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run an answer's tests in one process, once for each of these arguments; what is told of each."""

    def run(source: str, *runs: dict[str, Any]) -> list[dict[str, Any]]:
        (tmp_path / "answer.py").write_text(source)
        asked = runs or ({"number": 1},)
        command = [sys.executable, "-c", DRIVER, json.dumps(asked)]
        output = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout
        told: list[dict[str, Any]] = json.loads(output)
        return told

    return run


def outcomes(told: dict[str, Any]) -> dict[str, str]:
    """The outcomes by test."""
    return {name: test["outcome"] for name, test in told["tests"].items()}


EVERY_KIND = """
import unittest

import pytest
from hypothesis import given, strategies as st


def test_function(number):
    assert number == 1


async def test_coroutine(number):
    assert number == 1


class TestClass:
    @pytest.mark.parametrize("more", [0, 1])
    async def test_method(self, number, more):
        assert number + more == 1 + more


class Case(unittest.IsolatedAsyncioTestCase):
    @pytest.fixture(autouse=True)
    def _take(self, number):
        self.number = number

    async def test_case(self):
        self.assertEqual(self.number, 1)


@given(st.integers())
async def test_hypothesis(number, more):
    assert number == 1


def test_subtests(subtests, number):
    with subtests.test("a part"):
        assert number == 1


@pytest.fixture(scope="module")
def doubled(number):
    return 2 * number


def test_fixture_of_its_own(doubled):
    assert doubled == 2
"""


def test_every_kind_of_test_is_run(run: Run) -> None:
    """Functions, methods, TestCases and tests of hypothesis, async or not: all accept what is right and refuse what is not."""
    right, wrong = run(EVERY_KIND, {"number": 1}, {"number": 2})

    names = {
        *("test_function", "test_coroutine", "TestClass::test_method[0]"),
        *("TestClass::test_method[1]", "Case::test_case", "test_hypothesis", "test_subtests"),
        "test_fixture_of_its_own",
    }
    assert set(right["passed"]) == names
    assert set(wrong["failed"]) == names
    assert right["overridden"] == wrong["overridden"] == []


def test_a_failure_is_told_with_its_line_and_values(run: Run) -> None:
    """A learner reads which line of theirs failed, and on what."""
    source = "async def test_sum(number):\n    total = number + 1\n    assert total == 2\n"

    _, wrong = run(source, {"number": 1}, {"number": 2})

    assert wrong["tests"]["test_sum"] == {
        "outcome": "failed",
        "text": "assert 3 == 2",
        "line": 3,
        "code": "assert total == 2",
    }


NOT_RUN = """
import pytest

@pytest.mark.skip
def test_marked(): ...

def test_in_its_body():
    pytest.skip("not today")

@pytest.mark.xfail
def test_known_bug():
    assert False

@pytest.mark.xfail
def test_no_bug(): ...

def test_given_up():
    pytest.xfail("one day")
"""


def test_what_does_not_count_is_told_apart(run: Run) -> None:
    """An exit code would say 0 for all of these."""
    (told,) = run(NOT_RUN)

    assert outcomes(told) == {
        "test_marked": "skipped",
        "test_in_its_body": "skipped",
        "test_known_bug": "expected to fail",
        "test_no_bug": "expected to fail",
        "test_given_up": "expected to fail",
    }


@pytest.mark.parametrize(
    "source",
    ["def check_nothing(): ...", "class TestNothing:\n    def __init__(self): ...\n"],
    ids=["no-test", "class-that-pytest-passes-over"],
)
def test_no_tests_are_no_tests(run: Run, source: str) -> None:
    """Where nothing is collected, nothing is told."""
    (told,) = run(source)

    assert told["tests"] == {}


@pytest.mark.parametrize(
    "replaced",
    [
        "@pytest.fixture\ndef number(): return 1",
        "@pytest.fixture\ndef number(number): return number",
        "@pytest.fixture(name='number', scope='session')\ndef give(): return 1",
        "pytestmark = pytest.mark.parametrize('number', [1])",
    ],
    ids=["own", "wrapped", "by-name", "parametrized"],
)
def test_a_replaced_fixture_is_found(run: Run, replaced: str) -> None:
    """Whichever way the answer puts something else in its place."""
    source = f"import pytest\n{replaced}\ndef test_number(number):\n    assert number == 1\n"

    (told,) = run(source, {"number": 2})

    assert told["overridden"] == ["number"]


def test_errors_around_a_test_are_failures(run: Run) -> None:
    """A fixture that raises before or after a test, and exit() in it."""
    source = """
import pytest
@pytest.fixture
def before(): raise OSError("no disk")
@pytest.fixture
def after():
    yield
    raise OSError("still no disk")
def test_before(before): ...
def test_after(after): ...
def test_exit(): raise SystemExit
"""
    (told,) = run(source)

    assert outcomes(told) == dict.fromkeys(("test_before", "test_after", "test_exit"), "failed")
    assert told["tests"]["test_before"]["text"] == "OSError: no disk"


def test_some_tests_until_the_first_failure(run: Run) -> None:
    """To see whether anybody notices, one failure is enough, of a test that has passed before."""
    source = "\n".join(f"def test_{n}(number):\n    assert number != {n}" for n in range(4))

    whole, some = run(
        source,
        {"number": 1},
        {"number": 2, "only": ["test_0", "test_2", "test_3"], "first_failure": True},
    )

    assert whole["failed"] == ["test_1"]
    assert outcomes(some) == {"test_0": "passed", "test_2": "failed"}


def test_hypothesis_draws_the_same_every_time(run: Run, tmp_path: Path) -> None:
    """In this process and in another one: a verdict is no matter of luck."""
    source = """
from pathlib import Path
from hypothesis import given, strategies as st
@given(st.integers(0, 10**9))
def test_numbers(number, drawn):
    with Path(f"drawn-{number}").open("a") as file:
        print(drawn, file=file)
"""
    run(source, {"number": 1}, {"number": 2})
    run(source, {"number": 3})

    first, again, elsewhere = (tmp_path.joinpath(f"drawn-{n}").read_text() for n in (1, 2, 3))
    assert len(set(first.split())) > 10
    assert first == again == elsewhere
