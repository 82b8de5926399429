"""A pydantic model holds the document; further members are allowed, and those with standard names are refused."""

from collections.abc import Mapping
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response


class Problem(BaseModel):
    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str | None = None
    instance: str | None = None


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
    kept = dict(headers or {})
    for name in list(kept):
        if name.lower() in {"content-type", "content-length"}:
            del kept[name]
    if 100 <= status <= 199 or status in {204, 205, 304}:
        return Response(None, status, kept)
    if taken := Problem.model_fields.keys() & (extensions or {}).keys():
        raise ValueError(f"{sorted(taken)} are members of every problem")
    if title is None:
        known = [each for each in HTTPStatus if each == status]
        title = known[0].phrase if known else "Error"
    given = {"detail": detail, "instance": instance}
    document = Problem(
        type=type,
        title=title,
        status=status,
        **{name: value for name, value in given.items() if value is not None},
        **(extensions or {}),
    )
    content = document.model_dump_json(exclude_unset=True)
    return Response(content, status, kept, media_type="application/problem+json")
