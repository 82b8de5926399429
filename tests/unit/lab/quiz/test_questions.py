"""The questions' file: what is whole is read, and what is not is told with its place."""

from __future__ import annotations

import pytest

from pypatterns.course import catalog
from pypatterns.course.catalog import Course
from pypatterns.course.errors import BrokenCourse, UnknownName
from pypatterns.course.lab.quiz import questions

WHOLE = """
[lost]
asks = "How many updates\\n are lost?"
a.says = "None."
a.why = "One instruction?"
b.says = "Some."
b.why = "It is four."
"""


def write(course: Course, text: str) -> None:
    """Put a file of questions beside the lesson's notebook."""
    file = questions.file_of(course.lessons[0])
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


def test_a_question_is_found_by_its_id(tiny_course: Course) -> None:
    """With its lesson, its options in order, and its text in one line."""
    write(tiny_course, WHOLE)

    asked = questions.find("lost", tiny_course)

    assert (asked.lesson, asked.asks) == ("01_doubling", "How many updates are lost?")
    assert {letter: option.says for letter, option in asked.options.items()} == {
        "a": "None.",
        "b": "Some.",
    }
    assert asked.right is None


def test_an_unknown_id_gets_the_closest(tiny_course: Course) -> None:
    """A slip in the id is told with what was meant."""
    write(tiny_course, WHOLE)

    with pytest.raises(UnknownName, match="no question 'lots'; did you mean 'lost'"):
        questions.find("lots", tiny_course)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[lost", "01_doubling.questions.toml: "),
        (WHOLE.replace("asks", "ask"), r"\[lost\]: 'asks'"),
        (WHOLE.replace('a.why = "One instruction?"', ""), "'why'"),
        (WHOLE.replace("b.", "c."), "its options are a, c"),
        (WHOLE.replace("None.", " "), "' ' is no text"),
        (WHOLE + 'right = "c"', "right is 'c', which is no option"),
        (WHOLE + 'a.hint = "no"', "unknown: hint"),
        (WHOLE.partition("b.")[0], "its options are a;"),
        ("lost = 3", r"\[lost\]"),
    ],
    ids=[
        "no-toml", "no-asks", "no-reason", "a-gap", "empty", "no-such-right", "unknown", "one", "flat",
    ],
)  # fmt: skip
def test_a_file_that_is_not_whole_is_told(tiny_course: Course, text: str, sentence: str) -> None:
    """The file, the question and what is wrong with it."""
    write(tiny_course, text)

    with pytest.raises(BrokenCourse, match=sentence):
        questions.find("lost", tiny_course)


def test_an_id_is_asked_in_one_lesson_only(tiny_course: Course) -> None:
    """A second lesson with the same id would hide the first one's question."""
    write(tiny_course, WHOLE)
    lesson = tiny_course.lessons[0]
    both = Course(tiny_course.title, (lesson, lesson), tiny_course.root)

    with pytest.raises(BrokenCourse, match="'lost' is asked in 01_doubling and in 01_doubling"):
        questions.find("lost", both)


def test_the_courses_own_questions_are_whole() -> None:
    """Every file beside a lesson can be read, and no id stands twice."""
    course = catalog.load()

    found = [asked.id for lesson in course.lessons for asked in questions.read(lesson)]

    assert len(found) == len(set(found))
