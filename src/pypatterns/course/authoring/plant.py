"""Spoil an answer, to prove what no known answer should have to: one more required parameter, or nothing behind the names.

A generator may also yield nothing, and the methods of a class do nothing (`hollowed`).

>>> print(with_wrong_signature("def area(side): return side**2", "def area(side): ..."))
def area(side, *, planted_by_the_gate):
    return side ** 2
>>> print(emptied("def area(side): return side**2", "def area(side): ...", "return None"))
def area(side):
    return None
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from pypatterns.course import syntax
from pypatterns.course.authoring.scopes import YIELDS_NOTHING, Function, Scope, is_generator, scopes
from pypatterns.course.errors import BrokenCourse


def with_wrong_signature(source: str, stub: str) -> str:
    """The source with a required parameter added to the first function that it shares with the stub.

    Where the stub asks for no function, the source without the first name that it shares with the stub. Raises
    `BrokenCourse` if they share none, or if one of them is no Python.
    """
    tree, promised = _parsed(source), _parsed(stub)
    wanted = [name for name, _ in functions(promised)]
    found = dict(functions(tree))
    shared = next((found[name] for name in wanted if name in found), None)
    if not wanted:
        return _without_a_name(tree, promised)
    if shared is None:
        raise BrokenCourse(f"the solution defines none of {', '.join(wanted)}")
    shared.args.kwonlyargs.append(ast.arg("planted_by_the_gate"))
    shared.args.kw_defaults.append(None)
    return ast.unparse(tree)


def emptied(source: str, stub: str, body: str) -> str:
    """The source with this body in each function that the stub asks for, and in each method of a class that it asks for.

    Objects can still be made. "" where there is nothing to empty. Raises `BrokenCourse` if one of the two is no Python.
    """
    tree, promised = _parsed(source), _parsed(stub)
    wanted = {name.partition(".")[0] for name, _ in functions(promised)}
    found = [
        function
        for name, function in functions(tree)
        if name.partition(".")[0] in wanted and function.name != "__init__"
    ]
    for function in found:
        function.body = ast.parse(body).body
    return ast.unparse(tree) if found else ""


def hollowed(source: str) -> Iterator[tuple[str, str]]:
    """Each generator that yields nothing and each class whose methods do nothing, as (name, source): one at a time.

    `__init__` does nothing either, and a generator may stand inside another function. Raises `BrokenCourse` if the source
    is no Python.
    """
    before = ast.dump(_parsed(source))
    for number, (name, _) in enumerate(scopes(_parsed(source))):
        tree = _parsed(source)
        _, same = next(islice(scopes(tree), number, None))
        for function in _emptiable(same):
            function.body = ast.parse(_hollow(function)).body
        if ast.dump(tree) != before:
            yield name, ast.unparse(tree)


def _emptiable(node: Scope) -> list[Function]:
    """The methods of a class, or a generator itself."""
    if isinstance(node, ast.ClassDef):
        return [each for each in node.body if isinstance(each, Function)]
    return [node] if is_generator(node) else []


def _hollow(function: Function) -> str:
    return YIELDS_NOTHING if is_generator(function) else "pass"


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise BrokenCourse(f"not Python: {error}") from None


def _without_a_name(tree: ast.Module, promised: ast.Module) -> str:
    names = sorted({name for each in promised.body for name in syntax.bound(each)})
    for statement in tree.body:
        if not syntax.bound(statement).isdisjoint(names):
            tree.body.remove(statement)
            return ast.unparse(tree)
    raise BrokenCourse(f"the solution defines none of {', '.join(names) or 'the signature'}")


def functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Each top-level function and each class's methods by dotted name: "SingleFlightCache.get"."""
    for statement in tree.body:
        if isinstance(statement, Function):
            yield statement.name, statement
        elif isinstance(statement, ast.ClassDef):
            for inner in statement.body:
                if isinstance(inner, Function):
                    yield f"{statement.name}.{inner.name}", inner
