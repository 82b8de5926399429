"""What an answer has replaced of the names that drivers and this engine use, and how to have them back.

>>> names = Names()
>>> names.keep()              # before the answer is imported
>>> names.restore(TO_SPEAK)   # once its driver has returned: enough to say what came back
>>> names.restore()           # where that is an error: all that tells about it is ours again
>>> names.replaced()
('json.dumps', 'builtins.len')

Whoever looks at a name writes to the object behind it (its count of references), and in a forked process that copies a
page of memory. So names are kept before the fork, and only those are looked at again that a call needs.

A right answer may replace `print` or set a tracer and is right all the same. Where something fails, the report says what
had been replaced, and the fault is the answer's.
"""

from __future__ import annotations

import json
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from queue import Queue
from types import FunctionType
from typing import Any

OURS = "pypatterns.course.checking."
USED = (
    *("asyncio", "base64", "builtins", "collections", "concurrent.futures", "contextlib"),
    *("dataclasses", "datetime", "functools", "gc", "importlib", "inspect", "io", "itertools"),
    *("json", "json.encoder", "linecache", "os", "posixpath", "queue", "random", "signal"),
    *("socket", "threading", "time", "tokenize", "traceback", "types", "weakref"),
    *(
        OURS + name
        for name in ("child.call", "child.forked", "introspection.autopsy", "shared.wire")
    ),
)
CLASSES: tuple[type, ...] = (
    *(json.JSONEncoder, Path, Queue, traceback.FrameSummary, traceback.StackSummary),
    *(threading.Thread, threading.Condition, threading.Event, threading.Semaphore),
)
TO_SPEAK = ("builtins", "json", "json.encoder", "base64", OURS + "child.call", OURS + "shared.wire")
RENEWED = ("threading",)  # a fork gives it new locks
MOST_NAMED = 3


class Names:
    """The names as they were when they were kept."""

    def __init__(self) -> None:
        self._modules: dict[str, dict[str, Any]] = {}
        self._kept: dict[str, dict[str, Any]] = {}
        self._found: dict[str, dict[str, Any]] = {}
        self._classes: dict[type, dict[str, Any]] = {}
        self._found_in: dict[type, dict[str, Any]] = {}

    def keep(self) -> None:
        """Remember what the names mean now, and how imports find their modules."""
        self._modules, self._kept = {}, {}
        self._classes = {kind: vars(kind).copy() for kind in CLASSES}
        self._loaded = sys.modules, sys.modules.copy()
        self.keep_the_rest()

    def keep_the_rest(self) -> None:
        """Record modules imported since `keep`, if that was called; those recorded before are assumed unchanged."""
        if not self._classes:
            self.keep()
        loaded, before = self._loaded
        new = len(loaded) - len(before)
        before |= {name: loaded[name] for name in islice(reversed(loaded), new)}
        for name in USED:
            if name in before and (name not in self._kept or name in RENEWED):
                self._modules[name] = vars(before[name])
                self._kept[name] = self._modules[name].copy()
        self._path, self._finders = sys.path.copy(), sys.meta_path.copy()
        self._depth = sys.getrecursionlimit()
        self._tools = sys.setrecursionlimit, sys.settrace, sys.setprofile

    def restore(self, only: tuple[str, ...] = ()) -> None:
        """Have the names back, of `only` these modules or of all, with imports as they were; untraced. What was restored stays.

        No builtin may be asked for before the loop is over: the answer may have left none.
        """
        for name in only or self._kept:
            if name in self._kept and name not in self._found:
                self._found[name] = self._modules[name].copy()
                self._modules[name].update(self._kept[name])
        if not self._kept:
            return
        self._restore_classes(only)
        set_depth, trace, profile = self._tools
        trace(None)
        profile(None)
        with suppress(RecursionError):
            set_depth(self._depth)
        if not only:
            sys.modules, before = self._loaded
            sys.modules.update(before)
            sys.path[:], sys.meta_path[:] = self._path, self._finders

    def _restore_classes(self, only: tuple[str, ...]) -> None:
        for kind, kept in self._classes.items():
            if kind not in self._found_in and (not only or kind.__module__ in only):
                self._found_in[kind] = vars(kind).copy()
                for name in changed(kept, self._found_in[kind]):
                    setattr(kind, name, kept[name])

    def replaced(self) -> tuple[str, ...]:
        """The functions and classes that had been replaced when `restore` was called: "builtins.len"."""
        return tuple(sorted(self._replaced()))

    def _replaced(self) -> Iterator[str]:
        for module, found in self._found.items():
            kept = self._kept[module]
            for name in changed(kept, found):
                if not _is_ours(found.get(name)):
                    yield f"{module.removeprefix(OURS)}.{name}"
        for kind, found in self._found_in.items():
            for name in changed(self._classes[kind], found):
                yield f"{kind.__module__}.{kind.__qualname__}.{name}"


def _is_ours(value: object) -> bool:
    """Whether it is a function of this package or of the drivers: they may replace something, too."""
    module = value.__globals__.get("__name__") if type(value) is FunctionType else ""
    return module == "drive" or str(module).startswith("pypatterns.")


def changed(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """The names of functions and classes that mean something else now. Hooks are there to be replaced."""
    for name, value in before.items():
        if callable(value) and now.get(name) is not value and "hook" not in name:
            yield name


def listed(names: tuple[str, ...]) -> str:
    """Some names in words: "builtins.len, json.dumps and 4 more"."""
    told = ", ".join(names[:MOST_NAMED])
    return f"{told} and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else told
