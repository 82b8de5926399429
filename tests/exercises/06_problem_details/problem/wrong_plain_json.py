"""JSONResponse writes whatever a service works with.

fails: test_extensions_are_members
says: is not JSON serializable
seen_in: no jsonable_encoder or default or dump_json
feedback: JSONResponse calls json.dumps, which knows neither Decimal nor datetime, UUID or Enum and raises a TypeError. The
    error handler itself then fails. Encode the document first, for example with FastAPI's jsonable_encoder.
"""

from collections.abc import Mapping
from http import HTTPStatus

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
            document[name] = value
    return JSONResponse(document, status, kept, "application/problem+json")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Server Error" if status >= 500 else "Client Error"
