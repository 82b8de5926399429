"""What FastAPI and the use cases raise, as problems: handlers for `FastAPI(exception_handlers=HANDLERS)`.

Registered for Starlette's HTTPException, since that is what an unknown path and a wrong method raise; FastAPI's own is
its subclass. There is none for Exception: see `Incidents` in middleware.py.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, get_args
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from pydantic_core.core_schema import ErrorType
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from pypatterns.market.adapters.inbound.http.problem import KINDS, phrase, problem
from pypatterns.market.adapters.inbound.http.refusals import refuse
from pypatterns.market.domain.errors import DomainError

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
PYDANTICS: Final = frozenset(get_args(ErrorType))  # its own rules: each other type is a validator's


async def on_http(request: Request, exc: HTTPException) -> Response:
    """Keep status and headers; a detail that is a dict becomes members of the problem."""
    said: object = exc.detail
    headers = dict(exc.headers or {})
    if exc.status_code == 405 and (methods := allowed(request)):
        headers["Allow"] = methods
    detail = said if isinstance(said, str) and said != phrase(exc.status_code) else None
    members = said if isinstance(said, dict) else None
    return problem(exc.status_code, detail=detail, headers=headers, extensions=members)


async def on_invalid(_: Request, exc: RequestValidationError) -> Response:
    """Say where and why for each error, never what was sent: it may be a password."""
    if any(is_malformed(error, exc.body) for error in exc.errors()):
        why = "JSON is UTF-8, names each member once, has no NaN, and nests less deeply (RFC 8259)."
        kind = KINDS + "malformed-json"
        return problem(400, type=kind, title="The body is not JSON", detail=why)
    errors = [{**place(error, exc.body), "detail": reason(error)} for error in exc.errors()]
    title, members = "The request is not valid", {"errors": errors}
    return problem(422, type=KINDS + "invalid-request", title=title, extensions=members)


async def on_refused(_: Request, exc: DomainError) -> Response:
    """Tell the domain's no."""
    return refuse(exc)


async def on_group(_: Request, exc: ExceptionGroup[Exception]) -> Response:
    """Tell the first of a task group's errors if all are the domain's; with any other it is a 500."""
    if exc.split(DomainError)[1] is not None:
        raise exc
    first: Exception = exc
    while isinstance(first, ExceptionGroup):
        first = first.exceptions[0]
    assert isinstance(first, DomainError)
    return refuse(first)


def allowed(request: Request) -> str:
    """List what all routes of this path take (RFC 9110, 15.5.6); Starlette lists the first route's."""
    routes = [one for one in request.app.routes if one.matches(request.scope)[0] is Match.PARTIAL]
    asked = {method: {**request.scope, "method": method} for method in METHODS}
    taken = [m for m in METHODS if any(one.matches(asked[m])[0] is Match.FULL for one in routes)]
    return ", ".join(taken + ["HEAD"] * ("GET" in taken))


def is_malformed(error: dict[str, Any], body: object) -> bool:
    """Say whether the body itself is not JSON; a text in it that should hold JSON has an error of the same type."""
    loc = error["loc"]  # FastAPI gives the offset at which the text stops to be JSON
    has_offset = len(loc) == 2 and loc[0] == "body" and isinstance(loc[1], int)
    return error["type"] == "json_invalid" and has_offset and not isinstance(body, dict | list)


def place(error: dict[str, Any], body: object) -> dict[str, str]:
    """Say where an error is: a JSON Pointer into the body (RFC 6901, section 6), or a parameter's name."""
    where, *path = error["loc"]
    if error["type"] == "extra_forbidden":
        path.pop()  # the last part is the sender's own word: point to where it stands
    if where == "body":
        return {"pointer": pointer(sent(path, body, is_missing=error["type"] == "missing"))}
    name = {"parameter": str(path[0])} if path else {}  # what follows is a place in a list
    return {"in": str(where), **name}


def sent(path: Sequence[str | int], body: object, *, is_missing: bool) -> list[str | int]:
    """Keep the parts of a path that lead through the body, and the name of a missing member.

    The others are pydantic's: the name of a union's member, a tag, "[key]".
    """
    through: list[str | int] = []
    for n, part in enumerate(path, start=1):
        if is_in(body, part):
            body = body[part]  # type: ignore[index]  # is_in has looked
            through.append(part)
        elif is_missing and n == len(path):
            through.append(part)
    return through


def is_in(body: object, part: str | int) -> bool:
    """Say whether a body, or a part of it, has that member or place."""
    if isinstance(body, list):
        return isinstance(part, int) and part < len(body)
    return isinstance(body, Mapping) and part in body


def reason(error: dict[str, Any]) -> str:
    """Say why in pydantic's words, unless they may repeat what was sent: a validator's message can, and a tag does."""
    given = error.get("ctx", {})
    if error["type"] not in PYDANTICS or error["type"] in ("value_error", "assertion_error"):
        return "The value is not valid"
    if "tag" in given:
        return "The tag is none of the expected ones"
    message: str = error["msg"]
    return message.partition(", ")[0] if "error" in given else message


def pointer(path: Sequence[str | int]) -> str:
    """Write a JSON Pointer as a URI fragment.

    >>> pointer(["tags", 3]), pointer(["a/b~c d"])
    ('#/tags/3', '#/a~1b~0c%20d')
    """
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "#" + "".join(f"/{quote(part, safe='~')}" for part in escaped)


Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]
HANDLERS: Final[dict[int | type[Exception], Handler]] = {
    HTTPException: on_http,
    RequestValidationError: on_invalid,
    DomainError: on_refused,
    ExceptionGroup: on_group,
}
