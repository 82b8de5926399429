"""What the course needs and whether it is here: one finding each, with the command that mends it.

`examine` only looks; it installs and changes nothing. What it asks of the computer goes through a `Machine`, so that a
test can examine one that does not exist.

>>> [finding.name for finding in examine() if finding.blocks]
[]
"""

from __future__ import annotations

import os
import shlex
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from pypatterns.course import catalog
from pypatterns.course.catalog import Course
from pypatterns.course.errors import CourseError
from pypatterns.course.lab.setup.machine import KERNEL, Machine

State = Literal["ok", "missing", "stale", "optional"]

OLDEST_PYTHON = (3, 11)
LEAST_SPACE = 200 << 20  # bytes: room for notebooks, their checkpoints and a run's scratch files
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
START_SANDBOX = ("--unshare-all", "--ro-bind", "/", "/", "true")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for.

    `state` is "ok"; "missing" where learners cannot go on without it; "stale" where it works but is not what was tested;
    "optional" where it is not here and only some need it. `mend` is the command or sentence that helps, "" if all is well.
    """

    name: str
    state: State
    found: str
    mend: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the course cannot be worked on before this is mended."""
        return self.state == "missing"


def examine(root: Path | None = None, machine: Machine | None = None) -> list[Finding]:
    """Look for all that the course needs. `root` is the course's folder; without one it is searched for."""
    machine = machine or Machine()
    try:
        course = catalog.load(root)
    except CourseError as error:
        return [
            python(machine),
            no_course(error),
            kernel(None, machine),
            *outside(machine),
        ]
    return [
        python(machine),
        files(course),
        packages(course, machine),
        versions(course, machine),
        kernel(course, machine),
        work_folder(course, machine),
        space(course, machine),
        *outside(machine),
    ]


def outside(machine: Machine) -> list[Finding]:
    """What needs no course to be looked at."""
    return [workers(machine), sandbox(machine), browser(machine)]


def python(machine: Machine) -> Finding:
    """Python is new enough."""
    found = ".".join(map(str, machine.python))
    if machine.python[:2] >= OLDEST_PYTHON:
        return Finding("Python", "ok", found)
    return Finding(
        "Python",
        "missing",
        f"{found}; the course needs 3.11 or newer",
        "make lab PYTHON=python3.13 (any installed Python from 3.11 on)",
    )


def no_course(error: CourseError) -> Finding:
    """There is no course here, or its table of contents cannot be read."""
    return Finding(
        "course",
        "missing",
        str(error),
        "run the command in the folder that holds course.toml",
    )


def files(course: Course) -> Finding:
    """Every lesson has its starter and every exercise its checks."""
    wanted = [course.root / "pyproject.toml", course.root / "constraints.txt"]
    wanted += [lesson.starter for lesson in course.lessons]
    wanted += [exercise.test_file for exercise in course.exercises]
    gone = [path.relative_to(course.root).as_posix() for path in wanted if not path.is_file()]
    if not gone:
        return Finding("course", "ok", f"{course.title} in {course.root}")
    return Finding("course", "missing", f"not in {course.root}: {listed(gone)}", restore(gone))


def packages(course: Course, machine: Machine) -> Finding:
    """What pyproject.toml requires is installed."""
    project = tomllib.loads(text(course, "pyproject.toml")).get("project", {})
    required = applicable(project.get("dependencies", []), machine)
    have = machine.installed()
    unmet = [str(each) for each in required if not satisfied(each, have)]
    if not unmet:
        return Finding("packages", "ok", f"all {len(required)} that the course asks for")
    mend = "conda env update --file environment.yml" if in_conda(machine) else ""
    return Finding("packages", "missing", listed(unmet), mend or install(course, machine))


def versions(course: Course, machine: Machine) -> Finding:
    """No installed package is older than the version that the course was tested with."""
    have = machine.installed()
    lines = text(course, "constraints.txt").splitlines()
    pinned = [each for each in applicable(lines, machine) if canonicalize_name(each.name) in have]
    older = [
        f"{each.name} {have[canonicalize_name(each.name)]} (tested {pin(each)})"
        for each in pinned
        if Version(have[canonicalize_name(each.name)]) < pin(each)
    ]
    if not older:
        return Finding("versions", "ok", f"{len(pinned)} packages as tested, or newer")
    mend = "conda update --all" if in_conda(machine) else install(course, machine)
    return Finding("versions", "stale", f"older than tested: {listed(older)}", mend)


def kernel(course: Course | None, machine: Machine) -> Finding:
    """Notebooks start a Python that has the course's package."""
    mend = f"{machine.executable} -m ipykernel install --sys-prefix --name {KERNEL}"
    command = machine.kernel()
    if not command:
        return Finding("kernel", "missing", f"Jupyter knows no kernel '{KERNEL}'", mend)
    # Jupyter itself reads a bare "python" as its own interpreter.
    interpreter = command[0] if Path(command[0]).is_absolute() else machine.executable
    ran = machine.run([interpreter, "-c", "import pypatterns; print(pypatterns.__file__)"])
    if ran.code != 0:
        return Finding("kernel", "missing", f"{interpreter} cannot import pypatterns", mend)
    if course and not Path(first_line(ran.output)).is_relative_to(course.root):
        found = f"its pypatterns is {first_line(ran.output)}, not the one in {course.root}"
        return Finding("kernel", "stale", found, install(course, machine))
    return Finding("kernel", "ok", f"{KERNEL}: {interpreter}")


