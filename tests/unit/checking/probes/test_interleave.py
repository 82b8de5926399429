"""Interleavings: a race is found and told in the learner's lines, right code is never called broken, and no tool no verdict.

What was explored may leave threads behind, so each answer runs in a process of its own: forked from one that has loaded
frontrun, which takes a second.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import Any

import pytest

from pypatterns.course.checking.probes.interleave import explore, interleavings

CHILD = """
import importlib, json, os, sys
import frontrun
from pypatterns.course.checking.probes.interleave import explore, interleavings
for folder in sys.argv[1:]:
    if os.fork() == 0:
        sys.path.insert(0, folder)
        with interleavings():
            import answer
            found = explore(answer.Shop, answer.Shop.sell, lambda shop: shop.sold == answer.EXPECTED, seed=7, seconds=20)
        print(json.dumps(found.to_dict()), flush=True)
        os._exit(0)
    os.wait()
"""
SHOP = """
import random, threading, time
EXPECTED = 2
class Shop:
    def __init__(self):
        self.sold, self.table = 0, {}
        self.lock, self.other, self.free = threading.Lock(), threading.Lock(), threading.Condition()
    def sell(self):
"""

BROKEN = {
    "an unlocked counter": (
        SHOP + "        sold = self.sold\n        self.sold = sold + 1\n",
        ["line 9: sold = self.sold", "line 10: self.sold = sold + 1"],
        "both read",
    ),
    "check then act on a dict": (
        SHOP
        + "        if 'tea' not in self.table:\n            self.sold += 1\n            self.table['tea'] = 1\nEXPECTED = 1\n",
        ["line 10: self.sold += 1"],
        "both wrote",
    ),
    "two locked steps": (
        SHOP
        + "        with self.lock:\n            sold = self.sold\n        with self.lock:\n            self.sold = sold + 1\n",
        ["line 10: sold = self.sold", "line 12: self.sold = sold + 1"],
        "both read",
    ),
    "two locks in both orders": (
        SHOP
        + "        a, b = (self.lock, self.other) if self.table.setdefault(1, threading.get_ident()) == threading.get_ident() else (self.other, self.lock)\n"
        "        with a, b: self.sold += 1\n",
        [],
        "they wait for each other: thread ",
    ),
    "an error": (
        SHOP + "        with self.lock: self.sold += 1\n        raise OSError('closed')\n",
        [],
        "a thread raised OSError: closed",
    ),
}
RIGHT = {
    "one lock": SHOP + "        with self.lock: self.sold += 1\n",
    "a condition": SHOP
    + """
        with self.free:
            self.free.wait_for(lambda: not self.table)
            self.table["busy"] = 1
        self.sold += 1
        with self.free:
            self.table.clear()
            self.free.notify_all()
""",
    "tries with a pause": SHOP
    + """
        while not self.lock.acquire(blocking=False):
            time.sleep(random.random() / 1000)
        self.sold += 1
        self.lock.release()
""",
}

needs_frontrun = pytest.mark.skipif(
    sys.platform == "win32", reason="frontrun has no wheel for Windows"
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What came of exploring each answer."""
    texts = {name: text for name, (text, *_) in BROKEN.items()} | RIGHT
    folders = [tmp_path_factory.mktemp("answer") for _ in texts]
    for folder, text in zip(folders, texts.values(), strict=True):
        (folder / "answer.py").write_text(text)
    command = [sys.executable, "-c", CHILD, *map(str, folders)]
    done = subprocess.run(command, capture_output=True, timeout=200, text=True, check=True)
    return dict(zip(texts, map(json.loads, done.stdout.splitlines()), strict=True))


@needs_frontrun
@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_told_in_the_learners_lines(
    found: dict[str, dict[str, Any]], name: str
) -> None:
    """Which thread ran which line, in the order that breaks it, and what went wrong."""
    _, lines, why = BROKEN[name]

    seen = found[name]

    assert seen["outcome"] == "broken", seen
    assert why in seen["why"], seen
    for line in lines:
        assert {f"thread 1, {line}", f"thread 2, {line}"} <= set(seen["steps"]), seen


@needs_frontrun
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_never_called_broken(found: dict[str, dict[str, Any]], name: str) -> None:
    """Where frontrun cannot see to the end it says nothing, and nothing counts against the answer."""
    assert found[name]["outcome"] in ("held", "inconclusive"), found[name]
    assert found[name]["steps"] == []


def test_without_the_tool_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The locks stay as they are, and the outcome is inconclusive, whatever the answer."""
    for name in ("frontrun", "frontrun._cooperative"):
        monkeypatch.setitem(sys.modules, name, None)
    lock = threading.Lock

    with interleavings():
        assert threading.Lock is lock
        found = explore(list, lambda sold: sold.append(1), lambda sold: False)

    assert found.outcome == "inconclusive"
    assert "frontrun" in found.why


@needs_frontrun
def test_the_locks_are_the_real_ones_again_afterwards() -> None:
    """The step is undone when the driver has returned."""
    before = threading.Lock, threading.Condition, threading.Event

    with interleavings():
        assert threading.Condition is not before[1]

    assert (threading.Lock, threading.Condition, threading.Event) == before
