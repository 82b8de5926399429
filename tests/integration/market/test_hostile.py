"""Requests that mean harm: each ends in a problem document, says nothing of the inside, and costs nobody else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from pypatterns.market.adapters.outbound.sql import SqlStore
from pypatterns.market.bootstrap import create_app

pytestmark = pytest.mark.anyio
JSON = {"content-type": "application/json"}
VALID = {"name": "Tea", "slug": "tea"}
INSIDE = ("Traceback", "site-packages", "sqlalchemy", "sqlite", "pydantic", "pypatterns", ".py")


@pytest.fixture
async def client(sqlite_url: str, serve: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service on a real database."""
    async with serve(create_app(SqlStore(sqlite_url))) as made:
        yield made


def body(**members: Any) -> dict[str, Any]:
    """A POST of a market with these members."""
    return {"method": "POST", "url": "/markets", "json": VALID | members}


def raw(content: bytes) -> dict[str, Any]:
    """A POST of these bytes as JSON."""
    return {"method": "POST", "url": "/markets", "content": content, "headers": JSON}


HOSTILE: dict[str, tuple[int, dict[str, Any]]] = {
    "ten megabytes": (413, raw(b'{"name": "' + b"x" * 10_000_000 + b'"}')),
    "one byte too many": (413, raw(b" " * (64 * 1024 + 1))),
    "deep nesting": (400, raw(b"[" * 60_000)),
    "deep nesting in a member": (400, raw(b'{"name":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001)),
    "a name twice": (400, raw(b'{"name": "Tea", "slug": "tea", "slug": "admin"}')),
    "huge number": (400, raw(b'{"tick": {"amount": ' + b"9" * 5_000 + b"}}")),
    "number that is infinite": (
        422,
        raw(b'{"name": "Tea", "slug": "tea", "tick": {"amount": 1e999, "currency": "EUR"}}'),
    ),
    "number beyond 64 bits": (422, body(tick={"amount": 2**70, "currency": "EUR"})),
    "half a character": (422, raw(b'{"name": "\\ud800", "slug": "tea"}')),
    "NUL in a name": (422, body(name="te\x00a")),
    "newline in a slug": (422, body(slug="tea\n")),
    "header in a slug": (422, body(slug="tea\r\nX-Evil: 1")),
    "path in a slug": (422, body(slug="../../etc/passwd")),
    "SQL in a slug": (422, body(slug="tea'; DROP TABLE markets; --")),
    "many tags": (422, body(tags=["hot"] * 5_000)),
    "array for an object": (422, raw(b"[]")),
    "null for an object": (422, raw(b"null")),
    "status of its own choice": (422, body(status="ACTIVE", id="m-1", version=9)),
    "true for a number": (422, body(tick={"amount": True, "currency": "EUR"})),
    "text for a number": (422, body(tick={"amount": "5", "currency": "EUR"})),
    "NUL in a path": (422, {"url": "/markets/%00"}),
    "bad UTF-8 in a path": (422, {"url": "/markets/%ff%fe"}),
    "header in a path": (422, {"url": "/markets/%0d%0aX-Evil:%201"}),
    "long path": (422, {"url": "/markets/" + "a" * 5_000}),
    "walk up": (404, {"url": "/markets/%2e%2e%2f%2e%2e%2fetc/passwd"}),
    "last slash": (404, {"url": "/markets/"}),
    "huge page": (422, {"url": "/markets?limit=101"}),
    "huge page, hugely": (422, {"url": "/markets?limit=" + "9" * 5_000}),
    "page beyond 64 bits": (422, {"url": f"/markets?offset={2**64}"}),
    "negative page": (422, {"url": "/markets?limit=-1"}),
    "NaN page": (422, {"url": "/markets?limit=nan"}),
    "unknown method": (405, {"method": "BREW", "url": "/markets"}),
    "method in small letters": (405, {"method": "get-or-else", "url": "/markets/tea"}),
    "TRACE": (405, {"method": "TRACE", "url": "/markets"}),
    "bad media type": (
        415,
        {
            "method": "POST",
            "url": "/markets",
            "content": b"{}",
            "headers": {"content-type": "\x00;=,"},
        },
    ),
    "form": (415, {"method": "POST", "url": "/markets", "data": {"name": "Tea"}}),
}


@pytest.mark.parametrize(("status", "asked"), HOSTILE.values(), ids=HOSTILE)
async def test_what_means_harm_is_a_problem(
    client: httpx.AsyncClient, status: int, asked: dict[str, Any]
) -> None:
    """A 4xx problem, short, without header or word of the inside; nothing is stored, and the next request works."""
    response = await client.request(**{"method": "GET"} | asked)

    assert response.status_code == response.json()["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert "x-evil" not in response.headers
    assert len(response.content) < 2_000
    assert [word for word in INSIDE if word.lower() in response.text.lower()] == []
    assert (await client.get("/markets")).json() == {"items": [], "next": None}


async def test_a_body_may_be_just_within_the_limit(client: httpx.AsyncClient) -> None:
    """65,536 bytes are read."""
    document = json.dumps(VALID).encode()

    made = await client.post(
        "/markets", content=document + b" " * (64 * 1024 - len(document)), headers=JSON
    )

    assert made.status_code == 201


async def test_a_body_without_a_length_is_counted(client: httpx.AsyncClient) -> None:
    """A stream that never says how long it is ends at the limit."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 1024

    response = await client.post("/markets", content=endless(), headers=JSON)

    assert response.status_code == 413
    assert sent == 65


async def test_a_length_that_lies_helps_nobody(client: httpx.AsyncClient) -> None:
    """What counts is what comes."""

    def chunks() -> Iterator[bytes]:
        yield b" " * 70_000

    async def lying() -> AsyncIterator[bytes]:
        for chunk in chunks():
            yield chunk

    response = await client.post(
        "/markets", content=lying(), headers=JSON | {"content-length": "10"}
    )

    assert response.status_code == 413


async def test_the_host_of_a_request_goes_nowhere(client: httpx.AsyncClient) -> None:
    """Neither into an address nor into an answer."""
    made = await client.post("/markets", json=VALID, headers={"host": "evil.example"})

    assert made.headers["location"] == "/markets/tea"
    assert "evil" not in made.text + str(made.headers)
