"""Execute lessons and solutions, and derive the starters: `make notebooks`.

A notebook is written whole when all of its cells have run, and not at all when one fails. `work/` is never touched.

>>> build(load(), on_progress=print)
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from pypatterns.course import folders
from pypatterns.course.answers import marked
from pypatterns.course.authoring import claims, notebooks
from pypatterns.course.authoring.derive import derive, starter_files
from pypatterns.course.catalog import VARIABLE, Course, Lesson
from pypatterns.course.checking.report.model import Verdict
from pypatterns.course.errors import BrokenCourse

CELL_TIMEOUT = 120  # seconds; a whole notebook should take twelve
TRACEBACK_LINES = 12
ANSI = re.compile(r"\x1b\[[0-9;]*m")

Progress = Callable[[str], None]


def build(
    course: Course,
    lessons: Sequence[Lesson] | None = None,
    *,
    execute: bool = True,
    on_progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Build these lessons (all of them by default); return the files that changed.

    `execute=False` derives the starters only. `on_progress` is told each step in a sentence.

    Raises `BrokenCourse` with notebook and cell if a marker is wrong or a cell fails.
    """
    say = on_progress or _silent
    changed: list[Path] = []

    def write(notebook: NotebookNode, path: Path) -> None:
        is_new = notebooks.write(notebook, path)
        changed.extend([path] * is_new)
        say(f"{path.relative_to(course.root)}: {'written' if is_new else 'unchanged'}")

    for lesson in course.lessons if lessons is None else lessons:
        if lesson.solution.is_file():  # first: the checks in the solution's cells compare with it
            write(starter_of(lesson), lesson.starter)
            changed += _folders(lesson, say)
        for path in (lesson.notebook, lesson.solution):
            if execute and path.is_file():
                say(f"{path.relative_to(course.root)}: running")
                write(_executed(lesson, path), path)
    changed += _claims(course, say)
    return tuple(changed)


def starter_folders(lesson: Lesson) -> dict[Path, dict[str, str]]:
    """The folders that the solutions of several files give as starters, by where they belong. Raises `BrokenCourse`."""
    return {
        lesson.starter.parent / each.folder: starter_files(
            folders.read(lesson.solution.parent / each.folder),
            f"solutions/{each.folder.as_posix()}",
        )
        for each in lesson.exercises
        if each.form == "folder"
    }


def _folders(lesson: Lesson, say: Progress) -> list[Path]:
    """Write the starters of several files whose files are not those that are there."""
    written = []
    for folder, files in starter_folders(lesson).items():
        if folder.is_dir() and folders.read(folder) == files:
            continue
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        say(f"{folder.relative_to(lesson.root)}/: written")
        written.append(folder)
    return written


def _claims(course: Course, say: Progress) -> list[Path]:
    """Write the table of claims, if the lessons make any and it is not the one that is there."""
    path, text = course.root / claims.FILE, claims.document(course)
    if not text or (path.is_file() and path.read_text(encoding="utf-8") == text):
        return []
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    say(f"{claims.FILE}: written")
    return [path]


def _executed(lesson: Lesson, path: Path) -> NotebookNode:
    """The notebook after a run, fit to take the file's place."""
    before = path.read_bytes()
    notebook = run(path, lesson.root)
    if path == lesson.solution:
        _must_pass(notebook, path.relative_to(lesson.root))
    if path.read_bytes() != before:
        raise BrokenCourse(f"{path.name} was changed while it ran; build it again")
    return notebook


def starter_of(lesson: Lesson) -> NotebookNode:
    """The starter that the lesson's solution gives. Raises `BrokenCourse` for a wrong marker."""
    solution = notebooks.read(lesson.solution)
    name = lesson.solution.relative_to(lesson.root).as_posix()
    named = [each.name for each in lesson.exercises if each.form == "folder"]
    return notebooks.normalised(derive(solution, name, named))


def run(path: Path, root: Path) -> NotebookNode:
    """Run a notebook's cells in a fresh kernel of this Python, in the notebook's own folder.

    Returns the executed notebook, normalised. Raises `BrokenCourse` with the cell that failed, was too slow, killed the
    kernel, or is tagged `raises-exception` and raised nothing.
    """
    notebook = notebooks.read(path)
    reached = 0

    def starts(cell_index: int, **_: object) -> None:
        nonlocal reached
        reached = cell_index + 1

    with tempfile.TemporaryDirectory() as settings:
        client = _Client(
            notebook,
            timeout=CELL_TIMEOUT,
            resources={"metadata": {"path": str(path.parent)}},
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            extra_arguments=["--IPKernelApp.log_level=40"],  # no warning about local TCP
            on_cell_start=starts,
        )
        client.folder = Path(settings)
        try:
            client.execute(env=_environment(root, settings))
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            name = path.relative_to(root)
            raise BrokenCourse(f"{name}, cell {reached}: {_reason(error)}") from None
    _must_raise(notebook, str(path.relative_to(root)))
    return notebooks.normalised(notebook, root)


class _Client(NotebookClient):
    """Runs the kernel of the Python that runs this, whatever `python3` a user has installed.

    They talk by sockets in `folder`, where there are such: a TCP port may be another kernel's by the time that ours opens it.
    """

    folder: Path

    def create_kernel_manager(self) -> AsyncKernelManager:
        here = KernelSpecManager(kernel_dirs=[])
        self.km = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=here)
        if os.name == "posix":
            self.km.transport = "ipc"
            self.km.connection_file = str(self.folder / "kernel.json")
        return self.km


def _environment(root: Path, settings: str) -> Mapping[str, str]:
    """This course, whichever folder the kernel starts in, and nobody's own IPython settings."""
    return os.environ | {VARIABLE: str(root), "IPYTHONDIR": settings}


def _reason(error: CellExecutionError | CellTimeoutError | DeadKernelError) -> str:
    if isinstance(error, CellTimeoutError):
        return f"it did not end within {CELL_TIMEOUT} seconds"
    if isinstance(error, DeadKernelError):
        return "the kernel died while it ran"
    lines = ANSI.sub("", str(error)).strip().splitlines()
    return "\n".join(["it fails; nothing is written for this notebook", *lines[-TRACEBACK_LINES:]])


def _must_pass(notebook: NotebookNode, name: Path) -> None:
    """A solution that does not pass must not be committed as one."""
    for number, cell in enumerate(notebook.cells, start=1):
        exercise = marked(cell.source) if cell.cell_type == "code" else None
        shown = [
            output.data.get("text/plain", "")
            for output in cell.get("outputs", ())
            if "data" in output
        ]
        if exercise and not any(text.startswith(f"{exercise}: {Verdict.PASS}") for text in shown):
            verdict = shown[-1].partition("\n")[0] if shown else "no verdict is shown"
            text = f"the solution does not pass ({verdict}); nothing is written for this notebook"
            raise BrokenCourse(f"{name}, cell {number}: {text}")


def _must_raise(notebook: NotebookNode, name: str) -> None:
    for number, cell in enumerate(notebook.cells, start=1):
        if "raises-exception" not in notebooks.tags(cell):
            continue
        if not any(output.output_type == "error" for output in cell.get("outputs", ())):
            text = "is tagged 'raises-exception' and raised nothing; take the tag away, or mend it"
            raise BrokenCourse(f"{name}, cell {number}: {text}")


def _silent(step: str) -> None:
    """Tell nobody."""
