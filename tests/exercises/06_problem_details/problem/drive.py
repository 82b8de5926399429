"""Put problem to work: an app calls it and sends what it returns, as a handler would, and each reply is written down.

A call comes as its status, its keywords, and the kind of mapping that headers and extensions are. UUIDs and members of an Enum cannot
cross from the judge: they come as tuples, ("uuid", text) and ("enum", class, member, value).
"""

from collections.abc import Mapping
from copy import deepcopy
from enum import Enum
from types import MappingProxyType
from uuid import UUID

from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import run_virtual
from pypatterns.course.checking.probes.virtual_clock import virtual_time
from pypatterns.course.checking.probes.web import served, told


class ReadOnly(Mapping):
    """A Mapping with no more methods than a Mapping must have."""

    def __init__(self, values):
        self._values = values

    def __getitem__(self, name):
        return self._values[name]

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)


KINDS = {"dict": dict, "mappingproxy": MappingProxyType, "Mapping": ReadOnly}


@prepared(virtual_time)
def replies(answer, calls):
    """problem is called, and an app sends what it returns."""
    enums = {}

    async def scenario():
        seen = []
        for status, given, kind in calls:
            made = {name: _made(value, enums) for name, value in given.items()}
            before = deepcopy(made)
            handed = {
                name: KINDS[kind](value) if isinstance(value, dict) else value
                for name, value in made.items()
            }
            refused = []
            async with served(_app(answer, status, handed, refused)) as client:
                reply = told(await client.get("/order"))
            changed = [name for name in ("headers", "extensions") if name in made]
            changed = [name for name in changed if dict(handed[name]) != before[name]]
            seen.append({"reply": reply, "refused": refused, "changed": changed})
        return seen

    return run_virtual(scenario()).get()


def _app(answer, status, handed, refused):
    """An app whose every reply is this problem; it notes a ValueError of the call."""

    async def app(scope, receive, send):
        if scope["type"] == "http":
            try:
                response = answer.problem(status, **handed)
            except ValueError as error:
                refused.append(f"{type(error).__name__}: {error}"[:200])
                raise
            await response(scope, receive, send)

    return app


def _made(value, enums):
    """The value, with what cannot cross made from its description."""
    if isinstance(value, dict):
        return {name: _made(each, enums) for name, each in value.items()}
    if isinstance(value, list):
        return [_made(each, enums) for each in value]
    if isinstance(value, tuple) and value[0] == "uuid":
        return UUID(value[1])
    if isinstance(value, tuple):
        _, kind, member, held = value
        if (kind, member) not in enums:
            enums[kind, member] = Enum(kind, {member: held})[member]
        return enums[kind, member]
    return value
