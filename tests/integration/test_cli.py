"""The commands as people run them: real files, a real process, and never a traceback of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from pypatterns.course.catalog import VARIABLE, Course
from pypatterns.course.checking.report.model import json_schema

RIGHT = "# exercise: twice\ndef twice(number):\n    return number + number\n"
WRONG = "# exercise: twice\ndef twice(number):\n    return number * number\n"

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


def notebook(*sources: str) -> str:
    """A notebook of code cells."""
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": s}
        for s in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


@pytest.fixture
def cli(tiny_course: Course) -> Cli:
    """Run a command in the tiny course's folder."""

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pypatterns.course.cli", *args]
        environment = os.environ | {VARIABLE: str(tiny_course.root), "COLUMNS": "100"}
        done = subprocess.run(
            command,
            cwd=tiny_course.root,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return run


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("gone.ipynb", None, "there is no file"),
        ("notes.txt", b"my answer", "notes.txt is neither a notebook (.ipynb), nor a .py file"),
        ("a.ipynb", b"{half", "a.ipynb is not a notebook: it is not valid JSON (line 1"),
        ("a.ipynb", b"", "a.ipynb is empty"),
        ("a.ipynb", b"[1, 2]", "a.ipynb is not a notebook: it is JSON without a list of cells"),
        ("a.py", b"\xff", "a.py is not text in UTF-8"),
        ("a.py", b"x = 1", "a.py holds no answer: no code cell starts with '# exercise: NAME'"),
    ],
    ids=["not-there", "no-notebook", "half", "empty", "other-json", "binary", "no-answer"],
)
def test_a_file_that_holds_no_answer_is_wrong_use(
    cli: Cli, tiny_course: Course, name: str, content: bytes | None, sentence: str
) -> None:
    """It is told on stderr, with exit code 2 and nothing on stdout."""
    if content is not None:
        tiny_course.root.joinpath(name).write_bytes(content)

    done = cli("check", name)

    assert sentence in done.stderr
    assert (done.stdout, done.returncode) == ("", 2)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("# exercise: twise", "a.ipynb, cell 1: no exercise 'twise'; did you mean 'twice'"),
        ("x = 1\n" + RIGHT, "it must be the cell's first line"),
    ],
    ids=["unknown", "misplaced"],
)
def test_a_marker_that_names_nothing_is_refused(
    cli: Cli, tiny_course: Course, cell: str, sentence: str
) -> None:
    """An answer was meant, so it counts as one that did not pass."""
    tiny_course.root.joinpath("a.ipynb").write_text(notebook(cell))

    done = cli("check", "a.ipynb")

    assert sentence in done.stderr
    assert (done.stdout, done.returncode) == ("", 1)


@pytest.mark.parametrize(
    ("cells", "headline", "sentence"),
    [
        ([WRONG, RIGHT], "twice: PASS, 3 of 3 checks", "stands in cell 1 and in cell 2; the last"),
        ([RIGHT + "%matplotlib inline"], "twice: ERROR", "plain Python"),
        ([RIGHT + "!ls"], "twice: ERROR", "plain Python"),
        ([RIGHT + "await op()"], "twice: ERROR", "put the await into an async function"),
        (["Outcome = int", RIGHT + "Outcome(1)"], "twice: ERROR", "is defined in cell 1, not in"),
        ([RIGHT + "x = (1,"], "twice: ERROR", "line 4: x = (1,"),
        ([RIGHT + "raise SystemExit(0)"], "twice: ERROR", "line 4"),
    ],
    ids=["twice", "magic", "shell", "await", "elsewhere", "syntax", "exit"],
)
def test_what_is_wrong_with_a_notebooks_answer_is_told(
    cli: Cli, tiny_course: Course, cells: list[str], headline: str, sentence: str
) -> None:
    """What an answer may not rest on is named, in the words of the panel."""
    tiny_course.root.joinpath("a.ipynb").write_text(notebook(*cells))

    done = cli("check", "a.ipynb")

    assert done.stdout.startswith(headline)
    assert sentence in " ".join(done.stdout.split()).replace("( 1", "(1")
    assert done.returncode == (0 if "PASS" in headline else 1)


