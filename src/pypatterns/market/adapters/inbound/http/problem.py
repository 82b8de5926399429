"""A problem document (RFC 9457): the one shape of every error of this API.

>>> problem(409, type=KINDS + "slug-taken", title="The slug is taken", extensions={"slug": "tea"})

A problem of type about:blank says no more than its status does (section 4.2.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

MEDIA_TYPE: Final = "application/problem+json"
OWN: Final = ("content-type", "content-length")  # headers that describe the document itself
# Kinds are not pages on the web: section 3.1.1 has tag URIs (RFC 4151) for that. A copy takes a domain of its own.
KINDS: Final = "tag:market.example,2026:"
STANDARD: Final = ("type", "title", "status", "detail", "instance")
# The names of RFC 9110; Python before 3.13 has those of RFC 7231.
NEWER: Final = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
SCHEMA: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 has it.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
    },
}


def phrase(status: int) -> str:
    """Name a status; one that nobody registered is named for its class."""
    if status in NEWER:
        return NEWER[status]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Server Error" if status >= 500 else "Client Error"


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
    """Make the response. Without a title it has the status's name.

    An extension cannot take the name of a standard member, and of `headers` Content-Type and Content-Length are left
    out: they are the document's own. Statuses that allow no content get none (RFC 9110, section 6.4.1): with one,
    HTTP/1.1 loses its place in the stream.
    """
    kept = {name: value for name, value in (headers or {}).items() if name.lower() not in OWN}
    if status < 200 or status in (204, 205, 304):
        return Response(status_code=status, headers=kept)
    standard = {
        "type": type,
        "title": phrase(status) if title is None else title,
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    document = {name: value for name, value in standard.items() if value is not None}
    members = {str(name): value for name, value in (extensions or {}).items()}
    document |= {name: value for name, value in members.items() if name not in STANDARD}
    return JSONResponse(jsonable_encoder(document), status, kept, MEDIA_TYPE)
