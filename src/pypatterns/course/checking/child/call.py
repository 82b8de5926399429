"""In the process that runs an answer: import it, run one driver, describe what came of it.

The process lives for this one call, and nothing here is trusted afterwards, for the answer may have replaced any of it:
only data leaves. forked.py (by fork) and fresh.py (where there is no fork) say how the process starts and ends.
"""

from __future__ import annotations

import ast
import base64
import importlib
import importlib.util
import linecache
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from sys import exc_info, settrace
from types import ModuleType
from typing import Any, TextIO

from pypatterns.course.checking.child import builtin_drivers
from pypatterns.course.checking.child.blame import blame, went_through_the_answer
from pypatterns.course.checking.child.monkeypatches import TO_SPEAK, Names, listed
from pypatterns.course.checking.introspection.exceptions import described, is_a, text_of
from pypatterns.course.checking.probes.prepare import preparations
from pypatterns.course.checking.probes.threads import Deadlocked
from pypatterns.course.checking.shared import scratch, wire
from pypatterns.course.checking.shared.scratch import NoRoom


def settle_in(request: dict[str, Any], folder: str) -> None:
    """Put the request's files into `folder`, which is empty and real (no symlinks), and make it the place to run in.

    `request`: files (path -> text), compiled (drive.py's bytecode in base64, or none), driver ("module:function", or "" to
    import only), inputs (encoded). Raises `NoRoom`.
    """
    try:
        os.chdir(folder)
        for name, text in request["files"].items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", errors="surrogatepass")
            # The lines as they were given, whatever becomes of the file.
            linecache.cache[str(file)] = (len(text), None, text.splitlines(True), str(file))
        if compiled := request.get("compiled"):
            cached = Path(importlib.util.cache_from_source(os.path.join(folder, "drive.py")))
            cached.parent.mkdir()
            cached.write_bytes(base64.b64decode(compiled))
    except OSError as error:
        raise NoRoom(scratch.sentence(folder, error)) from error
    sys.path.insert(0, folder)
    # Else a spawned process would import the zygote's.
    sys.modules["__main__"] = ModuleType("__main__")


def packed_result(request: dict[str, Any], folder: str, names: Names) -> bytes:
    """Carry out the request; the bytes of the one frame to send, whatever happens. `names` are kept already, or not yet."""
    try:
        return packed(carry_out(request, folder, names))
    except BaseException as error:  # noqa: BLE001 - ours or the answer's, somebody must hear of it
        names.restore()
        return packed(_broken(error, folder, names.replaced()))


def carry_out(request: dict[str, Any], folder: str, names: Names) -> dict[str, Any]:
    """Import the answer and run the driver; the frame to send says what came back, or what was raised and whose doing it is."""
    inputs = wire.decode(request["inputs"])
    with ExitStack() as ready:
        try:
            drive = _driver(request["driver"])
            changed = ready.enter_context(preparations(drive))
        except Exception as broken:  # noqa: BLE001 - a broken drive.py is told, not raised
            return {"raised": described(broken, folder), "phase": "call", "blame": "driver"}
        if changed:
            names.keep()
        else:
            names.keep_the_rest()
        phase, value, error = _put_to_work(drive, inputs, names)
        names.restore(TO_SPEAK)
        # Before the clock, say, is put back, which would look like the answer's doing.
        if error is not None:
            names.restore()
    if error is None:
        return _value(value)
    if type(error) is Deadlocked:
        return {"deadlock": error.autopsy.to_dict()}
    replaced = names.replaced()
    frame = {"raised": described(error, folder), "phase": phase, "replaced": listed(replaced)}
    if phase == "import":
        return frame | _top_level_await(error, request["files"]["answer.py"])
    return frame | {"blame": "answer" if replaced else blame(error, folder)}


def _broken(error: BaseException, folder: str, replaced: tuple[str, ...]) -> dict[str, Any]:
    """What is said when this engine itself fails once the answer has run: only what the answer broke is its doing."""
    answers = is_a(error, MemoryError) or is_a(error, KeyboardInterrupt)
    answers = answers or bool(replaced) or went_through_the_answer(error, folder)
    trace = ""
    with suppress(BaseException):  # the answer's own exceptions may fail at anything
        trace = "".join(traceback.format_exception(error))[-2000:]
    return {
        "broken": wire.type_name(type(error)),
        "trace": trace,
        "blame": "answer" if answers else "engine",
        "replaced": listed(replaced),
    }


def _driver(name: str) -> Callable[..., object] | None:
    """The driver, loaded before the answer can touch anything; None to import the answer only."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function) if name else None


def _put_to_work(
    drive: Callable[..., object] | None, inputs: dict[str, Any], names: Names
) -> tuple[str, object, BaseException | None]:
    """Import the answer and drive it; how far that came ("import" or "call"), what came back, what was raised."""
    phase = "import"
    try:
        answer = _imported()
        phase = "call"
        if drive is builtin_drivers.look:  # it runs nothing of the answer's
            names.restore()
        return phase, drive(answer, **inputs) if drive else None, None
    except:  # noqa: E722 - by no name: the answer may have left none
        return phase, None, exc_info()[1]
    finally:
        settrace(None)


def _imported() -> ModuleType:
    """The answer's module; whatever it has put in its own place in `sys.modules`.

    By importlib's own recipe, without the lock that an `import` holds meanwhile: what a learner writes for a cell may start
    a pool whose threads look the module up to unpickle its classes.
    """
    spec = importlib.util.find_spec("answer")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    modules = sys.modules
    modules["answer"] = module
    spec.loader.exec_module(module)
    return modules.get("answer", module)


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
    except wire.TooLarge as error:
        return {"unreadable": str(error)}
    except Exception as error:  # noqa: BLE001 - a list that a left-over thread still changes raises what it likes
        return {"unreadable": f"reading it raised {wire.type_name(type(error))}: {text_of(error)}"}


def _top_level_await(error: BaseException, source: str) -> dict[str, Any]:
    """Whether it is only an `await` outside a function that keeps the source from being a module."""
    if not is_a(error, SyntaxError):
        return {}
    try:
        compile(source, "answer.py", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except Exception:  # noqa: BLE001 - wrong in another way
        return {}
    return {"top_level_await": True}
