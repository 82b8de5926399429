"""None means absent, so the encoder may exclude it wherever it stands.

fails: test_extensions_are_members
says: has no member
seen_in: exclude_none
feedback: exclude_none also takes extensions whose value is None, and members of objects inside them. "until": null can mean
    that there is no end, which is not the same as no "until". Leave out the standard members that are None, and no more.
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
    document = {name: value for name, value in standard.items()}
    for name, value in (extensions or {}).items():
        if name not in standard:
            document[name] = value
    return JSONResponse(
        jsonable_encoder(document, exclude_none=True), status, kept, "application/problem+json"
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Server Error" if status >= 500 else "Client Error"
