"""Many requests at once: counts add up, one of many wins, and no request sees or spoils another's transaction.

Where two requests must meet, a gate holds the first one until the second one is there; nothing is left to chance.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from pypatterns.market.adapters.outbound.sql import SqlStore
from pypatterns.market.bootstrap import Store, create_app

pytestmark = pytest.mark.anyio
SOON = 20  # seconds: what ends a hang, and decides nothing


async def together(*requests: Awaitable[httpx.Response]) -> list[httpx.Response]:
    """Send all at once and collect the answers."""
    async with asyncio.timeout(SOON * 2):
        return await asyncio.gather(*requests)


def create(client: httpx.AsyncClient, slug: str) -> Awaitable[httpx.Response]:
    """Ask for a market."""
    return client.post("/markets", json={"name": slug, "slug": slug})


def statuses(responses: list[httpx.Response]) -> Counter[int]:
    """How often each status came."""
    return Counter(response.status_code for response in responses)


class Meeting:
    """A gate that opens once `guests` have come."""

    def __init__(self, guests: int) -> None:
        self.missing = guests
        self.all_here = asyncio.Event()

    async def __call__(self) -> None:
        self.missing -= 1
        if self.missing <= 0:
            self.all_here.set()
        await asyncio.wait_for(self.all_here.wait(), SOON)


class Held:
    """A gate that stays shut until it is told; it tells when somebody came."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.go = asyncio.Event()

    async def __call__(self) -> None:
        self.reached.set()
        await asyncio.wait_for(self.go.wait(), SOON)


async def test_fifty_mixed_requests_add_up(store: Store, serve: Any) -> None:
    """Creations, changes, reads and pages at once: each row was answered 201, each version 200, nothing 5xx."""
    async with serve(create_app(store)) as client:
        for slug in ("a", "b", "c"):
            await create(client, slug)
        creations = [create(client, f"new-{number % 15}") for number in range(20)]
        moves = [
            client.post(f"/markets/{slug}/{verb}")
            for slug in "abc"
            for verb in ("publish", "suspend", "publish", "close")
        ]
        reads = [client.get(f"/markets/{slug}") for slug in "abcabcabc"]
        pages = [
            client.get("/markets", params={"limit": 3, "offset": offset}) for offset in range(9)
        ]

        responses = await together(*creations, *moves, *reads, *pages)

        stored = (await client.get("/markets", params={"limit": 100})).json()["items"]
        made, moved, read = responses[:20], responses[20:32], responses[32:]
    assert len(responses) == 50
    assert statuses(made) == {201: 15, 409: 5}
    assert statuses(moved).keys() <= {200, 409}
    assert statuses(read) == {200: 18}
    assert len(stored) == 3 + 15
    for slug in "abc":
        moves_done = [r for r in moved if r.status_code == 200 and r.json()["slug"] == slug]
        [market] = [one for one in stored if one["slug"] == slug]
        assert market["version"] == 1 + len(moves_done)
        assert sorted(move.json()["version"] for move in moves_done) == list(
            range(2, market["version"] + 1)
        )


async def test_of_twenty_with_one_slug_one_is_created(store: Store, serve: Any) -> None:
    """One 201, nineteen 409, one row."""
    async with serve(create_app(store)) as client:
        responses = await together(*(create(client, "tea") for _ in range(20)))
        stored = (await client.get("/markets")).json()["items"]

    assert statuses(responses) == {201: 1, 409: 19}
    assert {r.json()["type"] for r in responses if r.status_code == 409} == {
        "tag:market.example,2026:slug-taken"
    }
    assert len(stored) == 1


async def test_two_instances_on_one_database_agree(url: str, serve: Any) -> None:
    """Twenty of one slug over two apps with a store each: one 201; what one wrote the other reads."""
    apps = [create_app(SqlStore(url)) for _ in range(2)]
    async with serve(apps[0]) as one, serve(apps[1]) as other:
        responses = await together(*(create(client, "tea") for client in (one, other) * 10))
        responses += await together(
            *(create(client, f"new-{n}") for n, client in enumerate((one, other) * 10))
        )
        stored = [
            (await client.get("/markets", params={"limit": 100})).json()["items"]
            for client in (one, other)
        ]

    assert statuses(responses) == {201: 1 + 20, 409: 19}
    assert stored[0] == stored[1]
    assert len(stored[0]) == 21


async def test_of_twenty_publications_one_counts(store: Store, serve: Any) -> None:
    """One 200, nineteen 409, and the version is one up."""
    async with serve(create_app(store)) as client:
        await create(client, "tea")
        responses = await together(*(client.post("/markets/tea/publish") for _ in range(20)))
        market = (await client.get("/markets/tea")).json()

    assert statuses(responses) == {200: 1, 409: 19}
    assert (market["status"], market["version"]) == ("ACTIVE", 2)


