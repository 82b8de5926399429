"""Serve an ASGI app in the answer's process and send it requests with httpx: no port, no thread, one event loop.

>>> @prepared(virtual_time)
... def two_at_once(answer, slugs):
...     async def scenario():
...         async with served(answer.create_app(MemoryStore().unit, new_uuid)) as client:
...             posts = [client.post("/markets", json={"name": slug, "slug": slug}) for slug in slugs]
...             return [told(response) for response in await asyncio.gather(*posts)]
...     return run_virtual(scenario()).get()

`client` is a plain `httpx.AsyncClient`; requests that are gathered meet in the app's loop, as they do under uvicorn. The check
turns what was told into a `Reply` (replies.py). On the virtual clock an app that hangs is a proven deadlock, and a
`sleep` in a driver lasts until nobody else can get further.

What escapes from the app becomes a 500, as every server makes one of it, and is told with the answer's own lines. So does an app
that is none: what an answer returns is its doing. An app that did not start answers 503 to everything.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from pypatterns.course.checking.introspection.exceptions import described
from pypatterns.course.checking.introspection.ownership import answers_folder

BASE_URL = "http://market.test"
ASGI = {"version": "3.0", "spec_version": "2.4"}
RAISED = "raised"  # the extension of a response that holds what the app raised

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Lifespan:
    """One run of an app: started and stopped by the ASGI lifespan protocol, in a task of its own, as servers do it.

    `state` is what the app gives its requests, `error` what it raised. An app that knows no lifespan is up at once.
    """

    def __init__(self, app: App) -> None:
        self.state: dict[str, Any] = {}
        self.error: Exception | None = None
        self.up = False
        self.app = app
        self._orders: asyncio.Queue[Message] = asyncio.Queue()
        self._answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._run = asyncio.create_task(self._live(), name="lifespan")

    async def start(self) -> None:
        """Return when the app is up, or will never be."""
        self._orders.put_nowait({"type": "lifespan.startup"})
        self.up = await self._answered

    async def stop(self) -> None:
        """Return when the app is down."""
        self._orders.put_nowait({"type": "lifespan.shutdown"})
        await self._run

    async def _live(self) -> None:
        scope = {"type": "lifespan", "asgi": ASGI, "state": self.state}
        try:
            await self.app(scope, self._orders.get, self._hear)
        except Exception as error:  # noqa: BLE001 - an app's error is data here
            self.error = error
        finally:
            self._answer(True)  # not a word about the start: it knows no lifespan

    async def _hear(self, message: Message) -> None:
        self._answer(message["type"] == "lifespan.startup.complete")

    def _answer(self, up: bool) -> None:
        if not self._answered.done():
            self._answered.set_result(up)


@asynccontextmanager
async def served(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """Start the app, give a client for it, and stop it in the end. Nothing that the app raises comes out of here."""
    lifespan = Lifespan(app)
    await lifespan.start()
    try:
        async with client_of(lifespan) as client:
            yield client
    finally:
        await lifespan.stop()


def client_of(lifespan: Lifespan) -> httpx.AsyncClient:
    """A client for an app that somebody else starts and stops."""
    return httpx.AsyncClient(transport=_Tunnel(lifespan), base_url=BASE_URL)


def told(response: httpx.Response) -> dict[str, Any]:
    """A response as plain data: the fields of a `Reply`."""
    return {
        "status": response.status_code,
        "headers": response.headers.multi_items(),
        "body": response.content,
        "raised": response.extensions.get(RAISED),
    }


class _Tunnel(httpx.AsyncBaseTransport):
    """From httpx straight into the app; httpx's own way does not tell what the app raised, and trusts it to answer."""

    def __init__(self, lifespan: Lifespan) -> None:
        self._lifespan = lifespan

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(await request.aread(), is_head=request.method == "HEAD")
        error = self._lifespan.error
        if self._lifespan.up:
            error = await exchange.run(self._lifespan.app, _scope(request, self._lifespan.state))
        else:
            exchange.status = 503
        return httpx.Response(
            exchange.status or 500,
            headers=exchange.headers,
            content=bytes(exchange.body),
            extensions={RAISED: error and _brief(error)},
        )


class _Exchange:
    """One request and what the app sends in reply."""

    def __init__(self, body: bytes, *, is_head: bool) -> None:
        self.status = 0  # until the app has sent one
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self._orders = [{"type": "http.request", "body": body, "more_body": False}]
        self._is_head = is_head
        self._complete = asyncio.Event()

    async def run(self, app: App, scope: Message) -> Exception | None:
        """Hand the request over; what the app raised."""
        try:
            await app(scope, self._receive, self._send)
            if not self._complete.is_set():
                raise RuntimeError("the app returned before its response was complete")  # noqa: TRY301
        except Exception as error:  # noqa: BLE001 - an app's error is data here
            return error
        return None

    async def _receive(self) -> Message:
        if self._orders:
            return self._orders.pop()
        await self._complete.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self.status:
                raise RuntimeError("the app starts a second response to one request")
            self.status = message["status"]
            self.headers = list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            if not self.status or self._complete.is_set():
                raise RuntimeError(
                    "the app sends a body before its response starts, or after it ended"
                )
            if not self._is_head:
                self.body += message.get("body", b"")
            if not message.get("more_body", False):
                self._complete.set()


def _scope(request: httpx.Request, state: dict[str, Any]) -> Message:
    url = request.url
    return {
        "type": "http",
        "asgi": ASGI,
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 50_000),
        "server": (url.host, url.port or 80),
        "state": dict(state),
    }


def _brief(error: Exception) -> dict[str, Any]:
    told = described(error, answers_folder())
    return {name: told[name] for name in ("type", "text", "lines")}
