"""How long a thread is held, by a clock that a busy machine cannot bend; alone_watch.py has real threads."""

from __future__ import annotations

import pytest

from pypatterns.course.checking.probes.watch import Spent


class Machine:
    """What the clocks of a process say."""

    def __init__(self) -> None:
        self.now = self.ran = 0.0
        self.spent = Spent(0.005, lambda: self.now, lambda: self.ran)

    def looks(self, times: int, *, passed: float, ran: float, is_ready: bool) -> float:
        """So many looks, between which the process ran for some of the time that passed; what was spent."""
        for _ in range(times):
            self.now += passed
            self.ran += ran
            self.spent.look(is_ready)
        return self.spent.seconds


@pytest.mark.parametrize(
    ("passed", "ran", "is_ready", "spent"),
    [
        (0.001, 0.0, False, 0.1),
        (0.1, 0.001, False, 0.5),
        (0.001, 0.0, True, 0.0),
        (0.1, 0.1, True, 10.0),
        (0.1, 0.2, True, 10.0),
    ],
    ids=[
        "all sleep",
        "who is held gets no core",
        "another gets no core",
        "another computes",
        "two compute at once",
    ],
)
def test_time_without_a_core_is_not_spent(
    passed: float, ran: float, is_ready: bool, spent: float
) -> None:
    """The wrong thing has as many chances to happen on a busy machine as on a quiet one."""
    assert Machine().looks(100, passed=passed, ran=ran, is_ready=is_ready) == pytest.approx(spent)