async def test_of_two_that_read_one_version_one_wins(store: Store, serve: Any, gated: Any) -> None:
    """Both have read the draft before either writes: one 200, the other one 409 as stale."""
    async with serve(create_app(store)) as client:
        await create(client, "tea")
    app = create_app(gated(store, after_read=Meeting(2)))

    async with store.opened(), serve(app) as client:
        responses = await together(*(client.post("/markets/tea/publish") for _ in range(2)))
        market = (await client.get("/markets/tea")).json()

    assert statuses(responses) == {200: 1, 409: 1}
    [refused] = [response for response in responses if response.status_code == 409]
    assert refused.json()["type"] == "tag:market.example,2026:stale-market"
    assert (market["status"], market["version"]) == ("ACTIVE", 2)


async def test_a_request_does_not_see_anothers_uncommitted_work(
    store: Store, serve: Any, gated: Any
) -> None:
    """While one request is about to commit, another finds nothing; afterwards it finds the market.

    With one session for the app, the second request would read the first one's row.
    """
    before_commit = Held()
    async with serve(create_app(gated(store, before_commit=before_commit))) as client:
        creation = asyncio.ensure_future(create(client, "tea"))
        await asyncio.wait_for(before_commit.reached.wait(), SOON)
        meanwhile = await client.get("/markets/tea")
        listed = (await client.get("/markets")).json()["items"]
        before_commit.go.set()
        made = await creation
        afterwards = await client.get("/markets/tea")

    assert (meanwhile.status_code, listed) == (404, [])
    assert (made.status_code, afterwards.status_code) == (201, 200)


async def test_two_requests_have_units_open_at_once(store: Store, serve: Any, gated: Any) -> None:
    """No lock makes requests wait for each other: eight of them stand in their units at the same moment."""
    app = create_app(gated(store, after_read=Meeting(8)))
    async with serve(app) as client:
        responses = await together(*(client.get("/markets/nowhere") for _ in range(8)))

    assert statuses(responses) == {404: 8}


@pytest.mark.parametrize("error", [RuntimeError("disk is full"), OSError(28, "No space left")])
async def test_a_commit_that_fails_is_never_a_success(
    store: Store, serve: Any, gated: Any, error: Exception
) -> None:
    """500, nothing is stored or announced, and the next request works."""
    failing = True
    announced: list[object] = []

    async def fail() -> None:
        if failing:
            raise error

    async with serve(
        create_app(gated(store, before_commit=fail), announce=announced.append)
    ) as client:
        refused = await create(client, "tea")
        missing = await client.get("/markets/tea")
        failing = False
        made = await create(client, "tea")
        failing = True
        unpublished = await client.post("/markets/tea/publish")
        market = (await client.get("/markets/tea")).json()

    assert [refused.status_code, missing.status_code, made.status_code] == [500, 404, 201]
    assert (unpublished.status_code, market["status"], announced) == (500, "DRAFT", [])


async def test_a_refused_request_spoils_no_other(store: Store, serve: Any) -> None:
    """After a taken slug, in between and beside it, others are created."""
    async with serve(create_app(store)) as client:
        await create(client, "tea")
        responses = await together(
            *(create(client, slug) for slug in ("tea", "a", "tea", "b", "tea", "c"))
        )
        last = await create(client, "d")

    assert [response.status_code for response in responses] == [409, 201] * 3
    assert last.status_code == 201


async def test_a_client_that_leaves_frees_its_transaction(url: str, serve: Any, gated: Any) -> None:
    """A request cancelled before its commit stores nothing, and the database takes the next writer at once."""
    gate = Held()
    store = SqlStore(url)
    async with serve(create_app(gated(store, before_commit=gate))) as client:
        creation = asyncio.ensure_future(create(client, "tea"))
        await asyncio.wait_for(gate.reached.wait(), SOON)
        creation.cancel()
        with pytest.raises(asyncio.CancelledError):
            await creation
        gate.go.set()
        again = await asyncio.wait_for(create(client, "tea"), SOON)

    assert again.status_code == 201


async def test_no_unit_is_opened_before_the_first_request_or_left_open(
    store: Store, serve: Any, gated: Any
) -> None:
    """Every unit is entered by a request and left by the same, whatever becomes of it."""
    watched = gated(store)

    async with serve(create_app(watched)) as client:
        before = list(watched.log)
        asked: list[Callable[[], Awaitable[httpx.Response]]] = [
            lambda: create(client, "tea"),
            lambda: create(client, "tea"),
            lambda: client.post("/markets/tea/close"),
            lambda: client.get("/markets/nowhere"),
        ]
        for ask in asked:
            await ask()

    assert before == []
    assert watched.log == ["entered", "left"] * len(asked)
