"""Bodies as strict JSON (RFC 8259, RFC 7493): what two readers could understand in two ways is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

MOST_LEVELS = 500  # arrays and objects inside each other; how many Python itself can read differs from version to version


def parse(body: bytes) -> Any:
    """Read JSON: UTF-8 only, each name once, no NaN or Infinity, at most 500 levels deep.

    Raises `json.JSONDecodeError` for everything else, which FastAPI turns into a `RequestValidationError`.
    """
    try:
        value = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_refuse)
        return _at_most(MOST_LEVELS, value)
    except (ValueError, RecursionError) as exc:
        # a ValueError is bad UTF-8, bad JSON, too many levels, or a number of more than 4300 digits
        raise json.JSONDecodeError("not JSON", "", 0) from exc


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name occurs twice in one object")
    return made


def _at_most(levels: int, value: Any) -> Any:
    """The value itself. Raises `ValueError` if more than `levels` arrays and objects lie inside each other."""
    values = [value]
    for _ in range(levels + 1):
        lists = [
            each.values() if isinstance(each, dict) else each
            for each in values
            if isinstance(each, dict | list)
        ]
        if not lists:
            return value
        values = [each for inner in lists for each in inner]
    raise ValueError(f"more than {levels} levels")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


class StrictRequest(Request):
    """A request whose JSON is strict."""

    async def json(self) -> Any:
        return parse(await self.body())


class StrictRoute(APIRoute):
    """A route that takes JSON and says 415 to anything else (FastAPI's documented way: a route class of one's own)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if self.body_field and media_type != "application/json" and await strict.body():
                raise HTTPException(415, "The body must be application/json.")
            return await handle(strict)

        return strictly
