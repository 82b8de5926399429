"""Change an answer a little, in one place at a time: each change should cost it a check.

>>> [mutant.change for mutant in mutants("def first(items):\\n    return items[0]")]
['- return items[0]\\n+ return items[1]', '- return items[0]\\n+ return None']

Docstrings, annotations, `__all__`, future imports and `pass` stay as they are, and so do the messages of exceptions: no check
may look at those. The changes themselves are in mutations.py.
"""

from __future__ import annotations

import ast
import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pypatterns.course import syntax
from pypatterns.course.authoring.mutations import Place, changes
from pypatterns.course.authoring.scopes import Scope, scopes

# How the names of their classes end, and `super().__init__`, which has the message of an exception of one's own.
EXCEPTIONS = ("Error", "Exception", "Group", "__init__")
MODULE = "module"  # where a change stands that is in no function
MOST = 150  # mutants of one answer: more are thinned out evenly


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed source. `change` holds the changed lines as `ast.unparse` writes them, `where` the function around them.

    The second change of one function that reads the same has " (2)" behind its `where`.
    """

    kind: str
    where: str
    change: str
    source: str

    @property
    def key(self) -> tuple[str, str]:
        """What survivors.toml knows it by."""
        return self.where, self.change


def mutants(source: str, most: int = MOST, *, given: str = "") -> tuple[Mutant, ...]:
    """The mutants of a source, in order, each source once; evenly thinned out to `most`.

    What stands in `given` as well, as what learners begin with does, stays as it is.
    """
    found: dict[str, Mutant] = {}
    plain = ast.unparse(ast.parse(source))
    seen: Counter[tuple[str, str]] = Counter()
    for kind, where, text in _mutated(source, given):
        if text == plain or text in found:
            continue
        change = _change(plain, text)
        seen[where, change] += 1
        times = seen[where, change]
        name = f"{where} ({times})" if times > 1 else where
        found[text] = Mutant(kind, name, change, text)
    return thinned(tuple(found.values()), most)


def thinned(found: tuple[Mutant, ...], most: int) -> tuple[Mutant, ...]:
    """At most so many of them, spread over the whole."""
    if len(found) <= most:
        return found
    return tuple(found[index * len(found) // most] for index in range(most))


def diff(mutant: Mutant, source: str) -> str:
    """The unified diff of the mutant, with both sources as `ast.unparse` writes them."""
    before = ast.unparse(ast.parse(source)).splitlines()
    lines = difflib.unified_diff(before, mutant.source.splitlines(), lineterm="", n=2)
    return "\n".join(islice(lines, 2, None))


def _mutated(source: str, given: str) -> Iterator[tuple[str, str, str]]:
    """(kind, enclosing function, mutated source) for each change; each is made in a tree of its own."""
    own = _own_lines(source, given)
    places = list(_places(ast.parse(source)))
    for number, (where, place) in enumerate(places):
        if getattr(place.node, "lineno", None) not in own:
            continue
        for choice, (kind, _) in enumerate(changes(place)):
            tree = ast.parse(source)
            _, same = next(islice(_places(tree), number, None))
            list(changes(same))[choice][1]()
            yield kind, where, ast.unparse(ast.fix_missing_locations(tree))


def _own_lines(source: str, given: str) -> set[int]:
    """The lines of a source without the functions, classes and statements at their level that are given, whole."""
    parsed = syntax.parsed(given)
    known = {ast.unparse(each) for each in _blocks(parsed)} if parsed else set()
    tree = ast.parse(source)
    lines = set(range(1, len(source.splitlines()) + 1))
    for each in _blocks(tree):
        if ast.unparse(each) in known:
            lines -= set(range(each.lineno, (each.end_lineno or each.lineno) + 1))
    return lines


def _blocks(tree: ast.Module | ast.ClassDef) -> Iterator[ast.stmt]:
    for each in tree.body:
        yield each
        if isinstance(each, ast.ClassDef):
            yield from _blocks(each)


def _places(tree: ast.Module) -> Iterator[tuple[str, Place]]:
    """Every node that may be changed, with the list or field that holds it, and the function around it."""
    names = {id(node): name for name, node in scopes(tree)}
    yield from _below(tree, MODULE, names, _messages(tree))


def _below(
    node: ast.AST, where: str, names: dict[int, str], messages: set[int]
) -> Iterator[tuple[str, Place]]:
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_params", "type_comment"):
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, ast.AST) and not _is_left_alone(child, messages):
                at = names.get(id(child), where) if isinstance(child, Scope) else where
                yield at, Place(node, field, index if isinstance(value, list) else None, child)
                yield from _below(child, at, names, messages)


def _is_left_alone(child: ast.AST, messages: set[int]) -> bool:
    """Whether no check may look at the node, or a change of it would be the same program."""
    match child:
        case (
            ast.Expr(value=ast.Constant()) | ast.Assert()
        ):  # a docstring, or `...`; what a type checker is told
            return True
        case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Global() | ast.Nonlocal():
            return True
        case (
            ast.Assign(targets=[ast.Name(id="__all__")]) | ast.If(test=ast.Name(id="TYPE_CHECKING"))
        ):
            return True
        case ast.Constant(value=str()) | ast.JoinedStr():
            return id(child) in messages
        case _:
            return isinstance(child, ast.stmt) and _is_alias(child)


def _messages(tree: ast.Module) -> set[int]:
    """The texts that exceptions are made of, by the ids of their nodes."""
    calls = [each.exc for each in ast.walk(tree) if isinstance(each, ast.Raise)]
    calls += [each for each in ast.walk(tree) if isinstance(each, ast.Call) and _is_error(each)]
    return {id(arg) for call in calls if isinstance(call, ast.Call) for arg in call.args}


def _is_error(call: ast.Call) -> bool:
    return ast.unparse(call.func).rpartition(".")[2].endswith(EXCEPTIONS)


def _is_alias(node: ast.stmt) -> bool:
    """`T = TypeVar("T")` and the like: types, which nothing runs."""
    match node:
        case ast.Assign(value=ast.Call(func=ast.Name(id=name))):
            return name in ("TypeVar", "ParamSpec", "NewType")
        case _:
            return False


def _change(before: str, after: str) -> str:
    """The lines that differ, without their indentation, as "- old" and "+ new"."""
    old, new = ([line.strip() for line in text.splitlines()] for text in (before, after))
    changed = difflib.unified_diff(old, new, lineterm="", n=0)
    lines = [line for line in islice(changed, 2, None) if not line.startswith("@@")]
    return "\n".join(f"{line[0]} {line[1:]}" for line in lines)
