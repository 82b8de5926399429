"""Two exceptions of the same type with the same arguments are the same error.

fails: test_two_flat_lists, test_a_bare_error_counts_as_a_group_of_one
says: finds the object itself
seen_in: copy or deepcopy or type
feedback: The copy has no traceback, and an exception is equal to itself only: whoever kept the order beside its error
    does not find it again. Hand on the objects that are in the group.
"""

from copy import copy

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable, refused = [], []
    try:
        raise error
    except* Retryable as group:
        retryable += [copy(leaf) for leaf in leaves(group)]
    except* DomainError as group:
        refused += [copy(leaf) for leaf in leaves(group)]
    return retryable, refused


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
