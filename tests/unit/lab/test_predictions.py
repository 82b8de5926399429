"""Predictions and questions: committed to before the run, settled by it, counted once, and never given away."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pypatterns.course.catalog import VARIABLE, Course
from pypatterns.course.errors import BrokenCourse, UnknownName
from pypatterns.course.lab import predictions
from pypatterns.course.lab.predictions import predict, question, score, settle
from pypatterns.course.lab.quiz import questions
from pypatterns.course.lab.quiz.scores import FILE
from pypatterns.course.lab.quiz.widget import Choice

TOML = """
[lost]
asks = "Four threads count with `+= 1`. How many updates are lost?"
a.says = "None."
a.why = "Nothing lets another thread in between."
b.says = "Some."
b.why = "It is four instructions & a gap <between> them."

[order]
asks = "Which lock first?"
right = "b"
a.says = "The source's."
a.why = "Opposite transfers meet."
b.says = "The lower number's."
b.why = "No circle can close."
"""
ASKED = """\
Predict: Four threads count with `+= 1`. How many updates are lost?
  a. None.
  b. Some."""


@pytest.fixture
def course(tiny_course: Course, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    """A course with one prediction and one question, in a kernel that was just started."""
    file = questions.file_of(tiny_course.lessons[0])
    file.parent.mkdir()
    file.write_text(TOML)
    monkeypatch.setenv(VARIABLE, str(tiny_course.root))
    predictions._sessions.clear()
    yield tiny_course
    predictions._sessions.clear()


def restart() -> None:
    """A new kernel: it remembers nothing but what is in work/."""
    predictions._sessions.clear()


@pytest.mark.usefixtures("course")
def test_what_is_asked_gives_nothing_away() -> None:
    """Neither the text nor the HTML holds a reason, or says which option is right."""
    for choice in (predict("lost"), question("order")):
        page = choice.locations()

        assert not re.search("Nothing|gap|meet|circle|right", page.text + page.html)
    assert repr(predict("lost")) == ASKED


def test_unattended_no_prediction_is_no_error(course: Course) -> None:
    """Run All shows what was measured, with the reasons folded away in HTML, and leaves nothing in work/."""
    predict("lost")

    settled = settle("lost", a=True, b=False)

    assert settled.text.splitlines()[:3] == [
        "No prediction in this run. Measured: a.",
        "  a. None. (measured)",
        "     Nothing lets another thread in between.",
    ]
    assert settled.html.startswith("<details><summary>Nobody predicted in this run.")
    assert not course.work.exists()


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("said", "head", "tally"),
    [("a", "You said a, and a it is.", "1 of 1"), ("b", "You said b. Measured: a.", "0 of 1")],
    ids=["right", "wrong"],
)
def test_a_prediction_is_settled_by_what_is_measured(said: str, head: str, tally: str) -> None:
    """Right or wrong, every option has its reason, and the first try is counted."""
    told = predict("lost").commit(said)

    settled = settle("lost", a=True, b=False)

    assert told == f"You said {said}. Run the next cells: they show what happens."
    lines = settled.text.splitlines()
    assert lines[0] == head
    assert lines[-1] == f"01_doubling: {tally} right at the first try."
    assert "gap <between>" in settled.text
    assert "instructions &amp; a gap &lt;between&gt;" in settled.html
    assert "<details>" not in settled.html


@pytest.mark.usefixtures("course")
def test_a_commitment_is_one() -> None:
    """A second one in the same kernel is told so, and changes nothing."""
    predict("lost", answer="b")

    told = predict("lost").commit("a")

    assert told == "You said b already. To predict anew, restart the kernel."
    assert predict("lost").locations().text == f"{ASKED}\nYou said b."


@pytest.mark.usefixtures("course")
def test_after_a_restart_the_first_one_still_counts() -> None:
    """Another try is welcome; the score remembers."""
    predict("lost", answer="b")
    settle("lost", a=True, b=False)
    restart()
    before = settle("lost", a=True, b=False)
    restart()
    predict("lost", answer="a")

    settled = settle("lost", a=True, b=False)

    assert before.text.startswith(
        "No prediction in this run."
    )  # the same for everyone who has said nothing
    assert settled.text.startswith("You said a, and a it is.")
    assert score().text == "01_doubling: 0 of 1 right at the first try."


@pytest.mark.usefixtures("course")
def test_a_prediction_after_the_outcome_does_not_count() -> None:
    """Whoever ran all cells first is told so, and the score stays empty."""
    settle("lost", a=True, b=False)

    told = predict("lost").commit("a")
    settle("lost", a=True, b=False)

    assert told.startswith("You said a. It does not count")
    assert score().text == "Nothing is predicted or answered yet."


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("holds", [{"a": False, "b": False}, {"a": True, "b": True}])
def test_a_run_that_shows_nothing_decides_nothing(holds: dict[str, bool]) -> None:
    """Noise is neither right nor wrong: a sentence says what to do, and the prediction stays open."""
    predict("lost", answer="a")

    undecided = settle("lost", **holds)
    again = settle("lost", a=True, b=False)

    assert undecided.text.startswith("This run does not decide")
    assert again.text.endswith("1 of 1 right at the first try.")


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("holds", [{}, {"a": True}, {"a": True, "b": False, "c": False}])
def test_every_option_is_settled(holds: dict[str, bool]) -> None:
    """An author who forgets one learns it in the first run."""
    with pytest.raises(BrokenCourse, match=r"\[lost\] has a, b; settle got"):
        settle("lost", **holds)


@pytest.mark.usefixtures("course")
def test_settling_twice_counts_once() -> None:
    """A cell may be run again."""
    predict("lost", answer="a")

    pages = [settle("lost", a=True, b=False).text for _ in range(3)]

    assert len(set(pages)) == 1


@pytest.mark.usefixtures("course")
def test_a_wrong_answer_gets_its_reason_and_another_try() -> None:
    """The others' reasons wait until the right one is found; the first answer counts."""
    choice = question("order")

    first = choice.commit("a")
    after_first = repr(choice)
    second = choice.commit("b")

    assert first == "Not this one: read why, and try again."
    assert "Opposite transfers meet." in after_first
    assert "No circle can close." not in after_first
    assert "  a. The source's. (not this one)" in after_first
    assert second == "Right."
    assert repr(choice).splitlines()[-3:] == [
        "  b. The lower number's. (right)",
        "     No circle can close.",
        "01_doubling: 0 of 1 right at the first try.",
    ]


