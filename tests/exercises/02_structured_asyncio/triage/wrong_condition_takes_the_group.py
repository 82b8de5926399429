"""subgroup asks its condition of the leaves.

fails: test_two_flat_lists, test_the_rest_comes_out
says: nothing else in this group, so
seen_in: subgroup or split
feedback: It asks of the groups as well, the outermost first, and takes a whole group for which the condition holds. A group
    is neither Retryable nor DomainError, so yours holds at once. Split off what you know, and raise what is left.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    if isinstance(error, BaseExceptionGroup):
        rest = error.subgroup(lambda each: not isinstance(each, (Retryable, DomainError)))
    else:
        rest = None if isinstance(error, (Retryable, DomainError)) else error
    if rest:
        raise rest
    found = leaves(error)
    return (
        [each for each in found if isinstance(each, Retryable)],
        [each for each in found if isinstance(each, DomainError)],
    )


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
