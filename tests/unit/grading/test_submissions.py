"""Who handed in what: names of folders, zips and files, in any script."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path

import pytest

from pypatterns.course.catalog import Course
from pypatterns.course.errors import CourseError
from pypatterns.course.grading.submissions import handed_in, whose

from .conftest import right


@pytest.mark.parametrize(
    ("name", "learner", "own"),
    [
        ("ana_01_doubling.ipynb", "ana", "01_doubling.ipynb"),
        ("Ana Lopez_twice.py", "Ana Lopez", "twice.py"),
        ("de_la_cruz_01_doubling.zip", "de_la_cruz", "01_doubling.zip"),
        ("Борис_thrice.py", "Борис", "thrice.py"),
        ("ana.py", "ana", "ana.py"),
        ("01_doubling.ipynb", "", "01_doubling.ipynb"),
        ("Ana_123_assignsubmission_file_01_doubling.ipynb", "Ana_123", "01_doubling.ipynb"),
    ],
    ids=["lesson", "exercise", "underscores", "cyrillic", "alone", "nobody", "moodle"],
)
def test_a_files_name_says_whose_it_is(
    tiny_course: Course, name: str, learner: str, own: str
) -> None:
    """The learner is what stands before a lesson's or an exercise's name."""
    assert whose(name, tiny_course) == (learner, own)


def test_folders_files_and_zips_stand_for_learners(tiny_course: Course, handed: Path) -> None:
    """Each is one learner, in the order of names; what systems leave behind is none."""
    (handed / "Ana Lopez").mkdir()
    (handed / "ben_twice.py").write_text(right())
    (handed / "陈_01_doubling.ipynb").write_text("{}")
    zipfile.ZipFile(handed / "dora.zip", "w").close()
    (handed / ".DS_Store").write_text("")
    (handed / "__MACOSX").mkdir()

    assert [each.learner for each in handed_in(handed, tiny_course)] == [
        "Ana Lopez",
        "ben",
        "dora",
        "陈",
    ]


def test_two_files_for_two_tasks_are_one_submission(tiny_course: Course, handed: Path) -> None:
    """A learner may hand in each exercise in a file of its own."""
    for name in ("twice", "thrice"):
        (handed / f"ana_{name}.py").write_text(right(name))

    (only,) = handed_in(handed, tiny_course)

    assert (only.learner, only.refused, len(only.parts)) == ("ana", "", 2)


@pytest.mark.parametrize(
    ("first", "second"),
    [("ana/", "ana_twice.py"), ("ana.zip", "ana/"), ("ana_twice.py", "ANA_twice.py")],
    ids=["folder-and-file", "zip-and-folder", "case"],
)
def test_a_learner_who_comes_twice_is_refused_and_no_other(
    tiny_course: Course, handed: Path, first: str, second: str
) -> None:
    """Which one counts is for a person to say; both names stand in the reason."""
    for name in (first, second, "ben_twice.py"):
        path = handed / name
        path.mkdir() if name.endswith("/") else path.write_text("")

    ana, ben = handed_in(handed, tiny_course)

    assert first in ana.refused
    assert second in ana.refused
    assert ben.refused == ""


def test_unicodes_two_ways_to_write_a_name_are_one_learner(
    tiny_course: Course, handed: Path
) -> None:
    """A Mac writes "é" as two characters, others as one."""
    (handed / unicodedata.normalize("NFD", "José")).mkdir()
    (handed / (unicodedata.normalize("NFC", "José") + "_twice.py")).write_text(right())

    (jose,) = handed_in(handed, tiny_course)

    assert jose.learner == unicodedata.normalize("NFC", "José")
    assert "handed in twice" in jose.refused


def test_a_name_that_is_no_text_can_still_be_written_down(
    tiny_course: Course, handed: Path
) -> None:
    """Bytes that are no UTF-8 stand as codes."""
    Path(str(handed), "an\udcff").mkdir()

    (only,) = handed_in(handed, tiny_course)

    assert only.learner == "an\\xff"


def test_nothing_to_grade_is_told_with_what_was_expected(tiny_course: Course, handed: Path) -> None:
    """An empty folder, none, a file: each says so, and how submissions are named."""
    said = []
    (handed.parent / "a.txt").write_text("")
    for where in (handed, handed / "gone", handed.parent / "a.txt"):
        with pytest.raises(CourseError) as caught:
            handed_in(where, tiny_course)
        said.append(str(caught.value))

    assert all("LEARNER_LESSON.ipynb" in each for each in said)
    assert [each.split(" ")[0] for each in said] == ["no", "there", str(handed.parent / "a.txt")]


@pytest.mark.parametrize("wrapper", ["", "class/"], ids=["bare", "wrapped"])
def test_an_lms_zip_is_a_class(tiny_course: Course, tmp_path: Path, wrapper: str) -> None:
    """Folders, files and zips in it stand for learners; a folder round everything called like the zip does not."""
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        archive.writestr(f"{wrapper}ana/twice.py", right())
        archive.writestr(f"{wrapper}ben_twice.py", right())
        archive.writestr(f"{wrapper}Чен.zip", b"")
        archive.writestr("__MACOSX/ana/._twice.py", b"")

    found = handed_in(tmp_path / "class.zip", tiny_course)

    assert [each.learner for each in found] == ["ana", "ben", "Чен"]
    assert [entry.name for entry in found[0].parts[0].files()] == ["twice.py"]
    assert [entry.name for entry in found[1].parts[0].files()] == ["twice.py"]
