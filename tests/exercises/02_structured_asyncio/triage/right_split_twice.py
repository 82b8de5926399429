"""Split off the one kind and then the other, and flatten the two parts; a bare error is put into a group first."""

from typing import Any

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    group = BaseExceptionGroup("bare", [error])
    again, rest = group.split(Retryable)
    refused, rest = rest.split(DomainError) if rest else (None, None)
    if rest:
        raise rest.exceptions[0]  # what is left of `error`, in a group or bare as it was
    return flat(again), flat(refused)


def flat(group: BaseExceptionGroup[Any] | None) -> list[Any]:
    """The leaves of a group, by a list of what is still to be looked at, the next one last."""
    found, waiting = [], [group] if group else []
    while waiting:
        error = waiting.pop()
        if isinstance(error, BaseExceptionGroup):
            waiting.extend(reversed(error.exceptions))
        else:
            found.append(error)
    return found
