"""pydantic's TypeAdapter writes the dict; the headers are filtered by Starlette's own MutableHeaders."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter
from starlette.datastructures import MutableHeaders
from starlette.responses import Response

WRITER = TypeAdapter(dict[str, Any])
NAMES = {each.value: each.phrase for each in HTTPStatus}


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
    document: dict[str, object] = {}
    if type != "about:blank":
        document["type"] = type
    document |= {"title": NAMES.get(status, f"Status {status}") if title is None else title}
    document |= {"status": status}
    document |= {"detail": detail} if detail is not None else {}
    document |= {"instance": instance} if instance is not None else {}
    reserved = ("type", "title", "status", "detail", "instance")
    document |= {
        name: (extensions or {})[name] for name in extensions or () if name not in reserved
    }
    sent = MutableHeaders(headers=headers or {})
    del sent["content-type"]
    del sent["content-length"]
    if status // 100 == 1 or status in (204, 205, 304):
        return Response(status_code=status, headers=sent)
    sent["Content-Type"] = "application/problem+json"
    return Response(WRITER.dump_json(document), status, sent)
