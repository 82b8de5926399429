"""What a call imports, it imports in each of a hundred processes: the zygote must have loaded it before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pypatterns.course import answers, catalog
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report.model import Verdict
from pypatterns.course.checking.shared.protocol import can_fork

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = [each.name for each in catalog.load(ROOT).exercises if each.form != "text"]
# Preloaded with an exercise's libraries: writes down which modules of libraries each call has brought.
SPY = """
import os, sys
from pypatterns.course.checking.child import call
real = call.carry_out
def carry_out(request, folder, names):
    before = set(sys.modules)
    frame = real(request, folder, names)
    brought = [name for name in list(sys.modules) if name not in before]
    own = [name for name in brought if folder in str(getattr(sys.modules[name], "__file__", ""))]
    with open(os.environ["IMPORT_SPY"], "a") as file:
        file.writelines(f"{name}\\n" for name in brought if name not in own and name != "__mp_main__")
    return frame
call.carry_out = carry_out
"""


@pytest.mark.skipif(not can_fork(), reason="a fresh process loads for itself")
@pytest.mark.skipif(
    os.environ.get("PYPATTERNS_WHOLE") != "1",
    reason="a judge for each exercise takes half a minute: set PYPATTERNS_WHOLE=1, as before a release",
)
@pytest.mark.parametrize("name", EXERCISES)
def test_a_call_of_the_reference_imports_nothing_that_the_zygote_could_have(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is named here belongs into the exercise's `preload` in course.toml."""
    (tmp_path / "import_spy.py").write_text(SPY)
    told = tmp_path / "imported.txt"
    told.touch()
    monkeypatch.setenv("IMPORT_SPY", str(told))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    course = catalog.load(ROOT)
    exercise = course.exercise(name)
    solution = course.lesson(exercise.lesson).solution
    answer = next(each for each in answers.read(solution, course) if each.exercise == name)

    with Judge(course) as judge:
        report = judge.check(answer, exercise, preload=["import_spy"])

    assert report.verdict is Verdict.PASS
    assert sorted(set(told.read_text().split())) == []
