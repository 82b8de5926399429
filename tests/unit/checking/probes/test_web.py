"""Apps served without a port: what a client gets of right ones, and of those that fail in each way there is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, StreamingResponse

from pypatterns.course.checking.judge.replies import Reply
from pypatterns.course.checking.probes.loop_leaks import Left
from pypatterns.course.checking.probes.tasks import run_virtual
from pypatterns.course.checking.probes.threads import Deadlocked
from pypatterns.course.checking.probes.virtual_clock import now, virtual_time
from pypatterns.course.checking.probes.web import Lifespan, served, told
from pypatterns.course.checking.shared import wire


@pytest.fixture(autouse=True)
def virtual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Virtual time for every test, in a folder as small as an answer's."""
    monkeypatch.chdir(tmp_path)
    with virtual_time():
        yield


Ask = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


def reply_of(app: Any, ask: Ask = lambda client: client.get("/tea")) -> Reply:
    """What an app replies to one request, as a check gets it."""

    async def scenario() -> dict[str, Any]:
        async with served(app) as client:
            return told(await ask(client))

    return Reply(**wire.decode(wire.encode(run_virtual(scenario()).get())))


def shop(**options: Any) -> FastAPI:
    """A small app."""
    app = FastAPI(**options)

    @app.get("/tea")
    async def tea(request: Request) -> Any:
        return {"query": request.url.query, "state": dict(request.state._state)}

    @app.post("/tea")
    async def brew(request: Request) -> PlainTextResponse:
        response = PlainTextResponse(await request.body(), 201, {"X-Pot": "big"})
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    @app.get("/price")
    def price() -> float:
        raise LookupError("no price")

    return app


def raw(*messages: dict[str, Any], raises: Exception | None = None) -> Any:
    """An app that says just this to each request, and knows no lifespan."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        for message in messages:
            await send(message)
        if raises:
            raise raises

    return app


START = {"type": "http.response.start", "status": 201, "headers": []}
BODY = {"type": "http.response.body", "body": b"tea"}


def test_a_reply_has_what_the_app_sent() -> None:
    """Status, headers with those that come twice, and the body's bytes."""
    reply = reply_of(shop(), lambda client: client.post("/tea", content="brüh".encode()))

    assert (reply.status, reply.text, reply.raised) == (201, "brüh", None)
    assert reply.header("x-POT") == "big"
    assert [key for key, _ in reply.headers].count("set-cookie") == 2
    assert reply.header("Location") is None
    assert reply.json() is None


def test_a_request_arrives_as_it_was_made() -> None:
    """Path, query and all: the client is httpx's own."""
    reply = reply_of(shop(), lambda client: client.get("/tea", params={"sort": "a b"}))

    assert reply.json()["query"] == "sort=a+b"


def test_a_response_to_head_has_no_body() -> None:
    """Whatever the app sends: a server leaves it out."""
    reply = reply_of(raw(START, BODY), lambda client: client.head("/"))

    assert (reply.status, reply.body) == (201, b"")


def test_a_stream_is_whole() -> None:
    """All its parts, in order."""
    app = FastAPI()

    @app.get("/tea")
    async def leaves() -> StreamingResponse:
        return StreamingResponse(iter(["black ", "green"]))

    assert reply_of(app).text == "black green"


@pytest.mark.parametrize("asynchronous", [True, False], ids=["async", "in a thread"])
def test_requests_meet(asynchronous: bool) -> None:
    """All are in the app before the first one is answered; no real time passes."""
    app, inside = FastAPI(), []

    async def meet() -> int:
        inside.append(now())
        await asyncio.sleep(60)
        return len(inside)

    app.get("/tea")(meet if asynchronous else lambda: asyncio.run(meet()))

    async def scenario() -> list[int]:
        async with served(app) as client:
            replies = await asyncio.gather(*(client.get("/tea") for _ in range(20)))
            return [reply.json() for reply in replies]

    ran = run_virtual(scenario())

    assert (ran.get(), ran.at, ran.left) == ([20] * 20, 60, Left())


