"""JupyterLab on the course: laid out first, started once, with this course and this environment."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pypatterns.course.catalog import VARIABLE, Course
from pypatterns.course.checking.report.model import Report, Verdict
from pypatterns.course.lab.desk.diary import Diary
from pypatterns.course.lab.setup.doctor import Finding
from pypatterns.course.lab.setup.server import already, lab

PAGE = "/lab/tree/work/01_doubling.ipynb"


class Launch:
    """Stands for all that `lab` reaches outside: remembers what was said, shown and run."""

    def __init__(self, *servers: Mapping[str, Any], kernel: str = "ok") -> None:
        self.servers = servers
        self.kernel = Finding("kernel", kernel, "python3 is another Python", "mend it so")  # type: ignore[arg-type]
        self.said: list[str] = []
        self.shown: list[str] = []
        self.command: list[str] = []
        self.environment: dict[str, str] = {}

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> int:
        self.command, self.environment = list(command), dict(environment)
        return 0

    def lab(self, course: Course, *args: str, another: bool = False) -> int:
        return lab(
            course,
            args,
            another=another,
            say=self.said.append,
            run=self.run,
            servers=lambda: self.servers,
            kernel=lambda course: self.kernel,
            show=self.shown.append,
        )


@pytest.fixture(autouse=True)
def no_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs these tests, `lab` sees an ordinary user."""
    monkeypatch.setattr("pypatterns.course.lab.setup.server.is_root", lambda: False)


@pytest.fixture
def server(tiny_course: Course) -> Iterator[dict[str, Any]]:
    """A running server on the tiny course, as Jupyter describes it; somebody listens on its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        yield {"root_dir": str(tiny_course.root), "url": url, "token": "s3cret"}


def test_the_server_opens_the_first_notebook_of_work(tiny_course: Course) -> None:
    """Root, first page, and the learner's own options last, so that they win."""
    launch = Launch()

    launch.lab(tiny_course, "--no-browser", "--port", "9000")

    assert launch.command == [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={tiny_course.root}",
        f"--LabApp.default_url={PAGE}",
        "--no-browser",
        "--port",
        "9000",
    ]
    assert tiny_course.lessons[0].work.is_file()
    assert launch.said == ["Laid out work/01_doubling.ipynb"]


def test_the_lesson_to_go_on_with_is_opened(tiny_course: Course) -> None:
    """The first with an exercise that has not passed; when all have, the exercises."""
    lesson = tiny_course.lessons[0].notebook
    lesson.parent.mkdir()
    lesson.write_text("{}")
    tiny_course.work.mkdir()
    begun, done = Launch(), Launch()

    begun.lab(tiny_course)
    for exercise in tiny_course.exercises:
        Diary(tiny_course.work).note(Report(exercise.name, Verdict.PASS))
    done.lab(tiny_course)

    assert "--LabApp.default_url=/lab/tree/notebooks/01_doubling.ipynb" in begun.command
    assert f"--LabApp.default_url={PAGE}" in done.command


def test_root_may_open_the_course_and_is_told(
    tiny_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jupyter refuses root unless it is told; in a container root may be all there is."""
    monkeypatch.setattr("pypatterns.course.lab.setup.server.is_root", lambda: True)
    launch = Launch()

    launch.lab(tiny_course, "--no-browser")

    assert launch.command[-2:] == ["--allow-root", "--no-browser"]
    assert any("You are root" in said for said in launch.said)


def test_its_kernels_find_this_course_and_this_python(tiny_course: Course) -> None:
    """Wherever a notebook lies, and whatever else is installed."""
    launch = Launch()

    launch.lab(tiny_course)

    assert launch.environment[VARIABLE] == str(tiny_course.root)
    assert launch.environment["PATH"].split(os.pathsep)[0] == os.path.dirname(sys.executable)  # noqa: PTH120


def test_nobody_is_asked_about_news(tiny_course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """A default beside whatever settings there are: no dialog covers the first verdict."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "of-the-house")
    launch = Launch()

    launch.lab(tiny_course)

    ours, *others = launch.environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    defaults = json.loads(Path(ours, "labconfig", "default_setting_overrides.json").read_text())
    assert defaults == {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
    assert others == ["of-the-house"]


def test_a_second_server_on_one_course_is_not_started(
    tiny_course: Course, server: dict[str, Any]
) -> None:
    """Its page is shown instead, with the reason and the way to have a second one all the same."""
    launch = Launch(server)

    code = launch.lab(tiny_course)

    address = f"{server['url'].rstrip('/')}{PAGE}?token=s3cret"
    assert code == 0
    assert launch.shown == [address]
    assert launch.command == []
    assert any(address in said for said in launch.said)
    assert any("--another" in said for said in launch.said)


def test_without_a_browser_the_running_one_is_only_told(
    tiny_course: Course, server: dict[str, Any]
) -> None:
    """`--no-browser` prints the address, here too."""
    launch = Launch(server)

    launch.lab(tiny_course, "--no-browser")

    assert launch.shown == []


def test_another_is_started_if_asked_for(tiny_course: Course, server: dict[str, Any]) -> None:
    """`--another` is a decision, and ours to respect."""
    launch = Launch(server)

    launch.lab(tiny_course, another=True)

    assert "jupyterlab" in launch.command


def test_servers_elsewhere_and_dead_ones_do_not_count(
    tiny_course: Course, server: dict[str, Any]
) -> None:
    """Only one that serves this folder and answers on its port."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    elsewhere = server | {"root_dir": str(tiny_course.root.parent)}
    dead = server | {"url": f"http://127.0.0.1:{port}/"}

    assert already(tiny_course, [elsewhere, dead]) is None
    assert already(tiny_course, [elsewhere, dead, server]) is server


def test_a_kernel_without_the_course_is_warned_of(tiny_course: Course) -> None:
    """A kernel of another environment under our kernel's name is told before it puzzles anybody."""
    launch = Launch(kernel="missing")

    launch.lab(tiny_course)

    assert "python3 is another Python" in launch.said[-1]
    assert "mend it so" in launch.said[-1]