def work_folder(course: Course, machine: Machine) -> Finding:
    """Learners can save their work."""
    folder = course.work if course.work.is_dir() else course.root
    if machine.writable(folder):
        return Finding("work", "ok", f"{course.work}")
    mend = f"copy the course to a folder of your own: cp -r {quoted(course.root)} ~/pypatterns"
    return Finding("work", "missing", f"no permission to write in {folder}", mend)


def space(course: Course, machine: Machine) -> Finding:
    """The disk has room for the work and for what a check writes."""
    free = machine.free(course.root)
    found = f"{free >> 20} MiB free"
    if free >= LEAST_SPACE:
        return Finding("disk", "ok", found)
    mend = f"make room on the disk that holds {course.root}"
    return Finding("disk", "missing", f"{found}; {LEAST_SPACE >> 20} MiB are needed", mend)


def workers(machine: Machine) -> Finding:
    """How answers are run here; both ways give the same verdicts."""
    if machine.has_fork and machine.platform in ("linux", "darwin"):
        return Finding("checks", "ok", "each call in a forked child")
    return Finding("checks", "ok", "each call in a fresh process: slower than a fork")


def sandbox(machine: Machine) -> Finding:
    """Bubblewrap is here and can start: only who runs other people's answers needs it."""
    why = "only needed to run answers that you do not trust"
    if machine.platform != "linux":
        return Finding("sandbox", "optional", f"exists on Linux only; {why}")
    program = machine.which("bwrap")
    if not program:
        mend = "sudo apt-get install bubblewrap"
        return Finding("sandbox", "optional", f"no bubblewrap; {why}", mend)
    ran = machine.run([program, *START_SANDBOX])
    if ran.code == 0:
        return Finding("sandbox", "ok", program)
    return Finding(
        "sandbox",
        "optional",
        f"{program} cannot start ({first_line(ran.output)}); {why}",
        "allow user namespaces: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 on"
        " Ubuntu, kernel.unprivileged_userns_clone=1 on Debian; a container must be started so",
    )


def browser(machine: Machine) -> Finding:
    """A Chromium: only contributors who change what Jupyter shows need it."""
    for program in BROWSERS:
        if path := machine.which(program):
            return Finding("browser", "ok", path)
    found = "no Chromium; only contributors need it, for the browser tests"
    mend = "sudo apt-get install chromium" if machine.platform == "linux" else "install Chromium"
    return Finding("browser", "optional", found, mend)


def text(course: Course, name: str) -> str:
    """A file of the course, "" where it is gone: `files` says so."""
    path = course.root / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def applicable(lines: Iterable[str], machine: Machine) -> list[Requirement]:
    """The requirements among `lines` whose markers hold on this machine."""
    each = (Requirement(line) for line in lines if line.strip() and not line.startswith("#"))
    major, minor, _ = machine.python
    names = {
        "python_version": f"{major}.{minor}",
        "python_full_version": ".".join(map(str, machine.python)),
        "sys_platform": machine.platform,
    }
    return [one for one in each if one.marker is None or one.marker.evaluate(names)]


def satisfied(required: Requirement, have: Mapping[str, str]) -> bool:
    """Whether a version that fits is installed."""
    version = have.get(canonicalize_name(required.name))
    return version is not None and required.specifier.contains(version, prereleases=True)


def pin(constraint: Requirement) -> Version:
    """The version that a line of constraints.txt names."""
    return Version(next(iter(constraint.specifier)).version)


def in_conda(machine: Machine) -> bool:
    """Whether conda made this environment."""
    return (machine.prefix / "conda-meta").is_dir()


def install(course: Course, machine: Machine) -> str:
    """The command that installs the course in the versions that were tested."""
    pip = f"{machine.executable} -m pip" if machine.has_pip else "uv pip"
    at = "" if machine.has_pip else f" --python {machine.executable}"
    constraints = quoted(course.root / "constraints.txt")
    return f"{pip} install{at} --constraint {constraints} --editable {quoted(course.root)}"


def restore(paths: Sequence[str]) -> str:
    """The command that brings back files of the course that are gone."""
    return f"git restore {' '.join(paths)}"


def listed(things: Sequence[str], most: int = 5) -> str:
    """Name the first few and count the rest."""
    rest = len(things) - most
    return ", ".join(things[:most]) + (f" and {rest} more" if rest > 0 else "")


def first_line(text: str) -> str:
    """What a program said first."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "it said nothing")


def quoted(path: Path) -> str:
    """A path as one word of a command line."""
    return f'"{path}"' if os.name == "nt" else shlex.quote(str(path))
