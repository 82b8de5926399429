"""An OpenAPI document that says what this API does: every error is a problem, and all that can happen are named."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

from pypatterns.market.adapters.inbound.http.problem import MEDIA_TYPE, SCHEMA, phrase

PROBLEM: Final = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


class HonestAPI(FastAPI):
    """FastAPI, whose own document has a validation error that this API never sends."""

    def openapi(self) -> dict[str, Any]:
        """Make the document; FastAPI keeps it, so that the changes are made once."""
        document = super().openapi()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas:
            schemas["Problem"] = SCHEMA
            schemas.pop("HTTPValidationError", None)
            schemas.pop("ValidationError", None)
            for path in document["paths"].values():
                for operation in path.values():
                    tell_errors(operation)
        return document


def tell_errors(operation: dict[str, Any]) -> None:
    """Name what any operation can answer, and what any that reads a body can; all of them are problems."""
    responses = operation["responses"]
    always = (400, 413, 415, 500) if "requestBody" in operation else (500,)
    for status in always:
        responses.setdefault(str(status), {"description": phrase(status)})
    for status, response in responses.items():
        if status >= "400":
            response["content"] = PROBLEM
