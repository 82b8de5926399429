"""In the process that runs an answer: import it, run one driver, describe what came of it.

The process lives for this one call, and nothing here is trusted afterwards, for the answer may have replaced any of it:
only data leaves. worker.py (by fork) and fresh.py (where there is no fork) say how the process starts and ends.
"""

from __future__ import annotations

import ast
import base64
import builtins
import dis
import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import Any, TextIO

from pypatterns.course.checking import wire
from pypatterns.course.checking.probes.prepare import preparations
from pypatterns.course.checking.probes.threads import Deadlocked

LONGEST_TEXT = 500  # characters of an error's message


def carry_out(request: dict[str, Any], folder: str) -> dict[str, Any]:
    """Import the answer and run the driver; the frame to send says what came back, or what was raised and whose doing it is.

    `request`: files (name -> text), compiled (drive.py's bytecode in base64, or none), driver ("module:function", or "" to
    import only), inputs (encoded). `folder`, which is empty and real (no symlinks), receives the files and is where the
    answer runs.
    """
    _settle_in(request, folder)
    inputs = wire.decode(request["inputs"])
    with ExitStack() as ready:
        try:
            drive = _driver(request["driver"])
            ready.enter_context(preparations(drive))
        except Exception as broken:  # noqa: BLE001 - a broken drive.py is told, not raised
            return {"raised": _described(broken, folder), "phase": "call", "blame": "driver"}
        namespace = builtins.__dict__
        whole = namespace.copy()
        phase, value, error = _put_to_work(drive, inputs)
        found = namespace.copy()
        namespace.update(
            whole
        )  # what follows is ours again; until here no builtin may be asked for
    tampered = any(found.get(name) is not value for name, value in whole.items())
    if error is None:
        return _value(value)
    if isinstance(error, Deadlocked):
        return {"deadlock": error.autopsy.to_dict()}
    frame = {"raised": _described(error, folder), "phase": phase}
    if phase == "import":
        return frame | _top_level_await(error, request["files"]["answer.py"])
    return frame | {"blame": "answer" if tampered else blame(error, folder)}


def _settle_in(request: dict[str, Any], folder: str) -> None:
    os.chdir(folder)
    for name, text in request["files"].items():
        Path(folder, name).write_text(text, encoding="utf-8", errors="surrogatepass")
    if compiled := request.get("compiled"):
        cached = Path(importlib.util.cache_from_source(os.path.join(folder, "drive.py")))
        cached.parent.mkdir()
        cached.write_bytes(base64.b64decode(compiled))
    sys.path.insert(0, folder)
    # Else a spawned process would import the zygote's.
    sys.modules["__main__"] = ModuleType("__main__")


def _driver(name: str) -> Callable[..., object] | None:
    """The driver, loaded before the answer can touch anything; None to import the answer only."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function) if name else None


def _put_to_work(
    drive: Callable[..., object] | None, inputs: dict[str, Any]
) -> tuple[str, object, BaseException | None]:
    """Import the answer and drive it; how far that came ("import" or "call"), what came back, what was raised."""
    phase = "import"
    try:
        answer = importlib.import_module("answer")
        phase = "call"
        return phase, drive(answer, **inputs) if drive else None, None
    except BaseException as error:  # noqa: BLE001 - SystemExit and the like are the answer's doing too
        return phase, None, error


def speak_plainly() -> None:
    """What the answer prints leaves as UTF-8, line by line, whatever the locale says."""
    sys.stdout = _text_stream(1)
    sys.stderr = _text_stream(2)


def _text_stream(descriptor: int) -> TextIO:
    return open(
        descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )


def packed(frame: dict[str, Any]) -> bytes:
    """The bytes to send, after what was printed has left this process."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(BaseException):  # the answer may have put anything in its place
            stream.flush()
    try:
        return wire.pack(frame)
    except wire.TooLarge as error:
        return wire.pack({"unreadable": str(error)})


def _value(value: object) -> dict[str, Any]:
    try:
        return {"value": wire.encode(value)}
    except Exception as error:  # noqa: BLE001 - a list that a left-over thread still changes raises what it likes
        return {"unreadable": str(error)[:LONGEST_TEXT]}


