"""Stand-ins for locks: they do what the real lock does, tell a listener, and pass for a lock, also for the autopsy.

>>> lock = LockStandIn(threading.Lock(), listener)
>>> isinstance(lock, type(threading.Lock())), repr(lock)
(True, '<unlocked _thread.lock object at 0x7f…>')
"""

from __future__ import annotations

import ast
from threading import get_ident
from types import FrameType
from typing import Any, Protocol

from pypatterns.course.checking.introspection import waits
from pypatterns.course.checking.introspection.ownership import is_answers
from pypatterns.course.checking.introspection.source_positions import opcode, spot
from pypatterns.course.checking.introspection.tasks import called


class Listener(Protocol):
    """Who hears of the locks."""

    def before_taking(self, lock: StandIn) -> None:
        """This thread is about to ask for the lock."""

    def changed(self, lock: StandIn, owner: int, times: int) -> None:
        """The thread `owner` has taken the lock so many times more, or less."""


class StandIn:
    """What both kinds of lock share."""

    __slots__ = ("__weakref__", "_listener", "_owner", "_real")

    def __init__(self, real: Any, listener: Listener) -> None:
        self._real = real
        self._listener = listener
        self._owner: int | None = None  # who has it for certain; None while that changes, too

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        self._listener.before_taking(self)
        unlimited = blocking and timeout == -1
        taken = bool(self._take() if unlimited else self._real.acquire(blocking, timeout))
        if taken:
            self._is_taken()
        return taken

    def _take(self) -> Any:
        """Block until the lock is taken.

        While this frame is on the stack the thread does not own the lock by this call; the autopsy relies on it.
        """
        return self._real.acquire()

    def _is_taken(self, times: int = 1) -> None:
        self._owner = get_ident()
        self._listener.changed(self, self._owner, times)

    def release(self) -> None:
        raise NotImplementedError

    __enter__ = acquire

    def __exit__(self, *_: object) -> None:
        self.release()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._real.__reduce_ex__(protocol)  # a lock cannot be pickled, and says so

    def __repr__(self) -> str:
        return repr(self._real)

    @property  # type: ignore[misc]  # what isinstance() asks; mock objects do the same
    def __class__(self) -> type:
        return type(self._real)


class LockStandIn(StandIn):
    """For a plain lock, which any thread may release."""

    __slots__ = ()

    def release(self) -> None:
        owner, self._owner = self._owner, None
        self._real.release()
        if owner is not None:
            self._listener.changed(self, owner, -1)


class RLockStandIn(StandIn):
    """For a lock that its owner may take again; a `Condition` saves how often, and restores it."""

    __slots__ = ("_times",)

    def __init__(self, real: Any, listener: Listener) -> None:
        super().__init__(real, listener)
        self._times = 0

    def _is_taken(self, times: int = 1) -> None:
        self._times += times
        super()._is_taken(times)

    def release(self) -> None:
        if self._real._is_owned():
            self._is_given_back(1)
        self._real.release()

    def _is_given_back(self, times: int) -> None:
        self._times -= times
        self._owner = get_ident() if self._times else None
        self._listener.changed(self, get_ident(), -times)

    def _release_save(self) -> tuple[int, Any]:
        times = self._times
        self._is_given_back(times)
        return times, self._real._release_save()

    def _acquire_restore(self, saved: tuple[int, Any]) -> None:
        self._real._acquire_restore(saved[1])
        self._is_taken(saved[0])


def _wait(frame: FrameType, ident: int) -> waits.Wait | None:
    """For the autopsy: the wait in a frame of `_take`, in the caller's words, and for whom."""
    owner = frame.f_locals["self"]._owner
    if owner is None or (owner == ident and isinstance(frame.f_locals["self"], RLockStandIn)):
        return None
    return waits.Wait(_words(frame), thread=owner, sure=True)


def _words(frame: FrameType) -> str:
    """The lock as the answer wrote it, or the function of a library that the answer called."""
    inner, outer = frame, frame.f_back
    while outer is not None and outer.f_code.co_filename == __file__:
        inner, outer = outer, outer.f_back
    if outer is None or not is_answers(outer):
        return called(outer or inner)
    instruction = outer.f_lasti
    while opcode(outer.f_code, instruction) == "CACHE":  # 3.11 and 3.12 stand at the end of a call
        instruction -= 2
    here = spot(outer.f_code, instruction)
    lock = here.entering or (here.call and getattr(here.call.func, "value", here.call.func))
    return ast.unparse(lock) if lock else called(inner)


# So a wait for a stand-in is known for what it is, and its holder too, however the lock was taken.
waits._KNOWN[StandIn._take.__code__] = _wait
