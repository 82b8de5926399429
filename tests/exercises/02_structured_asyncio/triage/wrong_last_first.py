"""A list of what is still to be looked at, and pop(): the order of errors does not matter.

fails: test_two_flat_lists
says: from right to left: tasks
seen_in: pop
feedback: pop() takes the last one, so each group is read from right to left. Put its members onto the list in reverse,
    or walk through them by recursion.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable, refused, unknown, waiting = [], [], [], [error]
    while waiting:
        each = waiting.pop()
        if isinstance(each, BaseExceptionGroup):
            waiting.extend(each.exceptions)
        elif isinstance(each, Retryable):
            retryable.append(each)
        elif isinstance(each, DomainError):
            refused.append(each)
        else:
            unknown.append(each)
    if not unknown:
        return retryable, refused
    if isinstance(error, BaseExceptionGroup):
        _, error = error.split((Retryable, DomainError))
    raise error
