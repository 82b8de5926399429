"""The steps that a driver asks for: taken before the answer is imported, undone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pypatterns.course.checking.probes.prepare import Step, preparations, prepared


def step(name: str, story: list[str], *, breaks: bool = False) -> Step:
    @contextmanager
    def taken() -> Iterator[None]:
        story.append(f"{name} begins")
        try:
            yield
        finally:
            story.append(f"{name} ends")
            if breaks:
                raise OSError(name)

    return taken


def test_steps_are_undone_in_reverse() -> None:
    """The first step taken is the last one undone."""
    story: list[str] = []

    @prepared(step("clock", story), step("locks", story))
    def driver() -> None: ...

    with preparations(driver):
        story.append("answer")

    assert story == ["clock begins", "locks begins", "answer", "locks ends", "clock ends"]


def test_a_driver_that_asks_for_nothing_gets_nothing() -> None:
    """Neither does an import without a driver."""
    with preparations(print), preparations(None):
        pass


def test_a_step_that_fails_undoes_those_before_it() -> None:
    """The error comes out: it is ours, not the answer's."""
    story: list[str] = []

    @contextmanager
    def broken() -> Iterator[None]:
        raise OSError("no clock")
        yield

    @prepared(step("locks", story), broken)
    def driver() -> None: ...

    with pytest.raises(OSError, match="no clock"), preparations(driver):
        story.append("answer")

    assert story == ["locks begins", "locks ends"]


def test_an_undo_that_fails_is_dropped() -> None:
    """By then the answer has run, and what came of it counts."""
    story: list[str] = []

    @prepared(step("locks", story), step("clock", story, breaks=True))
    def driver() -> None: ...

    with preparations(driver):
        story.append("answer")

    assert story[-2:] == ["clock ends", "locks ends"]
