"""A queue of groups, and each group's own errors first: flat is flat.

fails: test_two_flat_lists
says: in another order
seen_in: popleft or pop
feedback: A queue reads level by level, so an error of the outer group overtakes those of the groups that stand before
    it. Go into a group where you meet it.
"""

from collections import deque

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    if not isinstance(error, BaseExceptionGroup | Retryable | DomainError):
        raise error
    if isinstance(error, BaseExceptionGroup):
        _, rest = error.split((Retryable, DomainError))
        if rest:
            raise rest
    retryable, refused, waiting = [], [], deque([error])
    while waiting:
        each = waiting.popleft()
        if isinstance(each, BaseExceptionGroup):
            waiting.extend(each.exceptions)
        elif isinstance(each, Retryable):
            retryable.append(each)
        else:
            refused.append(each)
    return retryable, refused
