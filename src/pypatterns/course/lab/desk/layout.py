"""The learner's desk: the folder work/, where starters are laid out once and nothing written there is ever lost.

>>> lay_out(course).laid
(PosixPath('…/work/01_threads_and_processes.ipynb'),)
>>> reset(course, course.exercise("single_flight_cache"), now=datetime.now()).kept
PosixPath('…/work/earlier/single_flight_cache.2026-11-23T14-05-09.py')
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from pypatterns.course import folders
from pypatterns.course.answers import cells_of, marked
from pypatterns.course.catalog import Course, Exercise, Lesson
from pypatterns.course.errors import BrokenCourse, UnreadableFile
from pypatterns.course.files import copy_new, overwrite, told, write_new

EARLIER = (
    "earlier"  # inside work/, so that `pypatterns check` does not take old answers for new ones
)
RELOAD = "If the notebook is open in JupyterLab, choose File > Reload Notebook from Disk."

JsonCell = dict[str, Any]  # a notebook's cell, as nbformat 4 has it


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The notebooks that were copied to work/ now, and those that were there already.

    An answer of several files is a folder in its lesson's folder, `work/LESSON/NAME/`: it is laid out with the notebook. `said`
    is for people: which folders from an earlier version of the course were moved there, and which were not.
    """

    laid: tuple[Path, ...]
    kept: tuple[Path, ...]
    said: tuple[str, ...] = ()

    @property
    def notebooks(self) -> tuple[Path, ...]:
        """All of them, by name, which is the order of the lessons."""
        return tuple(sorted(self.laid + self.kept))


@dataclass(frozen=True, slots=True)
class ResetDone:
    """What a reset did, and `said` for people; `kept` is the file with the old work, None if there was none."""

    notebook: Path
    kept: Path | None
    said: str


def lay_out(course: Course, *, write: Callable[[Path, bytes], bool] = write_new) -> LaidOut:
    """Copy each starter that work/ does not have yet. What is there is never written to.

    Raises `CourseError` where work/ cannot be written; nothing half-written is left behind.
    """
    laid: list[Path] = []
    kept: list[Path] = []
    said: list[str] = []
    for lesson in (each for each in course.lessons if each.starter.is_file()):
        with told("written", lesson.work):
            lesson.work.parent.mkdir(exist_ok=True)
            fresh = not lesson.work.exists() and write(lesson.work, lesson.starter.read_bytes())
            for exercise in (each for each in lesson.exercises if each.form == "folder"):
                said += _moved(lesson, exercise)
                mine = folders.place(exercise, lesson.work.parent)
                mine.parent.mkdir(exist_ok=True)
                copy_new(lesson.starter.parent / exercise.folder, mine)
        (laid if fresh else kept).append(lesson.work)
    return LaidOut(tuple(laid), tuple(kept), tuple(said))


def _moved(lesson: Lesson, exercise: Exercise) -> list[str]:
    """Move a folder that lies right beside the notebook, where earlier versions laid it out; say what became of it."""
    work = lesson.work.parent
    before, now = work / exercise.name, work / exercise.folder
    if not before.is_dir():
        return []
    where = f"{_relative(now)}/"
    if os.path.lexists(now) or before.is_symlink():
        return [f"{_relative(before)}/ stays as it is; the answer that counts is {where}"]
    try:
        now.parent.mkdir(exist_ok=True)
        before.rename(now)
    except FileNotFoundError:  # another `pypatterns lab` has just moved it
        return []
    except OSError as error:
        return [f"{_relative(before)}/ could not be moved to {where} ({error.strerror})"]
    return [f"Moved {_relative(before)}/ to {where}"]


def reset(course: Course, exercise: Exercise, *, now: datetime) -> ResetDone:
    """Put one exercise's starter back and keep its old answer in work/earlier/, dated. Other cells stay as they are.

    A notebook that cannot be read is kept whole, and a new starter takes its place.
    """
    done = _reset_notebook(course, exercise, now)
    if exercise.form != "folder":
        return done
    kept, said = _reset_folder(course.lesson(exercise.lesson), exercise, now)
    return ResetDone(done.notebook, kept or done.kept, f"{said} {done.said}")


def _reset_folder(lesson: Lesson, exercise: Exercise, now: datetime) -> tuple[Path | None, str]:
    """Put the folder of a starter back: where the old one is kept, and what to say."""
    starter, work = lesson.starter.parent / exercise.folder, lesson.work.parent
    if not starter.is_dir():
        name = exercise.folder.as_posix()
        raise BrokenCourse(f"exercises/{name}/ is not there; run 'pypatterns build'")
    moved = "".join(f"{sentence}. " for sentence in _moved(lesson, exercise))
    mine = folders.place(exercise, work)
    where = f"{_relative(mine)}/"
    try:
        if folders.same_files(folders.read(mine), folders.read(starter)):
            return None, f"{moved}{where} is the starter already."
    except UnreadableFile:  # not there, or no longer what can be read: then it is kept as it is
        pass
    kept = None
    with told("written", mine):
        if mine.exists() or mine.is_symlink():
            (work / EARLIER).mkdir(exist_ok=True)
            dated = _dated(work / EARLIER, exercise.name, "", now)
            kept = mine.rename(next(path for path in dated if not path.exists()))
        mine.parent.mkdir(exist_ok=True)
        copy_new(starter, mine)
    return kept, f"{moved}The starter of {where} is back; " + (
        f"your files are kept in {_relative(kept)}/." if kept else "the folder was gone."
    )


