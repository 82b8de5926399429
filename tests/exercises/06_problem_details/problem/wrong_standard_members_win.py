"""If the standard members are merged last, they win over an extension of the same name.

fails: test_no_extension_is_a_standard_member
says: stands in for the standard
feedback: They win only where they are there. An absent detail or instance does not overwrite the extension of that name, so
    the extension becomes the standard member. Filter the extensions by the five names, whether those are given or not.
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
    document = {**(extensions or {}), **{n: v for n, v in standard.items() if v is not None}}
    return JSONResponse(jsonable_encoder(document), status, kept, "application/problem+json")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Server Error" if status >= 500 else "Client Error"
