"""What a TaskGroup raises is a group, so triage gets groups only.

fails: test_a_bare_error_counts_as_a_group_of_one, test_its_leaves_keep_notes_and_traceback,
    test_a_bare_unknown_error_comes_out, test_a_cancellation_always_comes_out
seen_in: split
feedback: An error that arises outside of the TaskGroup comes bare, and `split` is a method of groups. Put a bare error into
    a group first, or raise it and catch it with except*.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable, rest = error.split(Retryable)
    refused, rest = rest.split(DomainError) if rest else (None, None)
    if rest:
        raise rest
    return leaves(retryable), leaves(refused)


def leaves(error):
    if error is None:
        return []
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
