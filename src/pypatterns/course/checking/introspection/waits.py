"""What a thread waits for without a time limit, and what it holds: read from its frames, running none of their code.

A wait is known only if it can be named for certain: a lock's `with` or `acquire()`, the wait functions of `threading`
(which queues, futures, events and barriers are made of), a thread's `join`, a `SimpleQueue` and an event loop with
nothing to do. Anything with a time limit, and anything unknown, is no wait: it may go on by itself.
"""

from __future__ import annotations

import _thread
import ast
import inspect
import sys
import threading
from _queue import SimpleQueue
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import BuiltinMethodType, CodeType, FrameType, MemberDescriptorType, ModuleType
from typing import Any

from pypatterns.course.checking.introspection.source_positions import enters, opcode, spot

Lock, RLock = type(_thread.allocate_lock()), _thread.RLock
MISSING = object()
PLAIN = {str, int, bool, bytes, type(None), float}  # keys whose equality is nobody's own code
LARGEST_TABLE = 10_000  # entries of a dict in which a lock is looked up


@dataclass(frozen=True, slots=True, eq=False)
class Wait:
    """A wait without a time limit.

    `expression` is what stands in the source for `lock`; `thread` is whose end is awaited. `sure` says that the thread
    cannot have what it wants yet: otherwise it may stand just behind the wait, on its way.
    """

    expression: str = ""
    lock: Any = None
    thread: int | None = None
    sure: bool = False
    loop: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Hold:
    """A lock that a `with` block holds; not `sure` where the block may have let it go or its name has a new meaning."""

    lock: Any
    sure: bool


def wait_of(frames: list[FrameType], ident: int) -> Wait | None:
    """What the thread `ident` waits for, given its frames from the innermost outwards."""
    innermost = frames[0]
    known = _KNOWN.get(innermost.f_code)
    if known:
        return known(innermost, ident)
    if innermost.f_code.co_name == "select":
        return _idle_loop(frames)
    return _primitive(innermost, ident)


def _primitive(frame: FrameType, ident: int) -> Wait | None:
    """A wait that the innermost frame itself is in: a `with`, an `acquire()` or a `get()` without a frame of its own."""
    code, instruction = frame.f_code, opcode(frame.f_code, frame.f_lasti)
    names = {*code.co_names, *code.co_varnames}
    if enters(code, frame.f_lasti) and (expression := spot(code, frame.f_lasti).entering):
        return _enter(expression, frame, ident)
    if instruction.startswith("CALL") and not names.isdisjoint(("acquire", "get")):
        call = spot(code, frame.f_lasti).call
        return _call(call, frame, ident) if call else None
    return None


def holds_of(frames: list[FrameType], is_own: Callable[[CodeType], bool]) -> list[Hold]:
    """The locks that the `with` blocks of these frames hold; `is_own` says whose files are looked at."""
    waiting = [
        _attribute(value_of("self", frame), "_lock")
        for frame in frames
        if frame.f_code is _CONDITION_WAIT
    ]
    found = []
    for frame in filter(lambda frame: is_own(frame.f_code), frames):
        for held in spot(frame.f_code, frame.f_lasti).held:
            lock = _as_lock(look_up(held.expression, frame))
            if lock is not None and not any(lock is given_up for given_up in waiting):
                found.append(Hold(lock, held.sure))
    return found


def owner(lock: Any) -> int | None:
    """The thread that owns an RLock, 0 if none does; None for other locks, which do not know."""
    if type(lock) is not RLock:
        return None
    return int(repr(lock).partition("owner=")[2].split()[0])


def look_up(expression: ast.expr, frame: FrameType) -> Any:
    """What a dotted or subscripted name means in a frame: MISSING rather than run a property or a `__getitem__`."""
    match expression:
        case ast.Name(id=name):
            return value_of(name, frame)
        case ast.Constant(value=value):
            return value
        case ast.Attribute(value=base, attr=name):
            return _attribute(look_up(base, frame), name)
        case ast.Subscript(value=base, slice=index):
            return _item(look_up(base, frame), look_up(index, frame))
        case _:
            return MISSING


def value_of(name: str, frame: FrameType) -> Any:
    """A local or global of a frame."""
    if frame.f_code.co_flags & inspect.CO_OPTIMIZED and name in (local := frame.f_locals):
        return local[name]
    return dict.get(frame.f_globals, name, MISSING)


def _attribute(base: Any, name: str) -> Any:
    if base is MISSING:
        return MISSING
    found = inspect.getattr_static(base, name, MISSING)
    if type(found) is MemberDescriptorType:  # a slot
        try:
            return found.__get__(base)
        except (AttributeError, TypeError):
            return MISSING
    return found


def _item(base: Any, key: Any) -> Any:
    """What is in a table or a list; a key that is not plain is found by identity, for its equality may run anything."""
    if type(base) in (dict, defaultdict, OrderedDict) and len(base) <= LARGEST_TABLE:
        if type(key) in PLAIN and all(type(other) in PLAIN for other in dict.keys(base)):
            return dict.get(base, key, MISSING)
        return next((value for other, value in list(dict.items(base)) if other is key), MISSING)
    if type(base) in (list, tuple) and type(key) is int and -len(base) <= key < len(base):
        return base[key]
    return MISSING


