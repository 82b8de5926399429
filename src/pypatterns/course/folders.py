"""An answer of several files: the text files of one folder, read within bounds. Nothing here runs them.

>>> sorted(read(course.work / "04_hexagonal_core" / "contracts"))
['market/__init__.py', …, 'pyproject.toml']

What tools leave behind (names that begin with a dot, `__pycache__`) is passed over. What cannot be part of an answer (a link,
something that is not text, too much of it) is refused with the reason, since an answer without it would be another one.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from pypatterns.course.errors import UnreadableFile

MOST_FILES = 200
LARGEST = 1 << 20  # bytes of all files together
DEEPEST = 10  # folders one inside the other
LEFT_BEHIND = ("__pycache__", ".")  # how names begin that tools make


def read(folder: Path) -> Mapping[str, str]:
    """The folder's files: path (relative, with slashes) to text. Raises `UnreadableFile` with the reason."""
    if folder.is_symlink():
        raise UnreadableFile(f"{folder.name} is a link; the folder itself must stand there")
    if not folder.is_dir():
        raise UnreadableFile(f"there is no folder {folder.name} beside it")
    files: dict[str, str] = {}
    size = 0
    for path in _files(folder, DEEPEST):
        name = path.relative_to(folder).as_posix()
        data = _bytes(path, f"{folder.name}/{name}")
        size += len(data)
        if size > LARGEST or len(files) == MOST_FILES:
            raise UnreadableFile(
                f"{folder.name} holds more than {MOST_FILES} files or {LARGEST >> 20} MiB; take out what is not part of the answer"
            )
        files[name] = _text(data, f"{folder.name}/{name}")
    return MappingProxyType(files)


def _files(folder: Path, deepest: int) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith(LEFT_BEHIND):
            continue
        path = Path(entry.path)
        if not entry.is_dir(follow_symlinks=False):
            yield path
        elif deepest == 0:
            raise UnreadableFile(f"{path.name} lies more than {DEEPEST} folders deep")
        else:
            yield from _files(path, deepest - 1)


def _bytes(path: Path, name: str) -> bytes:
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            raise UnreadableFile(f"{name} is a link; an answer holds the file itself")
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableFile(f"{name} is no plain file; take it out")
        if found.st_size > LARGEST:
            raise UnreadableFile(f"{name} is larger than {LARGEST >> 20} MiB; take it out")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be read: {error.strerror or error}") from error


def _text(data: bytes, name: str) -> str:
    try:
        name.encode()
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeError:
        raise UnreadableFile(f"{name} is not text in UTF-8; take it out") from None
