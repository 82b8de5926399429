"""Every way in which a request can fail ends in a problem document that keeps its secrets (RFC 9457).

Routes of our own raise what a copy of this service may come to raise: the handlers must not depend on our routes.
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel, StringConstraints
from sqlalchemy.exc import OperationalError
from starlette.staticfiles import StaticFiles

from pypatterns.market.adapters.outbound.memory import MemoryStore
from pypatterns.market.adapters.outbound.sql import SqlStore
from pypatterns.market.bootstrap import create_app
from pypatterns.market.domain.errors import MarketNotFound, SlugTaken

pytestmark = pytest.mark.anyio
SECRET = "hunter2"
SHOP = "https://shop.example"
JSON = {"content-type": "application/json"}


class Login(BaseModel):
    """A body with a secret."""

    user: str
    password: Annotated[str, StringConstraints(min_length=12)]
    tries: list[int] = []


def failing_app(static: FilePath) -> FastAPI:
    """The service, with routes that fail."""
    app = create_app(MemoryStore(), origins=[SHOP])

    @app.post("/login")
    async def login(body: Login) -> Login:
        return body

    @app.get("/items/{number}")
    async def item(number: int, x_trace: Annotated[int, Header()] = 0) -> int:
        return number + x_trace

    errors: dict[str, Exception] = {
        "unauthorized": HTTPException(401, headers={"WWW-Authenticate": 'Bearer realm="markets"'}),
        "crash": RuntimeError(f"cannot open {SECRET}"),
        "members": HTTPException(
            402, detail={"balance": Decimal("30.5"), "status": 200, "type": "forged"}
        ),
        "client-closed": HTTPException(499, "the client went away"),
        "not-modified": HTTPException(304, headers={"ETag": '"1"'}),
        "empty": HTTPException(403, detail=""),
        "group": ExceptionGroup(
            "two", [ExceptionGroup("one", [SlugTaken("tea")]), MarketNotFound("cup")]
        ),
        "group-with-bug": ExceptionGroup("two", [SlugTaken("tea"), KeyError(SECRET)]),
    }
    for name, error in errors.items():
        app.add_api_route(f"/raise/{name}", raising(error), methods=["GET"], name=name)
    app.mount("/static", StaticFiles(directory=static))
    return app


def raising(error: Exception) -> Any:
    """An endpoint that raises it."""

    async def endpoint() -> None:
        raise error

    return endpoint


@pytest.fixture
async def client(serve: Any, tmp_path: FilePath) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the failing service."""
    async with serve(failing_app(tmp_path)) as made:
        yield made


PATHS: dict[str, tuple[int, dict[str, Any]]] = {
    "unknown path": (404, {"url": "/nowhere"}),
    "unknown market": (404, {"url": "/markets/nowhere"}),
    "wrong method": (405, {"method": "DELETE", "url": "/markets"}),
    "no credentials": (401, {"url": "/raise/unauthorized"}),
    "short password": (422, {"url": "/login", "json": {"user": "me", "password": SECRET}}),
    "missing field": (422, {"url": "/login", "json": {"password": SECRET * 3}}),
    "bad path parameter": (422, {"url": f"/items/{SECRET}"}),
    "bad header": (422, {"url": "/items/1", "headers": {"x-trace": SECRET}}),
    "malformed JSON": (
        400,
        {"url": "/login", "content": f'{{"password": "{SECRET}', "headers": JSON},
    ),
    "NaN": (
        400,
        {"url": "/login", "content": f'{{"user": "{SECRET}", "tries": [NaN]}}', "headers": JSON},
    ),
    "bad UTF-8": (
        400,
        {"url": "/login", "content": f'{{"user": "{SECRET}\xff'.encode("latin-1"), "headers": JSON},
    ),
    "no body": (422, {"method": "POST", "url": "/login"}),
    "another media type": (
        415,
        {"url": "/login", "content": f"user={SECRET}", "headers": {"content-type": "text/plain"}},
    ),
    "crash": (500, {"url": "/raise/crash"}),
    "detail with members": (402, {"url": "/raise/members"}),
    "status of no standard": (499, {"url": "/raise/client-closed"}),
    "empty detail": (403, {"url": "/raise/empty"}),
    "missing file": (404, {"url": "/static/nothing.css"}),
    "method on a file": (405, {"method": "POST", "url": "/static/nothing.css"}),
    "group of refusals": (409, {"url": "/raise/group"}),
    "group with a bug": (500, {"url": "/raise/group-with-bug"}),
}

READS = {name: path for name, path in PATHS.items() if path[1].keys() <= {"url", "headers"}}


async def send(client: httpx.AsyncClient, asked: dict[str, Any]) -> httpx.Response:
    """Send it; with a body it is a POST."""
    method = "POST" if {"json", "content"} & asked.keys() else "GET"
    return await client.request(**{"method": method} | asked)


