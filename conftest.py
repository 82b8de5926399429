"""For all tests: nbval's kernels talk by sockets in a temporary folder, where there are such, instead of by TCP.

A kernel's TCP ports are chosen before it opens them. Of two kernels that start at the same time, one may take a port of the
other, which then never answers.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from itertools import count
from typing import Any

import nbval.kernel
from jupyter_client.manager import KernelManager

_numbers = count()


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Made for the first kernel, and removed with this process."""
    return tempfile.TemporaryDirectory(prefix="nbval-")


class _BySockets(KernelManager):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if os.name == "posix":
            self.transport = "ipc"
            self.connection_file = os.path.join(_folder().name, f"{next(_numbers)}.json")  # noqa: PTH118 - a str is wanted


nbval.kernel.KernelManager = _BySockets
