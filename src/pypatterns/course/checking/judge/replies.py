"""What an app in the answer's process replied to a request, as a check holds it.

>>> reply = Reply(**answer.run("create", slug=word))        # drive.py sends `told(response)`, see probes/web.py
>>> assert reply.status == 201, f"POST /markets was answered with {reply}; expected 201"
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_BODY = 200  # characters, in a message


@dataclass(frozen=True, slots=True)
class Reply:
    """A response. `raised` tells of the exception that escaped from the app: type, text, and the answer's own lines.

    As text, for a message: `409 {"detail":"taken"}`, or `500, for the app raised KeyError: 'tea' (line 7: return tea[slug])`.
    """

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    raised: Mapping[str, Any] | None = None

    def header(self, name: str) -> str | None:
        """The header of that name, whatever its case; of several, joined by commas (RFC 9110, section 5.3)."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body's JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def __str__(self) -> str:
        if self.raised is None:
            return f"{self.status} {self.text[:LONGEST_BODY]}".rstrip()
        what = ": ".join(filter(None, (self.raised["type"], self.raised["text"])))
        where = [f"line {line['number']}: {line['code'].strip()}" for line in self.raised["lines"]]
        when = "did not start: it raised" if self.status == 503 else "raised"
        return f"{self.status}, for the app {when} {what}" + (f" ({where[-1]})" if where else "")