@pytest.mark.parametrize(("status", "asked"), PATHS.values(), ids=PATHS)
async def test_every_error_is_a_problem(
    client: httpx.AsyncClient, status: int, asked: dict[str, Any]
) -> None:
    """The right status, the media type, the members that RFC 9457 wants, and nothing of a secret."""
    response = await send(client, asked)

    document = response.json()
    assert response.status_code == document["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert document["type"] == "about:blank" or re.match("tag:[^:]+,[0-9]{4}:", document["type"])
    assert isinstance(document["title"], str)
    assert isinstance(document.get("detail", ""), str)
    assert SECRET not in response.text
    assert SECRET not in str(response.headers)


@pytest.mark.parametrize(("status", "asked"), READS.values(), ids=READS)
async def test_head_of_an_error_has_no_content(
    client: httpx.AsyncClient, status: int, asked: dict[str, Any]
) -> None:
    """HEAD where GET fails gives the same status without a body."""
    response = await client.head(**asked)

    assert (response.status_code, response.content) == (status, b"")


async def test_not_modified_has_no_body(client: httpx.AsyncClient) -> None:
    """A 304 keeps its headers and has no content, nor a type for it."""
    response = await client.get("/raise/not-modified")

    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", '"1"')
    assert "content-type" not in response.headers


async def test_unauthorized_says_how_to_authenticate(client: httpx.AsyncClient) -> None:
    """The headers of an HTTPException go out."""
    response = await client.get("/raise/unauthorized")

    assert response.headers["www-authenticate"] == 'Bearer realm="markets"'


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/markets", "GET, POST, HEAD"),
        ("BREW", "/markets/tea", "GET, HEAD"),
        ("GET", "/markets/tea/publish", "POST"),
        ("OPTIONS", "/healthz", "GET, HEAD"),
        ("HEAD", "/markets/tea/close", "POST"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    """Allow lists the methods of every route with this path."""
    response = await client.request(method, path)

    assert (response.status_code, response.headers["allow"]) == (405, allowed)


async def test_errors_point_to_their_places(client: httpx.AsyncClient) -> None:
    """All errors of a request are told, in order, each with a JSON Pointer and a reason."""
    tick = {"amount": 0, "currency": "eur"}
    body = {"slug": "Tea!", "tags": ["hot", "NOT"], "tick": tick, SECRET: 1}

    response = await client.post("/markets", json=body)

    errors = response.json()["errors"]
    pointers = ["#/name", "#/slug", "#/tags/1", "#/tick/amount", "#/tick/currency", "#"]
    assert [error["pointer"] for error in errors] == pointers
    assert all(error["detail"] for error in errors)
    assert SECRET not in response.text


async def test_parameters_are_named(client: httpx.AsyncClient) -> None:
    """An error in the query says so; a pointer would lead into a body that is not there."""
    response = await client.get("/markets", params={"limit": 0, "offset": "x"})

    placed = [(error["in"], error["parameter"]) for error in response.json()["errors"]]
    assert placed == [("query", "limit"), ("query", "offset")]


async def test_a_detail_with_members_cannot_forge(client: httpx.AsyncClient) -> None:
    """A dict becomes members, except under standard names."""
    response = await client.get("/raise/members")

    assert response.json() == {
        "type": "about:blank",
        "title": "Payment Required",
        "status": 402,
        "balance": 30.5,
    }


async def test_a_crash_has_a_number_that_the_log_has_too(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The body says status and incident, no more; the log has the incident once, with the traceback."""
    with caplog.at_level(logging.ERROR):
        response = await client.get("/raise/crash")

    document = response.json()
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert document.keys() == {"type", "title", "status", "instance"}
    assert re.fullmatch("urn:uuid:[0-9a-f-]{36}", document["instance"])
    assert document["instance"] in record.getMessage()
    assert record.exc_info is not None
    assert SECRET in str(record.exc_info[1])


async def test_incidents_have_numbers_of_their_own(client: httpx.AsyncClient) -> None:
    """Two crashes are two incidents, and the service goes on."""
    numbers = {(await client.get("/raise/crash")).json()["instance"] for _ in range(2)}

    assert len(numbers) == 2
    assert (await client.get("/healthz")).status_code == 200


@pytest.mark.parametrize("path", ["/raise/crash", "/nowhere", "/markets", "/raise/not-modified"])
async def test_a_web_page_may_read_errors_too(client: httpx.AsyncClient, path: str) -> None:
    """CORS covers every answer, the 500 as well."""
    response = await client.get(path, headers={"origin": SHOP})

    assert response.headers["access-control-allow-origin"] == SHOP
    assert "ETag" in response.headers["access-control-expose-headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_refused_preflight_is_a_problem(client: httpx.AsyncClient, origin: str) -> None:
    """Another origin gets no permission, and a document like every other error."""
    asked = {"origin": origin, "access-control-request-method": "POST"}

    response = await client.options("/markets", headers=asked)

    assert response.status_code == response.json()["status"] == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert "access-control-allow-origin" not in response.headers
    assert "Origin" in response.headers["vary"]


async def test_a_preflight_is_granted(client: httpx.AsyncClient) -> None:
    """The shop may POST JSON, and name the version that it has."""
    asked = {
        "origin": SHOP,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, if-none-match",
    }

    response = await client.options("/markets", headers=asked)

    assert (response.status_code, response.headers["access-control-allow-origin"]) == (200, SHOP)


async def test_half_a_response_is_broken_off(serve: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Once the headers are out no problem can follow: the error is logged with its number and reaches the server."""
    app = create_app(MemoryStore())

    async def half(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("lost the rest")

    app.mount("/half", half)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://market.test") as client:
            with pytest.raises(RuntimeError, match="lost the rest"):
                await client.get("/half/")

    assert "urn:uuid:" in caplog.text


async def test_a_store_that_cannot_open_keeps_the_service_from_starting(tmp_path: FilePath) -> None:
    """The server is told, through all middleware, and takes no request."""
    app = create_app(SqlStore(f"sqlite+aiosqlite:///{tmp_path / 'no-such-folder' / 'market.db'}"))
    sent: list[str] = []

    async def receive() -> dict[str, str]:
        return {"type": "lifespan.startup"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    with pytest.raises(OperationalError, match="unable to open database file"):
        await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)

    assert sent == ["lifespan.startup.failed"]
