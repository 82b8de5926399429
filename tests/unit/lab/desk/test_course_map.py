"""The map of the course: places, states, and the same in words and in the picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from pypatterns.course.catalog import Course, Exercise, Lesson
from pypatterns.course.checking.report.model import CheckResult, Report, Verdict
from pypatterns.course.lab.desk import course_map
from pypatterns.course.lab.desk.diary import FILE, Diary


@pytest.fixture
def lessons(tmp_path: Path) -> tuple[Lesson, ...]:
    """Threads, then asyncio; beside them memory; adapters build on domain and on asyncio; the last on all."""
    names = {
        "01_threads": (),
        "02_asyncio": ("01_threads",),
        "03_flow": ("02_asyncio",),
        "04_domain": (),
        "05_adapters": ("04_domain", "02_asyncio"),
        "06_all": ("03_flow", "05_adapters"),
    }
    return tuple(
        Lesson(stem, stem[3:].title(), 60, (), tmp_path, after) for stem, after in names.items()
    )


def places(lessons: tuple[Lesson, ...]) -> dict[str, tuple[int, int]]:
    return {stop.number: (stop.column, stop.row) for stop in course_map.stops(lessons)}


def test_a_lesson_stands_right_of_all_that_it_builds_on(lessons: tuple[Lesson, ...]) -> None:
    """And in the row of the closest of them, if nobody stands there."""
    assert places(lessons) == {
        "01": (0, 0),
        "02": (1, 0),
        "03": (2, 0),
        "04": (0, 1),
        "05": (2, 1),
        "06": (3, 0),
    }


def test_two_lessons_never_share_a_place(lessons: tuple[Lesson, ...]) -> None:
    """A second lesson after the same one goes a row down."""
    twin = replace(lessons[1], stem="07_twin")

    found = places((*lessons, twin))

    assert len(set(found.values())) == 7 and found["07"] == (1, 1)


def test_the_text_says_what_the_picture_shows(lessons: tuple[Lesson, ...]) -> None:
    """Every lesson's number, minutes and state; what it comes after is an arrow there, and words here."""
    found = course_map.stops(lessons)

    text, tree = course_map.as_text(found), ElementTree.fromstring(course_map.as_svg(found))

    drawn = " ".join(tree.itertext())
    assert text.splitlines()[4].split("  ")[0] == "05_adapters"
    assert text.splitlines()[4].endswith("after 02, 04")
    assert [line.endswith("after 01") for line in text.splitlines()].count(True) == 1
    assert drawn.count("60 min") == drawn.count("in preparation") == text.count("60 min") == 6
    assert sum(each.tag.endswith("path") and "marker-end" in each.attrib for each in tree) == 6


@pytest.mark.parametrize("title", ["Tooling", "Flow control", "Threads, processes and the GIL"])
def test_a_title_is_drawn_whole(lessons: tuple[Lesson, ...], title: str) -> None:
    """In as many lines as it takes, above the minutes and the state, and all of them inside of the box."""
    found = course_map.stops([replace(lessons[0], title=title)])

    tree = ElementTree.fromstring(course_map.as_svg(found))

    lines = [each for each in tree if each.tag.endswith("text")]
    assert " ".join(each.text or "" for each in lines) == f"01 {title} 60 min in preparation"
    assert 10 < float(lines[0].attrib["y"]) < float(lines[-1].attrib["y"]) < course_map.BOX[1]


def test_a_lesson_is_done_when_all_its_exercises_have_passed(
    tiny_course: Course, exercises: tuple[Exercise, ...]
) -> None:
    """Before that it says how many; the map reads what the diary holds."""
    before = course_map.course_map(tiny_course).text
    diary = Diary(tiny_course.work)
    tiny_course.work.mkdir()
    for verdict, exercise in zip((Verdict.PASS, Verdict.FAIL), exercises, strict=True):
        diary.note(Report(exercise.name, verdict, (CheckResult("test_one", "One.", verdict),)))
    between = course_map.course_map(tiny_course)
    diary.note(Report(exercises[1].name, Verdict.PASS))

    after = course_map.course_map(tiny_course)

    assert "0 of 2 exercises" in before and "1 of 2 exercises" in between.text
    assert "done" in after.text and "✓ done" in unquote(after.html)


def test_a_diary_outlives_a_broken_line_and_a_folder_that_cannot_be_written(
    tiny_course: Course, exercises: tuple[Exercise, ...]
) -> None:
    """A line that is cut short costs itself; without the folder nothing is noted, and nothing raised."""
    diary = Diary(tiny_course.work)
    diary.note(Report(exercises[0].name, Verdict.PASS))  # there is no work/ yet
    tiny_course.work.mkdir()
    (tiny_course.work / FILE).write_bytes(b'{"exercise": "twi')
    diary.note(Report(exercises[1].name, Verdict.PASS))

    assert diary.passed() == {exercises[1].name}


@pytest.fixture
def exercises(tiny_course: Course) -> tuple[Exercise, ...]:
    return tuple(tiny_course.exercises)
