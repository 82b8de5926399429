"""What appears below a cell: one object, shown once, whose text says everything.

>>> Panel("single_flight_cache: PASS, 8 of 8 checks")
single_flight_cache: PASS, 8 of 8 checks
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Panel:
    """A verdict or a sentence, for every front end that can show text."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """The forms from which a front end takes the richest that it knows; text is all for now."""
        return {"text/plain": self.text}
