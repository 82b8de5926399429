"""One exception stands for its group: tasks that run together fail together, for the same reason.

fails: test_two_flat_lists, test_the_rest_comes_out, test_a_cancellation_always_comes_out
may_fail: test_its_leaves_keep_notes_and_traceback (the first error may be one that is known)
says: A caller finds each error once
seen_in: exceptions
feedback: You look at the first exception and forget all others, a bug among them. Look at every leaf: split() does, and so
    does except*.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    first = error
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    if isinstance(first, Retryable):
        return [first], []
    if isinstance(first, DomainError):
        return [], [first]
    raise error
