"""The shop: it sells, it misbehaves exactly as asked, it counts, and it closes at once and whole."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from pypatterns.course.lab.shop import Shop

BOUND = 10  # seconds; ends a hang, decides nothing


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that is about to be true."""
    end = time.monotonic() + BOUND
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.005)


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A shop that is open."""
    with Shop() as shop:
        yield shop


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client that ends a hang."""
    with httpx.Client(timeout=BOUND, trust_env=False) as client:
        yield client


def test_it_sells_at_its_prices(shop: Shop, client: httpx.Client) -> None:
    """A price is JSON, in cents; what is not sold is not found."""
    tea, gold = client.get(shop.url("tea")), client.get(shop.url("gold"))

    assert (tea.status_code, tea.json()) == (200, {"item": "tea", "price": 320})
    assert (gold.status_code, gold.json()) == (404, {"error": "no gold here"})


def test_a_status_is_given_as_asked(shop: Shop, client: httpx.Client) -> None:
    """Every time, and without a price; one that nobody knows, too."""
    answers = [client.get(shop.url("tea", status=status)) for status in (503, 503, 599)]

    assert [answer.status_code for answer in answers] == [503, 503, 599]
    assert answers[0].json() == {"error": "no price of tea now"}


def test_it_fails_a_few_times(shop: Shop, client: httpx.Client) -> None:
    """503 twice, then the price; another URL has its own count."""
    first = [client.get(shop.url("tea", fails=2)).status_code for _ in range(4)]
    other = client.get(shop.url("coffee", fails=2)).status_code

    assert first == [503, 503, 200, 200]
    assert other == 503


def test_a_request_may_hang(shop: Shop, client: httpx.Client) -> None:
    """The client's timeout ends it, and the shop notices that the client is gone."""
    with pytest.raises(httpx.ReadTimeout):
        client.get(shop.url("tea", hang=True), timeout=0.05)

    assert client.get(shop.url("tea")).status_code == 200


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [("drop", httpx.RemoteProtocolError), ("reset", httpx.ReadError)],
)
def test_a_connection_may_end_without_an_answer(
    shop: Shop, client: httpx.Client, behaviour: str, error: type[Exception]
) -> None:
    """Closed and reset are told apart; the next request gets a new connection."""
    with pytest.raises(error):
        client.get(shop.url("tea", **{behaviour: True}))

    assert client.get(shop.url("tea")).status_code == 200
    assert shop.seen.connections == 2


def test_a_delay_is_longer_than_a_shorter_timeout(shop: Shop, client: httpx.Client) -> None:
    """An answer that is late enough is a timeout, and none that comes in time."""
    with pytest.raises(httpx.ReadTimeout):
        client.get(shop.url("tea", delay=BOUND), timeout=0.05)

    assert client.get(shop.url("tea", delay=0.01)).json()["price"] == 320


def test_a_body_may_trickle(shop: Shop, client: httpx.Client) -> None:
    """It comes byte by byte, and whole in the end."""
    with client.stream("GET", shop.url("tea", trickle=3600)) as answer:
        first = next(answer.iter_raw())
    whole = client.get(shop.url("tea", trickle=0.05))

    assert first == b"{"
    assert whole.json() == {"item": "tea", "price": 320}


def test_all_may_be_slow() -> None:
    """A delay for every URL, which a URL's own delay replaces."""
    with Shop(delay=BOUND) as shop, httpx.Client(timeout=0.05, trust_env=False) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get(shop.url("tea"))
        assert client.get(shop.url("tea", delay=0), timeout=BOUND).status_code == 200


def test_it_counts_what_comes_together(client: httpx.Client) -> None:
    """Four requests one after the other share a connection; eight that hang are there at once, on eight."""
    with ThreadPoolExecutor(8) as pool, Shop() as shop:
        for _ in range(4):
            client.get(shop.url("coffee"))
        before = shop.seen
        for _ in range(8):
            pool.submit(client.get, shop.url("tea", hang=True))
        until(lambda: shop.seen.at_once == 8)

    after = shop.seen

    assert (before.requests, before.at_once, before.connections) == (4, 1, 1)
    assert (after.requests, after.connections, after.connections_at_once) == (12, 8, 8)
    assert after.items == {"coffee": 4, "tea": 8}


