"""An ExceptionGroup is the group of asyncio; anything else is a bare error.

fails: test_the_rest_comes_out
says: not to come out of a BaseExceptionGroup either
seen_in: ExceptionGroup
feedback: As soon as a CancelledError or a KeyboardInterrupt is inside, the group is a BaseExceptionGroup and no
    ExceptionGroup, and you take it for a bare error. Every ExceptionGroup is a BaseExceptionGroup: ask for that.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    if not isinstance(error, ExceptionGroup | Retryable | DomainError):
        raise error
    group = error if isinstance(error, ExceptionGroup) else ExceptionGroup("bare", [error])
    retryable, rest = group.split(Retryable)
    refused, rest = rest.split(DomainError) if rest else (None, None)
    if rest:
        raise rest
    return leaves(retryable), leaves(refused)


def leaves(error):
    if error is None:
        return []
    if isinstance(error, ExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
