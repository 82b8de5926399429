"""The worker cleans up after itself, and touches nothing else."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from pypatterns.course.checking.judge import ForkWorker

ANSWER = {"files": {"answer.py": "open('left', 'w').close()\n"}, "driver": "", "inputs": {}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, with somebody else's file in it."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "precious").write_text("keep me")
    return tmp_path


def test_a_closed_worker_leaves_nothing(folder: Path) -> None:
    """What its calls wrote is gone, what others wrote is there."""
    worker = ForkWorker()

    ended = worker.call(ANSWER, 5.0)
    worker.close()

    assert ended.frame == {"value": None}
    assert [path.name for path in folder.iterdir()] == ["precious"]


def test_a_worker_whose_folder_is_gone_removes_nothing_else(folder: Path) -> None:
    """A cleaner of old temporary files may come first; a new worker takes over then."""
    worker = ForkWorker()
    worker.call(ANSWER, 5.0)
    (scratch,) = folder.glob("pp-*")
    shutil.rmtree(scratch)

    first, second = worker.call(ANSWER, 5.0), worker.call(ANSWER, 5.0)
    worker.close()

    assert first.why == "lost"
    assert second.frame == {"value": None}
    assert [path.name for path in folder.iterdir()] == ["precious"]
