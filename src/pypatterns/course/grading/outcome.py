"""What came of a run, in numbers and sentences: what `pypatterns grade` ends with.

>>> Outcome(learners=30, graded=30).summary()
'30 of 30 submissions graded.'
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Outcome:
    """What came of a run. `stopped` says why it ended early; then `left` submissions wait for the next run."""

    learners: int = 0
    graded: int = 0
    reused: int = 0
    refused: dict[str, list[str]] = field(default_factory=dict)
    ours: Counter[tuple[str, str]] = field(default_factory=Counter)
    whose: dict[str, list[str]] = field(default_factory=dict)
    stopped: str = ""

    @property
    def left(self) -> int:
        """Submissions without a result."""
        return self.learners - self.graded - self.reused

    @property
    def exit_code(self) -> int:
        """0 all graded, 1 something was refused or is left, 3 our own checking failed somewhere."""
        if self.ours:
            return 3
        return int(bool(self.refused or self.stopped or self.left))

    def summary(self) -> str:
        """What a person should know at the end."""
        return "\n".join(self._said())

    def to_json(self) -> str:
        """The same as data."""
        data = {
            "learners": self.learners,
            "graded": self.graded,
            "reused": self.reused,
            "left": self.left,
            "refused": self.refused,
            "infrastructure": self.whose,
            "stopped": self.stopped,
        }
        return json.dumps(data, indent=2, ensure_ascii=False)

    def _said(self) -> Iterator[str]:
        again = f", {self.reused} of them unchanged since the last run" if self.reused else ""
        yield f"{self.graded + self.reused} of {self.learners} submissions graded{again}."
        if self.refused:
            yield f"Cells without a mark, for a person to look at ({len(self.refused)} learners):"
            for learner, why in self.refused.items():
                yield from (f"  {learner}: {each}" for each in why)
        for (exercise, reason), count in self.ours.items():
            yield f"OUR FAULT, no mark: {exercise}, {count} {'learner' if count == 1 else 'learners'}: {reason}"
        if self.ours:
            yield f"  whose: {', '.join(self.whose)}. The same command tries these again."
        if self.stopped:
            yield f"Stopped: {self.stopped}"
