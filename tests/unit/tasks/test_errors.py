"""The two kinds of errors: a caller tells them apart by type."""

from __future__ import annotations

import pickle

import pytest

from pypatterns.tasks import DomainError, Retryable


@pytest.mark.parametrize("kind", [Retryable, DomainError])
def test_a_kind_is_an_exception_of_its_own(kind: type[Exception]) -> None:
    """It is caught as an Exception, and not as the other kind."""
    (other,) = {Retryable, DomainError} - {kind}

    assert issubclass(kind, Exception)
    assert not issubclass(kind, other)


@pytest.mark.parametrize("error", [Retryable("shop is busy"), DomainError("sold out")], ids=repr)
def test_an_error_crosses_to_another_process(error: Exception) -> None:
    """It pickles, and keeps its type and what it says."""
    arrived = pickle.loads(pickle.dumps(error))

    assert repr(arrived) == repr(error)
