"""The API as a client sees it, when all goes well."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from pypatterns.market.adapters.outbound.memory import MemoryStore
from pypatterns.market.bootstrap import Store, create_app, from_environment

pytestmark = pytest.mark.anyio
TEA = {"name": " Tea futures ", "slug": "tea-futures"}


def files(folder: Path) -> list[str]:
    """The names of what is in a folder."""
    return [path.name for path in folder.iterdir()]


@pytest.fixture
async def client(store: Store, serve: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service, on each store."""
    ids = count(1)
    async with serve(create_app(store, new_id=lambda: f"m-{next(ids)}")) as made:
        yield made


async def test_a_market_is_created(client: httpx.AsyncClient) -> None:
    """201 with the market, its address and its version; the address leads to the same."""
    made = await client.post("/markets", json=TEA)

    assert made.status_code == 201
    assert made.json() == {
        "id": "m-1",
        "name": "Tea futures",
        "slug": "tea-futures",
        "status": "DRAFT",
        "tags": [],
        "tick": {"amount": 1, "currency": "EUR"},
        "version": 1,
    }
    assert (made.headers["location"], made.headers["etag"]) == ("/markets/tea-futures", '"m-1.1"')
    assert (await client.get(made.headers["location"])).json() == made.json()


async def test_tags_and_tick_may_be_given(client: httpx.AsyncClient) -> None:
    """What is given is stored; a whole number may be written with a point, as JSON Schema has it."""
    given = TEA | {"tags": ["leaf", "hot"], "tick": {"amount": 5.0, "currency": "JPY"}}

    made = await client.post("/markets", json=given)

    assert (made.json()["tags"], made.json()["tick"]) == (
        ["leaf", "hot"],
        {"amount": 5, "currency": "JPY"},
    )


async def test_a_market_lives(client: httpx.AsyncClient) -> None:
    """Published, suspended, published again, closed: each answer is the market at its next version."""
    await client.post("/markets", json=TEA)

    moves = [
        await client.post(f"/markets/tea-futures/{verb}")
        for verb in ("publish", "suspend", "publish", "close")
    ]

    assert [move.status_code for move in moves] == [200] * 4
    assert [move.json()["status"] for move in moves] == ["ACTIVE", "SUSPENDED", "ACTIVE", "CLOSED"]
    assert [move.json()["version"] for move in moves] == [2, 3, 4, 5]
    assert (
        moves[-1].headers["etag"]
        == (await client.get("/markets/tea-futures")).headers["etag"]
        == '"m-1.5"'
    )


async def test_pages_follow_each_other(client: httpx.AsyncClient) -> None:
    """`next` leads from page to page, through every market once, in the order of the slugs."""
    for slug in ("e", "b", "d", "a", "c"):
        await client.post("/markets", json={"name": slug, "slug": slug})

    pages, onward = [], "?limit=2"
    while onward:
        page = (await client.get(httpx.URL("/markets").join(onward))).json()
        pages.append([market["slug"] for market in page["items"]])
        onward = page["next"]

    assert pages == [["a", "b"], ["c", "d"], ["e"]]


async def test_a_copy_that_is_still_good_is_not_sent_again(client: httpx.AsyncClient) -> None:
    """If-None-Match with the current version gives 304, no body, and the version; an old one gives the market."""
    first = await client.post("/markets", json=TEA)
    named = {"if-none-match": first.headers["etag"]}

    same = await client.get("/markets/tea-futures", headers=named)
    await client.post("/markets/tea-futures/publish")
    changed = await client.get("/markets/tea-futures", headers=named)

    assert (same.status_code, same.content, same.headers["etag"]) == (
        304,
        b"",
        first.headers["etag"],
    )
    assert "content-type" not in same.headers
    assert (changed.status_code, changed.json()["status"]) == (200, "ACTIVE")


@pytest.mark.parametrize("path", ["/markets", "/markets/tea-futures", "/healthz", "/openapi.json"])
async def test_head_is_get_without_its_content(client: httpx.AsyncClient, path: str) -> None:
    """Same status, same headers, the length of what is not sent."""
    await client.post("/markets", json=TEA)

    get, head = await client.get(path), await client.head(path)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == get.headers


async def test_the_service_says_that_it_is_up(client: httpx.AsyncClient) -> None:
    """For whoever restarts it when it does not answer."""
    assert (await client.get("/healthz")).json() == {"status": "ok"}


async def test_two_apps_of_one_process_are_independent(serve: Any) -> None:
    """What one is told the other does not know."""
    async with serve(create_app(MemoryStore())) as one, serve(create_app(MemoryStore())) as other:
        await one.post("/markets", json=TEA)

        assert (await one.get("/markets/tea-futures")).status_code == 200
        assert (await other.get("/markets/tea-futures")).status_code == 404


async def test_the_environment_decides(
    serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MARKET_DATABASE_URL names the database and MARKET_ORIGINS the pages; unset, it is market.db and none."""
    monkeypatch.chdir(tmp_path)
    shop = {"origin": "https://shop.example"}
    settings = {
        "MARKET_DATABASE_URL": "memory:",
        "MARKET_ORIGINS": " https://shop.example, https://b.example,",
    }

    async with serve(from_environment(settings)) as client:
        open_to_shop = await client.get("/markets", headers=shop)
        in_memory = files(tmp_path)
    async with serve(from_environment({})) as client:
        closed = await client.get("/markets", headers=shop)
        in_file = files(tmp_path)
    async with serve(from_environment({"MARKET_DATABASE_URL": "sqlite+aiosqlite:///tea.db"})):
        in_named_file = files(tmp_path)

    assert open_to_shop.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in closed.headers
    assert (in_memory, "market.db" in in_file, "tea.db" in in_named_file) == ([], True, True)


async def test_behind_a_prefix_the_address_has_it(serve: Any) -> None:
    """A service under /shop names its markets under /shop."""
    app = create_app(MemoryStore())
    app.root_path = "/shop"
    async with serve(app) as client:
        made = await client.post("/shop/markets", json=TEA)

    assert made.headers["location"] == "/shop/markets/tea-futures"
