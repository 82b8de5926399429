"""What FastAPI and the use cases raise, as problems: handlers for `FastAPI(exception_handlers=HANDLERS)`.

Registered for Starlette's HTTPException, since that is what an unknown path and a wrong method raise; FastAPI's own is
its subclass. There is none for Exception: see `Incidents` in middleware.py.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from pypatterns.market.adapters.inbound.http.problem import phrase, problem
from pypatterns.market.adapters.inbound.http.refusals import refuse
from pypatterns.market.domain.errors import DomainError

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


async def on_http(request: Request, exc: HTTPException) -> Response:
    """Keep status and headers; a detail that is a dict becomes members of the problem."""
    said: object = exc.detail
    headers = dict(exc.headers or {})
    if exc.status_code == 405 and (methods := allowed(request)):
        headers["Allow"] = methods
    detail = said if isinstance(said, str) and said != phrase(exc.status_code) else None
    more = said if isinstance(said, dict) else None
    return problem(exc.status_code, detail=detail, headers=headers, more=more)


async def on_invalid(_: Request, exc: RequestValidationError) -> Response:
    """Say where and why for each error, never what was sent: it may be a password."""
    if any(error["type"] == "json_invalid" for error in exc.errors()):
        why = "JSON is UTF-8, names each member once, has no NaN, and nests less deeply (RFC 8259)."
        return problem(400, kind="malformed-json", title="The body is not JSON", detail=why)
    errors = [{**place(error), "detail": error["msg"]} for error in exc.errors()]
    title = "The request is not valid"
    return problem(422, kind="invalid-request", title=title, more={"errors": errors})


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


def place(error: dict[str, Any]) -> dict[str, str]:
    """Say where an error is: a JSON Pointer into the body (RFC 6901, section 6), or a parameter's name."""
    where, *path = error["loc"]
    if error["type"] == "extra_forbidden":
        path.pop()  # the last part is the sender's own word: point to where it stands
    if where == "body":
        return {"pointer": pointer(path)}
    return {"in": str(where), "parameter": ".".join(map(str, path))}


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
