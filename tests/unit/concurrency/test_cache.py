"""SingleFlightCache: one load for all who want it now, and no caller that waits for nothing."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from pypatterns.concurrency import SingleFlightCache

BOUND = 5  # seconds; ends a hang, decides nothing


class Price:
    """A value that can be watched as it goes."""


class Clock:
    """Stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def cache_of(
    load: Callable[[str], object], *, clock: Clock | None = None, max_size: int = 8
) -> SingleFlightCache[str, object]:
    """A cache whose values live for a minute."""
    return SingleFlightCache(load, ttl=60, max_size=max_size, clock=clock or Clock())


def test_cold_callers_share_one_load() -> None:
    """Eight threads that ask for a cold key cause one load, held open for as long as a second could begin."""
    loads, second = [], threading.Event()

    def load(key: str) -> Price:
        loads.append(key)
        if len(loads) > 1:
            second.set()
        second.wait(0.3)
        return Price()

    cache = cache_of(load)
    with ThreadPoolExecutor(8) as callers:
        prices = list(callers.map(cache.get, ["tea"] * 8))

    assert loads == ["tea"]
    assert len(set(map(id, prices))) == 1


def test_two_keys_load_at_the_same_time() -> None:
    """The loads of tea and coffee meet, and a hit returns meanwhile."""
    both = threading.Barrier(3)
    cache = cache_of(lambda key: key if key == "milk" else both.wait(BOUND))
    cache.get("milk")

    with ThreadPoolExecutor(2) as callers:
        loads = [callers.submit(cache.get, key) for key in ("tea", "coffee")]
        hit = cache.get("milk")
        both.wait(BOUND)

    assert hit == "milk"
    assert {load.exception() for load in loads} == {None}


@pytest.mark.parametrize("kind", [OSError, KeyboardInterrupt])
def test_a_failed_load_fails_for_all_who_wait(kind: type[BaseException]) -> None:
    """No waiter hangs, nothing is kept, and the next caller loads again."""
    error, loads = kind("closed"), []
    loading, all_here = threading.Event(), threading.Barrier(4)

    def load(key: str) -> str:
        loads.append(key)
        if len(loads) > 1:
            return "price"
        loading.set()
        all_here.wait(BOUND)
        raise error

    cache = cache_of(load)

    def ask() -> object:
        loading.wait(BOUND)
        all_here.wait(BOUND)
        return cache.get("tea")

    with ThreadPoolExecutor(4) as callers:
        first = callers.submit(cache.get, "tea")
        others = [callers.submit(ask) for _ in range(3)]

    assert first.exception() is error
    assert {call.exception() for call in others} <= {error, None}
    assert cache.get("tea") == "price"


@pytest.mark.parametrize("value", [None, 0, "", []], ids=repr)
def test_an_empty_value_is_a_value(value: object) -> None:
    """It is kept like any other, and loaded once."""
    loads = []
    cache = cache_of(lambda key: loads.append(key) or value)

    got = [cache.get("tea"), cache.get("tea")]

    assert got == [value, value]
    assert loads == ["tea"]


def test_a_value_lives_for_its_time() -> None:
    """Younger than ttl it is served, older it is loaded anew."""
    clock, loads = Clock(), []
    cache = cache_of(lambda key: loads.append(clock.now), clock=clock)

    for clock.now in (0.0, 59.9, 60.1, 120.0):
        cache.get("tea")

    assert loads == [0.0, 60.1]


def test_what_was_used_last_stays() -> None:
    """Of more than max_size values the least recently used goes, and nothing keeps it alive."""
    cache = cache_of(lambda key: Price(), max_size=2)
    watched = {key: weakref.ref(cache.get(key)) for key in ("tea", "coffee")}

    cache.get("tea")
    cache.get("milk")

    assert watched["tea"]() is cache.get("tea")
    assert watched["coffee"]() is None


def test_a_load_may_ask_for_another_key() -> None:
    """A price that is made of another one."""
    cache: SingleFlightCache[str, object] = cache_of(
        lambda key: 320 if key == "tea" else (2, cache.get("tea"))
    )

    assert cache.get("two teas") == (2, 320)


def test_a_load_that_asks_for_its_own_key_is_told() -> None:
    """It would wait for itself; it gets an error instead, and the key can be loaded later."""
    asks_again = [True]

    def load(key: str) -> object:
        return cache.get(key) if asks_again else 320

    cache = cache_of(load)
    with pytest.raises(RuntimeError, match="'tea': it would wait for itself"):
        cache.get("tea")
    asks_again.clear()

    assert cache.get("tea") == 320


def test_a_cache_keeps_something() -> None:
    """A size of nothing is a mistake, told at once."""
    with pytest.raises(ValueError, match="max_size is 0"):
        cache_of(str, max_size=0)
