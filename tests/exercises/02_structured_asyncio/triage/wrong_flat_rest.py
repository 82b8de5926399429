"""A list of errors in one group says all that matters.

fails: test_the_rest_comes_out
says: the right leaves, all in one group
seen_in: ExceptionGroup or BaseExceptionGroup
feedback: The nesting says which task failed inside of which, and the messages and notes of the inner groups are gone.
    Take the rest that split() gives, or let except* hand it on.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable, refused, unknown = [], [], []
    for leaf in leaves(error):
        if isinstance(leaf, Retryable):
            retryable.append(leaf)
        elif isinstance(leaf, DomainError):
            refused.append(leaf)
        else:
            unknown.append(leaf)
    if unknown:
        message = error.message if isinstance(error, BaseExceptionGroup) else str(error)
        raise BaseExceptionGroup(message, unknown)
    return retryable, refused


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
