"""Ask for the subgroup of unknown leaves, with a condition that files the known ones on the way."""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable: list[Retryable] = []
    refused: list[DomainError] = []

    def is_unknown(each: BaseException) -> bool:
        match each:
            case BaseExceptionGroup():
                return False  # so that its members are asked
            case Retryable():
                retryable.append(each)
            case DomainError():
                refused.append(each)
            case _:
                return True
        return False

    if isinstance(error, BaseExceptionGroup):
        rest = error.subgroup(is_unknown)
    else:
        rest = error if is_unknown(error) else None
    if rest is not None:
        raise rest
    return retryable, refused
