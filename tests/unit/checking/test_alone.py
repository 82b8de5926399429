"""What looks at all threads and child processes there are: its tests, the alone_*.py, run where nobody else has any.

Among other tests they would meet threads of a kernel's client, or wait for a JupyterLab to stand still.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ALONE = sorted(path.relative_to(HERE).as_posix() for path in HERE.rglob("alone_*.py"))
NO_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # they take seconds to load


@pytest.mark.parametrize("name", ALONE)
def test_in_a_process_of_its_own(name: str) -> None:
    """The tests of an alone_*.py pass."""
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--import-mode=importlib", name]

    ended = subprocess.run(
        command,
        check=False,
        cwd=HERE,
        env=os.environ | NO_PLUGINS,
        capture_output=True,
        text=True,
        timeout=300,  # seconds
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " passed" in ended.stdout
