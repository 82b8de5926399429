"""The generated first check: an answer defines what the prompt states, and takes the calls that it states.

What is wanted stands in the exercise's signature.pyi, as plain stubs. Parameters before the `*` are given by position and
may have other names; those after it are given by name. Further parameters are welcome if they have a default. A
docstring-only stub asks for no names (as where the answer is tests), so no signature check is made.

`name: type` asks for a name alone. Of an answer that is text only the names are looked at, for nothing runs it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pypatterns.course import syntax
from pypatterns.course.errors import BrokenCourse

NAME = "test_signature"
BEHAVIOUR = "The names and parameters are those that the prompt states."


@dataclass(frozen=True, slots=True)
class Wanted:
    """One name of the stub: a "class", a "function" or any "name".

    `calls` are the shapes that must fit: number of positional arguments, and the keywords.
    """

    name: str
    text: str
    kind: Literal["class", "function", "name"]
    is_async: bool
    calls: tuple[tuple[int, tuple[str, ...]], ...]

    def as_input(self) -> dict[str, Any]:
        """What the driver `builtin_drivers.look` needs to know."""
        return {"name": self.name, "calls": self.calls}


def read(stub: Path) -> tuple[Wanted, ...]:
    """What an answer must define, from its stub; nothing, if that is what its docstring says. Raises `BrokenCourse`."""
    try:
        wanted, docstring = _parsed(stub.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        raise BrokenCourse(f"{stub}: {error}") from error
    if not wanted and docstring is None:
        raise BrokenCourse(f"{stub}: defines nothing, so nothing is asked for")
    return wanted


@lru_cache(maxsize=100)
def _parsed(text: str) -> tuple[tuple[Wanted, ...], str | None]:
    tree = ast.parse(text)
    return tuple(each for node in tree.body for each in _wanted(node)), ast.get_docstring(tree)


def look(wanted: Sequence[Wanted], source: str) -> list[dict[str, Any]]:
    """Which of the wanted names the text defines at top level; what a class holds is its reader's to judge."""
    tree = syntax.parsed(source)
    names = {name for statement in (tree.body if tree else ()) for name in syntax.bound(statement)}
    return [{"name": each.name, "found": each.name.partition(".")[0] in names} for each in wanted]


def asks_for_names(stub: Path) -> bool:
    """Whether there is anything to look for; a stub that cannot be read is for the check to tell."""
    try:
        return bool(read(stub))
    except BrokenCourse:
        return True


def complaint(wanted: Sequence[Wanted], seen: Sequence[Mapping[str, Any]]) -> str:
    """What is not as the prompt states it, in one sentence for the learner; "" if all is."""
    for each, found in zip(wanted, seen, strict=True):
        if problem := _problem(each, found):
            return f"{problem} The prompt states: {each.text}"
    return ""


def _problem(wanted: Wanted, found: Mapping[str, Any]) -> str:
    owner, _, short = wanted.name.rpartition(".")
    what = "a method" if owner else f"a {wanted.kind}"
    if not found["found"]:
        of_that_name = "" if wanted.kind == "name" else f"; expected {what} of that name"
        return f"{owner or 'The answer'} has no {short}{of_that_name}."
    if "callable" not in found or wanted.kind == "name":
        return ""
    if not found["callable"]:
        return f"{wanted.name} is not {what}: it cannot be called."
    if found["async"] and not wanted.is_async:
        return f"{wanted.name} is async: a caller would get a coroutine, not the result."
    return (
        f"{wanted.name} does not take the call that the prompt states: {found['misfit']}."
        if found["misfit"]
        else ""
    )


def _wanted(node: ast.stmt) -> Iterator[Wanted]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield _function(node, node.name, node.args)
    elif isinstance(node, ast.AnnAssign):
        name = ast.unparse(node.target)
        yield Wanted(name, ast.unparse(node), "name", False, ())
    elif isinstance(node, ast.ClassDef):
        methods = [
            each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        init = next((each for each in methods if each.name == "__init__"), None)
        yield _class(node, init)
        for method in methods:
            if method is not init:
                yield _function(method, f"{node.name}.{method.name}", _without_self(method))


def _function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, name: str, arguments: ast.arguments
) -> Wanted:
    is_async = isinstance(node, ast.AsyncFunctionDef)
    text = f"{'async ' if is_async else ''}{name}({ast.unparse(arguments)})"
    if node.returns is not None:
        text += f" -> {ast.unparse(node.returns)}"
    return Wanted(name, text, "function", is_async, _calls(arguments))


def _class(node: ast.ClassDef, init: ast.FunctionDef | ast.AsyncFunctionDef | None) -> Wanted:
    arguments = _without_self(init) if init else None
    text = f"{node.name}({ast.unparse(arguments) if arguments else ''})"
    return Wanted(node.name, text, "class", False, _calls(arguments) if arguments else ())


def _without_self(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.arguments:
    given = node.args
    return ast.arguments(
        given.posonlyargs,
        given.args[1:],
        given.vararg,
        given.kwonlyargs,
        given.kw_defaults,
        given.kwarg,
        given.defaults,
    )


def _calls(arguments: ast.arguments) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The shortest call and the longest."""
    positional = len(arguments.posonlyargs) + len(arguments.args)
    keywords = tuple(each.arg for each in arguments.kwonlyargs)
    required = tuple(
        each.arg
        for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is None
    )
    return ((positional - len(arguments.defaults), required), (positional, keywords))
