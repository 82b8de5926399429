"""An exercise's checks and drivers as their files state them, read without running anything."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from pypatterns.course.errors import BrokenCourse

NEEDS_NO_WORK = re.compile(r"^needs_no_work:(?P<names>[^()]+)\(.+\)", re.MULTILINE | re.DOTALL)
RESERVED = frozenset({"prepare"})  # keywords of answer.run that no driver receives


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, its line, and its docstring on one line."""

    name: str
    line: int
    behaviour: str


@dataclass(frozen=True, slots=True)
class DriverCall:
    """A call of `answer.run`; `open_ended` if it hands over inputs by `**`."""

    driver: str
    line: int
    inputs: frozenset[str]
    open_ended: bool


@dataclass(frozen=True, slots=True)
class Driver:
    """A function of drive.py that takes the answer: all its inputs, and those that it must be given.

    `sentence` is the first of its docstring: learners read it as what was called.
    """

    name: str
    line: int
    sentence: str
    inputs: frozenset[str]
    required: frozenset[str]


def parse(path: Path) -> ast.Module:
    """The file's tree. Raises `BrokenCourse` if there is no such file, or no Python in it."""
    try:
        return ast.parse(text(path))
    except SyntaxError as error:
        raise BrokenCourse(f"line {error.lineno} is not Python: {error.msg}") from None


def text(path: Path) -> str:
    """The file's text. Raises `BrokenCourse` if there is no such file, or no text in it."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BrokenCourse(f"there is no {path.name}") from None
    except UnicodeDecodeError as error:
        raise BrokenCourse(f"byte {error.start} is not UTF-8") from None


def checks(tree: ast.Module) -> tuple[Check, ...]:
    """The checks in a test file, in order."""
    return tuple(
        Check(each.name, each.lineno, _docstring(each))
        for each in tree.body
        if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    )


def needs_no_work(tree: ast.Module) -> frozenset[str]:
    """The checks that hold of an answer that does nothing, as the file's docstring says, with the reason in parentheses.

    `needs_no_work: test_is_frozen (a class is, whatever its methods do)`
    """
    found = NEEDS_NO_WORK.search(ast.get_docstring(tree) or "")
    return frozenset(found["names"].replace(",", " ").split()) if found else frozenset()


def silent_asserts(tree: ast.Module) -> tuple[int, ...]:
    """The lines of the asserts that say nothing when they fail."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Assert))
    return tuple(sorted(node.lineno for node in nodes if node.msg is None))


def clocks(tree: ast.Module) -> tuple[int, ...]:
    """The lines that import the module `time`: a check that reads a clock depends on how busy the machine is."""
    plain = (node for node in ast.walk(tree) if isinstance(node, ast.Import))
    named = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    lines = {node.lineno for node in plain if any(each.name == "time" for each in node.names)}
    return tuple(sorted(lines | {node.lineno for node in named if node.module == "time"}))


def driver_calls(tree: ast.Module) -> tuple[DriverCall, ...]:
    """Each `answer.run("driver", …)` whose driver is named by a string, in order."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    calls = (call for node in nodes if (call := _driver_call(node)))
    return tuple(sorted(calls, key=lambda call: call.line))


def _driver_call(node: ast.Call) -> DriverCall | None:
    if ast.unparse(node.func) != "answer.run" or not node.args:
        return None
    driver = node.args[0]
    if not (isinstance(driver, ast.Constant) and isinstance(driver.value, str)):
        return None
    given = [keyword.arg for keyword in node.keywords]
    inputs = frozenset(name for name in given if name) - RESERVED
    return DriverCall(driver.value, node.lineno, inputs, None in given)


def drivers(tree: ast.Module) -> dict[str, Driver]:
    """The drivers by name: the public functions whose first parameter is `answer`."""
    found = {}
    for each in tree.body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and _takes_answer(each):
            args = each.args
            plain = [*args.posonlyargs, *args.args][1:]
            optional = plain[len(plain) - min(len(plain), len(args.defaults)) :]
            optional += [a for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d]
            inputs = frozenset(a.arg for a in (*plain, *args.kwonlyargs))
            required = inputs - {a.arg for a in optional}
            sentence = re.split(r"(?<=\.)\s", _docstring(each), maxsplit=1)[0]
            found[each.name] = Driver(each.name, each.lineno, sentence, inputs, required)
    return found


def fields(sentence: str) -> frozenset[str]:
    """The inputs that a driver's first sentence shows: `{callers}` and `{key!r}` are callers and key.

    Raises `BrokenCourse` for a sentence that cannot be formatted.
    """
    try:
        named = [name for _, name, _, _ in Formatter().parse(sentence) if name is not None]
    except ValueError as error:
        raise BrokenCourse(f"{sentence!r} cannot be formatted: {error}") from None
    return frozenset(re.split(r"[.\[]", name)[0] for name in named)


def _takes_answer(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    plain = [*function.args.posonlyargs, *function.args.args]
    return bool(plain) and plain[0].arg == "answer" and not function.name.startswith("_")


def _docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return " ".join((ast.get_docstring(function) or "").split())
