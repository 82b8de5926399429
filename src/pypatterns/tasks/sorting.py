"""Sort a group of errors: what may be tried again, what is the business's own, and the rest, which nobody may lose.

>>> try:
...     async with asyncio.TaskGroup() as group:
...         …
... except Exception as error:
...     again, refused = triage(error)  # raises what is neither
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from pypatterns.tasks.errors import DomainError, Retryable

E = TypeVar("E", bound=BaseException)


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    """All errors of the two kinds in `error`, from left to right, however deep in groups; a bare one is a group of one.

    Where there is any other, nothing is returned: what `split` leaves of the group comes out, with the nesting, notes and
    tracebacks that it had. A bare other one comes out bare.
    """
    if not isinstance(error, BaseExceptionGroup | Retryable | DomainError):
        raise error
    again, rest = _split(error, Retryable)
    refused, rest = _split(rest, DomainError)
    if rest is not None:
        raise rest
    return again, refused


def _split(
    error: BaseException | None, kind: type[E]
) -> tuple[list[E], BaseExceptionGroup[BaseException] | None]:
    """The leaves of that kind, and the group without them, if anything is left."""
    if error is None:
        return [], None
    group = error if isinstance(error, BaseExceptionGroup) else BaseExceptionGroup("one", [error])
    found, rest = group.split(kind)
    return [*_leaves(found)] if found else [], rest


def _leaves(group: BaseExceptionGroup[E]) -> Iterator[E]:
    for each in group.exceptions:
        if isinstance(each, BaseExceptionGroup):
            yield from _leaves(each)
        else:
            yield each
