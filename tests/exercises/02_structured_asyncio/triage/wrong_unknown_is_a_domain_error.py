"""What cannot be tried again has been refused: there is no third kind.

fails: test_the_rest_comes_out, test_its_leaves_keep_notes_and_traceback,
    test_a_bare_unknown_error_comes_out
says: put it among the DomainErrors
feedback: A KeyError is a bug. Told to a customer as a refusal it is never mended, and nobody sees its traceback. Ask
    for what you know, isinstance(leaf, DomainError), and raise what is left.
"""

from pypatterns.tasks import DomainError, Retryable


def triage(error: BaseException) -> tuple[list[Retryable], list[DomainError]]:
    retryable, refused = [], []
    for leaf in leaves(error):
        if isinstance(leaf, Retryable):
            retryable.append(leaf)
        elif isinstance(leaf, Exception):
            refused.append(leaf)
        else:
            raise error
    return retryable, refused


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in leaves(member)]
    return [error]
