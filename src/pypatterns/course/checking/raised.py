"""What an exception has to tell: its type and text, the learner's own lines that it went through, and whose doing it is.

>>> described(error, "/the/answer's/folder")["lines"]
[{'number': 3, 'code': 'return half(number)', 'function': 'double'}]

An answer's exceptions may lie about themselves and fail at anything, so they are asked through their built-in types.
"""

from __future__ import annotations

import ast
import linecache
import os
import traceback
from collections.abc import Iterator
from itertools import islice
from types import FrameType, ModuleType, TracebackType
from typing import Any

from pypatterns.course.checking.wire import type_name, unaddressed

# This package but the course kit: its patterns, of which a graded class has only the names of those that are asked for.
PACKAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "")
KIT = os.path.join(PACKAGE, "course", "")
LONGEST_TEXT = 500  # characters of an error's message
MOST_ERRORS = 100  # of a group that are looked at


def is_a(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether it is an error of this kind, whatever its `__class__` says."""
    return issubclass(type(error), kind)


def _field(error: BaseException, kind: type[BaseException], name: str) -> Any:
    """What a built-in kind of error keeps under this name, whatever a subclass says."""
    return vars(kind)[name].__get__(error)


def described(error: BaseException, folder: str) -> dict[str, Any]:
    """An error as plain data: type, text, lines (the learner's own), trace (the end of it), name (of a `NameError`)."""
    found: dict[str, Any] = {
        "type": type_name(type(error)),
        "text": _text(error),
        "lines": _lines(error, folder),
        "trace": "".join(traceback.format_tb(_trace(error))[-4:])[-2000:],
    }
    if is_a(error, NameError) and type(name := _field(error, NameError, "name")) is str:
        found["name"] = name
    return found


def text_of(error: BaseException) -> str:
    """What `str` says of it, shortened."""
    try:
        return unaddressed(str.__str__(str(error))[:LONGEST_TEXT])
    except BaseException:  # noqa: BLE001 - the answer's own exception may fail at anything
        return "(its message cannot be shown)"


def _text(error: BaseException) -> str:
    """Its text; of a `SyntaxError` its message alone, for the line is told beside it and the file is a cell to the learner."""
    message = _field(error, SyntaxError, "msg") if is_a(error, SyntaxError) else None
    return message[:LONGEST_TEXT] if type(message) is str else text_of(error)


def _lines(error: BaseException, folder: str) -> list[dict[str, Any]]:
    """The learner's own lines that the error went through, outermost first; at most six."""
    if is_a(error, SyntaxError):
        file, number, text = (
            _field(error, SyntaxError, name) for name in ("filename", "lineno", "text")
        )
        if (place := _place(file, "", folder)) is not None:
            return [{"number": number or 1, "code": (text or "").rstrip()[:200], "function": place}]
    found = [
        {
            "number": entry.lineno or 0,
            "code": (entry.line or "")[:200],
            "function": place,
        }
        for trace in _tracebacks(error)
        for entry in traceback.extract_tb(trace)
        if (place := _place(entry.filename, entry.name, folder)) is not None
    ]
    return found[:3] + found[3:][-3:]


def _place(file: object, function: str, folder: str) -> str | None:
    """What the learner calls the place of a line, "get" or "get in market/store.py"; None for code that is not the learner's."""
    if type(file) is not str or not file.startswith(os.path.join(folder, "")):
        return None
    name = "" if function == "<module>" else function
    match file[len(folder) + 1 :].replace(os.sep, "/"):
        case "answer.py":
            return name
        case "drive.py":
            return None
        case path:
            return f"{name} in {path}" if name else path


def _tracebacks(error: BaseException) -> Iterator[TracebackType]:
    """The traceback of an error, and those of the errors in a group."""
    errors = [error]
    for each in errors:  # grows while it is read
        if (trace := _trace(each)) is not None:
            yield trace
        if is_a(each, BaseExceptionGroup) and len(errors) < MOST_ERRORS:
            errors += _field(each, BaseExceptionGroup, "exceptions")


def _trace(error: BaseException) -> TracebackType | None:
    trace = _field(error, BaseException, "__traceback__")
    return trace if isinstance(trace, TracebackType) else None


def blame(error: BaseException, folder: str) -> str:
    """Whose doing an error is that came out of a driver: "answer" or "driver".

    The answer's, if it went through the answer's code, or arose in an expression of the driver that uses something which came
    from the answer: a call that does not fit, a missing attribute, a step that its result does not allow. So is that of a
    pattern which the answer took from this package instead of writing it, where there is nothing inside: no driver calls one.
    """
    if went_through_the_answer(error, folder):
        return "answer"
    innermost = [_innermost(trace, folder) for trace in _tracebacks(error)]
    answers = any(map(_is_blank, innermost)) or any(map(_uses_the_answer, innermost))
    return "answer" if answers else "driver"


def _innermost(trace: TracebackType, folder: str) -> TracebackType:
    """The innermost step in code of ours: what a library was called with is the doing of whoever called it."""
    steps = list(_steps(trace))
    ours = (os.path.join(folder, ""), PACKAGE)
    return next(
        (step for step in reversed(steps) if step.tb_frame.f_code.co_filename.startswith(ours)),
        steps[-1],
    )


def _is_blank(trace: TracebackType) -> bool:
    """Whether it arose in a pattern of this package that was emptied: only those raise a `NotImplementedError` of their own."""
    code = trace.tb_frame.f_code
    ours = code.co_filename.startswith(PACKAGE) and not code.co_filename.startswith(KIT)
    return ours and "NotImplementedError" in code.co_names


def went_through_the_answer(error: BaseException, folder: str) -> bool:
    """Whether code of the answer's folder, other than the drivers, was under way when the error arose, or cannot be read."""
    if is_a(error, SyntaxError):  # of a file that a driver imports: there is no frame of it
        file = _field(error, SyntaxError, "filename")
        if _place(file, "", folder) is not None:
            return True
    return any(
        _is_answers(step.tb_frame, folder) for trace in _tracebacks(error) for step in _steps(trace)
    )


def _is_answers(frame: FrameType, folder: str) -> bool:
    """Whether a frame runs code of the answer's, or code that was made for a class of it, as a dataclass's `__init__` is."""
    named = frame.f_globals.get("__name__") == "answer"
    return named or _place(frame.f_code.co_filename, "", folder) is not None


def _steps(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _uses_the_answer(trace: TracebackType) -> bool:
    frame = trace.tb_frame
    tree = _tree(frame)
    expression = _expression(trace, tree)
    names = _names(expression) if expression else set()
    values = [frame.f_locals.get(name, frame.f_globals.get(name)) for name in names]
    if any(_of_the_answer(value) for value in values):
        return True
    return os.path.basename(frame.f_code.co_filename) == "drive.py" and bool(
        names & _given(tree, trace.tb_lineno)
    )


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
