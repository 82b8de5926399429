"""derive() gives a group like this one with other members.

fails: test_the_rest_comes_out
says: derive() makes a group with the same message
seen_in: derive
feedback: Like this one in type and message, and nothing else: notes, traceback, cause and context stay behind. split()
    and subgroup() call derive() and copy these afterwards.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable, refused = [], []

    def rest_of(each):
        if isinstance(each, BaseExceptionGroup):
            left = [rest for member in each.exceptions if (rest := rest_of(member))]
            return each.derive(left) if left else None
        if isinstance(each, Retryable):
            retryable.append(each)
        elif isinstance(each, DomainError):
            refused.append(each)
        else:
            return each

    if rest := rest_of(error):
        raise rest
    return retryable, refused