def _reset_notebook(course: Course, exercise: Exercise, now: datetime) -> ResetDone:
    lesson = course.lesson(exercise.lesson)
    starter = _starter(lesson, exercise)
    if not lesson.work.exists():
        lay_out(course)
        return ResetDone(lesson.work, None, f"work/{lesson.work.name} was not there; it is now.")
    try:
        cells_of(lesson.work)
    except UnreadableFile as error:
        return _replace_notebook(lesson, now, str(error).partition(". ")[0])
    return _replace_cell(lesson, exercise, starter, now)


def _replace_cell(
    lesson: Lesson, exercise: Exercise, starter: list[JsonCell], now: datetime
) -> ResetDone:
    where = _relative(lesson.work)
    notebook = json.loads(lesson.work.read_bytes().decode("utf-8-sig"))
    found = [cell for cell in notebook["cells"] if _holds(cell, exercise)]
    if found and _source(found[-1]) == _source(starter[-1]):
        return ResetDone(lesson.work, None, f"{exercise.name} in {where} is the starter already.")
    if found:
        kept = _keep(lesson, exercise.name, ".py", _source(found[-1]).encode(), now)
        found[-1] |= {"source": starter[-1]["source"], "outputs": [], "execution_count": None}
        said = f"your answer is kept in {_relative(kept)}"
    else:
        _put_back(notebook["cells"], starter)
        kept, said = None, "its cell was gone"
    with told("written", lesson.work):
        overwrite(lesson.work, _as_bytes(notebook))
    back = f"The starter of {exercise.name} is back in {where}; {said}. {RELOAD}"
    return ResetDone(lesson.work, kept, back)


def _replace_notebook(lesson: Lesson, now: datetime, problem: str) -> ResetDone:
    with told("read", lesson.work):
        old = lesson.work.read_bytes()
    kept = _keep(lesson, lesson.stem, ".ipynb", old, now)
    with told("written", lesson.work):
        overwrite(lesson.work, lesson.starter.read_bytes())
    said = f"{problem}. It is kept as {_relative(kept)}, and a new starter took its place. {RELOAD}"
    return ResetDone(lesson.work, kept, said)


def _keep(lesson: Lesson, name: str, suffix: str, old: bytes, now: datetime) -> Path:
    """Save old work under a dated name that no file has yet."""
    folder = lesson.work.parent / EARLIER
    with told("written", folder):
        folder.mkdir(exist_ok=True)
        return next(path for path in _dated(folder, name, suffix, now) if write_new(path, old))


def _dated(folder: Path, name: str, suffix: str, now: datetime) -> Iterator[Path]:
    day = now.strftime("%Y-%m-%dT%H-%M-%S")  # no colons: Windows allows none in a file's name
    yield folder / f"{name}.{day}{suffix}"
    yield from (folder / f"{name}.{day}-{number}{suffix}" for number in count(2))


def _relative(path: Path) -> str:
    """As people name it: from work/ on."""
    return path.relative_to(next(p for p in path.parents if p.name == "work").parent).as_posix()


def _starter(lesson: Lesson, exercise: Exercise) -> list[JsonCell]:
    """The cells of the pristine notebook that reset may need: the prompt before the answer's cell, and that cell."""
    name = f"exercises/{lesson.starter.name}"
    try:
        cells = json.loads(lesson.starter.read_bytes())["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenCourse(f"{name} cannot be read: {error}") from error
    for number, cell in enumerate(cells):
        if _holds(cell, exercise):
            before = cells[number - 1 : number]
            return [*(each for each in before if each["cell_type"] == "markdown"), cell]
    raise BrokenCourse(f"{name} has no cell '# exercise: {exercise.name}'; run 'pypatterns build'")


def _put_back(cells: list[Any], starter: list[JsonCell]) -> None:
    """Put a lost cell back after its prompt, or both at the end where the prompt is gone too."""
    prompt = starter[0].get("id") if len(starter) > 1 else None
    for number, cell in enumerate(cells, start=1):
        if isinstance(cell, dict) and prompt and cell.get("id") == prompt:
            cells.insert(number, starter[-1])
            return
    cells += starter


def _holds(cell: Any, exercise: Exercise) -> bool:
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return False
    return marked(_source(cell)) == exercise.name


def _source(cell: JsonCell) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _as_bytes(notebook: JsonCell) -> bytes:
    """As nbformat writes it, so that a diff shows only what changed."""
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
