"""A media type for text says its charset.

fails: test_a_bare_status, test_headers_are_kept
feedback: JSON has no charset parameter: it is UTF-8 (RFC 8259, section 11, and section 8.1). The type of a problem is exactly
    application/problem+json, and some clients compare it as a text.
"""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi.encoders import jsonable_encoder
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
    return JSONResponse(
        jsonable_encoder(document), status, kept, "application/problem+json; charset=utf-8"
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Server Error" if status >= 500 else "Client Error"
