"""What an instruction is part of: the `with` blocks around it, the lock that it enters, the call that it makes.

CPython 3.11 and later store the source position of every instruction, so the syntax tree of the file says what a thread
that stands at `f_lasti` is in the middle of. 3.11 and 3.12 mark the instruction that enters a `with` item with the span
of the whole statement, 3.13 and later with the item's own. Up to 3.13 that instruction has a name of its own; from 3.14 on
it is a call of what `LOAD_SPECIAL` has just found. What cannot be found is left out; nothing is guessed.
"""

from __future__ import annotations

import ast
import dis
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from types import CodeType

LONGEST_FILE = 200_000  # characters; the standard library's threading.py has 60,000
ENTER = "BEFORE_WITH"  # up to 3.13
INITIALISERS = {"__init__", "__new__", "__post_init__"}

Span = tuple[int, int, int, int]  # first line, first column, last line, last column
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Held:
    """The expression of a `with` item that was entered; `sure` if what it names cannot have changed or been freed since."""

    expression: ast.expr
    sure: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """What one instruction is part of."""

    held: tuple[Held, ...] = ()
    entering: ast.expr | None = None
    call: ast.Call | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text and tree, and the names in it that may not mean the same tomorrow."""

    lines: tuple[str, ...]
    tree: ast.Module
    rebound: frozenset[str]
    releases: bool  # somewhere in it a lock is let go by hand


@lru_cache(maxsize=64)
def source(filename: str) -> Source | None:
    """Read a file once; None where there is none, or it is too long, or no Python."""
    try:
        with open(filename, encoding="utf-8") as file:
            text = file.read(LONGEST_FILE + 1)
        tree = ast.parse(text) if len(text) <= LONGEST_FILE else None
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if tree is None:
        return None
    releases = any(
        isinstance(node, ast.Attribute) and node.attr == "release" for node in ast.walk(tree)
    )
    return Source(tuple(text.splitlines()), tree, frozenset(_rebound(tree)), releases)


@lru_cache(maxsize=4096)
def spot(code: CodeType, lasti: int) -> Spot:
    """What the instruction at `lasti` of `code` is part of; an empty spot where that cannot be told."""
    read, here = source(code.co_filename), _span_at(code, lasti)
    if read is None or here is None:
        return Spot()
    path = _in_scope(_path(read.tree, here), code.co_name)
    held: list[Held] = []
    entering: ast.expr | None = None
    for node, inner in pairwise([*path, None]):
        if isinstance(node, ast.With):
            entered = _items_entered(node, inner, code, lasti)
            held += [
                Held(item.context_expr, _is_stable(item.context_expr, node, read))
                for item in node.items[:entered]
            ]
            if enters(code, lasti) and inner not in node.body and entered < len(node.items):
                entering = node.items[entered].context_expr
    calls = path and opcode(code, lasti).startswith("CALL") and not enters(code, lasti)
    last = path[-1] if calls else None
    return Spot(
        tuple(held), entering, last if isinstance(last, ast.Call) and _span(last) == here else None
    )


def _span_at(code: CodeType, lasti: int) -> Span | None:
    first, last, start, end = next(islice(code.co_positions(), lasti // 2, None), (None,) * 4)
    if first is None or last is None or start is None or end is None:
        return None
    return first, start, last, end


def opcode(code: CodeType, lasti: int) -> str:
    """The name of the instruction at `lasti`."""
    return dis.opname[code.co_code[lasti]]


def enters(code: CodeType, lasti: int) -> bool:
    """Whether the instruction at `lasti` calls the `__enter__` of a `with` item."""
    here = opcode(code, lasti)
    # A block is left by a call, too, but its `__exit__` was found when it was entered.
    return here == ENTER or (here == "CALL" and opcode(code, lasti - 2) == "LOAD_SPECIAL")


def _items_entered(node: ast.With, inner: ast.AST | None, code: CodeType, lasti: int) -> int:
    """How many items of a `with` are entered while its part `inner`, or the statement as a whole, is at work."""
    if inner in node.body:
        return len(node.items)
    if isinstance(inner, ast.withitem):
        return node.items.index(inner)
    if not enters(code, lasti):  # on its way out
        return 0
    here, instructions = _span_at(code, lasti), code.co_code[:lasti:2]
    before = [2 * place for place, number in enumerate(instructions) if dis.opname[number] == ENTER]
    return sum(_span_at(code, offset) == here for offset in before) % len(
        node.items
    )  # a `finally` is compiled twice


def _path(tree: ast.Module, here: Span) -> list[ast.AST]:
    """The nodes from the module down to the innermost one that covers the span."""
    path: list[ast.AST] = [tree]
    while inner := next(
        (node for node in ast.iter_child_nodes(path[-1]) if _covers(node, here)), None
    ):
        path.append(inner)
    return path


def _covers(node: ast.AST, here: Span) -> bool:
    span = _span(node)
    if span is None:  # a with item, a comprehension's for: no place of its own
        return any(_covers(child, here) for child in ast.iter_child_nodes(node))
    return span[:2] <= here[:2] and here[2:] <= span[2:]


def _span(node: ast.AST) -> Span | None:
    if (
        isinstance(node, ast.expr | ast.stmt | ast.excepthandler | ast.keyword | ast.arg)
        and node.end_lineno is not None
    ):
        return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset or 0
    return None


def _in_scope(path: list[ast.AST], name: str) -> list[ast.AST]:
    """The end of a path that the function `name` runs itself; nothing where another function's code stands between."""
    for depth in reversed(range(len(path))):
        scope = _scope_name(path[depth])
        if scope:
            return path[depth:] if scope == name else []
    return []


def _scope_name(node: ast.AST) -> str:
    if isinstance(node, Function | ast.ClassDef):
        return node.name
    names = {ast.Module: "<module>", ast.Lambda: "<lambda>", ast.GeneratorExp: "<genexpr>"}
    if sys.version_info < (3, 12):  # PEP 709 inlines them from then on
        names |= {ast.ListComp: "<listcomp>", ast.SetComp: "<setcomp>", ast.DictComp: "<dictcomp>"}
    return names.get(type(node), "")


def _is_stable(expression: ast.expr, block: ast.With, read: Source) -> bool:
    """Whether a dotted name means the lock that was entered, and that lock is held until the block ends."""
    parts = list(ast.walk(expression))
    if read.releases or not all(
        isinstance(part, ast.Name | ast.Attribute | ast.Load) for part in parts
    ):
        return False
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    attributes = {part.attr for part in parts if isinstance(part, ast.Attribute)}
    stored = {
        node.id
        for node in ast.walk(block)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    return not (names & stored or (names | attributes) & read.rebound)


def _rebound(tree: ast.Module) -> Iterator[str]:
    """Attributes that are set outside an initialiser, and names that are global or nonlocal somewhere."""
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, Function) and function.name in INITIALISERS
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and not isinstance(node.ctx, ast.Load)
            and id(node) not in inside
        ):
            yield node.attr
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
