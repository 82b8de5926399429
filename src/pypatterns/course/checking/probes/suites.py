"""Run the tests that an answer holds, on what the driver hands them, and tell what became of each.

>>> ran = run_suite({"new_store": MemoryStore})             # fixtures by name
>>> ran.tests["test_a_committed_market_is_found"].outcome
'passed'
>>> ran = run_suite({"new_store": BrokenStore}, only=ran.passed, first_failure=True)
>>> ran.failed                                              # nobody noticed
()

pytest runs in this process, without the plugins that are installed and without this course's. `async def` tests get an event
loop each. Outcomes are written down as they come: an exit code says 0 where all tests were skipped.

What makes a test of hypothesis depend on luck, on earlier runs or on a clock is switched off by the step `settled_hypothesis`.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from types import ModuleType
from typing import Any

import pytest

from pypatterns.course.checking.introspection.exceptions import described

ANSWER = "answer"
OFF = (
    *("terminal", "cacheprovider", "unraisableexception", "threadexception", "faulthandler"),
    *("junitxml", "pastebin", "stepwise", "doctest", "setuponly", "setupplan"),
)
REWRITTEN = "@pytest_ar"  # what pytest calls the helper of its asserts in a module that it imported
EXAMPLES, STEPS = 30, 12  # of hypothesis: enough to meet a mistake, few enough for a database
LONGEST_TEXT = 300  # characters


@dataclass(frozen=True, slots=True)
class SuiteTest:
    """What became of a test: "passed", "failed", "skipped" or "expected to fail", what it said, and where.

    `line` and `code` are the answer's innermost; 0 and "" where the error met none.
    """

    outcome: str
    text: str = ""
    line: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """What became of the tests, by name. `overridden`: the given fixtures that the answer has replaced; `broken`: why there are none."""

    tests: Mapping[str, SuiteTest]
    overridden: tuple[str, ...] = ()
    broken: str = ""

    @property
    def passed(self) -> tuple[str, ...]:
        """The names of those that passed."""
        return tuple(name for name, test in self.tests.items() if test.outcome == "passed")

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of those that failed."""
        return tuple(name for name, test in self.tests.items() if test.outcome == "failed")


def run_suite(
    given: Mapping[str, object],
    *,
    only: Collection[str] | None = None,
    first_failure: bool = False,
) -> Suite:
    """Run the answer's tests with these values as fixtures: all of them or `only` some, to the end or to the first failure."""
    if not hasattr(sys.modules.get(ANSWER), REWRITTEN):
        # pytest imports it once more, in its own way: then an assert tells its values
        sys.modules.pop(ANSWER, None)
    folder, listener = os.getcwd(), _Listener(given, only)
    options = [each for name in OFF for each in ("-p", f"no:{name}")]
    options += ["--disable-plugin-autoload", "--capture=no", "-c", os.devnull]
    options += ["--rootdir", folder, "--confcutdir", folder, "-o", f"python_files={ANSWER}.py"]
    options += ["--exitfirst"] if first_failure else []
    fixtures = [_fixture(name, value) for name, value in given.items()]
    pytest.main([*options, f"{ANSWER}.py"], plugins=[listener, *fixtures])
    return Suite(listener.tests, tuple(sorted(listener.overridden)), listener.broken)


@contextmanager
def settled_hypothesis() -> Iterator[None]:
    """The same examples every time, no database, no deadline, no search for the smallest failure; a step for `prepared`."""
    try:
        hypothesis: Any = importlib.import_module("hypothesis")
    except ImportError:
        yield
        return
    settings, before = hypothesis.settings, hypothesis.settings.get_current_profile_name()
    settings.register_profile(
        "settled",
        derandomize=True,
        database=None,
        deadline=None,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    settings.load_profile("settled")
    try:
        yield
    finally:
        settings.load_profile(before)


def _fixture(name: str, value: object) -> object:
    """A plugin with one fixture, which has this value for a whole session."""

    def give() -> object:
        return value

    plugin = ModuleType(f"given_{name}")
    vars(plugin)[name] = pytest.fixture(give, name=name, scope="session")
    return plugin


class _Listener:
    """What pytest asks, and what it tells, during one session."""

    def __init__(self, given: Mapping[str, object], only: Collection[str] | None) -> None:
        self._given = given
        self._only = only
        self._said: dict[str, SuiteTest] = {}
        self.tests: dict[str, SuiteTest] = {}
        self.overridden: set[str] = set()
        self.broken = ""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember why there is nothing to run."""
        if report.failed:
            self.broken = str(report.longrepr)[-LONGEST_TEXT:]

    def pytest_internalerror(self, excrepr: object) -> None:
        """Remember why pytest itself gave up."""
        self.broken = str(excrepr)[-LONGEST_TEXT:]

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Look for fixtures under a given name that were not given; keep the tests that are wanted."""
        for item in items:
            self.overridden |= {name for name in self._given if _is_replaced(item, name)}
        if self._only is not None:
            items[:] = [item for item in items if _name(item) in self._only]

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> None:
        """Give an `async def` test an event loop, also where hypothesis calls it."""
        hypothesis = getattr(pyfuncitem.obj, "hypothesis", None)
        if hypothesis is not None and inspect.iscoroutinefunction(hypothesis.inner_test):
            hypothesis.inner_test = _in_a_loop(hypothesis.inner_test)
        elif inspect.iscoroutinefunction(pyfuncitem.obj):
            pyfuncitem.obj = _in_a_loop(pyfuncitem.obj)

    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Report without the long text that pytest makes of an error."""
        error = call.excinfo.value if call.excinfo else None
        if error is not None:
            self._said[item.nodeid] = _said(error)
        is_skip = isinstance(error, pytest.skip.Exception)
        outcome: Any = "skipped" if is_skip else "failed" if error else "passed"
        when: Any = call.when  # never "collect": this is a test
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, when)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write down the first thing that is not well, or that the test has passed."""
        name = report.nodeid.partition("::")[2]
        if report.passed and (report.when != "call" or name in self.tests):
            return
        if name not in self.tests or self.tests[name].outcome == "passed":
            said = self._said.get(report.nodeid, SuiteTest(""))
            outcome = "expected to fail" if hasattr(report, "wasxfail") else report.outcome
            self.tests[name] = SuiteTest(outcome, said.text, said.line, said.code)


def _name(item: pytest.Item) -> str:
    """A test's name without its file: "TestPages::test_limit"."""
    return item.nodeid.partition("::")[2]


def _is_replaced(item: pytest.Item, name: str) -> bool:
    info = getattr(item, "_fixtureinfo", None)  # a TestCase's method has one as well
    found = info.name2fixturedefs.get(name, ()) if info else ()
    return any(each.func.__module__ != __name__ for each in found)


def _said(error: BaseException) -> SuiteTest:
    told = described(error, os.getcwd())
    kind = "" if told["text"].startswith("assert ") else f"{told['type'].rpartition('.')[2]}: "
    text = f"{kind}{told['text']}".strip().removesuffix(":")[:LONGEST_TEXT]
    *_, last = told["lines"] or [{"number": 0, "code": ""}]
    return SuiteTest("", text, last["number"], last["code"].strip())


def _in_a_loop(test: Callable[..., Any]) -> Callable[..., None]:
    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run
