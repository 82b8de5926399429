"""Where an answer's files go, and what is said where they cannot."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest

from pypatterns.course.checking.shared import scratch


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


def test_all_is_cleared_however_it_was_left(tmp_path: Path) -> None:
    """Closed folders, folders deeper than any path, links, odd names; what links lead to stays."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    (inside / "closed" / "more").mkdir(parents=True)
    outside.mkdir()
    (outside / "precious").touch()
    for name, place in {"out": outside, "up": "..", "nowhere": "/nowhere"}.items():
        (inside / "closed" / "more" / name).symlink_to(place)
    (inside / "new\nline").touch()
    (inside / "closed" / "more").chmod(0)
    (inside / "closed").chmod(0)
    bury(inside, 2000)

    assert scratch.clear(str(inside))

    assert list(inside.iterdir()) == []
    assert [each.name for each in outside.iterdir()] == ["precious"]


def bury(folder: Path, levels: int) -> None:
    """Make folders in folders."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("inner", dir_fd=here)
        inner = os.open("inner", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def test_what_was_there_before_is_kept(tmp_path: Path) -> None:
    """Only what is named is left."""
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()

    assert scratch.clear(str(tmp_path), keep={"ours"})
    assert [each.name for each in tmp_path.iterdir()] == ["ours"]


def test_what_cannot_be_removed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the next call there must know."""
    (tmp_path / "stays").touch()

    def refuse(_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "unlink", refuse)

    assert not scratch.clear(str(tmp_path))
