"""fetch_many: order, outcomes, how many at once, how far ahead, and what is left when it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from pypatterns.concurrency import Err, Ok, fetch_many

BOUND = 5  # seconds; ends a hang, decides nothing


class Stopped(BaseException):
    """Something that is no Exception, as KeyboardInterrupt is not."""


def test_outcomes_keep_the_order_and_the_duplicates() -> None:
    """One outcome a url, also where the first is the slowest and one comes twice."""
    last_done = threading.Event()

    def fetch(url: str) -> str:
        if url == "slow":
            last_done.wait(BOUND)
        if url == "last":
            last_done.set()
        return url.upper()

    outcomes = fetch_many(["slow", "tea", "tea", "last"], fetch, workers=2)

    assert outcomes == [Ok("SLOW"), Ok("TEA"), Ok("TEA"), Ok("LAST")]


def test_no_urls_no_outcomes() -> None:
    """An empty input is an empty list."""
    assert fetch_many([], str, workers=4) == []


def test_an_error_is_its_urls_outcome() -> None:
    """The very exception that was raised, and the others go on; a returned exception is a value."""
    refused, returned = OSError("refused"), OSError("returned")

    def fetch(url: str) -> object:
        if url == "bad":
            raise refused
        return {"error": returned}.get(url)

    outcomes = fetch_many(["bad", "error", "none"], fetch, workers=1)

    assert outcomes == [Err(refused), Ok(returned), Ok(None)]


def test_exactly_so_many_fetches_run_at_once() -> None:
    """Four workers meet four times, and a fifth call is never in there with them."""
    four = threading.Barrier(4)
    inside, most, lock = 0, 0, threading.Lock()

    def fetch(url: str) -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        four.wait(BOUND)
        with lock:
            inside -= 1
        four.wait(BOUND)

    outcomes = fetch_many([str(n) for n in range(16)], fetch, workers=4)

    assert outcomes == [Ok(None)] * 16
    assert most == 4


def test_a_slow_head_does_not_empty_the_slots() -> None:
    """While the first url hangs, the other slots fetch all the rest."""
    rest_done, done = threading.Event(), []

    def fetch(url: str) -> bool:
        if url == "0":
            return rest_done.wait(BOUND)
        done.append(url)
        if len(done) == 19:
            rest_done.set()
        return True

    outcomes = fetch_many([str(n) for n in range(20)], fetch, workers=2)

    assert outcomes == [Ok(True)] * 20


def test_urls_are_taken_as_they_are_needed() -> None:
    """Never more than `workers` beyond the fetches that are done."""
    taken, done, furthest = 0, 0, 0

    def urls() -> Iterator[str]:
        nonlocal taken, furthest
        for n in range(200):
            taken += 1
            furthest = max(furthest, taken - done)
            yield str(n)

    def fetch(url: str) -> None:
        nonlocal done
        done += 1

    fetch_many(urls(), fetch, workers=1)

    assert taken == 200
    assert furthest <= 2


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("where", ["fetch", "urls"])
def test_what_is_no_exception_comes_out(where: str, workers: int) -> None:
    """Nobody's KeyboardInterrupt becomes an outcome; nothing more begins, and no thread is left."""
    before, begun = set(threading.enumerate()), []

    def urls() -> Iterator[str]:
        for n in range(1000):
            if n == 10 and where == "urls":
                raise Stopped
            yield str(n)

    def fetch(url: str) -> None:
        begun.append(url)
        if url == "10":
            raise Stopped

    with pytest.raises(Stopped):
        fetch_many(urls(), fetch, workers=workers)

    # With more workers, others go on until the thread that has raised gets round to say so.
    assert workers > 1 or begun == [str(n) for n in range(11 if where == "fetch" else 10)]
    assert set(threading.enumerate()) == before


def test_too_few_workers_are_refused() -> None:
    """No worker would never fetch anything."""
    with pytest.raises(ValueError, match="max_workers"):
        fetch_many(["tea"], str, workers=0)
