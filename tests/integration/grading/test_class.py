"""A hundred submissions, right, wrong and hostile: every one gets its mark, again with the same seed, and after a kill."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import time
import zipfile
from pathlib import Path

import jsonschema
import pytest

from pypatterns.course.checking.report.model import json_schema as report_schema
from pypatterns.course.grading import record

from .conftest import ROOT, SANDBOX, Run, Started, notebook

# The whole class has each kind several times; half of it has each kind once.
WHOLE = os.environ.get("PYPATTERNS_WHOLE") == "1"
TWICE = "# exercise: twice\n"
RIGHT = {
    "plain": "def twice(number):\n    return number * 2\n",
    "added": "def twice(number):\n    return number + number\n",
    "lambda": "twice = lambda number: number << 1\n",
    "noisy": "import sys\ndef twice(number):\n    print('hm', file=sys.stderr)\n    return 2 * number\n",
    "class": "class Twice:\n    def __call__(self, number):\n        return number * 2\ntwice = Twice()\n",
}
# Each with the points of its three checks: signature, a small number, a large one.
WRONG = {
    "square": ("def twice(number):\n    return number ** 2\n", "1.33"),
    "learned": ("def twice(number):\n    return {2: 4}.get(number, 0)\n", "1.33"),
    "none": ("def twice(number):\n    number * 2\n", "0.67"),
    "text": ("def twice(number):\n    return str(number * 2)\n", "0.67"),
    "raises": ("def twice(number):\n    raise ValueError(number)\n", "0.67"),
    "parameters": ("def twice():\n    return 4\n", "0"),
    "name": ("def double(number):\n    return 2 * number\n", "0"),
    "syntax": ("def twice(number)\n    return 2\n", "0"),
    "import": ("import numpi\ndef twice(number):\n    return 2 * number\n", "0"),
}
HOSTILE = {
    "exits": ("import os\nos._exit(0)\n", "0"),
    "exits-later": ("import os\ndef twice(number):\n    os._exit(0)\n", "0.67"),
    "system-exit": ("raise SystemExit(0)\n", "0"),
    "kills-parent": (
        "import os\nos.kill(os.getppid(), 9)\ndef twice(number):\n    return 4\n",
        "1.33"
        if SANDBOX == "bwrap"
        else "0",  # without a sandbox it reaches its parent, and its calls end with it
    ),
    "segfault": ("import ctypes\ndef twice(number):\n    ctypes.string_at(0)\n", "0.67"),
    "recursion": ("def twice(number):\n    return twice(number)\n", "0.67"),
    "prints": ("def twice(number):\n    print('x' * 5_000_000)\n    return 4\n", "1.33"),
    "closes": (
        "import os\ndef twice(number):\n    os.closerange(0, 256)\n    return 2 * number\n",
        "2",
    ),
    "equals": (
        "class All(int):\n    def __eq__(self, other):\n        return True\ndef twice(number):\n    return All(7)\n",
        "0.67",
    ),
    "patches": (
        "import builtins\nbuiltins.isinstance = lambda *a: True\ndef twice(number):\n    return 4\n",
        "1.33",
    ),
    "finds-the-checks": (
        "from pathlib import Path\nfound = list(Path('/').glob('**/test_twice.py')) if False else []\n"
        "for up in range(8):\n    found += Path(*['..'] * up, '.').glob('test_*.py')\n"
        "assert not found\ndef twice(number):\n    return 4\n",
        "1.33",
    ),
    "deadlock": (
        "import threading\ndef twice(number):\n    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()\n",
        "0.67",
    ),
    "hangs": ("def twice(number):\n    while True: pass\n", "0.67"),
}
ROW = tuple[str, str, str]


def batches(name: str) -> str:
    """A stored answer of the real exercise."""
    return (ROOT / "tests/exercises/00_welcome/batches" / f"{name}.py").read_text()


def fill(folder: Path) -> dict[str, ROW]:
    """Write the class into a folder; the marks of each learner: twice, thrice, batches."""
    rows: dict[str, ROW] = {}

    def hand_in(learner: str, name: str, content: str | bytes, row: ROW) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        rows[learner] = row

    for number in range(6 if WHOLE else 3):
        for style, source in RIGHT.items():
            learner = f"right {style} {number}"
            if number % 3 == 0:
                hand_in(learner, f"{learner}_twice.py", source, ("2", "0", "0"))
            elif number % 3 == 1:
                both = notebook(TWICE + source, "# exercise: thrice\ndef thrice(n): return 3 * n")
                hand_in(learner, f"{learner}/01_doubling.ipynb", both, ("2", "2", "0"))
            else:
                hand_in(
                    learner, f"{learner}.zip", zipped("work/a.py", TWICE + source), ("2", "0", "0")
                )
    for style, (source, points) in WRONG.items():
        for number in range(3 if WHOLE else 1):
            learner = f"{style}-{number}"
            hand_in(learner, f"{learner}/answer.py", TWICE + source, (points, "0", "0"))
    for style, (source, points) in HOSTILE.items():
        hand_in(f"хитрый {style}", f"хитрый {style}_twice.py", source, (points, "0", "0"))
    for style, points in (
        *(("right_class", "4"), ("right_copies", "4"), ("right_islice", "4")),
        *(("wrong_last_one_lost", "3"), ("wrong_one_list_for_all", "3")),
        *(("wrong_looks_one_ahead", "3"), ("wrong_starter", "2")),
    ):
        for number in range(2 if WHOLE else 1):
            learner = f"陈 {style} {number}"
            hand_in(learner, f"{learner}_batches.py", batches(style), ("0", "0", points))
    starter = (
        TWICE + 'def twice(number):\n    """The number, twice."""\n    raise NotImplementedError\n'
    )
    hand_in("starter", "starter_01_doubling.ipynb", notebook(starter), ("0", "0", "0"))
    nothing = ("", "", "")
    hand_in("bomb", "bomb.zip", zipped("a.py", bytes(80 << 20)), nothing)
    hand_in("climber", "climber.zip", zipped("../../twice.py", TWICE + RIGHT["plain"]), nothing)
    hand_in("broken", "broken_01_doubling.ipynb", "{half", nothing)
    hand_in("binary", "binary_twice.py", b"\xff\xfe\x00", nothing)
    hand_in("empty", "empty_twice.py", "", nothing)
    hand_in("letter", "letter.docx", "my answer", nothing)
    hand_in("unknown", "unknown.py", "# exercise: twise\n", nothing)
    hand_in("double", "double_twice.py", RIGHT["plain"], nothing)
    hand_in("double", "double/twice.py", RIGHT["plain"], nothing)
    hand_in("unsure", "unsure/a.py", TWICE + RIGHT["plain"], ("", "0", "0"))
    hand_in("unsure", "unsure/b.py", TWICE + WRONG["square"][0], ("", "0", "0"))
    if hasattr(os, "symlink"):
        (folder / "linker").mkdir()
        (folder / "linker" / "twice.py").symlink_to(folder / "right plain 0_twice.py")
        rows["linker"] = nothing
    return rows


def zipped(name: str, content: str | bytes) -> bytes:
    """A zip of one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


