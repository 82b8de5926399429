"""Whether anybody else can still do something: the other threads of this process, looked at again and again.

>>> others = Others(is_unseen={get_ident()}.__contains__)
>>> while not others.are_through(turns=8): sleep(0.0005)

A thread is through when it stood still for some looks, or when it got on in many looks and what was waited for did not
come of it: one that tries again and again never stands still. A loaded machine changes nothing in that: a thread that
could run and was given no processor has, by the kernel's account, neither stood still nor got on.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

from pypatterns.course.checking.introspection.activity import Activity, activity_of, is_asleep

TURNS_BLIND = 4  # times as many looks where the kernel does not say whether a thread ran
UNREAD: Activity = ("not read yet",)


@dataclass(slots=True)
class _Seen:
    """What the looks so far say of one thread."""

    at: tuple[int, int]  # the innermost frame and its last instruction
    beat: Activity = UNREAD
    still: int = 0  # looks in a row without a move
    moves: int = 0  # looks in which it had got on


class Others:
    """The threads of this process but those that are unseen, which may be others at each look."""

    def __init__(self, is_unseen: Callable[[int], bool]) -> None:
        self._is_unseen = is_unseen
        self._seen: dict[int, _Seen] = {}

    def are_through(self, turns: int, chances: int | None = None) -> bool:
        """Look once more: did everybody stand still in the last `turns` looks, or get on in `chances` of them?

        With `chances` None it counts only who stands still. True at once where nobody else is.
        """
        now = {
            ident: (id(frame), frame.f_lasti)
            for ident, frame in sys._current_frames().items()
            if not self._is_unseen(ident)
        }
        self._seen = {ident: self._look(ident, at) for ident, at in now.items()}
        if threading._limbo:  # type: ignore[attr-defined]  # a thread is being started
            return False
        return all(_is_through(seen, turns, chances) for seen in self._seen.values())

    def _look(self, ident: int, at: tuple[int, int]) -> _Seen:
        seen = self._seen.get(ident)
        if seen is None:
            return _Seen(at)
        if at != seen.at:
            return _Seen(at, moves=seen.moves + 1)
        beat = activity_of(ident)
        if beat != seen.beat:
            return _Seen(at, beat, moves=seen.moves + (seen.beat is not UNREAD))
        seen.still = seen.still + 1 if is_asleep(beat) else 0
        return seen


def _is_through(seen: _Seen, turns: int, chances: int | None) -> bool:
    enough = turns if seen.beat is not None else turns * TURNS_BLIND
    return seen.still >= enough or (chances is not None and seen.moves >= chances)
