"""What the sandbox shows, and what is said where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import pypatterns
from pypatterns.course.checking.judge import sandbox
from pypatterns.course.checking.report.model import Sandbox
from pypatterns.course.errors import NoSandbox

OWN = str(Path(pypatterns.__file__).parent)


@pytest.fixture
def anew() -> Iterator[None]:
    """Ask the machine again, now and after the test."""
    for asked in (sandbox.available, sandbox._options):
        asked.cache_clear()
    yield
    for asked in (sandbox.available, sandbox._options):
        asked.cache_clear()


def program(folder: Path, does: str) -> str:
    """A folder with a bwrap that does this."""
    file = folder / "bwrap"
    file.write_text(f"#!/bin/sh\n{does}\n")
    file.chmod(0o755)
    return str(folder)


def places(command: list[str], option: str) -> list[str]:
    """Where a command mounts something in this way, in its order."""
    return [value for word, value in pairwise(command) if word == option]


@pytest.mark.usefixtures("anew")
@pytest.mark.parametrize(
    ("does", "reason"),
    [
        (None, "There is no bwrap here: install bubblewrap (apt install bubblewrap"),
        (
            "echo 'bwrap: No permissions to create new namespace' >&2; exit 1",
            "(bwrap: No permissions to create new namespace). It needs user namespaces: a container must",
        ),
        (
            'case "$*" in *import*) echo "No module named psutil" >&2; exit 1;; esac',
            "Python and its libraries do not start in it (No module named psutil).",
        ),
        ("exit 3", "does not start here (exit status 3)"),
    ],
    ids=["not installed", "no user namespaces", "no Python in it", "no words"],
)
def test_where_there_is_none_the_reason_is_told_with_the_way_out(
    does: str | None, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence that names what is missing; a wish for the best there is does not end without any."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", program(tmp_path, does) if does else str(tmp_path))

    assert reason in sandbox.available()
    with pytest.raises(NoSandbox, match="bubblewrap"):
        sandbox.chosen("auto")


@pytest.mark.usefixtures("anew")
def test_other_systems_are_told_where_to_grade(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to install on macOS or Windows."""
    monkeypatch.setattr(sys, "platform", "darwin")

    assert sandbox.available() == (
        "The sandbox needs Linux: grade there, in a virtual machine or in a container."
    )


def test_none_is_had_for_the_asking() -> None:
    """Whoever wants no sandbox gets none, wherever it is."""
    assert sandbox.chosen("none") is Sandbox.NONE


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bubblewrap that knows everything, whether there is one here or not."""
    known = frozenset({"--size", "--disable-userns"})
    monkeypatch.setattr(sandbox, "_options", lambda: known)


@pytest.mark.usefixtures("options")
def test_only_what_python_is_made_of_is_shown() -> None:
    """The interpreter, its environment, this package: not the folder that it stands in."""
    shown = places(sandbox.command(), "--ro-bind")

    assert {sys.prefix, sys.base_prefix, OWN} <= set(shown)
    assert str(Path(OWN).parent) not in shown
    assert str(Path.home()) not in shown


@pytest.mark.usefixtures("options")
def test_what_is_hidden_is_hidden_inside_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A course inside Python's own folder is covered, and of it the package alone is shown again."""
    python, course = tmp_path / "python", tmp_path / "python" / "course"
    package = course / "src" / "pypatterns"
    package.mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(python))
    monkeypatch.setattr(pypatterns, "__file__", str(package / "__init__.py"))

    command = sandbox.command([str(course), "/home/checks"])
    order = [command.index(str(each)) for each in (python, course, package)]

    assert order == sorted(order)
    assert str(course) in places(command, "--tmpfs")
    assert str(course) in places(command, "--remount-ro")
    assert "/home/checks" not in command  # nobody sees it anyway


@pytest.mark.usefixtures("options")
def test_libraries_of_pythonpath_are_shown_and_a_course_there_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster names its libraries there; a checkout there would show its checks."""
    libraries, checkout = tmp_path / "libraries", tmp_path / "checkout"
    libraries.mkdir()
    (checkout / "pypatterns").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [*sys.path, str(libraries), str(checkout), str(tmp_path), "/"])

    shown = places(sandbox.command(), "--ro-bind")

    assert str(libraries) in shown
    assert str(libraries) in sandbox.environment()["PYTHONPATH"].split(os.pathsep)
    assert str(checkout) not in shown
    assert "/" not in shown


def test_links_on_the_way_to_the_interpreter_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyenv, uv and distributions lead to it by links, from folder to folder."""
    link = tmp_path / "bin" / "python"
    link.parent.mkdir()
    link.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    (tmp_path / "python").symlink_to(link)

    assert str(link) in sandbox._python()


def test_the_environment_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is known to be needed passes."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")
    monkeypatch.setenv("TZ", "Asia/Tokyo")

    seen = sandbox.environment()

    assert "mine" not in seen.values()
    assert seen["TZ"] == "Asia/Tokyo"


@pytest.mark.skipif(bool(sandbox.available()), reason=sandbox.available() or "there is a sandbox")
def test_a_program_runs_in_it_alone() -> None:
    """What the module's first lines show."""
    script = "import os; print(os.getpid(), os.listdir('/tmp'), 'HOME' in os.environ)"

    ended = subprocess.run(
        [*sandbox.command(), sys.executable, "-c", script],
        env=sandbox.environment(),
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.startswith("1 [")
    assert ended.stdout.endswith("True\n")
