"""Functions and items to send into other processes: they note who worked, die there, or count the messages they travel in.

>>> ledger, mail = Ledger(), Mail()
>>> letters = [mail.letter(number) for number in range(23)]
>>> list(answer.parallel_map(Noted(work, ledger), letters, workers=2, chunk=5))
>>> mail.messages                           # 5: chunks of five, however many items
>>> ledger.pids() - {os.getpid()}           # the processes that worked

All of it pickles and is found by its module's name, so it travels to processes that were forked, spawned or served. The
function in `Noted` must be one of a module, too: the driver's own `def` at top level is.
"""

from __future__ import annotations

import ast
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import Any

_numbers = count(1)


class StayedHome(Exception):
    """A function that should have run in another process ran where it came from."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of a ledger: the process that wrote it, and what."""

    pid: int
    what: Any


class Ledger:
    """A list in a file of this call's folder, which every process that gets hold of it can append to."""

    def __init__(self) -> None:
        self._file = os.path.abspath(f"ledger-{next(_numbers)}.txt")

    def note(self, what: object) -> None:
        """Append one entry; what is not plain data is noted as its repr."""
        line = f"{os.getpid()} {what!r}".replace("\n", " ") + "\n"
        file = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())  # in one piece, so that lines of two processes never mix
        finally:
            os.close(file)

    def entries(self) -> list[LedgerLine]:
        """All entries so far, in the order in which they were written."""
        try:
            with open(self._file, encoding="utf-8") as file:
                return [_entry(line) for line in file]
        except FileNotFoundError:
            return []

    def pids(self) -> set[int]:
        """The processes that wrote into it."""
        return {entry.pid for entry in self.entries()}


def _entry(line: str) -> LedgerLine:
    pid, _, text = line.rstrip("\n").partition(" ")
    try:
        return LedgerLine(int(pid), ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return LedgerLine(int(pid), text)


@dataclass(frozen=True, slots=True)
class Noted:
    """A function that notes its argument, of a letter the value, in the ledger when it is called, and then does its work."""

    fn: Callable[[Any], Any]
    ledger: Ledger

    def __call__(self, item: Any) -> Any:
        self.ledger.note(item.value if isinstance(item, Letter) else item)
        return self.fn(item)


class KilledOn:
    """A function that gives back what it gets, and on one item kills the process that runs it.

    Raises `StayedHome` rather than kill the process that made it.
    """

    def __init__(self, item: object) -> None:
        self._item = item
        self._home = os.getpid()

    def __call__(self, item: Any) -> Any:
        if item != self._item:
            return item
        if os.getpid() == self._home:
            raise StayedHome(f"{item!r} was worked on in process {self._home}, where it came from")
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        raise AssertionError("unreachable: SIGKILL cannot be held back")


class Mail:
    """Shared by all letters, and so pickled once in every message that carries some."""

    def __init__(self) -> None:
        self.messages = 0
        self._lock = Lock()

    def letter(self, value: object) -> Letter:
        """An item to send."""
        return Letter(value, self)

    def __reduce__(self) -> tuple[type[Mail], tuple[()]]:
        with self._lock:
            self.messages += 1
        return Mail, ()


@dataclass(frozen=True, slots=True)
class Letter:
    """An item with a value; its way is counted."""

    value: Any
    mail: Mail
