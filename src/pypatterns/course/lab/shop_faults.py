"""How the shop serves one connection, well or badly, and what it counts. Its own file: `shop` only opens and closes.

HTTP/1.1 as far as a lesson's client speaks it: GET, keep-alive, no bodies. See RFC 9112.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import responses
from threading import Lock
from urllib.parse import parse_qsl, unquote, urlsplit

PRICES = {  # cents
    "tea": 320, "coffee": 410, "milk": 130, "honey": 780, "bread": 360, "butter": 290,
    "salt": 90, "sugar": 150, "rice": 240, "apples": 310, "cheese": 890, "olives": 450,
}  # fmt: skip
ITEMS = tuple(PRICES)
BEHAVIOURS = {
    "delay": "answers after so many seconds",
    "status": "answers with this status and no price",
    "fails": "503 for the first so many requests for this URL, then the price",
    "hang": "never answers",
    "drop": "closes the connection instead of answering",
    "reset": "resets the connection instead of answering",
    "trickle": "sends the body byte by byte, over so many seconds",
    "lot": "nothing: makes URLs different",
}
# A socket that is closed with this sends RST. See socket(7), SO_LINGER; Windows has shorts there.
NO_LINGERING = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
GONE = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a shop has counted: how many, and how many of them at the same time, at the busiest moment."""

    requests: int
    at_once: int
    connections: int
    connections_at_once: int
    items: Mapping[str, int]


@dataclass(slots=True)
class _Busy:
    """A count of things that begin and end."""

    begun: int = 0
    now: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class _Request:
    """One request's line and headers, as far as they matter."""

    method: str
    target: str
    item: str
    behaviour: Mapping[str, float] = field(default_factory=dict)
    is_last: bool = False


class Manners:
    """Serves connections on one event loop; what it has counted may be read from any thread."""

    def __init__(self, delay: float = 0.0) -> None:
        self._delay = delay
        self._lock = Lock()  # guards the counts
        self._requests, self._connections = _Busy(), _Busy()
        self._items: Counter[str] = Counter()
        self._targets: Counter[str] = Counter()
        self._serving: set[asyncio.Task[None]] = set()

    def seen(self) -> Seen:
        """The counts at this moment."""
        with self._lock:
            return Seen(
                self._requests.begun,
                self._requests.most,
                self._connections.begun,
                self._connections.most,
                dict(self._items),
            )

    def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Begin to serve one connection; it ends when either side ends it."""
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def end(self) -> None:
        """End every connection, whatever it waits for."""
        serving = list(self._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            with self._counted(self._connections), suppress(*GONE):
                while await self._serve_one(reader, writer):
                    pass
        finally:
            writer.close()
            with suppress(*GONE):
                await writer.wait_closed()

    async def _serve_one(self, reader: StreamReader, writer: StreamWriter) -> bool:
        """Read a request and answer it; whether another may follow."""
        request = _parsed(await reader.readuntil(b"\r\n\r\n"))
        behaviour = request.behaviour
        with self._counted(self._requests, request):
            await asyncio.sleep(behaviour.get("delay", self._delay))
            if behaviour.get("hang"):
                await reader.read()  # until the client gives up
            if behaviour.get("reset"):
                _reset(writer)
            if any(behaviour.get(name) for name in ("hang", "drop", "reset")):
                return False
            answer = self._answer(request)
            last = await _trickled(writer, answer, behaviour.get("trickle", 0.0))
        writer.write(last)  # not counted any more: a client that has it all may ask again at once
        await writer.drain()
        return not request.is_last

    def _answer(self, request: _Request) -> bytes:
        if request.method != "GET":
            return _reply(request, HTTPStatus.METHOD_NOT_ALLOWED, {"error": "GET it"})
        if request.item not in PRICES:
            return _reply(request, HTTPStatus.NOT_FOUND, {"error": f"no {request.item} here"})
        status = int(request.behaviour.get("status", HTTPStatus.OK))
        if self._targets[request.target] <= request.behaviour.get("fails", 0):
            status = HTTPStatus.SERVICE_UNAVAILABLE
        if status != HTTPStatus.OK:
            return _reply(request, status, {"error": f"no price of {request.item} now"})
        return _reply(request, status, {"item": request.item, "price": PRICES[request.item]})

    @contextmanager
    def _counted(self, busy: _Busy, request: _Request | None = None) -> Iterator[None]:
        with self._lock:
            busy.begun += 1
            busy.now += 1
            busy.most = max(busy.most, busy.now)
            if request:
                self._items[request.item] += 1
                self._targets[request.target] += 1
        try:
            yield
        finally:
            with self._lock:
                busy.now -= 1


def _parsed(head: bytes) -> _Request:
    """Raises `ConnectionError` for what is no request line."""
    line, *headers = head.decode("latin-1").split("\r\n")
    try:
        method, target, _ = line.split(" ")
        url = urlsplit(target)
        behaviour = {name: float(value) for name, value in parse_qsl(url.query)}
    except ValueError as error:
        raise ConnectionError(f"no request: {line!r}") from error
    is_last = any(each.lower().replace(" ", "") == "connection:close" for each in headers)
    is_last = is_last or method != "GET"  # whose body, if it has one, nobody reads
    return _Request(method, target, unquote(url.path).strip("/"), behaviour, is_last)


def _reply(request: _Request, status: int, content: Mapping[str, object]) -> bytes:
    body = json.dumps(content).encode()
    head = [
        f"HTTP/1.1 {status} {responses.get(status, '')}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *["Connection: close"] * request.is_last,
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


async def _trickled(writer: StreamWriter, answer: bytes, seconds: float) -> bytes:
    """Send the head, and all of the body but its last byte, over so many seconds; what is left to send."""
    if not seconds:
        return answer
    head, end, body = answer.partition(b"\r\n\r\n")
    writer.write(head + end)
    for byte in body[:-1]:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(seconds / len(body))
    return body[-1:]


def _reset(writer: StreamWriter) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGERING)
    writer.transport.abort()
