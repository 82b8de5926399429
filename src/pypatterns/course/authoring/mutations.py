"""The small changes that mutants are made of: what one node of a syntax tree can become.

Each is a pair of its kind and a function that makes the change in the tree that holds the place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from pypatterns.course.authoring.scopes import YIELDS_NOTHING, Function, is_generator

Change = tuple[str, Callable[[], object]]

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
REMOVABLE = (
    ast.Expr, ast.Assign, ast.AugAssign, ast.Delete, ast.Raise, ast.Return, ast.Break, ast.Continue, ast.If,
    ast.For, ast.AsyncFor, ast.While,
)  # fmt: skip
Try = ast.Try | ast.TryStar


@dataclass(frozen=True, slots=True)
class Place:
    """A node and where it hangs: in a field of its parent, or at an index of the list that the field is."""

    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST

    def put(self, *nodes: ast.AST) -> None:
        """Put these in the node's place; only a list takes another number than one."""
        if self.index is None:
            setattr(self.parent, self.field, nodes[0])
        else:
            getattr(self.parent, self.field)[self.index : self.index + 1] = nodes

    @property
    def is_statement(self) -> bool:
        """Whether it stands in a body."""
        return isinstance(self.node, ast.stmt) and self.index is not None

    @property
    def is_alone(self) -> bool:
        """Whether its body holds nothing else."""
        return len(getattr(self.parent, self.field)) == 1


def changes(place: Place) -> Iterator[Change]:
    """All changes of the node itself: not of what is inside it."""
    yield from _of_expressions(place)
    if place.is_statement:
        yield from _of_statements(place)
    if isinstance(place.node, ast.ExceptHandler):
        yield from _of_handlers(place.node)
    if isinstance(place.node, Function):
        yield from _of_functions(place.node)


def _of_expressions(place: Place) -> Iterator[Change]:
    match place.node:
        case ast.Compare(ops=ops):
            for number, op in enumerate(ops):
                for other in COMPARED[type(op)]:
                    yield "comparison", partial(ops.__setitem__, number, other())
        case ast.BoolOp() as node:
            yield "boolean operator", partial(setattr, node, "op", _turned(node.op))
            for value in node.values:
                yield "boolean operand dropped", partial(_drop, node.values, value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not dropped", partial(place.put, operand)
        case ast.Constant() as node:
            for changed in _other(node, place):
                yield "constant", partial(place.put, changed)
        case ast.BinOp(op=ast.Add() | ast.Sub()) as node:
            yield "arithmetic", partial(setattr, node, "op", _turned(node.op))
        case ast.Await(value=awaited):
            yield "await dropped", partial(place.put, awaited)
        case ast.Call(keywords=keywords):
            drops = [partial(keywords.remove, keyword) for keyword in keywords]
            yield from (("keyword argument dropped", drop) for drop in drops)
        case _:
            pass


def _of_statements(place: Place) -> Iterator[Change]:
    node = place.node
    if isinstance(node, REMOVABLE) and not _only_raises_not_implemented(node):
        yield "statement dropped", partial(place.put, *([ast.Pass()] if place.is_alone else []))
    match node:
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield "return None", partial(place.put, ast.Return(ast.Constant(None)))
        case ast.If(test=test, orelse=orelse) if not orelse:
            yield "condition dropped", partial(setattr, node, "test", ast.Constant(True))
        case ast.If(test=test):
            yield "condition negated", partial(setattr, node, "test", ast.UnaryOp(ast.Not(), test))
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            named = any(item.optional_vars for item in items)
            yield "with dropped", partial(place.put, *(map(_bound, items) if named else ()), *body)
        case ast.Try() | ast.TryStar():
            yield from _of_tries(place, node)
        case _:
            pass


def _of_tries(place: Place, node: Try) -> Iterator[Change]:
    kept = [*node.body, *node.orelse]
    if node.finalbody and node.handlers:
        yield "finally dropped", partial(setattr, node, "finalbody", [])
    elif node.finalbody:
        yield "finally dropped", partial(place.put, *kept)
        yield "clean-up after success only", partial(place.put, *kept, *node.finalbody)
    elif len(node.handlers) == 1:
        yield "except dropped", partial(place.put, *kept)


def _of_handlers(node: ast.ExceptHandler) -> Iterator[Change]:
    caught = ast.unparse(node.type) if node.type else ""
    if caught == "Exception":
        yield "except broadened", partial(setattr, node, "type", ast.Name("BaseException"))
    elif caught == "BaseException":
        yield "except narrowed", partial(setattr, node, "type", ast.Name("Exception"))
    elif caught:
        yield "except broadened", partial(setattr, node, "type", ast.Name("Exception"))
    if not all(isinstance(each, ast.Pass) for each in node.body):
        yield "except swallows", partial(setattr, node, "body", [ast.Pass()])


def _of_functions(node: Function) -> Iterator[Change]:
    if is_generator(node):
        docstring = node.body[: ast.get_docstring(node) is not None]
        nothing = ast.parse(YIELDS_NOTHING).body
        yield "yields nothing", partial(setattr, node, "body", [*docstring, *nothing])


def _turned(op: ast.AST) -> ast.AST:
    turned = {ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add}
    return turned[type(op)]()


def _other(node: ast.Constant, place: Place) -> tuple[ast.Constant, ...]:
    """What may stand for a constant: the neighbours of a number, another text, the other truth."""
    match node.value:
        case bool() as truth:
            return (ast.Constant(not truth),)
        case int() as number:
            neighbours = (number + 1, number - 1) if number > 1 else (number + 1,)
            return tuple(map(ast.Constant, neighbours))
        case float() as number:
            return (ast.Constant(number * 2),)
        case str() as text if place.field != "slice":  # there it may be a type
            return (ast.Constant(f"{text}x"),)
        case None:
            return (ast.Constant(0),)
        case _:
            return ()


def _only_raises_not_implemented(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _bound(item: ast.withitem) -> ast.stmt:
    """`with open_it() as name` without its exit: `name = open_it()`."""
    if item.optional_vars is None:
        return ast.Expr(item.context_expr)
    return ast.Assign([item.optional_vars], item.context_expr)


def _drop(values: list[ast.expr], value: ast.expr) -> None:
    """Take one operand out: `a or b` without b is written `a or a`, since the operator wants two."""
    values.remove(value)
    if len(values) == 1:
        values.append(values[0])
