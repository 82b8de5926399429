"""Where an answer's files go, and what is said where they cannot."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest

from pypatterns.course.checking import scratch


def test_a_new_folder_is_real_and_within(tmp_path: Path) -> None:
    """Its path holds no symlink, as tracebacks will not either."""
    (tmp_path / "link").symlink_to(tmp_path)

    folder = scratch.new("answer-", within=str(tmp_path / "link"))

    assert Path(folder).parent == tmp_path.resolve()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS], ids=["full", "read-only"])
def test_no_room_is_told_with_the_place_and_the_way_out(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which folder, why, and what to set."""

    def refuse(*_: object, **__: object) -> str:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)

    with pytest.raises(scratch.NoRoom) as caught:
        scratch.new("answer-", within=str(tmp_path))

    assert str(caught.value) == (
        f"The files of an answer cannot be written to {tmp_path}: {os.strerror(number)}. Make room there, or set the "
        "environment variable TMPDIR to a folder that has some, and start again."
    )


def test_a_system_without_any_such_folder_says_what_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where not one of the usual folders can be written to."""

    def refuse() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", refuse)
    monkeypatch.setattr(tempfile, "mkdtemp", lambda **_: refuse())
    monkeypatch.setenv("TMPDIR", "/full/disk")

    with pytest.raises(
        scratch.NoRoom, match=r"^The files of an answer cannot be written to /full/disk: "
    ):
        scratch.new("pp-")
