"""What a call leaves behind in its process: threads, open descriptors, temporary files.

>>> before = Before()
>>> together(partial(answer.fetch_many, urls, fetch, workers=4))
>>> before.threads_left(), before.descriptors_left()
([], [])

What is about to end is given the time: only a thread that stands still, or goes on for ever, is left. Tasks and timers
of an event loop are for loop_leaks.py.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from pypatterns.course.checking.probes.processes import until_quiet
from pypatterns.course.checking.probes.watch import LONG_BOUND

DESCRIPTORS = ("/proc/self/fd", "/dev/fd")  # Linux; macOS
TEMP_VARIABLES = ("TMPDIR", "TEMP", "TMP")


class Before:
    """What there is now, to compare with later."""

    def __init__(self) -> None:
        self._threads = _threads()
        self._descriptors = _descriptors()

    def threads_left(self, *, bound: float = LONG_BOUND) -> list[str]:
        """The names of the threads that were started since and do not end."""
        until_quiet(lambda: not self._new_threads(), bound=bound)
        return self._new_threads()

    def _new_threads(self) -> list[str]:
        return [
            thread.name if thread else f"thread {ident}"
            for ident, thread in _threads().items()
            if ident not in self._threads or self._threads[ident] is not thread
        ]

    def descriptors_left(self) -> list[str]:
        """What the descriptors stand for that were opened since: a path, "socket:[7]", "pipe:[8]".

        Those that garbage collection closes are not left; Python's own ways to its helper processes do not count.
        """
        gc.collect()
        helpers = set(_helpers())
        return [
            what
            for number, what in _descriptors().items()
            if number not in helpers and self._descriptors.get(number) != what
        ]


@contextmanager
def own_temp_folder() -> Iterator[None]:
    """A step to take before the import: a folder for temporary files that nobody else uses, also for child processes."""
    folder = tempfile.mkdtemp(prefix="own-")
    before = tempfile.tempdir, {name: os.environ.get(name) for name in TEMP_VARIABLES}
    tempfile.tempdir = folder
    os.environ.update(dict.fromkeys(TEMP_VARIABLES, folder))
    try:
        yield
    finally:
        tempfile.tempdir = before[0]
        for name, value in before[1].items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        shutil.rmtree(folder, ignore_errors=True)


def temp_files_left() -> list[str]:
    """The names in the folder for temporary files, without those that multiprocessing keeps until the process ends."""
    return sorted(
        name for name in os.listdir(tempfile.gettempdir()) if not name.startswith("pymp-")
    )


def _threads() -> dict[int, Thread | None]:
    """The threads that run, by their ids; None for one that `threading` does not know."""
    known = dict(threading._active)  # type: ignore[attr-defined]  # enumerate() takes a lock
    return {ident: known.get(ident) for ident in sys._current_frames()}


def _descriptors() -> dict[int, str]:
    """The open descriptors and what they stand for; the system may tell less than that, or nothing."""
    for folder in filter(os.path.isdir, DESCRIPTORS):
        found = {}
        for name in os.listdir(folder):
            with suppress(OSError):  # the one that read the folder is closed again
                found[int(name)] = _stands_for(folder, name)
        return found
    return {}


def _stands_for(folder: str, name: str) -> str:
    os.fstat(int(name))
    try:
        return os.readlink(f"{folder}/{name}")
    except OSError:
        return "a descriptor"


def _helpers() -> Iterator[int | None]:
    for module, name, descriptor in (
        ("multiprocessing.resource_tracker", "_resource_tracker", "_fd"),
        ("multiprocessing.forkserver", "_forkserver", "_forkserver_alive_fd"),
    ):
        yield getattr(getattr(sys.modules.get(module), name, None), descriptor, None)
