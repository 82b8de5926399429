"""An answer: the source that a learner wrote for one exercise, found by its marker. Nothing here runs it.

An answer is a code cell whose first line is `# exercise: NAME`, or a .py file that starts so (or is called NAME.py).
Where an exercise asks for several files, the cell says `folder = "NAME"`. The folder lies in the lesson's folder beside the
notebook (`work/LESSON/NAME/`), or right beside the notebook, as it once did; that folder alone is an answer, too. What is not one is refused with the reason, so that a grader and a learner read the same sentence.

>>> [answer.exercise for answer in read(course.work / "01_threads_and_processes.ipynb", course)]
['single_flight_cache']
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from pypatterns.course import folders, syntax
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.errors import NoAnswer, UnknownName, UnreadableFile

MARKER = re.compile(r"#\s*exercise:\s*(?P<name>\S+)\s*$", re.IGNORECASE)
LARGEST = 16 << 20  # bytes of a file; a notebook with pictures stays far below


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    `origin` says where it was found, for people ("work/01_….ipynb, cell 7"). `notes` are worth telling whatever the
    verdict is. `elsewhere` maps names that other cells of the same notebook define to those cells ("cell 4"). `files` are
    those of an answer's folder, by their paths in it.
    """

    exercise: str
    source: str
    origin: str
    notes: tuple[str, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell and what people call it ("cell 4")."""

    source: str
    called: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answers of a file or folder, and what was refused, each with its reason."""

    answers: tuple[Answer, ...]
    refused: tuple[str, ...] = ()


def marked(source: str) -> str | None:
    """The exercise that a cell's or file's first line names, if it is a marker.

    >>> marked("# exercise: single_flight_cache\\nclass SingleFlightCache: ...")
    'single_flight_cache'
    """
    first = next((line for line in source.splitlines() if line.strip()), "")
    match = MARKER.match(first.strip())
    return match["name"] if match else None


def read(path: Path, course: Course) -> tuple[Answer, ...]:
    """All answers in a notebook, a .py file or a folder of them.

    Raises `UnreadableFile` if it cannot be read, `UnknownName` if a marker names no exercise, `NoAnswer` if there is none.
    """
    found = find(path, course)
    if found.refused:
        raise UnknownName("\n".join(found.refused))
    return found.answers


def find(path: Path, course: Course, but: Collection[Path] = ()) -> Found:
    """As `read`, but an unknown marker, or one file of a folder that cannot be read, is told beside the rest.

    `but` are folders that an answer is known to consist of: no second answer is made of them.
    """
    if path.is_dir():
        return _bare(path, course) or _in_folder(path, course, but)
    if path.suffix == ".ipynb":
        found = among(cells_of(path), course, path.name, beside=path.parent)
    elif path.suffix == ".py":
        found = _in_module(path, course)
    else:
        raise UnreadableFile(_not_an_answer_file(path))
    if not found.answers and not found.refused:
        raise NoAnswer(f"{path.name} holds no answer: no code cell starts with '# exercise: NAME'")
    return found


def among(cells: Iterable[Cell], course: Course, where: str, beside: Path | None = None) -> Found:
    """The answers among a notebook's code cells. If a marker stands twice, the last cell counts and a note says so.

    `beside` is the notebook's folder, in which those of answers lie.
    """
    cells = list(cells)
    names = {exercise.name for exercise in course.exercises}
    last: dict[str, Cell] = {}
    notes: dict[str, list[str]] = {}
    refused: list[str] = []
    for cell in cells:
        name = marked(cell.source)
        if name is None:
            refused += _misplaced(cell, names)
        elif name not in names:
            refused.append(f"{cell.called}: {_unknown(name, course)}")
        else:
            if name in last:
                notes.setdefault(name, []).append(
                    f"The marker '# exercise: {name}' stands in {last[name].called} and in {cell.called}; the last one counts."
                )
            last[name] = cell
    answers: list[Answer] = []
    for name, cell in last.items():
        others = (each for each in cells if each is not cell and marked(each.source) != name)
        answer = Answer(
            name,
            cell.source,
            f"{where}, {cell.called}",
            tuple(notes.get(name, ())),
            names_in(others),
        )
        try:
            answers.append(_with_files(answer, course, beside))
        except UnreadableFile as error:
            refused.append(f"{cell.called}: {error}")
    return Found(tuple(answers), tuple(f"{where}, {reason}" for reason in refused))


def cells_of(path: Path) -> list[Cell]:
    """A notebook's code cells, counted as people count them: the first cell of any kind is cell 1."""
    text = _text(path)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        detail = (
            f" (line {error.lineno}: {error.msg})"
            if isinstance(error, json.JSONDecodeError)
            else ""
        )
        raise UnreadableFile(
            f"{path.name} is not a notebook: it is not valid JSON{detail}. Restore it from a checkpoint or from git; 'pypatterns reset EXERCISE' writes a new starter."
        ) from None
    if not (isinstance(data, dict) and isinstance(data.get("cells"), list)):
        raise UnreadableFile(
            f"{path.name} is not a notebook: it is JSON without a list of cells (older formats: open and save it once in JupyterLab)"
        )
    cells = []
    for number, cell in enumerate(data["cells"], start=1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            lines = source if isinstance(source, list) else [source]
            cells.append(
                Cell("".join(line for line in lines if isinstance(line, str)), f"cell {number}")
            )
    return cells


def names_in(cells: Iterable[Cell]) -> Mapping[str, str]:
    """What other cells define or import at top level, and where: for the sentence about a missing name."""
    names: dict[str, str] = {}
    for cell in cells:
        tree = syntax.parsed(cell.source)
        for statement in tree.body if tree else ():
            names |= dict.fromkeys(syntax.bound(statement), cell.called)
    return MappingProxyType(names)


def _with_files(answer: Answer, course: Course, beside: Path | None) -> Answer:
    """The answer with its folder's files, where its exercise asks for some. Raises `UnreadableFile`."""
    exercise = course.exercise(answer.exercise)
    if exercise.form != "folder":
        return answer
    name = folders.folder_of(answer.source)
    if not name:
        raise UnreadableFile(
            f'the answer to {answer.exercise} is a folder, and this cell names none; write: folder = "{answer.exercise}"'
        )
    beside = beside or Path()
    folder, notes = folders.place(exercise, beside, name), answer.notes
    if folder != beside / name and folders.is_folder(beside / name):
        notes += (
            f"There are two folders {exercise.lesson}/{name}/ and {name}/; the first one counts.",
        )
    return replace(answer, files=folders.read_for(exercise, folder), notes=notes)


def _bare(folder: Path, course: Course) -> Found | None:
    """The answer that a folder of an exercise's name is, without the cell that names it; None if it is no such folder."""
    whole = folder.resolve()
    exercise = next((each for each in _of_files(course) if each.name == whole.name), None)
    if exercise is None:
        return None
    name = exercise.name
    where = exercise.folder.as_posix() if whole.parent.name == exercise.lesson else name
    cell = Answer(name, f'# exercise: {name}\nfolder = "{name}"\n', where)
    try:
        files = folders.read_for(exercise, folder if folder.is_symlink() else whole)
        return Found((replace(cell, files=files),))
    except UnreadableFile as error:
        return Found((), (f"{folder.name}: {error}",))


def _of_files(course: Course) -> Iterable[Exercise]:
    """The exercises whose answers are folders."""
    return (each for each in course.exercises if each.form == "folder")


def _in_folder(folder: Path, course: Course, but: Collection[Path]) -> Found:
    answers: list[Answer] = []
    refused: list[str] = []
    for path in sorted(
        p for p in folder.iterdir() if p.suffix in (".ipynb", ".py") and p.is_file()
    ):
        try:
            found = find(path, course)
        except NoAnswer:
            continue
        except UnreadableFile as error:
            refused.append(str(error))
            continue
        answers += found.answers
        refused += found.refused
    told = {answer.exercise for answer in answers}
    for exercise in _of_files(course):
        name, its_folder = exercise.name, folders.place(exercise, folder)
        is_told = name in told or any(name in reason for reason in refused)
        if its_folder.is_dir() and its_folder not in but and not is_told:
            bare = _bare(its_folder, course) or Found(())
            answers += bare.answers
            refused += bare.refused
    if not answers and not refused:
        raise NoAnswer(
            f"no answer in {folder}: no notebook or .py file there starts a cell with '# exercise: NAME'"
        )
    return Found(tuple(answers), tuple(refused))


def _in_module(path: Path, course: Course) -> Found:
    source = _text(path)
    name = marked(source)
    if name is None and path.stem in {exercise.name for exercise in course.exercises}:
        name = path.stem
    if name is None:
        return Found(())
    try:
        course.exercise(name)
    except UnknownName:
        return Found((), (f"{path.name}: {_unknown(name, course)}",))
    try:
        return Found((_with_files(Answer(name, source, path.name), course, path.parent),))
    except UnreadableFile as error:
        return Found((), (f"{path.name}: {error}",))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableFile(
                f"{path.name} is larger than {LARGEST >> 20} MiB; clear its outputs and try again"
            )
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise UnreadableFile(f"there is no file {path}") from None
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{path.name} is not text in UTF-8 (byte {error.start}); save it as UTF-8"
        ) from None
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be read: {error.strerror or error}") from error
    if not text.strip():
        raise UnreadableFile(
            f"{path.name} is empty. 'pypatterns reset EXERCISE' writes a new starter."
        )
    return text


def _not_an_answer_file(path: Path) -> str:
    if not path.exists():
        return f"there is no file or folder {path}"
    return f"{path.name} is neither a notebook (.ipynb), nor a .py file, nor a folder of them"


def _unknown(name: str, course: Course) -> str:
    try:
        course.exercise(name)
    except UnknownName as error:
        return str(error)
    return ""


def _misplaced(cell: Cell, names: set[str]) -> list[str]:
    """A marker of a real exercise that is not on the first line: the learner should hear of it, not wonder."""
    for number, line in enumerate(cell.source.splitlines(), start=1):
        match = MARKER.match(line.strip())
        if match and match["name"] in names:
            return [
                f"{cell.called}: the marker '# exercise: {match['name']}' stands on line {number}; it must be the cell's first line"
            ]
    return []
