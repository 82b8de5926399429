"""The shape lint: what every lesson and exercise must have, and that its parts say the same.

Nothing here runs an answer or a notebook: the gate proves what the checks are worth, this that nothing is missing.

>>> [str(complaint) for complaint in lint(course)]
[]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode

from pypatterns.course import answers, folders
from pypatterns.course.authoring import checkfile, claims, notebooks, page, prompt, testfile
from pypatterns.course.authoring.build import starter_folders, starter_of
from pypatterns.course.authoring.findings import Complaint, Finding
from pypatterns.course.catalog import Course, Exercise, Lesson
from pypatterns.course.errors import CourseError

BUILD = "Run 'pypatterns build' and commit what it writes."


def lint(course: Course, exercises: Sequence[Exercise] | None = None) -> tuple[Complaint, ...]:
    """Complaints about these exercises and their lessons.

    By default about all of them, and about the folders and notebooks that belong to none.
    """
    chosen = tuple(course.exercises if exercises is None else exercises)
    is_whole = chosen == tuple(course.exercises)
    stems = {exercise.lesson for exercise in chosen}
    found: list[Complaint] = [*_strays(course), *_claims(course)] if is_whole else []
    for lesson in course.lessons:
        if is_whole or lesson.stem in stems:
            found += _lesson(lesson)
    for exercise in chosen:
        found += _checks(exercise)
        found += _prompt(course.lesson(exercise.lesson).solution, exercise)
    return tuple(found)


def _lesson(lesson: Lesson) -> Iterator[Complaint]:
    for path in (lesson.notebook, lesson.solution, lesson.starter):
        if path.is_file():
            yield from (each.on(path, lesson.root) for each in _notebook(lesson, path))
    if lesson.exercises and not lesson.solution.is_file():
        finding = Finding("the solutions of this lesson", "no such file", "Write them there.")
        yield finding.on(lesson.solution, lesson.root)
    elif lesson.exercises:
        yield from (each.on(lesson.starter, lesson.root) for each in _derived(lesson))


def _notebook(lesson: Lesson, path: Path) -> Iterator[Finding]:
    try:
        notebook = notebooks.read(path)
    except CourseError as error:
        yield Finding("a notebook", str(error), "Mend it, or restore it from git.")
        return
    text = path.read_text(encoding="utf-8")
    has_answers, is_run = path != lesson.notebook, path != lesson.starter
    yield from page.findings(notebook, answers=has_answers, executed=is_run)
    if path == lesson.notebook:
        yield from claims.findings(notebook, lesson.claims)
    if text != notebooks.text_of(notebooks.normalised(notebook, lesson.root)):
        yield Finding("the file as the build writes it", "another form of it", BUILD)


def _derived(lesson: Lesson) -> Iterator[Finding]:
    """The committed starter is the one that the solution gives, byte for byte."""
    expected = "the starter that the solution gives"
    try:
        derived = notebooks.text_of(starter_of(lesson))
        starters = starter_folders(lesson)
    except CourseError as error:
        yield Finding(expected, str(error), "Mend the solution.")
        return
    if not lesson.starter.is_file():
        yield Finding(expected, "no such file", BUILD)
    elif derived != lesson.starter.read_text(encoding="utf-8"):
        yield Finding(expected, "another one", BUILD)
    for folder, files in starters.items():
        if not folder.is_dir() or folders.read(folder) != files:
            yield Finding(expected, "another one", BUILD, f"{lesson.stem}/{folder.name}/")


def _claims(course: Course) -> Iterator[Complaint]:
    """The committed table of claims is the one that the lessons give."""
    path = course.root / claims.FILE
    try:
        expected = claims.document(course)
    except CourseError:  # told of the notebook itself
        return
    if expected and (not path.is_file() or path.read_text(encoding="utf-8") != expected):
        finding = Finding("the claims as the lessons tell them", "another text", BUILD)
        yield finding.on(path, course.root)


def _checks(exercise: Exercise) -> Iterator[Complaint]:
    """The checks say what they prove and why they fail, and call drivers that exist."""
    path = exercise.test_file
    try:
        tree = testfile.parse(path)
        calls = testfile.driver_calls(tree)
        path = exercise.driver_file
        drivers = testfile.drivers(testfile.parse(path)) if calls or path.is_file() else {}
        found = list(checkfile.driver_findings(drivers))
    except CourseError as error:
        yield Finding("the checks and their drivers", str(error), "Mend it.").about(path, exercise)
        return
    yield from (each.about(path, exercise) for each in found)
    for each in (*checkfile.check_findings(tree), *checkfile.call_findings(calls, drivers)):
        yield each.about(exercise.test_file, exercise)


def _prompt(path: Path, exercise: Exercise) -> Iterator[Complaint]:
    """The cell above the answer holds all parts of a prompt."""
    try:
        cells = notebooks.read(path).cells
        stub = testfile.parse(exercise.signature_file)
        checks = testfile.checks(testfile.parse(exercise.test_file))
    except CourseError as error:
        expected = "a solution, a stub and checks to compare the prompt with"
        yield Finding(expected, str(error), "Write them.").about(exercise.checks, exercise)
        return
    marked = [n for n, cell in enumerate(cells) if _is_answer(cell, exercise)]
    if len(marked) != 1:
        expected = f"one cell that starts with '# exercise: {exercise.name}'"
        finding = Finding(expected, str(len(marked)), "The solution stands in one cell.")
        yield finding.about(path, exercise)
        return
    above = cells[marked[0] - 1] if marked[0] else None
    if above is None or above.cell_type != "markdown":
        expected = "the prompt in a Markdown cell right above the answer"
        yield Finding(expected, "no such cell", "Write it there.").about(path, exercise)
        return
    parts = prompt.parse(above.source)
    for finding in prompt.findings(parts, exercise, stub, checks):
        yield replace(finding, place=f"cell {marked[0]}").about(path, exercise)


def _is_answer(cell: NotebookNode, exercise: Exercise) -> bool:
    return cell.cell_type == "code" and answers.marked(cell.source) == exercise.name


def _strays(course: Course) -> Iterator[Complaint]:
    """Folders and notebooks that course.toml does not know."""
    lessons = {lesson.stem: {each.name for each in lesson.exercises} for lesson in course.lessons}
    strays = []
    for folder in _folders(course.root / "tests" / "exercises"):
        known = lessons.get(folder.name)
        strays += [
            each for each in _folders(folder) if known is not None and each.name not in known
        ]
        strays += [folder] if known is None else []
    of_files = {each.folder for each in course.exercises if each.form == "folder"}
    for name in ("exercises", "solutions"):
        for folder in _folders(course.root / name):
            inside = _folders(folder) if folder.name in lessons else ()
            strays += [each for each in inside if Path(folder.name, each.name) not in of_files]
            strays += [folder] if folder.name not in lessons else []
    for name in ("notebooks", "exercises", "solutions"):
        found = sorted((course.root / name).glob("*.ipynb"))
        strays += [path for path in found if path.stem not in lessons]
    for path in strays:
        mend = "Enter it there, rename it, or take it away."
        yield Finding("an entry in course.toml", "none", mend).on(path, course.root)


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if each.is_dir() and each.name[0] not in "._")
