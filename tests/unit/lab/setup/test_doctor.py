"""The doctor on machines that do not exist: each lacks one thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pypatterns.course.catalog import Course
from pypatterns.course.lab.setup.doctor import Finding, examine
from pypatterns.course.lab.setup.machine import Machine, Ran

PYPROJECT = """\
[project]
dependencies = ["httpx>=0.28,<1", "setuptools; python_version >= '3.12'"]
"""
CONSTRAINTS = """\
appnope==1.0.0 ; sys_platform == 'darwin'
httpx==0.28.1
setuptools==84.2.1 ; python_full_version >= '3.12'
"""


@pytest.fixture
def course(tiny_course: Course) -> Course:
    """A whole course: with the files that say what it needs."""
    tiny_course.root.joinpath("pyproject.toml").write_text(PYPROJECT)
    tiny_course.root.joinpath("constraints.txt").write_text(CONSTRAINTS)
    return tiny_course


@pytest.fixture
def whole(course: Course) -> Machine:
    """A machine that lacks nothing."""
    package = course.root / "src" / "pypatterns" / "__init__.py"
    return Machine(
        python=(3, 11, 7),
        platform="linux",
        executable="/env/bin/python",
        prefix=course.root / ".venv",
        has_pip=True,
        has_fork=True,
        installed=lambda: {"httpx": "0.28.1"},
        kernel=lambda: ["python", "-m", "ipykernel_launcher"],
        which=lambda program: f"/usr/bin/{program}",
        run=lambda command: Ran(0, str(package)),
        free=lambda path: 5 << 30,
        writable=lambda path: True,
    )


def finding(name: str, found: Sequence[Finding]) -> Finding:
    return next(each for each in found if each.name == name)


def answers(**codes: Ran) -> Callable[[Sequence[str]], Ran]:
    """A fake of `Machine.run` that knows programs by the last part of their path."""
    return lambda command: codes[Path(command[0]).name]


def test_a_whole_machine_needs_no_mending(course: Course, whole: Machine) -> None:
    """Where nothing is missing every finding is ok and no command is offered."""
    found = examine(course.root, whole)

    assert [(each.name, each.state, each.mend) for each in found if each.state != "ok"] == []
    assert all(each.mend == "" for each in found)


def test_an_old_python_blocks(course: Course, whole: Machine) -> None:
    """A Python before 3.11 is named, with the way to another one."""
    seen = finding("Python", examine(course.root, replace(whole, python=(3, 9, 6))))

    assert seen.blocks
    assert "3.9.6" in seen.found
    assert "make lab PYTHON=" in seen.mend


def test_a_folder_without_a_course_blocks(tmp_path: Path, whole: Machine) -> None:
    """Outside a course that is said, and what needs no course is still looked at."""
    found = examine(tmp_path, whole)

    assert finding("course", found).blocks
    assert {"Python", "kernel", "sandbox"} <= {each.name for each in found}


def test_a_lost_file_of_the_course_blocks(course: Course, whole: Machine) -> None:
    """Checks that are gone are named with the command that brings them back."""
    lost = course.exercise("twice").test_file
    lost.unlink()

    seen = finding("course", examine(course.root, whole))

    name = lost.relative_to(course.root).as_posix()
    assert seen.blocks
    assert name in seen.found
    assert seen.mend == f"git restore {name}"


@pytest.mark.parametrize("lost", ["pyproject.toml", "constraints.txt"])
def test_a_course_without_its_lists_is_still_examined(
    lost: str, course: Course, whole: Machine
) -> None:
    """A lost list of packages is a finding, not a crash."""
    course.root.joinpath(lost).unlink()

    assert lost in finding("course", examine(course.root, whole)).found


@pytest.mark.parametrize(
    "installed", [{}, {"httpx": "0.27.2"}, {"httpx": "1.0"}], ids=["none", "too old", "too new"]
)
def test_a_package_out_of_bounds_blocks(
    installed: dict[str, str], course: Course, whole: Machine
) -> None:
    """A package that is not here, or in a version that pyproject.toml refuses, is named."""
    machine = replace(whole, installed=lambda: installed)

    seen = finding("packages", examine(course.root, machine))

    assert seen.blocks
    assert "httpx" in seen.found
    assert seen.mend.startswith("/env/bin/python -m pip install --constraint ")


def test_a_package_for_other_pythons_is_not_missed(course: Course, whole: Machine) -> None:
    """A requirement counts only where its marker holds: setuptools from Python 3.12 on."""
    on_311 = examine(course.root, whole)
    on_312 = examine(course.root, replace(whole, python=(3, 12, 1)))

    assert finding("packages", on_311).state == "ok"
    assert "setuptools" in finding("packages", on_312).found


def test_an_older_version_than_tested_is_stale(course: Course, whole: Machine) -> None:
    """What works but was not tested is said with both versions, and blocks nothing."""
    machine = replace(whole, installed=lambda: {"httpx": "0.28.0"})

    seen = finding("versions", examine(course.root, machine))

    assert (seen.state, seen.blocks) == ("stale", False)
    assert "httpx 0.28.0 (tested 0.28.1)" in seen.found


def test_a_newer_version_than_tested_is_fine(course: Course, whole: Machine) -> None:
    """Conda brings newer versions than constraints.txt; that is nothing to mend."""
    machine = replace(whole, installed=lambda: {"httpx": "0.28.9"})

    assert finding("versions", examine(course.root, machine)).state == "ok"


def test_the_mend_fits_the_environment(course: Course, whole: Machine) -> None:
    """Conda's environments are mended by conda, those that uv made, without pip, by uv."""
    bare = replace(whole, installed=dict)
    whole.prefix.joinpath("conda-meta").mkdir(parents=True)
    by_conda = finding("packages", examine(course.root, bare)).mend
    elsewhere = replace(bare, prefix=course.root, has_pip=False)
    by_uv = finding("packages", examine(course.root, elsewhere)).mend

    assert by_conda.startswith("conda env update")
    assert by_uv.startswith("uv pip install --python /env/bin/python ")


