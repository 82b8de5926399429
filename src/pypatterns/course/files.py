"""Writing where a learner works: whole files or none, and never over what somebody wrote.

>>> with told("written", path):
...     write_new(path, b"first")
True
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pypatterns.course.catalog import VARIABLE
from pypatterns.course.errors import CourseError


def write_new(path: Path, data: bytes) -> bool:
    """Write a file that does not exist yet, whole or not at all. False where someone else was faster."""
    with _beside(path, data) as ready:
        try:
            os.link(ready, path)
        except FileExistsError:
            return False
        except OSError:  # no hard links on this file system
            return _write_exclusively(path, data)
    return True


def copy_new(folder: Path, to: Path) -> bool:
    """Copy a folder to where none is yet, whole or not at all. False where something stands there."""
    if to.exists() or to.is_symlink():
        return False
    ready = to.with_name(f".{to.name}.{secrets.token_hex(4)}.tmp")
    try:
        shutil.copytree(folder, ready, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        ready.rename(to)
    except FileExistsError:
        return False
    finally:
        shutil.rmtree(ready, ignore_errors=True)
    return True


def overwrite(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Replace a file in one step: readers see the old content or the new. A link keeps pointing at its target.

    `sync`: even a power cut leaves one of the two. Without, that takes some milliseconds less.
    """
    target = path.resolve()
    with _beside(target, data, sync=sync) as ready:
        ready.replace(target)


@contextmanager
def told(done: str, path: Path) -> Iterator[None]:
    """Turn an OSError into a `CourseError` that says why `path` cannot be "written" or "read", and the way out."""
    try:
        yield
    except OSError as error:
        raise CourseError(f"{path} cannot be {done}: {_reason(error)}") from error


@contextmanager
def _beside(path: Path, data: bytes, *, sync: bool = True) -> Iterator[Path]:
    """A whole file next to `path`, gone at the end unless it was moved."""
    ready = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with ready.open("xb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        yield ready
    finally:
        with suppress(OSError):
            ready.unlink()


def _write_exclusively(path: Path, data: bytes) -> bool:
    try:
        file = path.open("xb")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(data)
    except OSError:
        path.unlink()
        raise
    return True


def _reason(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{error.strerror}. Free some space and try again; nothing was changed."
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return (
            f"{error.strerror}. Copy the course to a folder of your own and go there "
            f"(or name it in {VARIABLE}), then try again."
        )
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return "a file stands where a folder should be. Move it away and try again."
    return f"{error.strerror or error}."
