"""A value that is no JSON stands in an extension of its own.

fails: test_extensions_are_members
says: is not JSON serializable
seen_in: isinstance or match
feedback: A list of order lines has a Decimal in each line, two levels down. Convert at every depth: jsonable_encoder does, and
    so does a `default` function of json.dumps, which is called wherever a value is met that JSON does not know.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from uuid import UUID

from starlette.responses import JSONResponse, Response


def problem(
    status: int,
    *,
    type: str = "about:blank",
    title: str | None = None,
    detail: str | None = None,
    instance: str | None = None,
    headers: Mapping[str, str] | None = None,
    extensions: Mapping[str, object] | None = None,
) -> Response:
    own = ("content-type", "content-length")
    kept = {name: value for name, value in (headers or {}).items() if name.lower() not in own}
    if status < 200 or status in (204, 205, 304):
        return Response(status_code=status, headers=kept)
    standard = {
        "type": type,
        "title": _phrase(status) if title is None else title,
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    document = {name: value for name, value in standard.items() if value is not None}
    for name, value in (extensions or {}).items():
        if name not in standard:
            document[name] = _plain(value)
    return JSONResponse(document, status, kept, "application/problem+json")


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Server Error" if status >= 500 else "Client Error"
