"""For all tests: the long files begin first, and nbval's kernels talk by sockets, where there are such, instead of by TCP.

A kernel's TCP ports are chosen before it opens them. Of two kernels that start at the same time, one may take a port of the
other, which then never answers.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import nbval.kernel
import pytest
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).parent
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


# These take longest. With `--dist loadfile` whole files are dealt out, and the last one to begin decides when all are done.
LONG = (
    "tests/integration/test_gate.py",
    "tests/integration/test_notebooks.py",
    "tests/integration/under_fire/test_surroundings.py",
    "tests/integration/grading/test_class.py",
    "tests/integration/grading/test_faults.py",
    "tests/browser/test_learner.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; `--no-loadscope-reorder` keeps it so."""
    places = {ROOT / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(LONG)))
