"""A contract of our own."""

from importlinter import Contract


class CoreContract(Contract):
    """The core is free."""
