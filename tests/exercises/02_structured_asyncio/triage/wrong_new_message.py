"""The new group tells what it holds.

fails: test_the_rest_comes_out
says: the groups have other messages
seen_in: ExceptionGroup or BaseExceptionGroup
feedback: The message and the notes of a group were written where the tasks were started: "order 4711". Yours counts what
    everybody can see. Raise the group that split() gives, and add a note if you have something to say.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    group = error if isinstance(error, BaseExceptionGroup) else BaseExceptionGroup("", [error])
    known, rest = group.split((Retryable, DomainError))
    if rest is not None:
        raise BaseExceptionGroup(f"{len(leaves(rest))} unexpected errors", rest.exceptions)
    found = leaves(known)
    return (
        [each for each in found if isinstance(each, Retryable)],
        [each for each in found if isinstance(each, DomainError)],
    )


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
