"""JupyterLab on the course: one server, started with the desk laid out and this environment's kernel.

>>> lab(course, ["--no-browser"], say=print)
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pypatterns.course.catalog import VARIABLE, Course
from pypatterns.course.errors import CourseError
from pypatterns.course.lab.desk.diary import Diary
from pypatterns.course.lab.desk.layout import lay_out
from pypatterns.course.lab.setup import doctor
from pypatterns.course.lab.setup.doctor import Finding
from pypatterns.course.lab.setup.machine import Machine

# JupyterLab asks nobody about its news on the first day: a default, so whoever wants them still has them by its settings.
# https://jupyterlab.readthedocs.io/en/stable/user/directories.html#labconfig-directories
SETTINGS = Path(__file__).parent / "settings"
SETTINGS_PATH = "JUPYTER_CONFIG_PATH"

Run = Callable[[Sequence[str], Mapping[str, str]], int]


def lab(
    course: Course,
    args: Sequence[str],
    *,
    say: Callable[[str], object],
    another: bool = False,
    run: Run | None = None,
    servers: Callable[[], Iterable[Mapping[str, Any]]] | None = None,
    kernel: Callable[[Course], Finding] | None = None,
    show: Callable[[str], object] = webbrowser.open,
) -> int:
    """Lay out missing starters and run JupyterLab on the course with `args`; its exit code comes back.

    If one already runs on this course, its page is shown instead: two would overwrite each other's work. `another` starts
    a second all the same. What follows can be replaced for tests.

    Raises `CourseError` if work/ cannot be written or JupyterLab is not installed.
    """
    done = lay_out(course)
    for notebook in done.laid:
        say(f"Laid out {notebook.relative_to(course.root).as_posix()}")
    for sentence in done.said:
        say(sentence)
    page = first_page(course, done.notebooks)
    there = None if another else already(course, (servers or running)())
    if there is not None:
        return _show(f"{there['url'].rstrip('/')}{page}", there, args, say, show)
    finding = (kernel or this_kernel)(course)
    if finding.state != "ok":
        say(f"Careful, the kernel of the notebooks: {finding.found}. To mend it: {finding.mend}")
    if is_root():
        say(
            "You are root, and so is what you run in a notebook. Better: use an account of your own."
        )
    return (run or become)(command(course, page, args), environment(course))


def first_page(course: Course, notebooks: Sequence[Path]) -> str:
    """The page to begin with: the first lesson with an exercise that has not passed, or else the first exercises."""
    passed = Diary(course.work).passed()
    pages = [
        lesson.notebook
        for lesson in course.lessons
        if lesson.notebook.is_file() and any(each.name not in passed for each in lesson.exercises)
    ]
    page = next(iter([*pages, *notebooks]), None)
    return f"/lab/tree/{page.relative_to(course.root).as_posix()}" if page else "/lab"


def command(course: Course, page: str, args: Sequence[str]) -> list[str]:
    """The command line of JupyterLab. `args` come last, so they win."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise CourseError(f"{sys.executable} has no JupyterLab; 'pypatterns doctor' names the mend")
    settings = [f"--ServerApp.root_dir={course.root}", f"--LabApp.default_url={page}"]
    if is_root():  # in a container, mostly; Jupyter starts only if it is told that this is meant
        settings.append("--allow-root")
    return [sys.executable, "-m", "jupyterlab", *settings, *args]


def is_root() -> bool:
    """Whether this runs with all rights. Windows has no such user."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def environment(course: Course) -> dict[str, str]:
    """What the server, its terminals and its kernels see: this course, wherever a notebook lies."""
    programs, environ = str(Path(sys.executable).parent), os.environ
    return environ | {
        VARIABLE: str(course.root),
        "PATH": _before(programs, environ.get("PATH", "")),
        SETTINGS_PATH: _before(str(SETTINGS), environ.get(SETTINGS_PATH)),
    }


def _before(first: str, others: str | None) -> str:
    return first if others is None else os.pathsep.join([first, others])


def already(course: Course, servers: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The running server that serves this course's folder, if there is one."""
    for server in servers:
        root = server.get("root_dir") or server.get("notebook_dir")
        if root and Path(root).resolve() == course.root and reachable(str(server.get("url", ""))):
            return server
    return None


def running() -> Iterable[Mapping[str, Any]]:
    """What Jupyter itself knows of running servers."""
    from jupyter_server.serverapp import list_running_servers  # noqa: PLC0415 - half a second

    return list_running_servers()


def reachable(url: str) -> bool:
    """Whether somebody listens there: after a crash a process id may be another's."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "localhost", parts.port or 80), 1.0):
            return True
    except (OSError, ValueError):
        return False


def this_kernel(course: Course) -> Finding:
    """Whether the kernel that notebooks start has this course."""
    return doctor.kernel(course, Machine())


def become(line: Sequence[str], environ: Mapping[str, str]) -> int:
    """Let the server take this process's place, so that Ctrl-C and signals reach it alone."""
    if os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        os.execve(line[0], list(line), dict(environ))  # noqa: S606 - no shell is wanted
    return subprocess.call(line, env=environ)


def _show(
    url: str,
    server: Mapping[str, Any],
    args: Sequence[str],
    say: Callable[[str], object],
    show: Callable[[str], object],
) -> int:
    address = f"{url}?token={server['token']}" if server.get("token") else url
    say(f"JupyterLab already runs on this course: {address}")
    say("A second one beside it could overwrite what you write in the first; --another starts it.")
    if "--no-browser" not in args:
        show(address)
    return 0
