"""A group holds exceptions, so one loop over them is enough.

fails: test_two_flat_lists, test_the_rest_comes_out
says: nor in its groups
seen_in: exceptions
feedback: A task that runs tasks raises a group, and it stands in the group of the outer TaskGroup. You take it for an error
    of unknown kind. Walk down into the groups, or let split() do it.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    members = error.exceptions if isinstance(error, BaseExceptionGroup) else [error]
    retryable = [each for each in members if isinstance(each, Retryable)]
    refused = [each for each in members if isinstance(each, DomainError)]
    if len(retryable) + len(refused) < len(members):
        raise error
    return retryable, refused
