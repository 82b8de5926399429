"""What an exception has to tell: its type and text, and the learner's own lines that it went through.

>>> described(error, "/the/answer's/folder")["lines"]
[{'number': 3, 'code': 'return half(number)', 'function': 'double'}]

An answer's exceptions may lie about themselves and fail at anything, so they are asked through their built-in types.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from pypatterns.course.checking.introspection.ownership import place_of
from pypatterns.course.checking.shared.wire import type_name, unaddressed

LONGEST_TEXT = 500  # characters of an error's message
MOST_ERRORS = 100  # of a group that are looked at


def is_a(error: BaseException, kind: type[BaseException]) -> bool:
    """Whether it is an error of this kind, whatever its `__class__` says."""
    return issubclass(type(error), kind)


def field_of(error: BaseException, kind: type[BaseException], name: str) -> Any:
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
    if is_a(error, NameError) and type(name := field_of(error, NameError, "name")) is str:
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
    message = field_of(error, SyntaxError, "msg") if is_a(error, SyntaxError) else None
    return message[:LONGEST_TEXT] if type(message) is str else text_of(error)


def _lines(error: BaseException, folder: str) -> list[dict[str, Any]]:
    """The learner's own lines that the error went through, outermost first; at most six."""
    if is_a(error, SyntaxError):
        file, number, text = (
            field_of(error, SyntaxError, name) for name in ("filename", "lineno", "text")
        )
        if (place := place_of(file, "", folder)) is not None:
            return [{"number": number or 1, "code": (text or "").rstrip()[:200], "function": place}]
    found = [
        {
            "number": entry.lineno or 0,
            "code": (entry.line or "")[:200],
            "function": place,
        }
        for trace in tracebacks(error)
        for entry in traceback.extract_tb(trace)
        if (place := place_of(entry.filename, entry.name, folder)) is not None
    ]
    return found[:3] + found[3:][-3:]


def tracebacks(error: BaseException) -> Iterator[TracebackType]:
    """The traceback of an error, and those of the errors in a group."""
    errors = [error]
    for each in errors:  # grows while it is read
        if (trace := _trace(each)) is not None:
            yield trace
        if is_a(each, BaseExceptionGroup) and len(errors) < MOST_ERRORS:
            errors += field_of(each, BaseExceptionGroup, "exceptions")


def _trace(error: BaseException) -> TracebackType | None:
    trace = field_of(error, BaseException, "__traceback__")
    return trace if isinstance(trace, TracebackType) else None


def steps(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next
