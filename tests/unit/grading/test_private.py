"""An instructor's own checks: they replace ours or join them, and a slip is told before anything is graded."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypatterns.course import catalog
from pypatterns.course.catalog import Course
from pypatterns.course.errors import CourseError
from pypatterns.course.grading import private


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder of checks for `twice`, empty."""
    folder = tmp_path / "own"
    (folder / "01_doubling" / "twice").mkdir(parents=True)
    return folder


def test_a_file_of_the_same_name_replaces_ours_and_others_join(
    tiny_course: Course, own: Path
) -> None:
    """What the folder lacks is ours: the signature, the drivers, other exercises."""
    (own / "01_doubling" / "twice" / "test_twice.py").write_text("# theirs\n")
    (own / "01_doubling" / "twice" / "test_more.py").write_text("# more\n")

    with private.laid_out(tiny_course, private.read(own, tiny_course)) as course:
        twice, thrice = course.exercises

        assert twice.test_file.read_text() == "# theirs\n"
        assert sorted(path.name for path in twice.checks.glob("*.py*")) == [
            "drive.py",
            "signature.pyi",
            "test_more.py",
            "test_twice.py",
            "wrong_square.py",
        ]
        assert thrice == tiny_course.exercise("thrice")


def test_other_checks_are_another_fingerprint(tiny_course: Course, own: Path) -> None:
    """So a mark tells which checks it comes from."""
    before = private.fingerprint(tiny_course, tiny_course.exercise("twice"))
    (own / "01_doubling" / "twice" / "test_more.py").write_text("# more\n")

    with private.laid_out(tiny_course, private.read(own, tiny_course)) as course:
        twice, thrice = course.exercises

        assert private.fingerprint(course, twice) != before
        assert private.fingerprint(course, thrice) == private.fingerprint(tiny_course, thrice)


def test_a_fingerprint_is_the_same_wherever_the_course_lies(
    tiny_course: Course, tmp_path: Path
) -> None:
    """The folder's own name and place are no part of it."""
    before = private.fingerprint(tiny_course, tiny_course.exercise("twice"))
    moved = tiny_course.root.rename(tmp_path / "elsewhere")

    course = catalog.load(moved)

    assert private.fingerprint(course, course.exercise("twice")) == before


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("01_doubling/twise/test_twise.py", "did you mean 'twice'"),
        ("02_other/twice/test_twice.py", "is an exercise of 01_doubling, not of 02_other"),
        ("test_twice.py", "belongs to no exercise"),
        ("01_doubling/twice/drive.py", "no checks in"),
    ],
    ids=["unknown", "lesson", "flat", "no-checks"],
)
def test_a_folder_that_is_not_laid_out_as_ours_is_told(
    tiny_course: Course, tmp_path: Path, file: str, said: str
) -> None:
    """Checks that nobody would run must not go unnoticed."""
    path = tmp_path / "own" / file
    path.parent.mkdir(parents=True)
    path.write_text("")

    with pytest.raises(CourseError, match=said):
        private.read(tmp_path / "own", tiny_course)
    with pytest.raises(CourseError, match="there is no folder of checks"):
        private.read(tmp_path / "gone", tiny_course)
