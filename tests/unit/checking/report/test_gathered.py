"""Who stands alike is told together, in few words."""

from __future__ import annotations

import pytest

from pypatterns.course.checking.report.blocks import gathered, named
from pypatterns.course.checking.shared.locations import Location


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (["caller 1"], "caller 1"),
        (["caller 1", "caller 2"], "caller 1 and caller 2"),
        (["caller 3", "caller 4", "caller 5"], "callers 3 to 5"),
        (["caller 9", "caller 10", "caller 11"], "callers 9 to 11"),
        (["Task-2", "Task-3", "Task-4"], "Tasks 2 to 4"),
        (["caller 1", "caller 3", "caller 5"], "caller 1, caller 3 and caller 5"),
        (["caller 01", "caller 2", "caller 3"], "caller 01, caller 2 and caller 3"),
        (["MainThread", "Thread-1", "caller 1"], "MainThread, Thread-1 and caller 1"),
        ([f"caller {'9' * 5000}"] * 3, ", ".join([f"caller {'9' * 5000}"] * 2)),
        ([""], ""),
    ],
    ids=[
        "one",
        "two",
        "row",
        "digits",
        "tasks",
        "gaps",
        "zeros",
        "names",
        "endless number",
        "nameless",
    ],
)
def test_names_in_few_words(who: list[str], said: str) -> None:
    """A row of numbers is told by its ends, anything else by every name."""
    assert named(who).startswith(said)


def test_only_what_stands_alike_is_gathered() -> None:
    """Another line, another lock or another holder is another place."""
    here = Location("caller 1", "thread", 9, "with a:", "get", "a", "caller 5")
    elsewhere = Location("caller 2", "thread", 10, "with a:", "get", "a", "caller 5")
    too = Location("caller 3", "thread", 9, "with a:", "get", "a", "caller 5")

    assert [who for who, _ in gathered([here, elsewhere, too])] == [
        ["caller 1", "caller 3"],
        ["caller 2"],
    ]


def test_who_holds_something_stands_alone() -> None:
    """A holder among those that wait for it is the one to look at."""
    waits = [
        Location(f"caller {n}", "thread", 9, "with a:", "get", "a", "caller 2") for n in (1, 2, 3)
    ]

    assert [who for who, _ in gathered(waits)] == [["caller 1", "caller 3"], ["caller 2"]]
