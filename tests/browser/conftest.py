"""A learner's browser: JupyterLab as `pypatterns lab` starts it, on a copy of the course, and Chromium before it.

Everything that Jupyter and IPython would keep for the user goes to temporary folders. Where there is no Chromium these
tests are skipped; `.ci/run` installs it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from pypatterns.course import answers, catalog
from pypatterns.course.catalog import VARIABLE, Course

ROOT = Path(__file__).parents[2]
EXERCISE = "single_flight_cache"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",  # Chromium refuses to run as root with it, and a container may have no other user
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BOUND = (
    120.0  # seconds until a test stops to wait; nothing here takes a tenth of it on an idle machine
)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab on a course of its own."""

    course: Course
    address: str  # with a slash at its end
    token: str
    process: psutil.Process

    def page_of(self, notebook: Path) -> str:
        """Where a notebook is opened, in a workspace that remembers no other."""
        path = notebook.relative_to(self.course.root).as_posix()
        return f"{self.address}lab/tree/{path}?token={self.token}&reset"

    def judges(self) -> list[psutil.Process]:
        """All processes that check answers or run them, in whichever kernel."""
        below = self.process.children(recursive=True)
        return [each for each in below if "pypatterns.course.checking" in _command(each)]


@dataclass(frozen=True)
class Notebook:
    """One notebook in one page, and what a learner does with it."""

    page: Page
    lab: Lab
    path: Path

    @property
    def answer(self) -> Locator:
        """The cell of the answer."""
        return self.page.locator(".jp-CodeCell", has_text=f"# exercise: {EXERCISE}")

    @property
    def panel(self) -> Locator:
        """What stands below the answer."""
        return self.answer.locator(".pypatterns")

    def open(self) -> None:
        """Open the notebook; back when its kernel is there."""
        self.page.goto(self.lab.page_of(self.path))
        expect(self.page.locator(".jp-NotebookPanel .jp-Cell").first).to_be_visible()
        expect(self.page.locator(".jp-Spinner")).to_have_count(0)
        expect(self.page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
        expect(self.page.locator(".jp-Notebook:focus-within")).to_have_count(1)

    def load(self) -> None:
        """Run the first cell, which loads the extension."""
        cell = self.page.locator(".jp-CodeCell", has_text="%load_ext pypatterns")
        self._edit(cell)
        self._run(cell)

    def try_out(self, source: str) -> None:
        """Write an answer and run it; back when the cell has ended."""
        self.write(source)
        self._run(self.answer)

    def begin(self, source: str) -> None:
        """Write an answer and run it, without waiting for its end."""
        self.write(source)
        self.page.keyboard.press("Control+Enter")

    def write(self, source: str) -> None:
        """Put an answer in the place of what stands in its cell."""
        self._edit(self.answer)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(f"# exercise: {EXERCISE}\n{source}")

    def click(self, command: str) -> None:
        """Click the notebook's button for a command of JupyterLab."""
        self.page.locator(f".jp-NotebookPanel-toolbar [data-command='{command}']").click()

    def save(self) -> list[dict]:
        """Save the notebook; the outputs of the answer, as they are in the file now."""
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("Control+s")
        # Jupyter empties the file, then writes it.
        saved = lambda: self.path.stat().st_mtime_ns != before and self.path.read_bytes()[-2:]  # noqa: E731
        self.wait_until(lambda: saved() == b"}\n", "the file is saved")
        cells = json.loads(self.path.read_text(encoding="utf-8"))["cells"]
        return next(c["outputs"] for c in cells if answers.marked("".join(c["source"])) == EXERCISE)

    def wait_until(self, happened: Callable[[], bool], what: str) -> None:
        """Wait until something has happened outside the page, as long as `BOUND` allows."""
        for _ in range(int(BOUND * 20)):
            if happened():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"not within {BOUND:g} s: {what}")

    def _edit(self, cell: Locator) -> None:
        editor = cell.locator(".cm-content")
        editor.click()
        expect(editor).to_be_focused()

    def _run(self, cell: Locator) -> None:
        prompt = cell.locator(".jp-InputArea-prompt")
        before = prompt.inner_text()
        self.page.keyboard.press("Control+Enter")
        expect(prompt).not_to_have_text(before)
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))


