"""A response class of its own renders the document, with a `default` function for what JSON does not know."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import singledispatch
from http.client import responses
from typing import Any
from uuid import UUID

from starlette.responses import Response

NO_CONTENT = {*range(100, 200), 204, 205, 304}
STANDARD = frozenset({"type", "title", "status", "detail", "instance"})


@singledispatch
def plain(value: object) -> object:
    return str(value)  # a Decimal


@plain.register
def _(value: datetime) -> str:
    return value.isoformat()


@plain.register
def _(value: Enum) -> object:
    return value.value


@plain.register
def _(value: UUID) -> str:
    return str(value)


class ProblemResponse(Response):
    media_type = "application/problem+json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, default=plain).encode()


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
    kept = {k: v for k, v in (headers or {}).items() if k.title() != "Content-Type"}
    kept = {k: v for k, v in kept.items() if k.title() != "Content-Length"}
    if status in NO_CONTENT:
        return Response(status_code=status, headers=kept)
    content: dict[str, object] = {
        name: value for name, value in (extensions or {}).items() if name not in STANDARD
    }
    content["type"] = type
    content["title"] = responses.get(status, "Unknown Status") if title is None else title
    content["status"] = status
    if detail is not None:
        content["detail"] = detail
    if instance is not None:
        content["instance"] = instance
    return ProblemResponse(content, status, kept)
