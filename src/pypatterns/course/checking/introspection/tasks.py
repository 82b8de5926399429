"""Where the tasks of event loops stand: each one's innermost line in a file of the learner's, and what it awaits there."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from gc import get_objects  # by its own name: the answer may replace the one in gc
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType
from typing import Any

LONGEST_CHAIN = 200  # awaits, one inside the other
DIGITS = 10  # of a task's number, at most


@dataclass(frozen=True, slots=True)
class PendingTask:
    """A pending task; `frame` is None where no line of the learner's is under way."""

    task: str
    frame: FrameType | None
    waits_for: str


def pending(is_own: Callable[[CodeType], bool]) -> Iterator[PendingTask]:
    """The tasks of this process that have not ended, if it uses asyncio at all; not those of a loop that was left for good."""
    asyncio = sys.modules.get("asyncio.tasks")
    if asyncio is None:
        return
    tasks = [task for task in _all_tasks(asyncio) if not _is_over(asyncio, task)]
    for task in sorted(tasks, key=partial(_order, asyncio)):
        yield _await(asyncio, task, is_own)


def _order(asyncio: Any, task: Any) -> tuple[str, int]:
    """As they were made, by the numbers that asyncio gives them: "Task-2" comes before "Task-10"."""
    told = str(asyncio.Task.get_name(task))
    name, _, number = told.rpartition("-")
    return (name, int(number)) if number.isdecimal() and len(number) <= DIGITS else (told, 0)


def _is_over(asyncio: Any, task: Any) -> bool:
    """Whether it has ended, or its loop is closed: then nobody waits for it any longer."""
    try:
        loop = asyncio.Task.get_loop(task)
    except RuntimeError:  # its `__init__` failed, or has not run yet
        return True
    return asyncio.Task.done(task) or inspect.getattr_static(loop, "_closed", False) is True


def called(frame: FrameType) -> str:
    """A frame's function as one calls it: "Event.wait()", "asyncio.sleep()"."""
    name = frame.f_code.co_qualname.rpartition("<locals>.")[2]
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return f"{name}()" if "." in name or not package else f"{package}.{name}()"


def _all_tasks(asyncio: Any) -> list[Any]:
    """The tasks of all event loops, whether the loops are running or not."""
    found: list[Any]
    if sys.version_info >= (3, 14):
        # asyncio keeps its tasks in C there, and tells those of a loop that one has at hand, no others.
        found = get_objects()
    else:
        # The first name is of 3.11, the others of 3.12 and 3.13.
        names = ("_all_tasks", "_scheduled_tasks", "_eager_tasks")
        found = [task for name in names for task in list(getattr(asyncio, name, ()))]
    return [each for each in found if issubclass(type(each), asyncio.Task)]


def _await(asyncio: Any, task: Any, is_own: Callable[[CodeType], bool]) -> PendingTask:
    frames = _chain(asyncio.Task.get_coro(task))
    own = [place for place, frame in enumerate(frames) if is_own(frame.f_code)]
    innermost = own[-1] if own else -1
    beneath = frames[innermost + 1 :]
    said = [frame for frame in beneath if frame.f_code.co_name != "__aenter__"] or beneath
    waits_for = called(said[0]) if said else _kind(asyncio, task)
    return PendingTask(
        str(asyncio.Task.get_name(task)), frames[innermost] if own else None, waits_for
    )


def _chain(awaited: Any) -> list[FrameType]:
    """The frames from a task's coroutine inwards, as far as each shows what it awaits."""
    frames: list[FrameType] = []
    for _ in range(LONGEST_CHAIN):
        if type(awaited) is CoroutineType:
            frame, inner = awaited.cr_frame, awaited.cr_await
        elif type(awaited) is GeneratorType:
            frame, inner = awaited.gi_frame, awaited.gi_yieldfrom
        elif type(awaited) is AsyncGeneratorType:
            frame, inner = awaited.ag_frame, awaited.ag_await
        else:
            break
        if frame is not None:
            frames.append(frame)
        awaited = inner
    return frames


def _kind(asyncio: Any, task: Any) -> str:
    """What a task awaits with no function in between: a task by its name, else the kind of future."""
    awaited = vars(asyncio.Task)["_fut_waiter"].__get__(task)
    if issubclass(type(awaited), asyncio.Task):
        return f"task {asyncio.Task.get_name(awaited)}"
    kind = type(awaited).__name__
    return {"_GatheringFuture": "asyncio.gather()", "NoneType": ""}.get(kind, kind)
