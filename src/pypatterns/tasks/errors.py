"""What an error asks of the caller: to try again, or to tell the customer. Its own file, as every pattern may use it.

Exception
├── Retryable       the same call may work in a moment: raise a subclass that says what failed
└── DomainError     a rule of the market says no, and will say no again

An error is one or the other, never both; any other exception is neither, and nobody's business but the programmer's.
"""

from __future__ import annotations


class Retryable(Exception):
    """Nothing is wrong with the order: the same call may work in a moment."""


class DomainError(Exception):
    """A rule of the market refuses the order: the same call will be refused again."""
