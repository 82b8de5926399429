"""A problem document (RFC 9457): the one shape of every error of this API.

>>> problem(409, kind="slug-taken", title="The slug is taken", more={"slug": "tea"})

A problem without a kind says no more than its status does, and has the type about:blank (section 4.2.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

MEDIA_TYPE: Final = "application/problem+json"
# Kinds are not pages on the web: section 3.1.1 has tag URIs (RFC 4151) for that. A copy takes a domain of its own.
KINDS: Final = "tag:market.example,2026:"
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
    kind: str = "",
    title: str = "",
    detail: str | None = None,
    instance: str | None = None,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    """Make the response. `more` are further members; they cannot take the name of a standard one.

    Statuses that allow no content get none (RFC 9110, section 6.4.1): with one, HTTP/1.1 loses its place in the stream.
    """
    if status < 200 or status in (204, 205, 304):
        return Response(status_code=status, headers=headers)
    standard = {
        "type": f"{KINDS}{kind}" if kind else "about:blank",
        "title": title or phrase(status),
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    document = {name: value for name, value in standard.items() if value is not None}
    document |= {str(name): value for name, value in (more or {}).items() if name not in standard}
    return JSONResponse(jsonable_encoder(document), status, headers, MEDIA_TYPE)
