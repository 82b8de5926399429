"""Give triage errors of every shape, and write down what came back as data.

A shape is plain data: a leaf is its name, "KeyError-3", and a group is [its message, its notes, its members]. Each error
is raised once before triage gets it, so that it has a traceback of its own.
"""

import asyncio
import traceback

from pypatterns.course.checking.probes.errors import leaves
from pypatterns.tasks import DomainError, Retryable


class Throttled(Retryable):
    """The shop wants fewer calls. One is like the other."""

    def __eq__(self, other):
        return type(self) is type(other)

    __hash__ = Retryable.__hash__


class ShopTimeout(Retryable, TimeoutError):
    """The shop is slow today."""


class OutOfStock(DomainError):
    """There is no more of it. One is like the other."""

    def __eq__(self, other):
        return type(self) is type(other)

    __hash__ = DomainError.__hash__


class NotToMinors(OutOfStock):
    """There is, and not for everybody."""


class Outage(Exception):
    """Neither the one nor the other."""


KINDS = {
    kind.__name__: kind
    for kind in (
        *(Retryable, Throttled, ShopTimeout, DomainError, OutOfStock, NotToMinors),
        *(Outage, KeyError, ValueError, TimeoutError, ConnectionError, ZeroDivisionError),
        *(KeyboardInterrupt, asyncio.CancelledError),
    )
}


class Made:
    """Errors of given shapes, and the leaves of them by name."""

    def __init__(self, notes=()):
        self.leaves = {}
        self._notes = notes

    def error(self, shape):
        """An error of this shape, raised and caught."""
        if isinstance(shape, str):
            return _raised(self._leaf(shape), _ask_the_shop)
        return _raised(self._group(*shape), _wait_for_all)

    def _leaf(self, name):
        leaf = KINDS[name.partition("-")[0]](name)
        for note in self._notes:
            leaf.add_note(f"{note} of {name}")
        self.leaves[name] = leaf
        return leaf

    def _group(self, message, notes, members):
        group = BaseExceptionGroup(message, [self.error(member) for member in members])
        for note in notes:
            group.add_note(note)
        return group

    def name(self, error):
        """The name of a leaf; of any other object, what it is."""
        kind = type(error).__name__
        other = f"another {kind}" if self.is_like_one(error) else f"{kind}: {error}"[:100]
        return next((name for name, leaf in self.leaves.items() if leaf is error), other)

    def is_like_one(self, error):
        """Whether it has the arguments of a leaf: it is one, or was made after one."""
        return any(error.args == leaf.args for leaf in self.leaves.values())

    def shape(self, error):
        """The shape of an error."""
        if not isinstance(error, BaseExceptionGroup):
            return self.name(error)
        notes = [str(note) for note in getattr(error, "__notes__", ())]
        return [error.message, notes, [self.shape(member) for member in error.exceptions]]


def _raised(error, where):
    try:
        where(error)
    except BaseException as caught:  # noqa: BLE001 - any error of the shapes
        return caught


def _ask_the_shop(error):
    raise error


def _wait_for_all(group):
    raise group


def _ended(answer, made, error):
    """What triage returned, and what it raised: one of the two is None. An error of its own is no data, and goes on."""
    try:
        return answer.triage(error), None
    except BaseException as raised:
        if isinstance(raised, BaseExceptionGroup) or made.is_like_one(raised):
            return None, raised
        raise


def _told(made, returned, raised):
    return {
        "lists": _lists(made, returned),
        "returned": repr(returned)[:600],
        "raised": None if raised is None else made.shape(raised),
        "leaves": [made.name(leaf) for leaf in leaves(raised)],
    }


def _lists(made, returned):
    """The names in the two lists; None if it is something else than a tuple of two lists."""
    is_pair = isinstance(returned, tuple) and len(returned) == 2
    if not is_pair or not all(isinstance(each, list) for each in returned):
        return None
    return [[made.name(each) for each in errors] for errors in returned]


def triaged(answer, shapes, told):
    """triage gets {told}, one after the other."""
    seen = []
    for shape in shapes:
        made = Made()
        seen.append(_told(made, *_ended(answer, made, made.error(shape))))
    return seen


def looked_through(answer, shape, told):
    """triage gets {told}, whose leaves have notes and tracebacks."""
    made = Made(notes=("order", "customer"))
    error = made.error(shape)
    before = {name: _marks(leaf) for name, leaf in made.leaves.items()}
    _, raised = _ended(answer, made, error)
    named = [(str(leaf.args[0]), leaf) for leaf in leaves(raised) if leaf.args]
    return [_kept(name, before[name], _marks(leaf)) for name, leaf in named if name in before]


def _marks(error):
    """An error's notes, and where it was raised: each step of its traceback."""
    steps = traceback.extract_tb(error.__traceback__)
    return list(getattr(error, "__notes__", ())), [(step.name, step.lineno) for step in steps]


def _kept(name, before, after):
    """Whether notes and traceback are still there; more of both may have come."""
    notes, steps = before
    return {
        "name": name,
        "notes": after[0][: len(notes)] == notes,
        "traceback": after[1][-len(steps) :] == steps,
    }
