"""Problem documents: RFC 9457's members, JSON Pointers, and one type for each of the domain's errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from pypatterns.market.adapters.inbound.http.handlers import is_malformed, place, pointer, reason
from pypatterns.market.adapters.inbound.http.problem import phrase, problem
from pypatterns.market.adapters.inbound.http.refusals import REFUSALS, refuse
from pypatterns.market.adapters.inbound.http.routes import is_named
from pypatterns.market.domain import errors


def body(**members: Any) -> Any:
    """The document of a problem."""
    return json.loads(problem(**members).body)


def test_a_problem_without_a_type_says_its_status() -> None:
    """type is about:blank, and title the status' own phrase (section 4.2.1)."""
    assert body(status=404) == {"type": "about:blank", "title": "Not Found", "status": 404}


def test_a_problem_says_all_that_it_was_given() -> None:
    """An empty detail is kept; members of other types are written as JSON has them."""
    got = body(
        status=409,
        type="tag:market.example,2026:slug-taken",
        title="Taken",
        detail="",
        instance="urn:x",
        extensions={"since": date(2026, 1, 2), "price": Decimal("1.5")},
    )

    assert got == {
        "type": "tag:market.example,2026:slug-taken",
        "title": "Taken",
        "status": 409,
        "detail": "",
        "instance": "urn:x",
        "since": "2026-01-02",
        "price": 1.5,
    }


@pytest.mark.parametrize("name", ["type", "title", "status", "detail", "instance"])
def test_standard_members_cannot_be_taken(name: str) -> None:
    """An extension never replaces a standard member, not even one that is left out."""
    assert body(status=404, extensions={name: "forged"}) == body(status=404)


@pytest.mark.parametrize("status", [103, 204, 205, 304])
def test_no_content_where_none_is_allowed(status: int) -> None:
    """The headers go out, and no byte more."""
    response = problem(status, detail="unseen", headers={"ETag": '"1"', "Content-Type": "text/x"})

    assert (response.status_code, response.body, response.headers["etag"]) == (status, b"", '"1"')
    assert "content-type" not in response.headers


@pytest.mark.parametrize("named", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_the_documents_own_headers_stay(named: str) -> None:
    """A given Content-Type or Content-Length, however it is spelt, does not describe this document; others are kept."""
    given = MappingProxyType({named: "text/x", "cOnTent-LENGTH": "1", "Retry-After": "5"})

    response = problem(503, headers=given)

    assert response.headers.getlist("content-type") == ["application/problem+json"]
    assert response.headers.getlist("content-length") == [str(len(response.body))]
    assert response.headers["retry-after"] == "5"


def test_what_it_is_given_stays_as_it_is() -> None:
    """Mappings may be read-only, and are not changed."""
    headers, extensions = {"Content-Type": "text/x", "X-A": "a"}, {"status": 200, "left": None}

    response = problem(409, headers=headers, extensions=MappingProxyType(extensions))

    assert json.loads(response.body)["left"] is None
    assert headers == {"Content-Type": "text/x", "X-A": "a"}
    assert extensions == {"status": 200, "left": None}


def test_the_media_type_has_no_parameters() -> None:
    """application/problem+json, and no charset (section 3)."""
    assert problem(404).headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("status", "named"),
    [
        (404, "Not Found"),
        (422, "Unprocessable Content"),
        (413, "Content Too Large"),
        (499, "Client Error"),
        (599, "Server Error"),
    ],
)
def test_phrases_are_the_same_on_every_python(status: int, named: str) -> None:
    """RFC 9110's names; a status that nobody registered is named for its class."""
    assert phrase(status) == named


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ([], "#"),
        (["slug"], "#/slug"),
        (["tags", 3], "#/tags/3"),
        (["a/b"], "#/a~1b"),
        (["m~n"], "#/m~0n"),
        (["~1"], "#/~01"),
        (["c%d e"], "#/c%25d%20e"),
        ([""], "#/"),
    ],
)
def test_pointers_are_escaped(path: list[str | int], written: str) -> None:
    """RFC 6901: ~ and / within a name (section 3), then as a URI fragment (section 6)."""
    assert pointer(path) == written


@pytest.mark.parametrize(
    ("loc", "kind", "placed"),
    [
        (("body", "tick", "amount"), "missing", {"pointer": "#/tick/amount"}),
        (("body",), "missing", {"pointer": "#"}),
        (("body", "tick", "s3cret"), "extra_forbidden", {"pointer": "#/tick"}),
        (("body", "tags", 1, "int"), "int_type", {"pointer": "#/tags/1"}),
        (("body", "tags", 7), "int_type", {"pointer": "#/tags"}),
        (("body", "pay", "card", "number"), "missing", {"pointer": "#/pay/number"}),
        (("body", "pay", "card", "code"), "string_type", {"pointer": "#/pay/code"}),
        (("body", "days", "mon", "[key]"), "enum", {"pointer": "#/days/mon"}),
        (("query", "limit"), "int_parsing", {"in": "query", "parameter": "limit"}),
        (("query", "tag", 1), "int_parsing", {"in": "query", "parameter": "tag"}),
        (("query",), "value_error", {"in": "query"}),
        (("header", "s3cret"), "extra_forbidden", {"in": "header"}),
        (("header", "x-id"), "missing", {"in": "header", "parameter": "x-id"}),
    ],
)
def test_an_error_is_placed(loc: tuple[str, ...], kind: str, placed: dict[str, str]) -> None:
    """In the body by a pointer into what was sent, elsewhere by the parameter's name; a member that nobody asked for is not repeated."""
    body = {"tick": {"s3cret": 1}, "tags": [1, "x"], "pay": {"code": 2}, "days": {"mon": 3}}

    assert place({"loc": loc, "type": kind}, body) == placed