def _as_lock(value: Any) -> Any:
    """The lock that `with value` takes, or None."""
    if type(value) is threading.Condition:
        value = _attribute(value, "_lock")
    return value if type(value) in (Lock, RLock) else None


def _lock_wait(lock: Any, ident: int, expression: str = "") -> Wait | None:
    """A wait for a lock, unless it is free for this thread."""
    if type(lock) is RLock:
        return Wait(expression, lock, sure=True) if owner(lock) not in (0, ident) else None
    if type(lock) is Lock:
        return Wait(expression, lock) if lock.locked() else None
    return None


def _enter(expression: ast.expr, frame: FrameType, ident: int) -> Wait | None:
    value = look_up(expression, frame)
    if value is MISSING:  # only a lock blocks in an `__enter__` without a frame
        return Wait(ast.unparse(expression))
    return _lock_wait(value, ident, ast.unparse(expression))


def _call(call: ast.Call, frame: FrameType, ident: int) -> Wait | None:
    base, method = _bound(call.func, frame)
    if method == "acquire" and _is_unlimited(call, {"blocking": True, "timeout": -1}):
        expression = (
            ast.unparse(call.func.value)
            if isinstance(call.func, ast.Attribute)
            else ast.unparse(call.func)
        )
        return _lock_wait(base, ident, expression)
    if (
        method == "get"
        and type(base) is SimpleQueue
        and _is_unlimited(call, {"block": True, "timeout": None})
    ):
        return Wait() if base.empty() else None
    return None


def _bound(function: ast.expr, frame: FrameType) -> tuple[Any, str]:
    """The object and the method that an expression such as `self._lock.acquire` means."""
    if isinstance(function, ast.Attribute):
        base = look_up(function.value, frame)
        if type(base) in (Lock, RLock, SimpleQueue):
            return base, function.attr
    method = look_up(function, frame)  # a Condition's `acquire`, or a name for a bound method
    return (
        (method.__self__, method.__name__) if type(method) is BuiltinMethodType else (MISSING, "")
    )


def _is_unlimited(call: ast.Call, defaults: dict[str, Any]) -> bool:
    """Whether every argument is written out and as good as its default."""
    given: Iterable[tuple[str | None, ast.expr]] = [
        *zip(defaults, call.args, strict=False),
        *((word.arg, word.value) for word in call.keywords),
    ]
    if len(call.args) > len(defaults):
        return False
    return all(
        name in defaults and _constant(value) == (type(defaults[name]), defaults[name])
        for name, value in given
    )


def _constant(node: ast.expr) -> tuple[type, Any]:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError):
        return object, None
    return type(value), value


def _condition_wait(frame: FrameType, ident: int) -> Wait | None:
    condition, waiter = value_of("self", frame), value_of("waiter", frame)
    waiters = _attribute(condition, "_waiters")
    if value_of("timeout", frame) is not None or type(waiters) is not deque or waiter is MISSING:
        return None
    if any(other is waiter for other in list(waiters)):
        return Wait(sure=True)
    return _lock_wait(_attribute(condition, "_lock"), ident)  # notified: it wants the lock back


def _condition_lock(frame: FrameType, ident: int) -> Wait | None:
    return _lock_wait(_attribute(value_of("self", frame), "_lock"), ident)


def _join(frame: FrameType, _ident: int) -> Wait | None:
    """A join without a limit: `timeout` is None from 3.13 on, before that -1 with `block`."""
    timeout, block = value_of("timeout", frame), value_of("block", frame)
    if timeout is not None and not (block is True and type(timeout) is int and timeout == -1):
        return None
    target = _attribute(value_of("self", frame), "_ident")
    return (
        Wait(thread=target, sure=True)
        if type(target) is int and target in sys._current_frames()
        else None
    )


def _idle_loop(frames: list[FrameType]) -> Wait | None:
    """An event loop in `select` with nothing ready, nothing scheduled and no file but the pipe that wakes it."""
    caller = frames[1] if len(frames) > 1 else None
    asyncio = sys.modules.get("asyncio")
    if (
        caller is None
        or not isinstance(asyncio, ModuleType)
        or value_of("timeout", caller) is not None
    ):
        return None
    loop = value_of("self", caller)
    if caller.f_code.co_name != "_run_once" or type(loop) is not getattr(
        asyncio, "SelectorEventLoop", None
    ):
        return None
    files = _attribute(_attribute(loop, "_selector"), "_fd_to_key")
    ready = _attribute(loop, "_ready")
    if (
        type(files) is not dict
        or len(files) > 1
        or type(ready) is not deque
        or ready
        or _attribute(loop, "_scheduled")
    ):
        return None
    return Wait(sure=True, loop=True)


_CONDITION_WAIT = threading.Condition.wait.__code__
_JOIN: Any = getattr(threading.Thread, "_wait_for_tstate_lock", threading.Thread.join)
_KNOWN: dict[CodeType, Callable[[FrameType, int], Wait | None]] = {
    _CONDITION_WAIT: _condition_wait,
    threading.Condition.__enter__.__code__: _condition_lock,
    threading.Condition._acquire_restore.__code__: _condition_lock,  # type: ignore[attr-defined]  # private to the library
    _JOIN.__code__: _join,
}