def _described(error: BaseException, folder: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": type(error).__name__,
        "text": _text(error),
        "lines": _lines(error, folder),
        "trace": "".join(traceback.format_tb(error.__traceback__)[-4:])[-2000:],
    }
    if isinstance(error, NameError) and isinstance(error.name, str):
        described["name"] = error.name
    return described


def _text(error: BaseException) -> str:
    try:
        return str(error)[:LONGEST_TEXT]
    except BaseException:  # noqa: BLE001 - the answer's own exception may fail at anything
        return "(its message cannot be shown)"


def _lines(error: BaseException, folder: str) -> list[dict[str, Any]]:
    """The learner's own lines that the error went through, outermost first; at most six."""
    own = os.path.join(folder, "answer.py")
    if isinstance(error, SyntaxError) and error.filename == own:
        return [
            {"number": error.lineno or 1, "code": (error.text or "").rstrip()[:200], "function": ""}
        ]
    found = [
        {
            "number": entry.lineno or 0,
            "code": (entry.line or "")[:200],
            "function": "" if entry.name == "<module>" else entry.name,
        }
        for trace in _tracebacks(error)
        for entry in traceback.extract_tb(trace)
        if entry.filename == own
    ]
    return found[:3] + found[3:][-3:]


def _tracebacks(error: BaseException) -> Iterator[TracebackType]:
    """The traceback of an error, and those of the errors in a group."""
    if error.__traceback__ is not None:
        yield error.__traceback__
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _tracebacks(member)


def _top_level_await(error: BaseException, source: str) -> dict[str, Any]:
    """Whether it is only an `await` outside a function that keeps the source from being a module."""
    if not isinstance(error, SyntaxError):
        return {}
    try:
        compile(source, "answer.py", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except Exception:  # noqa: BLE001 - wrong in another way
        return {}
    return {"top_level_await": True}


def blame(error: BaseException, folder: str) -> str:
    """Whose doing an error is that came out of a driver: "answer" or "driver".

    The answer's, if it went through the answer's code, or arose in an expression of the driver that uses something of the
    answer's: a call that does not fit, a missing attribute, a step that its result does not allow.
    """
    for trace in _tracebacks(error):
        innermost = trace
        while True:
            if os.path.dirname(innermost.tb_frame.f_code.co_filename) == folder and _is_answer(
                innermost.tb_frame
            ):
                return "answer"
            if innermost.tb_next is None:
                break
            innermost = innermost.tb_next
        if _uses_the_answer(innermost):
            return "answer"
    return "driver"


def _is_answer(frame: FrameType) -> bool:
    return os.path.basename(frame.f_code.co_filename) != "drive.py"


def _uses_the_answer(trace: TracebackType) -> bool:
    frame = trace.tb_frame
    expression = _expression(trace)
    names = (
        {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
        if expression
        else set()
    )
    values = [frame.f_locals.get(name, frame.f_globals.get(name)) for name in names]
    return any(_of_the_answer(value) for value in values)


def _of_the_answer(value: object) -> bool:
    if isinstance(value, ModuleType):
        return value.__name__ == "answer"
    owner = getattr(value, "__func__", value) if type(value).__name__ == "method" else value
    kind = owner if isinstance(owner, type) or callable(owner) else type(owner)
    return "answer" in (getattr(kind, "__module__", None), type(value).__module__)


def _expression(trace: TracebackType) -> ast.AST | None:
    """The innermost expression of the driver that was being evaluated, from the position of its instruction."""
    code = trace.tb_frame.f_code
    position = next(
        (i.positions for i in dis.get_instructions(code) if i.offset == trace.tb_lasti), None
    )
    try:
        tree = ast.parse(Path(code.co_filename).read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return None
    if position is None:
        return None
    here = (position.lineno, position.col_offset, position.end_lineno, position.end_col_offset)
    return next((node for node in ast.walk(tree) if _span(node) == here), None)


def _span(node: ast.AST) -> tuple[int | None, ...]:
    return tuple(
        getattr(node, name, None)
        for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")
    )
