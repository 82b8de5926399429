"""A counted source: how many items were taken, how far ahead of those completed, and whether it was closed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import pytest

from pypatterns.course.checking.probes.sources import Counted
from pypatterns.course.checking.probes.threads import in_threads


def test_it_counts_what_is_taken() -> None:
    """Nothing is taken before somebody asks."""
    source = Counted(count())

    assert source.taken == 0
    assert list(islice(source, 5)) == [0, 1, 2, 3, 4]
    assert (source.taken, source.exhausted) == (5, False)


def test_it_tells_how_far_ahead_of_the_completed_one_was() -> None:
    """`furthest` is the most that were taken and not yet completed; `overdrawn` is set beyond the limit."""
    source = Counted("abcdefgh", most_ahead=2)

    for _ in zip(range(6), source, strict=False):  # one by one
        source.done()
    assert (source.furthest, source.overdrawn.is_set()) == (1, False)
    next(source), next(source)

    assert (source.taken, source.completed, source.furthest) == (8, 6, 2)
    assert not source.overdrawn.is_set()


def test_one_too_far_is_overdrawn() -> None:
    """The limit itself is allowed, one more is not."""
    source = Counted("abc", most_ahead=2)

    next(source), next(source)
    assert not source.overdrawn.is_set()
    next(source)

    assert source.overdrawn.is_set()


def test_no_count_is_lost_between_threads() -> None:
    """Several threads may take from it, also where the items come from a generator."""
    source = Counted(number for number in range(4000))

    taken = in_threads(4, lambda: list(source))

    assert sorted(sum(taken, [])) == list(range(4000))  # noqa: RUF017 - four lists
    assert (source.taken, source.exhausted) == (4000, True)


def test_its_own_error_comes_out_and_is_no_item() -> None:
    """What goes wrong in the items goes wrong for whoever takes."""

    def broken() -> Iterator[int]:
        yield 1
        raise OSError("no more")

    source = Counted(broken())
    next(source)

    with pytest.raises(OSError, match="no more"):
        next(source)
    assert (source.taken, source.exhausted) == (1, False)


def test_closing_is_noted_and_handed_on() -> None:
    """`yield from` closes its source, a plain loop leaves it open."""
    story: list[str] = []

    def items() -> Iterator[int]:
        try:
            yield from count()
        finally:
            story.append("released")

    def delegate(source: Counted[int]) -> Iterator[int]:
        yield from source

    def loop(source: Counted[int]) -> Iterator[int]:
        for item in source:  # noqa: UP028 - the difference is what is tested
            yield item

    closed, left = Counted(items()), Counted(items())
    for make, source in ((delegate, closed), (loop, left)):
        generator = make(source)
        next(generator)
        generator.close()  # type: ignore[attr-defined]  # an Iterator to its users
        del generator

    assert (closed.closed, left.closed) == (True, False)
    assert story == ["released"]
