"""An answer of several files: where its folder lies, and the text files in it, read within bounds. Nothing here runs them.

>>> sorted(read(course.work / "04_hexagonal_core" / "contracts"))
['market/__init__.py', …, 'pyproject.toml']

What tools leave behind (names that begin with a dot, `__pycache__`) is passed over. What cannot be part of an answer (a link,
something that is not text, too much of it) is refused with the reason, since an answer without it would be another one.
"""

from __future__ import annotations

import ast
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from pypatterns.course.catalog import Exercise
from pypatterns.course.errors import UnreadableFile
from pypatterns.course.syntax import parsed, same_code

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


def read_for(exercise: Exercise, folder: Path) -> Mapping[str, str]:
    """The files of an answer's folder. Raises `UnreadableFile` with the reason and the way out."""
    gone = f"there is no folder {exercise.lesson}/{folder.name} beside it"
    try:
        return read(folder)
    except UnreadableFile as error:
        reason = error if os.path.lexists(folder) else gone
        raise UnreadableFile(
            f"{reason}. 'pypatterns reset {exercise.name}' writes a new starter."
        ) from None


def place(exercise: Exercise, beside: Path, name: str = "") -> Path:
    """Where the folder `name` of an answer lies (by default one of the exercise's name), if its notebook is in `beside`.

    It belongs in the lesson's folder. Where that has none, and one lies right beside the notebook, as it once did, that one counts.
    """
    name = name or exercise.name
    now, before = beside / exercise.lesson / name, beside / name
    return before if is_folder(before) and not os.path.lexists(now) else now


def is_folder(path: Path) -> bool:
    """Whether it is one, and no link to one."""
    return path.is_dir() and not path.is_symlink()


def folder_of(source: str) -> str:
    """The folder that an answer's cell names, `folder = "NAME"`; "" if it names none.

    Raises `UnreadableFile` for what is not a folder's name, but a path.
    """
    tree = parsed(source)
    for each in tree.body if tree else ():
        if (
            isinstance(each, ast.Assign)
            and [ast.unparse(target) for target in each.targets] == ["folder"]
            and isinstance(each.value, ast.Constant)
            and isinstance(name := each.value.value, str)
        ):
            if re.fullmatch(r"[^\s./\\:][^/\\:]*", name):
                return name
            raise UnreadableFile(
                f"folder = {name!r} does not name a folder; write its name alone, with no '/' in it"
            )
    return ""


def same_files(some: Mapping[str, str], others: Mapping[str, str]) -> bool:
    """Whether two folders hold the same: Python's layout and space at the ends of files do not count."""
    return some.keys() == others.keys() and all(
        text.strip() == others[name].strip()
        or (name.endswith(".py") and same_code(text, others[name]))
        for name, text in some.items()
    )


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
