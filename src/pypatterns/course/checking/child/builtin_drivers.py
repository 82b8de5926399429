"""Drivers that every exercise has: call something by its name, and look at what the answer defines. They run in the child."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

_attribute = getattr  # by a name of its own: an answer may replace builtins


def call(answer: ModuleType, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Call the answer's `name`; what comes back must be plain data."""
    return _attribute(answer, name)(*args, **kwargs)


def look(answer: ModuleType, wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """For each wanted name (see `signature.Wanted`): whether it is there, can be called, is async, and which call does not fit.

    A method that `__init__`, `__post_init__` or `__new__` sets, or a class's `__getattr__` makes, counts as there: only a call can tell more.
    """
    return [_look(answer, each["name"], each["calls"]) for each in wanted]


def _look(answer: ModuleType, name: str, calls: Sequence[Sequence[Any]]) -> dict[str, Any]:
    owner_name, _, method = name.rpartition(".")
    owner = getattr(answer, owner_name, None) if owner_name else answer
    found = inspect.getattr_static(owner, method, None)
    if found is None:
        return {"name": name, "found": bool(owner_name) and _made_later(owner, method)}
    target = getattr(owner, method)
    bound = 1 if inspect.isclass(owner) and inspect.isfunction(found) else 0  # a place for self
    is_plain = bound or not inspect.isclass(owner) or isinstance(found, classmethod | staticmethod)
    return {
        "name": name,
        "found": True,
        "callable": callable(target),
        "async": inspect.iscoroutinefunction(target) or inspect.isasyncgenfunction(target),
        "misfit": _misfit(target, bound, calls) if is_plain else "",
    }


def _made_later(owner: object, method: str) -> bool:
    makers = (
        vars(each).get(name)
        for each in getattr(owner, "__mro__", ())
        for name in ("__init__", "__post_init__", "__new__")
    )
    return hasattr(owner, "__getattr__") or any(
        method in getattr(getattr(maker, "__code__", None), "co_names", ()) for maker in makers
    )


def _misfit(target: Callable[..., object], bound: int, calls: Sequence[Sequence[Any]]) -> str:
    """Why one of the calls, (number of positional arguments, keywords), does not fit; "" if all do or none can tell."""
    try:
        signature = inspect.signature(target)
    except (TypeError, ValueError):  # written in C, or an odd descriptor
        return ""
    for positional, keywords in calls:
        try:
            signature.bind(*[None] * (positional + bound), **dict.fromkeys(keywords))
        except TypeError as error:
            return str(error)
    return ""
