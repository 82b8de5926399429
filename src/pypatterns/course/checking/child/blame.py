"""Whose doing an error is that came out of a driver: the answer's, or the driver's own.

>>> blame(error, "/the/answer's/folder")
'answer'
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from itertools import islice
from types import FrameType, ModuleType, TracebackType

from pypatterns.course.checking.introspection.exceptions import field_of, is_a, steps, tracebacks
from pypatterns.course.checking.introspection.ownership import (
    is_drivers,
    is_librarys,
    is_patterns,
    place_of,
    runs_learners_code,
)


def blame(error: BaseException, folder: str) -> str:
    """Whose doing an error is that came out of a driver: "answer" or "driver".

    The answer's, if it went through the answer's code, or arose in an expression of the driver that uses something which came
    from the answer: a call that does not fit, a missing attribute, a step that its result does not allow. So is that of a
    pattern which the answer took from this package instead of writing it, where there is nothing inside: no driver calls one.
    """
    if went_through_the_answer(error, folder):
        return "answer"
    innermost = [_innermost(trace, folder) for trace in tracebacks(error)]
    answers = any(map(_is_blank, innermost)) or any(map(_uses_the_answer, innermost))
    return "answer" if answers else "driver"


def _innermost(trace: TracebackType, folder: str) -> TracebackType:
    """The innermost step in code of ours: what a library was called with is the doing of whoever called it."""
    way = list(steps(trace))
    ours = (step for step in reversed(way) if not is_librarys(step.tb_frame.f_code, folder))
    return next(ours, way[-1])


def _is_blank(trace: TracebackType) -> bool:
    """Whether it arose in a pattern of this package that was emptied: only those raise a `NotImplementedError` of their own."""
    code = trace.tb_frame.f_code
    return is_patterns(code) and "NotImplementedError" in code.co_names


def went_through_the_answer(error: BaseException, folder: str) -> bool:
    """Whether code of the answer's folder, other than the drivers, was under way when the error arose, or cannot be read."""
    if is_a(error, SyntaxError):  # of a file that a driver imports: there is no frame of it
        file = field_of(error, SyntaxError, "filename")
        if place_of(file, "", folder) is not None:
            return True
    return any(
        runs_learners_code(step.tb_frame, folder)
        for trace in tracebacks(error)
        for step in steps(trace)
    )


def _uses_the_answer(trace: TracebackType) -> bool:
    frame = trace.tb_frame
    tree = _tree(frame)
    expression = _expression(trace, tree)
    names = _names(expression) if expression else set()
    values = [frame.f_locals.get(name, frame.f_globals.get(name)) for name in names]
    if any(_of_the_answer(value) for value in values):
        return True
    return is_drivers(frame.f_code) and bool(names & _given(tree, trace.tb_lineno))


def _given(tree: ast.Module, line: int) -> set[str]:
    """The names that mean something which came from the answer, in the function of a driver around a line.

    `answer` is what drivers call it; what a name was made from gives it on: `page = next(answer.pages(3))`, `for row in page`.
    """
    around = (each for each in tree.body if each.lineno <= line <= (each.end_lineno or each.lineno))
    made = [step for scope in around for node in ast.walk(scope) for step in _makes(node)]
    given = {"answer"}
    while (
        more := {
            name for target, value in made if _names(value) & given for name in _stored(target)
        }
        - given
    ):
        given |= more
    return given


def _makes(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """What a node gives a name to, and from what."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield target, value
        case ast.NamedExpr(target=target, value=value) | ast.AugAssign(target=target, value=value):
            yield target, value
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            yield target, value
        case ast.comprehension(target=target, iter=value):
            yield target, value
        case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
            yield target, value
        case _:  # gives nothing a name
            pass


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _stored(target: ast.AST) -> set[str]:
    """The names that a target gives a meaning: in `row, seen["page"] = …` that is `row` alone."""
    names = (each for each in ast.walk(target) if isinstance(each, ast.Name))
    return {each.id for each in names if isinstance(each.ctx, ast.Store)}


def _of_the_answer(value: object) -> bool:
    if isinstance(value, ModuleType):
        return value.__name__ == "answer"
    owner = getattr(value, "__func__", value) if type(value).__name__ == "method" else value
    kind = owner if isinstance(owner, type) or callable(owner) else type(owner)
    return "answer" in (getattr(kind, "__module__", None), type(value).__module__)


def _tree(frame: FrameType) -> ast.Module:
    """The file that a frame is in; an empty one where it cannot be read."""
    try:
        return ast.parse("".join(linecache.getlines(frame.f_code.co_filename)))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _expression(trace: TracebackType, tree: ast.Module) -> ast.AST | None:
    """The innermost expression that was being evaluated, from the position of its instruction."""
    positions = trace.tb_frame.f_code.co_positions()
    first, last, start, end = next(islice(positions, trace.tb_lasti // 2, None), (None,) * 4)
    here = (first, start, last, end)
    if None in here:
        return None
    return next((node for node in ast.walk(tree) if _span(node) == here), None)


def _span(node: ast.AST) -> tuple[int | None, ...]:
    return tuple(
        getattr(node, name, None)
        for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")
    )