class Card(BaseModel):
    """Pay by card."""

    by: Literal["card"]


class Bank(BaseModel):
    """Pay by bank."""

    by: Literal["bank"]


def repeats(value: str) -> str:
    """A validator whose message holds the value."""
    raise ValueError(f"{value!r} is too weak")


def asserts(value: str) -> str:
    """A validator that asserts, with the value in its message."""
    raise AssertionError(value)


def custom(value: str) -> str:
    """A validator with a type of its own."""
    raise PydanticCustomError("weak", "{word} is too weak", {"word": value})


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Annotated[str, AfterValidator(repeats)], "The value is not valid"),
        (Annotated[str, AfterValidator(asserts)], "The value is not valid"),
        (Annotated[str, AfterValidator(custom)], "The value is not valid"),
        (Annotated[str, Field(min_length=20)], "String should have at least 20 characters"),
        (UUID, "Input should be a valid UUID"),
        (date, "Input should be a valid date or datetime"),
        (Literal["green", "black"], "Input should be 'green' or 'black'"),
    ],
    ids=["value error", "assertion", "own type", "length", "uuid", "date", "literal"],
)
def test_a_reason_does_not_repeat_what_was_sent(rule: Any, said: str) -> None:
    """A rule's own words are told; what a validator wrote is not."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(rule).validate_python("hunter2")

    assert [reason(dict(error)) for error in caught.value.errors()] == [said]


def test_a_tag_is_not_repeated() -> None:
    """pydantic's message on an unknown tag holds the tag."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Annotated[Card | Bank, Field(discriminator="by")]).validate_python(
            {"by": "hunter2"}
        )

    assert reason(dict(caught.value.errors()[0])) == "The tag is none of the expected ones"


@pytest.mark.parametrize(
    ("loc", "body", "is_so"),
    [
        (("body", 12), '{"name": ', True),
        (("body", 0), ["{"], False),
        (("body", "notes"), {"notes": "{"}, False),
        (("query", "filter"), None, False),
    ],
)
def test_a_text_that_should_hold_json_is_no_malformed_body(
    loc: tuple[str | int, ...], body: object, is_so: bool
) -> None:
    """FastAPI's error for a body that is not JSON has the type of pydantic's for a field that should hold some."""
    assert is_malformed({"loc": loc, "type": "json_invalid"}, body) is is_so


def every(kind: type[errors.DomainError]) -> Iterator[type[errors.DomainError]]:
    """All errors below one."""
    for below in kind.__subclasses__():
        yield below
        yield from every(below)


def test_every_error_of_the_domain_has_a_problem() -> None:
    """Its own or an ancestor's, and types do not repeat."""
    known = [error for error in every(errors.DomainError) if error.__module__ == errors.__name__]

    assert {error for error in known if not issubclass(error, tuple(REFUSALS))} == set()
    assert len({refusal.type for refusal in REFUSALS.values()}) == len(REFUSALS)


def test_an_error_has_its_nearest_ancestors_problem() -> None:
    """A subclass needs no entry."""

    class SlugReserved(errors.SlugTaken):
        """Nobody may have this slug."""

    got = json.loads(refuse(SlugReserved("admin")).body)

    assert (got["status"], got["type"], got["slug"]) == (
        409,
        "tag:market.example,2026:slug-taken",
        "admin",
    )


def test_an_error_without_a_problem_is_raised() -> None:
    """So that it ends as a 500, and is noticed."""

    class Unheard(errors.DomainError):
        """No entry, and no ancestor with one."""

    with pytest.raises(Unheard):
        refuse(Unheard())


def test_an_invalid_value_is_not_repeated() -> None:
    """Field and rule go out; the value stays."""
    response = refuse(errors.InvalidMarket("name", "must be short", "s3cret"))

    assert b"s3cret" not in response.body
    assert json.loads(response.body)["rule"] == "must be short"


@pytest.mark.parametrize(
    ("listed", "named"),
    [
        ('"m.1"', True),
        ('W/"m.1"', True),
        ('"x", "m.1"', True),
        ("*", True),
        ("", False),
        ('"m.2"', False),
        ("m.1", False),
    ],
)
def test_if_none_match(listed: str, named: bool) -> None:
    """A list of tags, compared weakly, or any (RFC 9110, section 13.1.2)."""
    assert is_named('"m.1"', listed) is named
