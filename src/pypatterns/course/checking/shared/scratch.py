"""The folders into which answers' files go, and what to say where there is no room for them.

>>> folder = new("pp-")
>>> new("answer-", within=folder)
'/tmp/pp-k3v9x2aq/answer-0c7sd1wb'
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Container
from contextlib import suppress


class NoRoom(Exception):
    """A folder or a file for an answer cannot be made; the text says where, why, and the way out."""


def new(prefix: str, within: str | None = None) -> str:
    """A new folder in `within`, or where temporary files go; its real path. Raises `NoRoom`."""
    try:
        return os.path.realpath(tempfile.mkdtemp(prefix=prefix, dir=within))
    except OSError as error:
        raise NoRoom(sentence(within or _temporary(), error)) from error


def clear(folder: str, keep: Container[str] = ()) -> bool:
    """Remove all that is in a folder but what `keep` names, and follow no link; whether nothing else is left.

    An answer may leave folders that are closed, or deeper than any path is long: each is opened and brought up first.
    """
    waiting = [folder]
    while waiting:
        place = waiting.pop()
        for entry in _entries(place):
            if place == folder and entry.name in keep:
                continue
            with suppress(OSError):
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)
                elif place == folder:
                    waiting.append(entry.path)
                else:
                    waiting.append(_brought_up(entry.path, folder))
        if place != folder:
            with suppress(OSError):
                os.rmdir(place)
    return all(entry.name in keep for entry in _entries(folder))


def remove(folder: str) -> None:
    """Remove a folder with all that is in it."""
    clear(folder)
    with suppress(OSError):
        os.rmdir(folder)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with suppress(OSError):
        os.chmod(folder, 0o700)  # the answer may have closed it
    with suppress(OSError), os.scandir(folder) as entries:
        return list(entries)
    return []


def _brought_up(inner: str, folder: str) -> str:
    os.chmod(inner, 0o700)
    place = os.path.join(folder, os.urandom(16).hex())
    os.rename(inner, place)
    return place


def sentence(folder: str, error: OSError) -> str:
    """What is said where files cannot be written to a folder."""
    return (
        f"The files of an answer cannot be written to {folder}: {error.strerror}. Make room there, or set the "
        "environment variable TMPDIR to a folder that has some, and start again."
    )


def _temporary() -> str:
    """Where temporary files go; where none of the usual folders can be written to, what was asked for."""
    try:
        return tempfile.gettempdir()
    except OSError:
        return os.environ.get("TMPDIR", "any of the folders for temporary files")
