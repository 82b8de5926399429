"""Predictions and questions, as a lesson's cells ask them: `predict`, `settle`, `question`, `score`.

>>> predict("threads_on_cpu")  # shows the question, and takes one commitment
>>> settle("threads_on_cpu", a=speed_up > 4, b=1.5 < speed_up < 3, c=speed_up < 1.3)

Without widgets, `predict("threads_on_cpu", answer="c")` commits. The texts are in the file beside the notebook: see `questions`.
"""

from __future__ import annotations

from pypatterns.course import catalog
from pypatterns.course.lab.drawing.shown import Shown
from pypatterns.course.lab.quiz import wording
from pypatterns.course.lab.quiz.session import Session
from pypatterns.course.lab.quiz.widget import Choice

_sessions: list[Session] = []  # one, from the first use on


def predict(identity: str, *, answer: str | None = None) -> Choice:
    """Ask for a prediction; with `answer`, commit to that option at once.

    Raises `UnknownName` for an id or an option that there is none of.
    """
    session = _session()
    asked = session.prediction(identity)
    choice = Choice(
        call=f'predict("{identity}", answer="{next(iter(asked.options))}")',
        button="Commit",
        options=tuple(asked.options),
        said=lambda: session.said(asked),
        say=lambda letter: session.predict(asked, letter),
        locations=lambda: wording.prediction(asked, session.said(asked)),
        once=True,
    )
    return _with(choice, answer)


def settle(identity: str, /, **holds: object) -> Shown:
    """Say which option of a prediction holds, each named with what was measured, and the reason for every one.

    Nobody needs to have predicted. Where not exactly one option holds, the run decides nothing, and nothing is counted.
    Raises `BrokenCourse` unless every option is named.
    """
    return _session().settle(identity, holds)


def question(identity: str, *, answer: str | None = None) -> Choice:
    """Ask a question; with `answer`, answer it at once. Raises `UnknownName` for an id or an option that there is none of."""
    session = _session()
    asked = session.question(identity)
    choice = Choice(
        call=f'question("{identity}", answer="{next(iter(asked.options))}")',
        button="Answer",
        options=tuple(asked.options),
        said=lambda: session.said(asked),
        say=lambda letter: session.answer(asked, letter),
        locations=lambda: session.answered(asked),
    )
    return _with(choice, answer)


def score() -> Shown:
    """How many first answers were right, lesson by lesson."""
    return _session().score()


def _with(choice: Choice, answer: str | None) -> Choice:
    if answer is not None:
        choice.commit(answer)
    return choice


def _session() -> Session:
    if not _sessions:
        _sessions.append(Session(catalog.load()))
    return _sessions[0]
