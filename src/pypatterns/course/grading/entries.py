"""The files of one submission, wherever they lie: in a folder, a zip, or a part of the zip that an LMS exports.

>>> [entry.name for entry in in_folder(Path("class/ana"))]
['01_threads_and_processes.ipynb', 'tick_report/report.py']

Nothing is trusted. A name that leads elsewhere, a link, a password, a zip in a zip's zip: the submission is `Unfit`, with the
reason. Nothing is unpacked here; whoever opens an entry reads it as a stream and stops where it has had enough.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from pypatterns.course.errors import CourseError

# What systems and tools add; "earlier" is where `pypatterns reset` keeps old answers.
JUNK = frozenset(
    {"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini", "earlier", "venv", "node_modules"}
)
MOST_FILES = 2_000  # of one submission, whatever they are
MOST_DEPTH = 12
LINK = "is a link; hand in the file itself"
TOO_MANY = f"it holds more than {MOST_FILES} files; hand in the answers alone"
LARGEST_DIRECTORY = 1 << 20  # bytes of a learner's zip that only list its files
END_OF_DIRECTORY, ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
DRIVE = re.compile(r"^[A-Za-z]:")


class Unfit(CourseError):
    """A submission, or a part of it, that is refused. The message is the reason, for learner and instructor."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a submission: its path within it, with slashes, and how to read it.

    `zipped`: it comes out of a learner's zip. `refused`: why it is not read, though the others are.
    """

    name: str
    open: Callable[[], IO[bytes]]
    zipped: bool = False
    refused: str = ""


def in_folder(folder: Path) -> Iterator[Entry]:
    """The files below a folder. A link is not followed: what it points at was not handed in. Raises `Unfit`."""
    for count, (path, name) in enumerate(_walk(folder, "", 0)):
        if count >= MOST_FILES:
            raise Unfit(TOO_MANY)
        yield Entry(name, _opener(path), refused=LINK if path.is_symlink() else "")


def one_file(path: Path, name: str) -> Iterator[Entry]:
    """A file by itself, under a name without its learner's."""
    yield Entry(name, _opener(path))


def in_zip(
    archive: zipfile.ZipFile, infos: Iterable[zipfile.ZipInfo], *, below: str = "", zipped: bool
) -> Iterator[Entry]:
    """The files of a zip that `infos` name, with the folder `below` taken off their names. Raises `Unfit`."""
    seen: set[str] = set()
    for info in infos:
        name = checked(info)
        if folded(name) in seen:
            raise Unfit(
                f"two files in the zip are called {name!r}, and nobody can tell which counts"
            )
        seen.add(folded(name))
        if len(seen) > MOST_FILES:
            raise Unfit(TOO_MANY)
        if not info.is_dir() and not hidden(name):
            yield Entry(name[len(below) :], partial(archive.open, info), zipped)


def learners_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """A zip that a learner made. Raises `Unfit` before its list of files could fill the memory."""
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(max(0, size - (1 << 16) - 128))
    tail = file.read()
    end = tail.rfind(END_OF_DIRECTORY)
    if end < 0 or len(tail) < end + 22:
        raise Unfit("it is not a whole zip; zip the answers again")
    if ZIP64 in tail[max(0, end - 20) : end]:
        raise Unfit("it is a zip for more than 4 GB; zip the answers alone")
    if int.from_bytes(tail[end + 12 : end + 16], "little") > LARGEST_DIRECTORY:
        raise Unfit(TOO_MANY)
    return opened(file)


def opened(file: IO[bytes] | Path) -> zipfile.ZipFile:
    """A zip. Raises `Unfit` if it is none."""
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, ValueError) as error:
        raise Unfit(f"it is not a readable zip ({error}); zip the answers again") from None


def checked(info: zipfile.ZipInfo) -> str:
    """An entry's name, with slashes and in Unicode's composed form. Raises `Unfit` for all that is a trick or looks like one."""
    name = _decoded(info)
    parts = name.rstrip("/").split("/")
    if (
        not name.strip("/")
        or name.startswith("/")
        or DRIVE.match(name)
        or "\\" in info.orig_filename
    ):
        raise Unfit(
            f"the zip holds the absolute or foreign path {name!r}; zip it again with relative names"
        )
    if ".." in parts or "" in parts or "." in parts or "\0" in info.orig_filename:
        raise Unfit(
            f"the zip holds the path {name!r}, which leads elsewhere; zip the answers again"
        )
    if len(parts) > MOST_DEPTH:
        raise Unfit(
            f"the zip's folders are nested more than {MOST_DEPTH} deep; hand in the answers alone"
        )
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Unfit(f"{name!r} in the zip is a link or a device; hand in the file itself")
    if info.flag_bits & 0x1:
        raise Unfit("the zip has a password; zip the answers without one")
    return name


def path_of(info: zipfile.ZipInfo) -> list[str]:
    """The folders and the name of an entry, however odd: whoever it belongs to is told what is wrong with it."""
    try:
        name = _decoded(info)
    except Unfit:
        name = info.filename
    parts = re.split(r"[/\\]", name)
    return [part for part in parts if part not in ("", ".", "..")] or [name]


def hidden(name: str) -> bool:
    """Whether a path is a system's or an editor's, and nothing that anybody hands in."""
    return any(part.startswith(".") or part in JUNK for part in name.split("/"))


def folded(name: str) -> str:
    """What two names share that some file system would take for one."""
    return unicodedata.normalize("NFC", name).casefold().rstrip("/")


def _decoded(info: zipfile.ZipInfo) -> str:
    """zipfile reads a name as code page 437 unless a flag says UTF-8; many write UTF-8 without the flag."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            raise Unfit(
                f"the zip holds the name {name!r}, which is not in UTF-8; zip it again with another program"
            ) from None
    return unicodedata.normalize("NFC", name)


def _walk(folder: Path, below: str, depth: int) -> Iterator[tuple[Path, str]]:
    if depth > MOST_DEPTH:
        raise Unfit(
            f"its folders are nested more than {MOST_DEPTH} deep; hand in the answers alone"
        )
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise Unfit(f"{below or 'the folder'} cannot be read: {error.strerror}") from None
    for entry in entries:
        name = f"{below}{entry.name}"
        if hidden(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), f"{name}/", depth + 1)
        elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
            yield Path(entry.path), name


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return lambda: os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb")
