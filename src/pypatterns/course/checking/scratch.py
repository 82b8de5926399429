"""The folders into which answers' files go, and what to say where there is no room for them.

>>> folder = new("pp-")
>>> new("answer-", within=folder)
'/tmp/pp-k3v9x2aq/answer-0c7sd1wb'
"""

from __future__ import annotations

import os
import tempfile


class NoRoom(Exception):
    """A folder or a file for an answer cannot be made; the text says where, why, and the way out."""


def new(prefix: str, within: str | None = None) -> str:
    """A new folder in `within`, or where temporary files go; its real path. Raises `NoRoom`."""
    try:
        return os.path.realpath(tempfile.mkdtemp(prefix=prefix, dir=within))
    except OSError as error:
        raise NoRoom(sentence(within or _temporary(), error)) from error


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
