"""Lines of the learner's own, and where threads and tasks stood: what a report tells of a call's inside.

A module of its own: the process that runs answers needs these and nothing else of a report, and starts sooner without.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the learner's own: where an error went through, or where a thread stands."""

    number: int
    code: str
    function: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """Where one thread or task stood when its call was ended, and what it waited for.

    `held_by` names the thread that holds what is waited for, "unknown" where that cannot be seen, "" where nothing is held.
    """

    who: str
    kind: str  # "thread" or "task"
    line: int | None
    code: str
    function: str
    waits_for: str = ""
    held_by: str = ""

    def __str__(self) -> str:
        """One sentence: "caller 1 waits in get, line 12: `with self._lock:` — held by caller 2"."""
        place = f" in {self.function}" if self.function else ""
        code = f": `{self.code}`" if self.code else ""
        line = f", line {self.line}{code}" if self.line else ""
        if self.held_by == "unknown":
            reason = f" — for {self.waits_for}, whose holder cannot be seen"
        elif self.held_by:
            reason = f" — held by {self.held_by}"
        else:
            reason = f" — for {self.waits_for}" if self.waits_for else ""
        where = f"{place}{line}" or " outside your answer"
        return f"{self.who} {'waits' if self.waits_for else 'is'}{where}{reason}"