def marks(out: Path) -> dict[str, ROW]:
    """The gradebook."""
    with (out / "gradebook.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["learner"]: (row["twice"], row["thrice"], row["batches"])
            for row in csv.DictReader(file)
        }


def contents(folder: Path) -> dict[str, str]:
    """Every file of a folder."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, ROW]]:
    """The class and its marks."""
    folder = tmp_path_factory.mktemp("class") / "handed in"
    folder.mkdir()
    return folder, fill(folder)


@pytest.mark.timeout(600)
def test_every_submission_gets_its_mark_again_and_after_a_kill(
    run: Run, start: Started, handed: tuple[Path, dict[str, ROW]], tmp_path: Path
) -> None:
    """One run to its end, one killed in the middle and taken up again, with the same seed: the same, byte for byte."""
    folder, expected = handed
    asked = [folder, "--sandbox", SANDBOX, "--jobs", 2, "--seed", 4711, "--out"]

    first = run(*asked, tmp_path / "first")
    killed = start(*asked, tmp_path / "second")
    reports = tmp_path / "second" / "reports"
    while killed.poll() is None and len(list(reports.glob("*.json"))) < len(expected) // 2:
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    done = len(list(reports.glob("*.json")))
    second = run(*asked, tmp_path / "second", "--json")

    assert len(expected) >= (95 if WHOLE else 55)
    assert marks(tmp_path / "first") == expected
    assert (first.code, second.code) == (1, 1)
    assert json.loads(second.out)["reused"] == done >= len(expected) // 2
    assert json.loads(second.out)["left"] == 0
    for name in ("reports", "feedback", "gradescope"):
        assert contents(tmp_path / "first" / name) == contents(tmp_path / "second" / name)
    assert (tmp_path / "first" / "junit.xml").read_text() == (
        tmp_path / "second" / "junit.xml"
    ).read_text()
    assert marks(tmp_path / "second") == expected
    keeps_its_schema(tmp_path / "first")


def keeps_its_schema(out: Path) -> None:
    """Each record, and each report in it."""
    records = jsonschema.Draft202012Validator(record.json_schema())
    reports = jsonschema.Draft202012Validator(report_schema())
    for text in contents(out / "reports").values():
        made = json.loads(text)
        records.validate(made)
        for exercise in made["exercises"]:
            if exercise["report"] is not None:
                reports.validate(exercise["report"])
