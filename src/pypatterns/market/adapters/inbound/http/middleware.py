"""What holds for every request: pure ASGI, so that streams and background tasks stay what they are."""

from __future__ import annotations

import logging
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pypatterns.market.adapters.inbound.http.problem import problem

log = logging.getLogger(__name__)


class Incidents:
    """Answer what nobody expected with a 500 that has a number and no more; the log has the number and the rest.

    Not an exception handler: Starlette runs that one outside all middleware, so CORS would miss the 500, and then raises
    the error again, so the server would log it a second time, without the number.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            incident = uuid4().urn
            log.exception("%s: %s %r failed", incident, scope["method"], scope["path"])
            if started:  # half a response is out; the server can only break it off
                raise
            await problem(500, instance=incident)(scope, receive, send)


class BodyLimit:
    """Refuse a body of more than `most` bytes, whatever its length was said to be. Raises HTTPException 413."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.most:
                raise HTTPException(413, f"The body may have {self.most} bytes.")
            return message

        await self.app(scope, counted, send)


class HeadAsGet:
    """Answer HEAD as GET without its content: every server must know both (RFC 9110, sections 9.1 and 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_content(message: Message) -> None:
            is_body = message["type"] == "http.response.body"
            await send({**message, "body": b""} if is_body else message)

        await self.app({**scope, "method": "GET"}, receive, without_content)


class Cors(CORSMiddleware):
    """Starlette's, with a problem for a preflight that is refused."""

    def preflight_response(self, request_headers: Headers) -> Response:
        response = super().preflight_response(request_headers)
        if response.status_code < 400:
            return response
        headers = dict(response.headers)
        for name in ("content-length", "content-type"):
            del headers[name]
        return problem(response.status_code, detail=bytes(response.body).decode(), headers=headers)
