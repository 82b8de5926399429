"""An answer that fetches the package's own version of what it should write: in the sandbox, there is none."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pypatterns.course.catalog import VARIABLE

from .conftest import ROOT, SANDBOX, Run

BORROWED = """\
import importlib
fetch_many = importlib.import_module("pypatterns.concurrency.fetching").fetch_many
"""


@pytest.mark.skipif(SANDBOX == "none", reason="there is no sandbox here")
def test_the_packages_own_version_is_not_there_to_borrow(run: Run, tmp_path: Path) -> None:
    """Whoever writes it gets the points; who imports it by the back door gets none, and a person looks at the empty cell."""
    known = ROOT / "tests/exercises/01_threads_and_processes/fetch_many/right_window_of_futures.py"
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "ana_fetch_many.py").write_text(known.read_text(encoding="utf-8"))
    (folder / "ben_fetch_many.py").write_text(BORROWED)

    run(folder, "--out", tmp_path / "out", "--lesson", "fetch_many", **{VARIABLE: str(ROOT)})

    with (tmp_path / "out" / "gradebook.csv").open(newline="", encoding="utf-8") as file:
        points = {row["learner"]: row["fetch_many"] for row in csv.DictReader(file)}
    assert points == {"ana": "6", "ben": ""}
