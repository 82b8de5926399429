"""Keep every core busy while something runs, to see that no verdict depends on a quiet machine.

>>> with busy_cores():
...     proof = verify(course, judge=judge)
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

# A spinner ends by itself when its parent is gone, so that a killed command leaves nothing behind.
SPIN = "import os, sys\nwhile os.getppid() == int(sys.argv[1]):\n    sum(range(100_000))"


@contextmanager
def busy_cores(cores: int | None = None) -> Iterator[list[int]]:
    """Run one spinning process a core (all cores by default) and end them all on the way out; yields their ids."""
    command = [sys.executable, "-I", "-S", "-c", SPIN, str(os.getpid())]
    with ExitStack() as stack:
        ids = []
        for _ in range(cores or os.cpu_count() or 1):
            # Each in a session of its own: Linux shares the cores out among sessions, and calls have their own, too.
            spinner = stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
            )
            stack.callback(spinner.kill)  # leaving the process's own context waits for it
            ids.append(spinner.pid)
        yield ids
