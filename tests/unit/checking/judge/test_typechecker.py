"""What mypy says of an answer and of the files beside it, from both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypatterns.course.checking.judge import typechecker
from pypatterns.course.checking.judge.typechecker import TooSlow, remarks
from pypatterns.course.checking.judge.worker import WorkerBroken

PORT = """\
from typing import Protocol

class Clock(Protocol):
    def now(self) -> float: ...
"""
FITS = """\
from answer import Clock

class Fixed:
    def now(self) -> int: return 0

def accepted() -> Clock:
    return Fixed()
"""
REFUSED = FITS.replace("-> int: return 0", "-> str: return 'noon'")
SECONDS = 60.0


def test_a_file_that_fits_gets_no_remark() -> None:
    """A port and an adapter that fits it by its shape are clean."""
    assert remarks({"answer.py": PORT, "fits.py": FITS}, seconds=SECONDS) == ()


def test_a_remark_names_file_line_and_rule() -> None:
    """Each file has its own remarks, with mypy's sentence, its rule and what it adds."""
    said = remarks({"answer.py": PORT, "fits.py": FITS, "other.py": REFUSED}, seconds=SECONDS)

    assert [(each.file, each.line, each.code) for each in said] == [("other.py", 7, "return-value")]
    assert str(said[0]) == (
        'Incompatible return value type (got "Fixed", expected "Clock") [return-value]'
    )
    assert "def now(self) -> str" in said[0].hint


def test_the_answer_is_read_strictly() -> None:
    """A function without annotations is one remark, whatever the folder that pytest runs in says of mypy."""
    said = remarks({"answer.py": "def now(): return 0\n"}, seconds=SECONDS)

    assert [(each.file, each.code) for each in said] == [("answer.py", "no-untyped-def")]


def test_what_is_no_python_is_a_remark() -> None:
    """A syntax error keeps mypy from reading on, and is told like any other."""
    said = remarks({"answer.py": "def now(:\n"}, seconds=SECONDS)

    assert (said[0].file, said[0].line, said[0].code) == ("answer.py", 1, "syntax")


def test_the_answer_is_never_executed(tmp_path: Path) -> None:
    """mypy reads; what stands at the answer's top level does not happen."""
    source = f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\n"

    remarks({"answer.py": source}, seconds=SECONDS)

    assert not (tmp_path / "ran").exists()


def test_nobodys_configuration_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mypy.ini where the judge was started, which could name a plugin, is not read."""
    (tmp_path / "mypy.ini").write_text("[mypy]\nplugins = no_such_plugin\n")
    monkeypatch.chdir(tmp_path)

    assert remarks({"answer.py": PORT}, seconds=SECONDS) == ()


def test_mypy_is_stopped_in_time() -> None:
    """An answer that keeps mypy busy is ended."""
    with pytest.raises(TooSlow):
        remarks({"answer.py": PORT}, seconds=0.001)


def test_mypy_that_gives_no_verdict_is_no_verdict_on_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where mypy does not run, nobody's answer is wrong."""
    monkeypatch.setattr(typechecker, "OPTIONS", ("--no-such-option",))

    with pytest.raises(WorkerBroken, match="mypy gave no verdict"):
        remarks({"answer.py": PORT}, seconds=SECONDS)


def test_a_home_that_cannot_be_written_to_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the store is where temporary files go."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    assert not typechecker.store().is_relative_to(tmp_path)


def test_the_store_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a check's files import is read by the first run; no run changes what is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    files = {"answer.py": PORT, "fits.py": "import typing\n"}

    ready = typechecker.cache_for(files)
    kept = {path: path.read_bytes() for path in ready.rglob("*.db")}
    remarks(files, seconds=SECONDS)

    assert kept and kept == {path: path.read_bytes() for path in ready.rglob("*.db")}
    assert list((tmp_path / "pypatterns").iterdir()) == [ready]
