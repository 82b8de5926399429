"""A cancellation is no error: there is nothing to do about it.

fails: test_the_rest_comes_out, test_a_cancellation_always_comes_out
says: Missing: CancelledError
feedback: There is: to hand it on. Whoever cancelled the task waits for CancelledError to come out of it; if you drop it, the
    task goes on, and a TaskGroup or a timeout further up waits or counts wrongly.
"""

import asyncio

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    if isinstance(error, asyncio.CancelledError):
        return [], []
    retryable, refused = [], []
    try:
        raise error
    except* Retryable as group:
        retryable += leaves(group)
    except* DomainError as group:
        refused += leaves(group)
    except* asyncio.CancelledError:
        pass
    return retryable, refused


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
