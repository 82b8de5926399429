"""Errors of no known kind go to the log: the caller can do nothing with them.

fails: test_the_rest_comes_out, test_its_leaves_keep_notes_and_traceback,
    test_a_bare_unknown_error_comes_out
says: returned ([], [])
seen_in: except*
feedback: `except* Exception` takes all that is left, and nothing is raised any more: a bug becomes a line in a log, and the
    order counts as done. Leave out that clause, and the rest comes out by itself.
"""

import logging

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable, refused = [], []
    try:
        raise error
    except* Retryable as group:
        retryable += leaves(group)
    except* DomainError as group:
        refused += leaves(group)
    except* Exception as group:
        logging.getLogger(__name__).warning("unexpected", exc_info=group)
    return retryable, refused


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
