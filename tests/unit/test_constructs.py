"""What stands in an answer, as `seen_in:` asks for it."""

from __future__ import annotations

import pytest

from pypatterns.course.constructs import Constructs, unreadable

SOURCE = """
import asyncio as aio
import concurrent.futures
from asyncio import Queue, gather as collect
from functools import lru_cache

async def work(jobs: Queue, *, limit):
    async with aio.timeout(limit):
        await collect(jobs.join(), return_exceptions=True)

def last(pool):
    try:
        return pool.executor.map(len, "")
    except* ValueError:
        pass
    finally:
        make().shutdown()
"""


@pytest.mark.parametrize(
    "part",
    [
        "asyncio.timeout", "timeout", "asyncio.gather", "gather", "Queue.join", "asyncio.Queue", "executor.map", "limit",
        "return_exceptions", "shutdown", "concurrent.futures", "lru_cache", "async with", "await", "except*", "finally",
        "with or finally", "nowhere or last", "no with", "no nowhere or with",
    ],
)  # fmt: skip
def test_what_is_written_is_found(part: str) -> None:
    """Names by their tail, whatever they were imported as; methods of a class that is named; keywords; one of several."""
    assert Constructs.of(SOURCE).hold(part)


@pytest.mark.parametrize(
    "part",
    ["with", "except", "yield", "asyncio.wait", "Queue.get", "Lock.join", "ather", "timeout.asyncio", "for or while", "no await", "no with or await"],
)  # fmt: skip
def test_what_is_not_written_is_not_found(part: str) -> None:
    """A part of a word is no name, and `async with` is no `with`."""
    assert not Constructs.of(SOURCE).hold(part)


def test_several_files_are_one_answer() -> None:
    """What one of them holds, the answer holds; of one that is not Python, each word is a name."""
    texts = ['layers = ["market.adapters.http"]']
    written = Constructs.of("def f(:", "import fastapi", "def f(): yield", texts=texts)

    assert written.hold_all(["fastapi", "yield", "layers", "adapters.http"])
    assert not written.hold_all(["fastapi", "adapters.sql"])


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("no with or gather", ""),
        ("asyncio.gather", ""),
        ("a lock around load", "a lock around load"),
    ],
)
def test_a_slip_is_named(part: str, told: str) -> None:
    """What is neither a name nor a known keyword could never be found."""
    assert unreadable(part) == told
