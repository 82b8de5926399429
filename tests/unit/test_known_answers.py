"""Known answers say what they are in their docstrings."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.judge.misconceptions import misconceptions
from pypatterns.course.constructs import Constructs
from pypatterns.course.errors import BrokenCourse
from pypatterns.course.known_answers import known_answers, read_known

WHOLE = """Locks: one round the loader
is enough.

Many write it so.

fails: test_two_keys,
    test_hit
may_fail: test_order, test_end (who comes first is the
    scheduler's choice, and it changes)
feedback: Your lock is held
    while it loads. fails: this is prose.

    Hold it shortly.
"""


@pytest.fixture
def exercise(tiny_course: Course) -> Exercise:
    """An exercise without known answers."""
    exercise = tiny_course.exercise("twice")
    exercise.checks.joinpath("wrong_square.py").unlink()
    return exercise


def test_a_wrong_answer_states_belief_checks_and_feedback(exercise: Exercise) -> None:
    """Every part is read, however its lines are broken."""
    path = stored(exercise, "wrong_lock", WHOLE)

    (known,) = known_answers(exercise)

    assert known.path == path and known.name == "wrong_lock" and not known.right
    assert known.title == "Locks: one round the loader is enough."
    assert known.fails == {"test_two_keys", "test_hit"}
    assert known.may_fail == {"test_order", "test_end"}
    assert known.feedback == (
        "Your lock is held while it loads. fails: this is prose.\n\nHold it shortly."
    )
    assert known.source == path.read_text()


def test_a_right_answer_names_its_approach(exercise: Exercise) -> None:
    """A right answer needs no more than a first line; further paragraphs are for the reader."""
    path = stored(exercise, "right_future", "Futures: one a key.\n\nThe first caller loads.")

    known = read_known(path)

    assert known.right and known.title == "Futures: one a key." and known.fails == frozenset()


def test_right_answers_come_first(exercise: Exercise) -> None:
    """The order is the same everywhere."""
    for name in ("wrong_b", "right_b", "wrong_a", "right_a"):
        stored(exercise, name, "It.\n\nfails: test_x\nfeedback: No.")

    names = [known.name for known in known_answers(exercise)]

    assert names == ["right_a", "right_b", "wrong_a", "wrong_b"]


def test_a_course_released_without_known_answers_has_none(exercise: Exercise) -> None:
    """Then there is no likely cause to offer, and nothing breaks."""
    for path in exercise.checks.iterdir():
        path.unlink()
    exercise.checks.rmdir()

    assert known_answers(exercise) == ()
    assert misconceptions(exercise, {"test_small": ""}) == ()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        pytest.param("wrong_x", "", "no docstring", id="nothing"),
        pytest.param("right_x", "\n\n", "no docstring", id="blank"),
        pytest.param("wrong_x", "fails: a\nfeedback: b", "states the belief", id="no-belief"),
        pytest.param("wrong_x", "It.\n\nfeedback: b", "'fails:' with the checks", id="no-fails"),
        pytest.param("wrong_x", "It.\n\nfails:\nfeedback: b", "'fails:' with", id="empty-fails"),
        pytest.param("wrong_x", "It.\n\nfails: a", "'feedback:' with the", id="no-feedback"),
        pytest.param("wrong_x", "It.\n\nfails: a\nfeedback:", "'feedback:'", id="empty-feedback"),
        pytest.param(
            "wrong_x", "It.\n\nfails: a\nmay_fail: b\nfeedback: c", "a reason", id="no-reason"
        ),
        pytest.param(
            "wrong_x", "It.\n\nfails: a\nmay_fails: b\nfeedback: c", "'may_fails:'", id="misspelt"
        ),
        pytest.param(
            "wrong_x",
            "It.\n\nfails: a, b\nmay_fail: b (luck)\nfeedback: c",
            "b stands in 'fails:' and in 'may_fail:'",
            id="in-both",
        ),
    ],
)
def test_a_docstring_that_lacks_something_is_refused(
    exercise: Exercise, name: str, text: str, words: str
) -> None:
    """The author reads the file and what is missing in it."""
    path = stored(exercise, name, text)

    with pytest.raises(BrokenCourse) as caught:
        known_answers(exercise)

    assert str(caught.value).startswith(f"{path}: ") and words in str(caught.value)


def test_a_known_answer_that_is_no_python_is_refused(exercise: Exercise) -> None:
    """It could prove nothing."""
    path = exercise.checks / "wrong_x.py"
    path.write_text('"""It."""\ndef')

    with pytest.raises(BrokenCourse, match="not Python"):
        read_known(path)


def test_a_belief_is_likely_when_all_its_checks_failed(exercise: Exercise) -> None:
    """Half of a misconception's checks say nothing about it."""
    stored(exercise, "wrong_one", "One.\n\nfails: test_a\nfeedback: 1.")
    stored(exercise, "wrong_two", "Two.\n\nfails: test_a, test_b\nfeedback: 2.")

    causes = misconceptions(exercise, {"test_a": "", "test_c": ""})

    assert [(cause.name, cause.title, cause.feedback) for cause in causes] == [
        ("wrong_one", "One.", "1.")
    ]


def test_the_belief_that_explains_most_comes_first(exercise: Exercise) -> None:
    """The largest set leads; among equals, what leaves the least unexplained."""
    stored(exercise, "wrong_a", "A.\n\nfails: test_a\nmay_fail: test_d (luck)\nfeedback: a.")
    stored(exercise, "wrong_b", "B.\n\nfails: test_b\nmay_fail: test_a (luck)\nfeedback: b.")
    stored(exercise, "wrong_c", "C.\n\nfails: test_a, test_b\nfeedback: c.")

    causes = misconceptions(exercise, {"test_a": "", "test_b": ""})

    assert [cause.name for cause in causes] == ["wrong_c", "wrong_b", "wrong_a"]


def test_what_a_check_says_separates_beliefs_that_fail_it(exercise: Exercise) -> None:
    """A phrase of the failed check's message picks the belief; one without a phrase comes after."""
    stored(exercise, "wrong_any", "Any.\n\nfails: test_a\nfeedback: 0.")
    stored(exercise, "wrong_eight", "Eight.\n\nfails: test_a\nsays: ran 8\n    times\nfeedback: 8.")
    stored(
        exercise, "wrong_copy", "Copy.\n\nfails: test_a\nsays: not the very object\nfeedback: c."
    )

    causes = misconceptions(exercise, {"test_a": "load ran\n8 times; expected 1"})

    assert [cause.name for cause in causes] == ["wrong_eight", "wrong_any"]


def test_a_belief_is_offered_where_what_it_names_is_written(exercise: Exercise) -> None:
    """Of several that fit, the one that names most comes first; without the answer, nothing is asked."""
    fails = "fails: test_a\nfeedback: f."
    stored(exercise, "wrong_any", f"Any.\n\n{fails}")
    stored(exercise, "wrong_join", "Join.\n\nfails: test_a\nseen_in: Queue.join\nfeedback: j.")
    stored(
        exercise,
        "wrong_wait",
        "Wait.\n\nfails: test_a\nseen_in: asyncio.wait, finally\nfeedback: w.",
    )

    def offered(source: str | None) -> list[str]:
        written = Constructs.of(source) if source else None
        return [each.name for each in misconceptions(exercise, {"test_a": ""}, written)]

    assert offered("queue = Queue()\nqueue.join()") == ["wrong_join", "wrong_any"]
    assert offered("try: asyncio.wait(x)\nfinally: Queue().join()") == [
        "wrong_wait",
        "wrong_join",
        "wrong_any",
    ]
    assert offered("asyncio.wait(x)") == ["wrong_any"]
    assert len(offered(None)) == 3


def stored(exercise: Exercise, name: str, docstring: str) -> Path:
    """Store a known answer with this docstring."""
    path = exercise.checks / f"{name}.py"
    path.write_text(f'"""{docstring}"""\n\nx = 1\n')
    return path


def test_a_known_answer_of_several_files_is_a_folder(box_course: Course) -> None:
    """Its README.md says what a docstring says elsewhere; the other files are those that differ from the solution."""
    exercise = box_course.exercise("box")
    for name, text in (("wrong_lock", WHOLE), ("right_future", "Futures: one a key.\n")):
        (exercise.checks / name / "shop").mkdir(parents=True)
        (exercise.checks / name / "README.md").write_text(text)
        (exercise.checks / name / "shop" / "tea.py").write_text("PRICE = 4\n")

    right, wrong = known_answers(exercise)

    assert right.right and right.title == "Futures: one a key."
    assert wrong.name == "wrong_lock" and wrong.fails == {"test_two_keys", "test_hit"}
    assert right.files == wrong.files == {"shop/tea.py": "PRICE = 4\n"}
    assert misconceptions(exercise, {"test_two_keys": "", "test_hit": ""})[0].name == "wrong_lock"


def test_a_folder_without_a_readme_is_refused(box_course: Course) -> None:
    """The author reads which folder it is, and what it lacks."""
    folder = box_course.exercise("box").checks / "wrong_lock"
    folder.mkdir(parents=True)
    (folder / "tea.py").touch()

    with pytest.raises(BrokenCourse, match=r"wrong_lock: .* lacks a first line"):
        known_answers(box_course.exercise("box"))