def test_what_escapes_is_a_500() -> None:
    """With its type and text; the answer's lines would follow."""
    reply = reply_of(shop(), lambda client: client.get("/price"))

    assert reply.status == 500
    assert str(reply) == "500, for the app raised LookupError: no price"


def test_what_is_raised_after_the_response_began_changes_nothing_in_it() -> None:
    """The client has its status by then. That is how a failed commit becomes a 201."""
    reply = reply_of(raw(START, BODY, raises=RuntimeError("disk full")))

    assert reply.status == 201
    assert "RuntimeError: disk full" in str(reply)


@pytest.mark.parametrize(
    ("messages", "status"),
    [([], 500), ([START], 201), ([BODY], 500), ([START, START], 201), ([START, BODY, BODY], 201)],
    ids=["nothing", "no body", "no start", "two starts", "two bodies"],
)
def test_a_broken_exchange_is_the_apps(messages: list[dict[str, Any]], status: int) -> None:
    """No assertion of ours fails, and nothing waits for ever."""
    reply = reply_of(raw(*messages))

    assert reply.status == status
    assert reply.raised is not None and reply.raised["type"] == "RuntimeError"


@pytest.mark.parametrize("app", [None, "an app", lambda: None], ids=["none", "text", "other call"])
def test_what_is_no_app_answers_500(app: Any) -> None:
    """An answer may return anything; the error is a TypeError, and no failure of the driver."""
    reply = reply_of(app)

    assert reply.status == 500
    assert reply.raised is not None and reply.raised["type"] == "TypeError"


def test_an_app_that_hangs_is_a_deadlock() -> None:
    """Proven at once, and not a deadline."""
    app = FastAPI()

    @app.get("/tea")
    async def tea() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Deadlocked):
        reply_of(app)


def test_an_exit_comes_out() -> None:
    """It would end the server, and is no reply."""
    app = FastAPI()

    @app.get("/tea")
    async def tea() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        reply_of(app)


# The lifespan


def test_requests_have_the_state_of_the_lifespan() -> None:
    """Each its own copy, as the protocol says."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, str]]:
        yield {"kettle": "hot"}

    app = shop(lifespan=lifespan)

    @app.get("/spill")
    async def spill(request: Request) -> None:
        request.state.kettle = "cold"

    async def both(client: httpx.AsyncClient) -> httpx.Response:
        await client.get("/spill")
        return await client.get("/tea")

    assert reply_of(app, both).json()["state"] == {"kettle": "hot"}


def test_an_app_is_up_during_the_block_and_down_after_it() -> None:
    """Also if the block raises."""
    happened = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        happened.append("up")
        yield
        happened.append("down")

    async def scenario() -> None:
        async with served(shop(lifespan=lifespan)):
            happened.append("block")
            raise LookupError

    ran = run_virtual(scenario())

    assert isinstance(ran.error, LookupError)
    assert happened == ["up", "block", "down"]


def test_an_app_that_does_not_start_answers_503() -> None:
    """With what it raised; its routes are never asked."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        raise ConnectionError("no database")
        yield

    reply = reply_of(shop(lifespan=lifespan))

    assert str(reply) == "503, for the app did not start: it raised ConnectionError: no database"


def test_a_lifespan_tells_how_it_went() -> None:
    """What the app raises when it stops is kept, and not raised."""
    outage = ConnectionError("the database is gone")

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, int]]:
        yield {"pots": 2}
        raise outage

    async def scenario() -> tuple[Any, ...]:
        run = Lifespan(shop(lifespan=lifespan))
        await run.start()
        up = run.up, run.state, run.error
        await run.stop()
        return *up, run.error

    assert run_virtual(scenario()).get() == (True, {"pots": 2}, None, outage)


def test_an_app_without_lifespan_is_served() -> None:
    """As servers do it: to refuse the protocol is to have nothing to start."""
    assert reply_of(raw(START, BODY)).text == "tea"
