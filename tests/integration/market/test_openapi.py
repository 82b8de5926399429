"""The OpenAPI document: what it says of each operation. Whether that is true, schemathesis asks in test_server.py."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from pypatterns.market.adapters.outbound.memory import MemoryStore
from pypatterns.market.bootstrap import create_app


@pytest.fixture
def document() -> dict[str, Any]:
    """What the service says of itself; making it warns of nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return create_app(MemoryStore()).openapi()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All operations by their ids, each as often as it occurs."""
    every = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in every}) == len(every)
    return {operation["operationId"]: operation for operation in every}


def test_every_error_is_documented_as_a_problem(document: dict[str, Any]) -> None:
    """Each 4xx and 5xx of each operation has the one media type and schema, and every operation can fail."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

    for name, operation in operations(document).items():
        errors = {
            status: told for status, told in operation["responses"].items() if status >= "400"
        }
        assert "500" in errors, name
        assert all(
            told["content"] == problem and told["description"] for told in errors.values()
        ), name


def test_what_each_operation_can_answer_is_told(document: dict[str, Any]) -> None:
    """No more and no less than the routes do."""
    told = {
        name.split("_")[0]: sorted(operation["responses"])
        for name, operation in operations(document).items()
    }

    assert told == {
        "create": ["201", "400", "409", "413", "415", "422", "500"],
        "page": ["200", "422", "500"],
        "get": ["200", "304", "404", "422", "500"],
        "publish": ["200", "404", "409", "422", "500"],
        "suspend": ["200", "404", "409", "422", "500"],
        "close": ["200", "404", "409", "422", "500"],
        "healthz": ["200", "500"],
    }


def test_the_framework_s_own_error_is_gone(document: dict[str, Any]) -> None:
    """No HTTPValidationError: this service never sends one."""
    assert document["components"]["schemas"].keys() == {
        "MarketIn",
        "MarketOut",
        "MarketStatus",
        "PageOut",
        "Problem",
        "Tick",
    }


def test_a_new_route_is_told_truly_without_a_word(document: dict[str, Any]) -> None:
    """Whoever adds a route need not think of its errors."""
    app = create_app(MemoryStore())

    @app.get("/ticks/{number}")
    async def tick(number: int) -> int:
        return number

    added = operations(app.openapi())["tick_ticks__number__get"]
    assert sorted(added["responses"]) == ["200", "422", "500"]
    assert list(added["responses"]["422"]["content"]) == ["application/problem+json"]


def test_the_document_is_made_once() -> None:
    """The second call gives the same one."""
    app = create_app(MemoryStore())

    assert app.openapi() is app.openapi()
