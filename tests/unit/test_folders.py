"""The files of a folder: what is read, what is passed over, and what is refused with a reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pypatterns.course import folders
from pypatterns.course.errors import UnreadableFile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files, one of them in a folder of its own."""
    folder = tmp_path / "contracts"
    (folder / "market").mkdir(parents=True)
    (folder / "pyproject.toml").write_bytes(b"[tool.importlinter]\r\n")
    (folder / "market" / "domain.py").write_text("TEA = 'té'\n", encoding="utf-8")
    return folder


def test_files_are_named_by_their_path(folder: Path) -> None:
    """With slashes on every system, and line ends as Python has them."""
    assert folders.read(folder) == {
        "market/domain.py": "TEA = 'té'\n",
        "pyproject.toml": "[tool.importlinter]\n",
    }


@pytest.mark.parametrize(
    "left", [".git/config", "market/__pycache__/domain.pyc", ".import_linter_cache/x.json"]
)
def test_what_tools_leave_behind_is_passed_over(folder: Path, left: str) -> None:
    """Caches and hidden folders are no part of an answer, whatever they hold."""
    (folder / left).parent.mkdir(exist_ok=True)
    (folder / left).write_bytes(b"\xff\x00")

    assert sorted(folders.read(folder)) == ["market/domain.py", "pyproject.toml"]


def test_a_link_is_refused(folder: Path) -> None:
    """A file or folder from elsewhere is never read, wherever the link stands."""
    (folder.parent / "secret.txt").write_text("secret")
    (folder / "market" / "notes.txt").symlink_to(folder.parent / "secret.txt")
    with pytest.raises(UnreadableFile, match=r"contracts/market/notes\.txt is a link"):
        folders.read(folder)

    (folder / "market" / "notes.txt").unlink()
    (folder / "more").symlink_to(folder.parent)
    with pytest.raises(UnreadableFile, match="contracts/more is a link"):
        folders.read(folder)

    whole = folder.parent / "linked"
    whole.symlink_to(folder)
    with pytest.raises(UnreadableFile, match="linked is a link"):
        folders.read(whole)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("market.db", b"SQLite\xff", "contracts/market.db is not text in UTF-8; take it out"),
        ("large.txt", b"x" * (folders.LARGEST + 1), "contracts/large.txt is larger than 1 MiB"),
        ("a/b/c/d/e/f/g/h/i/j/k/l.txt", b"", "lies more than 10 folders deep"),
    ],
    ids=["not text", "too large", "too deep"],
)
def test_what_cannot_be_part_of_an_answer_is_refused(
    folder: Path, name: str, data: bytes, words: str
) -> None:
    """The reason names the file and the way out."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)

    with pytest.raises(UnreadableFile, match=words):
        folders.read(folder)


def test_too_many_files_are_refused(folder: Path) -> None:
    """A virtual environment that somebody made there would be thousands."""
    for number in range(folders.MOST_FILES):
        (folder / f"{number}.txt").touch()

    with pytest.raises(UnreadableFile, match="more than 200 files or 1 MiB"):
        folders.read(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes in folders")
def test_a_pipe_is_refused(folder: Path) -> None:
    """Reading it would never end."""
    os.mkfifo(folder / "pipe")

    with pytest.raises(UnreadableFile, match="contracts/pipe is no plain file"):
        folders.read(folder)


def test_no_folder_is_told(tmp_path: Path) -> None:
    """A folder that is not there, or is a file, has no files."""
    with pytest.raises(UnreadableFile, match="there is no folder contracts"):
        folders.read(tmp_path / "contracts")
