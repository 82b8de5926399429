"""Which problem each of the domain's errors is: the domain knows nothing of statuses.

An error without an entry has its nearest ancestor's; a test sees to it that every error has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from pypatterns.market.adapters.inbound.http.problem import KINDS, problem
from pypatterns.market.domain import errors


@dataclass(frozen=True, slots=True)
class Refusal:
    """One type of problem; `members` are the error's fields that go out, `says` whether its message does."""

    status: int
    type: str
    title: str
    members: tuple[str, ...]
    says: bool = True


REFUSALS: Final[Mapping[type[errors.DomainError], Refusal]] = {
    # neither the message nor the value: both repeat what was sent
    errors.InvalidValue: Refusal(
        422, KINDS + "invalid-value", "A value is not valid", ("field", "rule"), says=False
    ),
    errors.SlugTaken: Refusal(409, KINDS + "slug-taken", "The slug is taken", ("slug",)),
    errors.MarketNotFound: Refusal(
        404, KINDS + "market-not-found", "There is no such market", ("slug",)
    ),
    errors.TransitionRefused: Refusal(
        409,
        KINDS + "transition-refused",
        "The market's status does not allow it",
        ("current", "wanted"),
    ),
    errors.StaleMarket: Refusal(
        409, KINDS + "stale-market", "The market was changed meanwhile", ("slug", "version")
    ),
}


def refuse(error: errors.DomainError) -> Response:
    """Tell an error as its problem; one that has none is raised again."""
    found = next((REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS), None)
    if found is None:
        raise error
    members = {name: getattr(error, name) for name in found.members}
    detail = str(error) if found.says else None
    return problem(
        found.status, type=found.type, title=found.title, detail=detail, extensions=members
    )