@pytest.mark.usefixtures("course")
def test_a_letter_that_is_no_option_is_told() -> None:
    """Nothing is committed by it."""
    with pytest.raises(UnknownName, match="'c' is no option; choose one of a, b"):
        predict("lost", answer="c")
    with pytest.raises(UnknownName, match="'' is no option"):
        question("order", answer="")

    assert repr(predict("lost")) == ASKED


@pytest.mark.usefixtures("course")
def test_the_two_kinds_are_not_mixed_up() -> None:
    """A prediction has no right option in its file, and a question has."""
    with pytest.raises(BrokenCourse, match=r"ask it with question\('order'\)"):
        predict("order")
    with pytest.raises(BrokenCourse, match=r"ask it with predict\('lost'\)"):
        question("lost")


def test_without_a_place_to_write_it_works_and_says_so_once(course: Course) -> None:
    """Settled and answered as ever; one sentence about the score, and no more."""
    course.work.write_text("a note of mine")
    predict("lost", answer="a")

    settled = settle("lost", a=True, b=False).text
    answered = repr(question("order", answer="b"))

    assert "You said a, and a it is." in settled
    assert "Your score is not kept. " in settled
    assert "(right)" in answered
    assert "score" not in answered


def test_a_broken_line_is_told_and_left(course: Course) -> None:
    """What was not ours to read is neither counted nor lost."""
    course.work.mkdir()
    course.work.joinpath(FILE).write_text("my notes\n")

    page = repr(question("order", answer="b"))

    assert "1 of 1 right" in page
    assert f"Lines of work/{FILE} that cannot be read: 1. They are left there" in page
    assert course.work.joinpath(FILE).read_text().startswith("my notes\n")


def pressed(choice: Choice, letter: str | None) -> tuple[str, bool]:
    """What the widgets say after this choice, and whether they are closed."""
    options, button, status = choice.controls().children
    options.value = letter
    button.click()
    return re.sub("<[^>]+>", "", status.value), button.disabled and options.disabled


@pytest.mark.usefixtures("course")
def test_the_button_commits() -> None:
    """Once, for a prediction; without a choice it asks for one. A cell that runs again shows what was said."""
    choice = predict("lost")

    nothing = pressed(choice, None)
    said = pressed(choice, "b")
    again = choice.controls().children

    assert nothing == ("Choose an option first.", False)
    assert said == ("You said b. Run the next cells: they show what happens.", True)
    assert (again[0].value, again[0].disabled) == ("b", True)


@pytest.mark.usefixtures("course")
def test_a_question_stays_open() -> None:
    """Every option may be tried, for its reason."""
    choice = question("order")

    assert pressed(choice, "a") == ("Not this one: read why, and try again.", False)
    assert pressed(choice, "b") == ("Right.", False)


@pytest.mark.usefixtures("course")
def test_the_keyboard_reaches_the_controls() -> None:
    """Native radio buttons and a native button: nothing takes them out of the order of Tab."""
    for control in predict("lost").controls().children[:2]:
        assert control.tabbable is not False
        assert type(control).__name__ in {"RadioButtons", "Button"}


@pytest.mark.usefixtures("course")
def test_shown_in_a_terminal_it_says_how_to_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """Without widgets there is a call to write instead; a commitment is shown as it comes."""
    choice = predict("lost")

    choice._ipython_display_()
    choice.commit("a")

    printed = capsys.readouterr().out
    assert printed == (
        f'{ASKED}\nTo choose, run this cell, or write predict("lost", answer="a")\n{ASKED}\nYou said a.\n'
    )
