"""There are two kinds, so the type of an error is one of the two.

fails: test_two_flat_lists, test_a_bare_error_counts_as_a_group_of_one, test_the_rest_comes_out
seen_in: type
feedback: `type(error) is Retryable` is false for every subclass, and subclasses are what is raised. isinstance() asks what
    an `except` clause would.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable, refused, unknown = [], [], []
    for leaf in leaves(error):
        if type(leaf) is Retryable:
            retryable.append(leaf)
        elif type(leaf) is DomainError:
            refused.append(leaf)
        else:
            unknown.append(leaf)
    if not unknown:
        return retryable, refused
    if isinstance(error, BaseExceptionGroup):
        raise error.subgroup(lambda each: any(each is one for one in unknown))
    raise error


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
