"""Tracebacks are for those who debug: without them the log stays short.

fails: test_its_leaves_keep_notes_and_traceback
says: has lost its traceback
seen_in: with_traceback or __traceback__
feedback: Whoever will have to debug it reads this log. How a traceback is shown is for the log to decide; the exception
    keeps it.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable, refused = [], []
    try:
        raise error
    except* Retryable as group:
        retryable += leaves(group)
    except* DomainError as group:
        refused += leaves(group)
    except* BaseException as group:
        for leaf in leaves(group):
            leaf.__traceback__ = None
        raise
    return retryable, refused


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
