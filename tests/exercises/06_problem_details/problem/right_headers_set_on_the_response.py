"""A plain JSONResponse whose headers are set afterwards; values are made plain by a function that calls itself."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from http import HTTPStatus
from uuid import UUID

from starlette.responses import JSONResponse, Response


def plain(value: object) -> object:
    match value:
        case Enum():
            return plain(value.value)
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case Decimal():
            return int(value) if value == int(value) else float(value)
        case dict():
            return {name: plain(each) for name, each in value.items()}
        case list():
            return [plain(each) for each in value]
        case _:
            return value


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
    response: Response
    if status < 200 or status in (204, 205, 304):
        response = Response(status_code=status)
    else:
        for name in extensions or {}:
            if name in ("type", "title", "status", "detail", "instance"):
                raise ValueError(f"{name} is a standard member")
        if title is None:
            title = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Problem"
        members = [("type", type), ("title", title), ("detail", detail), ("instance", instance)]
        document = {name: value for name, value in members if value is not None}
        rest = {name: plain(value) for name, value in (extensions or {}).items()}
        response = JSONResponse({**document, "status": status, **rest}, status)
        response.headers["content-type"] = "application/problem+json"
    for name, value in (headers or {}).items():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response
