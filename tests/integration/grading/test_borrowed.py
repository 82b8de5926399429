"""An answer that fetches the package's own version of what it should write: in the sandbox, there is none."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from pypatterns.course.catalog import VARIABLE

from .conftest import ROOT, SANDBOX, Run

MODULE = "pypatterns.concurrency.fetching"
# By the back door: a plain import is refused before any check runs.
BORROWED = {
    "importlib": f"import importlib\nfetch_many = importlib.import_module({MODULE!r}).fetch_many\n",
    "modules": f"import sys, pypatterns.concurrency\nfetch_many = sys.modules[{MODULE!r}].fetch_many\n",
    "getattr": "import pypatterns.concurrency as ours\nfetch_many = getattr(ours, 'fetch_' + 'many')\n",
    "partial": (
        "import functools, importlib\n"
        f"fetch_many = functools.partial(importlib.import_module({MODULE!r}).fetch_many)\n"
    ),
}
RAISES = "def fetch_many(urls, fetch, *, workers):\n    raise RuntimeError\n"


@pytest.mark.skipif(SANDBOX == "none", reason="there is no sandbox here")
def test_the_packages_own_version_is_not_there_to_borrow(run: Run, tmp_path: Path) -> None:
    """Who writes it gets the points; who fetches it gets those of a function that only raises, and reads why."""
    known = ROOT / "tests/exercises/01_threads_and_processes/fetch_many/right_window_of_futures.py"
    folder, out = tmp_path / "class", tmp_path / "out"
    folder.mkdir()
    (folder / "ana_fetch_many.py").write_text(known.read_text(encoding="utf-8"))
    for way, source in (BORROWED | {"raises": RAISES}).items():
        (folder / f"{way}_fetch_many.py").write_text(source)

    run(folder, "--out", out, "--lesson", "fetch_many", **{VARIABLE: str(ROOT)})

    with (out / "gradebook.csv").open(newline="", encoding="utf-8") as file:
        points = {row["learner"]: row["fetch_many"] for row in csv.DictReader(file)}
    assert points.pop("ana") == "6"
    assert float(nothing := points.pop("raises")) < 2
    assert points == dict.fromkeys(BORROWED, nothing)
    for way in BORROWED:
        words = "fetch_many is not there to borrow in this course: write your own."
        (report,) = (out / "reports").glob(f"{way}*.json")
        told = json.loads(report.read_text(encoding="utf-8"))
        assert words in json.dumps(told), way