def test_one_after_the_other_is_never_two_at_once(shop: Shop, client: httpx.Client) -> None:
    """A client that has its answer is not counted with its next request, connections kept or not."""
    for number in range(100):
        client.get(shop.url("tea"), headers={"Connection": "close"} if number % 2 else {})

    assert (shop.seen.requests, shop.seen.at_once) == (100, 1)


def test_its_urls_are_different(shop: Shop, client: httpx.Client) -> None:
    """As many as asked for, each with the same behaviour, and each is sold."""
    urls = shop.urls(40, fails=1)

    statuses = [client.get(url).status_code for url in (*urls, *urls)]

    assert len(set(urls)) == 40
    assert statuses == [503] * 40 + [200] * 40


def test_an_unknown_behaviour_is_told(shop: Shop) -> None:
    """With those that there are."""
    with pytest.raises(TypeError, match="unknown: slow; known: delay, status"):
        shop.url("tea", slow=1)


def test_other_methods_are_refused(shop: Shop, client: httpx.Client) -> None:
    """With 405; the next request is served."""
    answer = client.delete(shop.url("tea"))

    assert answer.status_code == 405
    assert client.get(shop.url("tea")).status_code == 200


@pytest.mark.parametrize("said", [b"", b"hello\r\n\r\n", b"GET /tea", b"\x00" * 100_000])
def test_whatever_a_client_says_others_are_served(
    shop: Shop, client: httpx.Client, said: bytes
) -> None:
    """Half a request, no request, and far too much of one."""
    port = httpx.URL(shop.url("tea")).port
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(said)

        assert client.get(shop.url("tea")).status_code == 200


def test_it_closes_at_once_and_whole(client: httpx.Client) -> None:
    """Requests that hang, trickle or keep a connection end with the shop; no thread is left, and nobody listens."""
    before = set(threading.enumerate())
    pool = ThreadPoolExecutor(3)
    with Shop() as shop:
        url = shop.url("tea")
        client.get(url)
        slow = {"hang": True}, {"delay": 3600}, {"trickle": 3600}
        ends = [pool.submit(client.get, shop.url("tea", **each)) for each in slow]
        until(lambda: shop.seen.at_once == 3)

    errors = [end.exception(BOUND) for end in ends]
    pool.shutdown()

    assert {type(error) for error in errors} <= {httpx.RemoteProtocolError, httpx.ReadError}
    assert set(threading.enumerate()) == before
    with pytest.raises(httpx.ConnectError):
        client.get(url)


def test_a_shop_that_cannot_open_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No hang, and no thread that is left."""

    async def refuse(*_: object, **__: object) -> None:
        raise OSError("no port left")

    before = set(threading.enumerate())
    monkeypatch.setattr(asyncio, "start_server", refuse)
    shop = Shop()

    with pytest.raises(OSError, match="no port left"):
        shop.__enter__()

    assert set(threading.enumerate()) == before


def test_many_connections_are_cheap(client: httpx.Client) -> None:
    """Four hundred at once are accepted, and all of them hang until the shop closes."""
    with Shop() as shop:
        port = httpx.URL(shop.url("tea")).port
        connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(400)]
        for connection in connections:
            connection.sendall(b"GET /tea?hang=1 HTTP/1.1\r\n\r\n")
        until(lambda: shop.seen.at_once == 400)
    for connection in connections:
        connection.close()

    assert shop.seen.connections_at_once == 400


def test_nothing_is_left_for_the_collector() -> None:
    """In a process where every warning is an error, a shop with open requests comes and goes without one."""
    code = """
import gc, socket, sys
from pypatterns.course.lab.shop import Shop
sys.unraisablehook = lambda what: print("unraisable", what)
for _ in range(3):
    with Shop() as shop:
        port = int(shop.url("tea").rpartition(":")[2].partition("/")[0])
        open_one = socket.create_connection(("127.0.0.1", port))
        open_one.sendall(b"GET /tea?hang=1 HTTP/1.1\\r\\n\\r\\n")
        while not shop.seen.at_once: pass
    open_one.close()
gc.collect()
print("closed")
"""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (run.stdout, run.stderr) == ("closed\n", "")
