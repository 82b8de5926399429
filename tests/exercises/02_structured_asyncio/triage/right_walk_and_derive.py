"""One walk does both: it files the known leaves and rebuilds the groups with derive, notes and traceback carried over."""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable: list[Retryable] = []
    refused: list[DomainError] = []

    def rest_of(each: BaseException) -> BaseException | None:
        if isinstance(each, BaseExceptionGroup):
            left = [rest for member in each.exceptions if (rest := rest_of(member)) is not None]
            return like(each, left) if left else None
        if isinstance(each, Retryable):
            retryable.append(each)
            return None
        if isinstance(each, DomainError):
            refused.append(each)
            return None
        return each

    rest = rest_of(error)
    if rest is not None:
        raise rest
    return retryable, refused


def like(
    group: BaseExceptionGroup[BaseException], members: list[BaseException]
) -> BaseExceptionGroup[BaseException]:
    new = group.derive(members).with_traceback(group.__traceback__)
    new.__cause__, new.__context__ = group.__cause__, group.__context__
    new.__suppress_context__ = group.__suppress_context__
    for note in getattr(group, "__notes__", ()):
        new.add_note(note)
    return new
