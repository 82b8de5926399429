"""What an answer replaces is found, and had back."""

from __future__ import annotations

import base64
import builtins
import json
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from pypatterns.course.checking.child.monkeypatches import TO_SPEAK, Names, listed


@pytest.fixture
def names() -> Iterator[Names]:
    """The names, kept; had back whatever the test does to them."""
    names = Names()
    names.keep()
    yield names
    names.restore()


def test_what_was_replaced_is_named_and_back(names: Names) -> None:
    """Functions of modules, builtins and methods of classes."""
    before = json.dumps, builtins.len, threading.Thread.start
    json.dumps = builtins.len = threading.Thread.start = None  # type: ignore[assignment, method-assign]

    names.restore()

    assert names.replaced() == ("builtins.len", "json.dumps", "threading.Thread.start")
    assert (json.dumps, builtins.len, threading.Thread.start) == before


def test_nothing_is_named_where_nothing_was_replaced(names: Names) -> None:
    """Hooks are there to be replaced, values may change, and names may be added."""
    hook, builtins.of_the_answers = threading.excepthook, 1  # type: ignore[attr-defined]
    threading.excepthook = print

    names.restore()
    del builtins.of_the_answers  # type: ignore[attr-defined]

    assert names.replaced() == ()
    assert threading.excepthook is hook


def test_what_this_package_replaces_is_no_tampering(names: Names) -> None:
    """A clock that a driver asks for takes the place of time's own."""
    names.keep()
    before = time.sleep
    time.sleep = listed  # type: ignore[assignment]

    names.restore()

    assert names.replaced() == ()
    assert time.sleep is before


def test_no_builtin_is_needed_to_have_them_back(names: Names) -> None:
    """Not one may be left."""
    every = [name for name in dir(builtins) if not name.startswith("_")]
    vars(builtins).update(dict.fromkeys(every))

    names.restore()

    assert set(names.replaced()) >= {"builtins.len", "builtins.BaseException"}


def test_imports_and_recursion_are_as_they_were(names: Names) -> None:
    """Modules that were taken out are found again, and there is room to describe what came back."""
    depth, path = sys.getrecursionlimit(), sys.path.copy()
    sys.setrecursionlimit(depth + 50)
    sys.modules.pop("json")
    sys.path.clear()

    names.restore()

    assert (sys.getrecursionlimit(), sys.path) == (depth, path)
    assert sys.modules["json"] is json


def test_enough_to_speak_is_had_back_first(names: Names) -> None:
    """What came back is told by json; the rest waits until there is an error to tell about."""
    before = json.dumps, json.JSONEncoder.encode, time.sleep
    json.dumps = json.JSONEncoder.encode = time.sleep = None  # type: ignore[assignment, method-assign]

    names.restore(TO_SPEAK)
    first = json.dumps, json.JSONEncoder.encode, time.sleep
    names.restore()

    assert first == (*before[:2], None)
    assert (json.dumps, json.JSONEncoder.encode, time.sleep) == before
    assert names.replaced() == ("json.dumps", "json.encoder.JSONEncoder.encode", "time.sleep")


def test_what_is_loaded_after_the_fork_is_kept_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names are kept before the fork; a driver may load more modules before the answer comes."""
    loaded = sys.modules["base64"]
    monkeypatch.delitem(sys.modules, "base64")
    names = Names()
    names.keep()
    sys.modules["base64"] = loaded
    names.keep_the_rest()
    before = base64.b64encode
    base64.b64encode = None  # type: ignore[assignment]
    del sys.modules["base64"]

    names.restore()

    assert names.replaced() == ("base64.b64encode",)
    assert base64.b64encode is before
    assert sys.modules["base64"] is loaded


def test_restoring_twice_is_restoring_once(names: Names) -> None:
    """What was found the first time is not forgotten."""
    builtins.len = None  # type: ignore[assignment]

    names.restore()
    names.restore()

    assert names.replaced() == ("builtins.len",)


@pytest.mark.parametrize(
    ("given", "told"),
    [((), ""), (("a",), "a"), (("a", "b", "c"), "a, b, c"), (tuple("abcde"), "a, b, c and 2 more")],
)
def test_names_are_told_in_few_words(given: tuple[str, ...], told: str) -> None:
    """Three of them, and how many more there are."""
    assert listed(given) == told
