"""The table of contents: what is in it, where its files are, and how it is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypatterns.course import catalog
from pypatterns.course.catalog import FILE, VARIABLE, Course
from pypatterns.course.errors import BrokenCourse, CourseNotFound, UnknownName


def test_one_stem_names_all_files_of_a_lesson(tiny_course: Course) -> None:
    """A search for the stem finds the whole lesson."""
    lesson = tiny_course.lesson("01")
    exercise = tiny_course.exercise("twice")

    paths = [lesson.notebook, lesson.starter, lesson.solution, lesson.work]

    assert [path.relative_to(tiny_course.root).as_posix() for path in paths] == [
        f"{folder}/01_doubling.ipynb" for folder in ("notebooks", "exercises", "solutions", "work")
    ]
    assert exercise.test_file.parent.relative_to(tiny_course.root).as_posix() == (
        "tests/exercises/01_doubling/twice"
    )


def test_an_unknown_name_gets_the_closest_ones(tiny_course: Course) -> None:
    """A slip of the finger is answered with what was meant."""
    with pytest.raises(UnknownName, match="no exercise 'twcie'; did you mean 'twice'"):
        tiny_course.exercise("twcie")
    with pytest.raises(UnknownName, match="no lesson '7'; known: 01_doubling"):
        tiny_course.lesson("7")


def test_names_select_lessons_and_exercises_once(tiny_course: Course) -> None:
    """A lesson stands for its exercises, no name for all, and what is named twice comes once."""
    names = [each.name for each in tiny_course.select(["thrice", "01"])]

    assert names == ["thrice", "twice"]
    assert [each.name for each in tiny_course.select([])] == ["twice", "thrice"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title =", "title", "course.toml"),
        ("minutes = 2\n", "", "every exercise name, title, minutes, points"),
        ('name = "thrice"', 'name = "twice"', "named more than once: twice"),
        ("points = 2", "points = 2\ncolour = 3", "colour"),
        ("points = 2", 'points = 2\nlevel = "hard"', "unknown level"),
        ("points = 2", 'points = 2\nform = "poem"', "unknown form"),
    ],
    ids=[
        "no toml",
        "a key is missing",
        "a name twice",
        "an unknown key",
        "an unknown level",
        "an unknown form",
    ],
)
def test_a_broken_table_says_what_is_wrong(
    tiny_course: Course, old: str, new: str, words: str
) -> None:
    """The author reads the file's name and the mistake."""
    file = tiny_course.root / FILE
    file.write_text(file.read_text().replace(old, new, 1))

    with pytest.raises(BrokenCourse, match=words):
        catalog.load(tiny_course.root)


def test_the_course_is_found_from_any_folder_below_it(
    tiny_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook runs in its own folder, and the course is above."""
    monkeypatch.delenv(VARIABLE, raising=False)
    below = tiny_course.root / "work" / "mine"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)

    assert catalog.load().root == tiny_course.root


def test_a_notebook_elsewhere_finds_the_installed_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened from the desktop, it still belongs to the course that its kernel was installed from."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)

    assert catalog.load().title == "Advanced Python Patterns"


def test_the_variable_comes_first(tiny_course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names a folder means it; a folder without a course is told, with the way out."""
    monkeypatch.setenv(VARIABLE, str(tiny_course.root))
    assert catalog.load().root == tiny_course.root

    monkeypatch.setenv(VARIABLE, str(tiny_course.root.parent))
    with pytest.raises(CourseNotFound, match=VARIABLE):
        catalog.load()
