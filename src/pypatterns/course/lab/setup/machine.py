"""What the doctor asks of the computer, in one object: its own file, so that a test can hand in another computer.

>>> Machine().which("bwrap")
'/usr/bin/bwrap'
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

KERNEL = "python3"  # the kernel that the course's notebooks name


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its exit code and what it printed, errors included. 127 stands for "could not be started"."""

    code: int
    output: str = ""


def run(command: Sequence[str]) -> Ran:
    """Run a program that ends within half a minute."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Ran(127, str(error))
    return Ran(done.returncode, (done.stdout + done.stderr).strip())


def installed_versions() -> dict[str, str]:
    """The version of every installed distribution, by normalised name."""
    return {canonicalize_name(each.name): each.version for each in metadata.distributions()}


def kernel_command() -> list[str]:
    """The command that starts the kernel of the course's notebooks; none if Jupyter knows no such kernel."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # noqa: PLC0415 (slow)

    try:
        return list(KernelSpecManager().get_kernel_spec(KERNEL).argv)
    except NoSuchKernel:
        return []


def free_space(path: Path) -> int:
    """Bytes that are free on the disk of `path`."""
    return shutil.disk_usage(path).free


def writable(path: Path) -> bool:
    """Whether files can be made in `path`."""
    return os.access(path, os.W_OK)


@dataclass(frozen=True, slots=True)
class Machine:
    """All that the examination asks of the computer. The defaults ask this one."""

    python: tuple[int, int, int] = sys.version_info[:3]
    platform: str = sys.platform
    executable: str = sys.executable
    prefix: Path = field(default_factory=lambda: Path(sys.prefix))
    has_pip: bool = importlib.util.find_spec("pip") is not None
    has_fork: bool = hasattr(os, "fork")
    installed: Callable[[], Mapping[str, str]] = installed_versions
    kernel: Callable[[], Sequence[str]] = kernel_command
    which: Callable[[str], str | None] = shutil.which
    run: Callable[[Sequence[str]], Ran] = run
    free: Callable[[Path], int] = free_space
    writable: Callable[[Path], bool] = writable
