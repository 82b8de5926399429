"""What must be in place before an answer is imported. A driver asks for it, and the child sees to it.

>>> @prepared(virtual_time)
... def slow_operation(answer, per_try): ...

A step is a context manager, entered before the import and left after the driver has returned, in the answer's process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any, TypeVar

Step = Callable[[], AbstractContextManager[object]]
Driver = TypeVar("Driver", bound=Callable[..., Any])

_steps: dict[Callable[..., Any], tuple[Step, ...]] = {}


def prepared(*steps: Step) -> Callable[[Driver], Driver]:
    """Mark a driver: these steps are taken, in this order, before the answer is imported for it."""

    def mark(driver: Driver) -> Driver:
        _steps[driver] = steps
        return driver

    return mark


@contextmanager
def preparations(driver: Callable[..., Any] | None) -> Iterator[int]:
    """Take the driver's steps now, and undo them at the end, in reverse. Gives how many there are.

    What a step raises when it is left is dropped: the answer has run by then and may have broken what it undoes.
    """
    steps = _steps.get(driver, ()) if driver else ()
    with ExitStack() as taken:
        for step in steps:
            taken.enter_context(step())
        undo = taken.pop_all()
    try:
        yield len(steps)
    finally:
        with suppress(Exception):
            undo.close()