def test_an_answer_from_the_desk_to_its_reset(cli: Cli, tiny_course: Course) -> None:
    """The starter is not wrong; a wrong answer fails with its cause; a right one passes; a reset keeps it."""
    cli("reset", "twice")
    untouched = cli("check", "twice")
    work = tiny_course.lessons[0].work
    data = json.loads(work.read_text())
    said = []
    for source in (WRONG, RIGHT):
        data["cells"][2]["source"] = source
        work.write_text(json.dumps(data))
        said.append(cli("check", "twice"))
    done = cli("reset", "twice")

    assert untouched.stdout.startswith("twice: NOT_STARTED")
    assert "✘" not in untouched.stdout
    assert (
        "A likely cause is this belief: “Squaring looks like it as long as the number is 2.”"
        in said[0].stdout
    )
    assert [each.returncode for each in (untouched, *said)] == [1, 1, 0]
    assert "work/earlier/twice." in done.stdout
    assert [path.read_text() for path in tiny_course.work.glob("earlier/twice.*.py")] == [RIGHT]


def test_json_is_all_that_is_on_stdout(cli: Cli, tiny_course: Course) -> None:
    """A program reads one document, whose reports keep the published schema."""
    tiny_course.root.joinpath("a.py").write_text(WRONG)

    done = cli("check", "a.py", "--json")

    data = json.loads(done.stdout)
    for report in data["reports"]:
        jsonschema.validate(report, json_schema())
    assert [report["verdict"] for report in data["reports"]] == ["FAIL"]
    assert done.returncode == 1


def test_a_seed_brings_the_same_inputs_back(cli: Cli, tiny_course: Course) -> None:
    """What a failure prints as its seed repeats that failure, word for word."""
    tiny_course.root.joinpath("a.py").write_text(WRONG)

    one, other = (cli("check", "a.py", "--seed", "5").stdout for _ in range(2))

    assert one == other
    assert "--seed 5" in one


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("check", "twise"), "no lesson or exercise 'twise'; did you mean 'twice'"),
        (("reset", "twise"), "no exercise 'twise'; did you mean 'twice'"),
        (("build", "02"), "no lesson '02'"),
        (("verify", "twise"), "did you mean 'twice'"),
        (("verify", "--mutants", "--busy"), "--mutants and --causes go with NAMES"),
        (("check",), "'pypatterns lab' lays out the exercises"),
        (("chekc",), "Did you mean 'check'?"),
    ],
    ids=["check", "reset", "build", "verify", "mutants", "no-desk", "command"],
)
def test_wrong_use_gets_the_closest_names(cli: Cli, args: tuple[str, ...], sentence: str) -> None:
    """Exit code 2, nothing on stdout, and what was probably meant."""
    done = cli(*args)

    assert sentence in done.stderr
    assert (done.stdout, done.returncode) == ("", 2)


def test_a_folder_that_is_no_course_is_told(cli: Cli, tiny_course: Course, tmp_path: Path) -> None:
    """Without course.toml every command says how to name the course."""
    tiny_course.root.joinpath("course.toml").unlink()

    done = cli("check")

    assert VARIABLE in done.stderr
    assert done.returncode == 2


def test_verify_in_json_says_what_does_not_hold(cli: Cli) -> None:
    """The tiny course has too few known answers: the gate says so, on stdout in JSON alone."""
    done = cli("verify", "twice", "--json")

    assert json.loads(done.stdout)["holds"] is False
    assert done.returncode == 1


def test_the_doctor_reads_as_a_table_and_as_json(cli: Cli) -> None:
    """Each finding has a name, a state, what was found and what mends it."""
    findings = json.loads(cli("doctor", "--json").stdout)

    assert findings
    assert all(set(each) == {"name", "state", "found", "mend"} for each in findings)


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("pypatterns", {"pypatterns.course", "IPython", "typer", "asyncio"}),
        (
            "pypatterns.course.cli",
            {"IPython", "pytest", "jupyterlab", "nbclient", "jupyter_client"},
        ),
    ],
    ids=["package", "commands"],
)
def test_an_import_brings_only_what_it_needs(module: str, unwanted: set[str]) -> None:
    """Notebooks and `pypatterns --help` do not wait for what others need."""
    program = f"import sys, {module}; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert unwanted & set(done.stdout.split()) == set()
