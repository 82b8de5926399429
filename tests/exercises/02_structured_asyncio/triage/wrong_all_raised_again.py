"""If anything unknown is inside, the whole group is the caller's again.

fails: test_the_rest_comes_out
says: Known, and not to come out:
feedback: You raise what you understood together with what you did not, so nobody can tell any longer what is left to
    do. Raise the rest: the second value of `error.split((Retryable, DomainError))`.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable, refused = [], []
    for leaf in leaves(error):
        if isinstance(leaf, Retryable):
            retryable.append(leaf)
        elif isinstance(leaf, DomainError):
            refused.append(leaf)
        else:
            raise error
    return retryable, refused


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