@pytest.fixture(scope="session")
def known() -> Callable[[str], str]:
    """Gives the source of a known answer, without the docstring that says what it is."""
    folder = next(ROOT.glob(f"tests/exercises/*/{EXERCISE}"))

    def read(name: str) -> str:
        source = (folder / f"{name}.py").read_text(encoding="utf-8")
        return re.sub(r'\A""".*?"""\n', "", source, flags=re.DOTALL)

    return read


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab, started by `pypatterns lab`."""
    course = _copy(tmp_path_factory.mktemp("browser") / "course")
    home = tmp_path_factory.mktemp("home")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "pypatterns.course.cli", "lab", "--no-browser"]
    server = subprocess.Popen(
        [*command, "--port", str(port), "--allow-root"],
        env=_environment(course, home),
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    too_long = threading.Timer(BOUND, server.kill)
    too_long.start()
    try:
        assert server.stderr
        said = next((line for line in server.stderr if "/lab/tree/" in line), "nothing")
        too_long.cancel()
        wait_until_it_listens(port, server)  # Jupyter says its address first
        address, _, token = said.split()[-1].partition("lab/tree/")
        rest = threading.Thread(target=server.stderr.read)  # or the server would wait to log
        rest.start()
        yield Lab(course, address, token.partition("token=")[2], psutil.Process(server.pid))
        server.terminate()
        server.wait(BOUND)
        rest.join()
    finally:
        too_long.cancel()
        server.kill()
        server.wait()
        server.stderr.close()


def wait_until_it_listens(port: int, server: subprocess.Popen[str]) -> None:
    """Wait until somebody answers at this port, as long as `BOUND` allows."""
    until = time.monotonic() + BOUND
    while server.poll() is None and time.monotonic() < until:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise AssertionError(f"JupyterLab does not listen on port {port}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Only for a module: Playwright's event loop would disturb tests that run one."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip(f"no Chromium here (looked for {', '.join(CHROMIUM)}); .ci/run installs it")
    expect.set_options(timeout=BOUND * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A window as large as a small laptop's."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(BOUND * 1000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def notebook(page: Page, lab: Lab, request: pytest.FixtureRequest) -> Notebook:
    """The exercise's notebook, a copy for each module, opened and with the extension loaded."""
    laid = next(lab.course.work.glob("01_*.ipynb"))
    copy = laid.with_name(f"{request.module.__name__.rpartition('.')[2]}.ipynb")
    shutil.copy(laid, copy)
    notebook = Notebook(page, lab, copy)
    notebook.open()
    notebook.load()
    return notebook


def _copy(root: Path) -> Course:
    """The course as it is, but for the first lesson's starter, which holds the one exercise."""
    for folder in ("exercises", "solutions", "tests/exercises"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / catalog.FILE, root)
    course = catalog.load(root)
    starter = course.lesson(course.exercise(EXERCISE).lesson).starter
    data = json.loads(starter.read_text(encoding="utf-8"))
    marks = [answers.marked("".join(cell["source"])) for cell in data["cells"]]
    place = marks.index(EXERCISE)
    data["cells"] = [*data["cells"][:2], *data["cells"][place - 1 : place + 1]]
    starter.write_text(json.dumps(data), encoding="utf-8")
    return course


def _environment(course: Course, home: Path) -> dict[str, str]:
    """This one, with every place where Jupyter and IPython keep things below `home`."""
    names = (
        *("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"),
        *("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"),
    )
    places = {name: str(home / name.lower()) for name in names}
    return os.environ | places | {VARIABLE: str(course.root)}


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
