"""The extensions are mine to change once they have been handed to me.

fails: test_mappings_are_left_alone
seen_in: pop
feedback: They are the caller's, often the attributes of an error that the log still needs, or one mapping for all errors of a
    class. The signature says Mapping, which may be read-only and has no pop. Build a new dict from what you keep.
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
    extensions = extensions or {}
    for name in standard:
        extensions.pop(name, None)  # type: ignore[attr-defined]
    document.update(extensions)
    return JSONResponse(jsonable_encoder(document), status, kept, "application/problem+json")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Server Error" if status >= 500 else "Client Error"
