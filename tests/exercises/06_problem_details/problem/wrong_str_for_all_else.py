"""default=str writes each value that JSON does not know.

fails: test_extensions_are_members
seen_in: default, str, dumps
feedback: str() is the text for people who debug: a member of an Enum becomes "Side.SELL" instead of "sell", and a datetime
    has a blank in place of the T of ISO 8601. Say for each type how it is written, or use jsonable_encoder.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response


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
    return Response(
        json.dumps(document, default=str), status, kept, media_type="application/problem+json"
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Server Error" if status >= 500 else "Client Error"
