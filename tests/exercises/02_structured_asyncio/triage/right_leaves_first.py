"""All leaves first, sorted by type; then the subgroup of those that are neither, found again by identity."""

from collections.abc import Iterator

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    found = list(leaves(error))
    retryable = [leaf for leaf in found if isinstance(leaf, Retryable)]
    refused = [leaf for leaf in found if isinstance(leaf, DomainError)]
    known = {id(leaf) for leaf in (*retryable, *refused)}
    unknown = {id(leaf) for leaf in found} - known
    if unknown and isinstance(error, BaseExceptionGroup):
        rest = error.subgroup(lambda each: id(each) in unknown)
        assert rest is not None
        raise rest
    if unknown:
        raise error
    return retryable, refused


def leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from leaves(member)
    else:
        yield error
