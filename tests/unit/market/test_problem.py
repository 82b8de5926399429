"""Problem documents: RFC 9457's members, JSON Pointers, and one kind for each of the domain's errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pypatterns.market.adapters.inbound.http.handlers import place, pointer
from pypatterns.market.adapters.inbound.http.problem import phrase, problem
from pypatterns.market.adapters.inbound.http.refusals import REFUSALS, refuse
from pypatterns.market.adapters.inbound.http.routes import is_named
from pypatterns.market.domain import errors


def body(**members: Any) -> Any:
    """The document of a problem."""
    return json.loads(problem(**members).body)


def test_a_problem_without_a_kind_says_its_status() -> None:
    """type is about:blank, and title the status' own phrase (section 4.2.1)."""
    assert body(status=404) == {"type": "about:blank", "title": "Not Found", "status": 404}


def test_a_problem_says_all_that_it_was_given() -> None:
    """An empty detail is kept; members of other types are written as JSON has them."""
    got = body(
        status=409,
        kind="slug-taken",
        title="Taken",
        detail="",
        instance="urn:x",
        more={"since": date(2026, 1, 2), "price": Decimal("1.5")},
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
    """A further member never stands in for a standard one, not even for one that is left out."""
    assert body(status=404, more={name: "forged"}) == body(status=404)


@pytest.mark.parametrize("status", [103, 204, 205, 304])
def test_no_content_where_none_is_allowed(status: int) -> None:
    """The headers go out, and no byte more."""
    response = problem(status, detail="unseen", headers={"ETag": '"1"'})

    assert (response.status_code, response.body, response.headers["etag"]) == (status, b"", '"1"')


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
        (("query", "limit"), "int_parsing", {"in": "query", "parameter": "limit"}),
        (("header", "x-id"), "missing", {"in": "header", "parameter": "x-id"}),
    ],
)
def test_an_error_is_placed(loc: tuple[str, ...], kind: str, placed: dict[str, str]) -> None:
    """In the body by a pointer, elsewhere by name; a member that nobody asked for is not repeated."""
    assert place({"loc": loc, "type": kind}) == placed


def every(kind: type[errors.DomainError]) -> Iterator[type[errors.DomainError]]:
    """All errors below one."""
    for below in kind.__subclasses__():
        yield below
        yield from every(below)


def test_every_error_of_the_domain_has_a_problem() -> None:
    """Its own or an ancestor's, and kinds do not repeat."""
    known = [error for error in every(errors.DomainError) if error.__module__ == errors.__name__]

    assert {error for error in known if not issubclass(error, tuple(REFUSALS))} == set()
    assert len({refusal.kind for refusal in REFUSALS.values()}) == len(REFUSALS)


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