def test_no_kernel_blocks(course: Course, whole: Machine) -> None:
    """Without the kernel that the notebooks name, the command that installs it is offered."""
    seen = finding("kernel", examine(course.root, replace(whole, kernel=list)))

    assert seen.blocks
    assert seen.mend.startswith("/env/bin/python -m ipykernel install")


def test_a_kernel_without_the_package_blocks(course: Course, whole: Machine) -> None:
    """A kernel of another Python, which cannot import pypatterns, is named by its interpreter."""
    run = answers(python3=Ran(1, "ModuleNotFoundError"), bwrap=Ran(0))
    machine = replace(whole, kernel=lambda: ["/other/bin/python3", "-m", "ipykernel"], run=run)

    seen = finding("kernel", examine(course.root, machine))

    assert seen.blocks
    assert "/other/bin/python3" in seen.found


def test_a_kernel_of_another_copy_is_stale(course: Course, whole: Machine) -> None:
    """A kernel whose pypatterns belongs to another copy of the course is told apart."""
    other = "/elsewhere/src/pypatterns/__init__.py"
    machine = replace(whole, run=answers(python=Ran(0, other), bwrap=Ran(0)))

    seen = finding("kernel", examine(course.root, machine))

    assert seen.state == "stale"
    assert other in seen.found


@pytest.mark.parametrize("laid_out", [False, True], ids=["no work folder yet", "work folder"])
def test_a_course_that_cannot_be_written_blocks(
    laid_out: bool, course: Course, whole: Machine
) -> None:
    """Learners who cannot save hear it before they start; looking makes no folder."""
    folder = course.work if laid_out else course.root
    folder.mkdir(exist_ok=True)
    machine = replace(whole, writable=lambda path: path != folder)

    seen = finding("work", examine(course.root, machine))

    assert seen.blocks
    assert "cp -r" in seen.mend
    assert course.work.exists() == laid_out


def test_a_full_disk_blocks(course: Course, whole: Machine) -> None:
    """Too little space is said in MiB, with the disk that is full."""
    seen = finding("disk", examine(course.root, replace(whole, free=lambda path: 50 << 20)))

    assert seen.blocks
    assert seen.found == "50 MiB free; 200 MiB are needed"
    assert str(course.root) in seen.mend


@pytest.mark.parametrize(("platform", "has_fork"), [("win32", False), ("emscripten", True)])
def test_checks_work_without_fork(
    platform: str, has_fork: bool, course: Course, whole: Machine
) -> None:
    """Where there is no fork, checks run in fresh processes; nothing is wrong with that."""
    machine = replace(whole, platform=platform, has_fork=has_fork)

    seen = finding("checks", examine(course.root, machine))

    assert seen.state == "ok"
    assert "fresh process" in seen.found


def test_what_only_some_need_never_blocks(course: Course, whole: Machine) -> None:
    """Without sandbox and browser a learner can go on; both say who needs them and how to get them."""
    found = examine(course.root, replace(whole, which=lambda program: None))

    for name, mend in (("sandbox", "bubblewrap"), ("browser", "chromium")):
        seen = finding(name, found)
        assert (seen.state, seen.blocks) == ("optional", False)
        assert "only" in seen.found
        assert mend in seen.mend


def test_a_sandbox_that_cannot_start_says_why(course: Course, whole: Machine) -> None:
    """A bubblewrap that the system forbids to start is no sandbox; its own words are shown."""
    package = course.root / "src" / "pypatterns" / "__init__.py"
    refused = Ran(1, "bwrap: No permissions to create new namespace\nmore")
    machine = replace(whole, run=answers(python=Ran(0, str(package)), bwrap=refused))

    seen = finding("sandbox", examine(course.root, machine))

    assert seen.state == "optional"
    assert "No permissions to create new namespace" in seen.found
    assert "user namespaces" in seen.mend


def test_a_program_that_cannot_be_started_is_an_answer() -> None:
    """Asking this machine for a program that it does not have raises nothing."""
    assert Machine().run(["/no/such/program"]).code == 127


def test_this_machine_can_be_examined() -> None:
    """The real probes work: the tests themselves run on a Python that the course accepts."""
    found = examine()

    assert finding("Python", found).state == "ok"
    assert finding("packages", found).state == "ok"
