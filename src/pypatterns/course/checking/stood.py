"""Who stood alike when a call was ended: for the words and the picture, which both tell a crowd once.

>>> [(named(who), stand.line) for who, stand in gathered(check.stands)]
[('caller 1', 38), ('callers 2 to 8', 35)]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pypatterns.course.checking.stands import Stand

NUMBERED = re.compile(r"(?P<kind>.+)(?P<joint>[ -])(?P<number>[0-9]{1,9})")  # "caller 2", "Task-2"


def gathered(stands: Iterable[Stand]) -> list[tuple[Sequence[str], Stand]]:
    """Each place where something stood, after the names of all that stood there. Who holds something stands alone."""
    stands = list(stands)
    holders = {stand.held_by for stand in stands}
    groups: dict[tuple[str, Stand], list[str]] = {}
    for stand in stands:
        alone = stand.who if stand.who in holders else ""
        groups.setdefault((alone, replace(stand, who="")), []).append(stand.who)
    return [(who, stand) for (_, stand), who in groups.items()]


def named(who: Sequence[str]) -> str:
    """Names in few words.

    >>> named(["caller 2", "caller 3", "caller 4"])
    'callers 2 to 4'
    """
    first, last = NUMBERED.fullmatch(who[0]), NUMBERED.fullmatch(who[-1])
    if len(who) > 2 and first and last:
        kind, joint, start = first["kind"], first["joint"], int(first["number"])
        if list(who) == [f"{kind}{joint}{start + step}" for step in range(len(who))]:
            return f"{kind}s {start} to {last['number']}"
    return " and ".join(filter(None, [", ".join(who[:-1]), who[-1]]))
