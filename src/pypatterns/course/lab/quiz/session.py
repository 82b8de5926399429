"""What was said in one kernel, and what it was worth. Nothing here displays anything.

>>> session = Session(load())
>>> session.predict(session.prediction("threads_on_cpu"), "c")
'You said c. Run the next cells: they show what happens.'
>>> session.settle("threads_on_cpu", {"a": False, "b": False, "c": True})
You said c, and c it is. …
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pypatterns.course.catalog import Course
from pypatterns.course.errors import BrokenCourse, CourseError, UnknownName
from pypatterns.course.lab.drawing.shown import Shown
from pypatterns.course.lab.quiz import questions, wording
from pypatterns.course.lab.quiz.questions import Asked
from pypatterns.course.lab.quiz.scores import FILE, Said, Scores

COMMITTED = "You said {said}. Run the next cells: they show what happens."
ALREADY = "You said {said} already. To predict anew, restart the kernel."
LATE = "You said {said}. It does not count: the outcome was on the screen before."
UNDECIDED = (
    "This run does not decide: what was measured lies between the options. "
    "Close what else keeps this computer busy, and run the cells above again."
)


class Session:
    """One kernel's answers. A prediction is said once; of the answers to a question the first one counts."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._scores = Scores(course.work)
        self._said: dict[str, list[str]] = {}  # to each question, in order
        self._settled: set[str] = set()  # predictions whose outcome was on the screen
        self._counted: set[str] = set()  # what was handed to the scores, or came too late for them
        self._trouble = ""  # why the score is not what it should be
        self._told = False  # of the trouble: once a kernel is enough

    def prediction(self, identity: str) -> Asked:
        """The prediction of that id. Raises `BrokenCourse` if it is a question."""
        asked = questions.find(identity, self._course)
        if asked.right:
            raise BrokenCourse(f"[{identity}] has a `right`: ask it with question('{identity}')")
        return asked

    def question(self, identity: str) -> Asked:
        """The question of that id. Raises `BrokenCourse` if it is a prediction."""
        asked = questions.find(identity, self._course)
        if not asked.right:
            raise BrokenCourse(f"[{identity}] has no `right`: ask it with predict('{identity}')")
        return asked

    def said(self, asked: Asked) -> tuple[str, ...]:
        """What was said to it in this kernel, in order."""
        return tuple(self._said.get(asked.id, ()))

    def predict(self, asked: Asked, letter: str) -> str:
        """Commit to an option; what to tell whoever did. Raises `UnknownName` for a letter that is no option."""
        _must_be_option(asked, letter)
        if before := self.said(asked):
            return ALREADY.format(said=before[0])
        self._said[asked.id] = [letter]
        if asked.id in self._settled:
            self._counted.add(asked.id)
            return LATE.format(said=letter)
        return COMMITTED.format(said=letter)

    def settle(self, identity: str, holds: Mapping[str, object]) -> Shown:
        """Which option holds, and the reason for each. Raises `BrokenCourse` unless `holds` names every option."""
        asked = self.prediction(identity)
        if holds.keys() != asked.options.keys():
            got = ", ".join(holds) or "none"
            raise BrokenCourse(f"[{identity}] has {', '.join(asked.options)}; settle got {got}")
        measured = [letter for letter in asked.options if holds[letter]]
        if len(measured) != 1:
            return wording.page([UNDECIDED])
        self._settled.add(identity)
        said = self.said(asked)
        if not said:
            return wording.settled(asked, measured[0])
        self._count(asked, measured[0])
        return wording.settled(asked, measured[0], said[0], list(self._tally(asked.lesson)))

    def answer(self, asked: Asked, letter: str) -> str:
        """Answer a question; what to tell whoever did. Raises `UnknownName` for a letter that is no option."""
        _must_be_option(asked, letter)
        self._said.setdefault(asked.id, []).append(letter)
        self._count(asked, asked.right)
        return "Right." if letter == asked.right else "Not this one: read why, and try again."

    def answered(self, asked: Asked) -> Shown:
        """A question as it stands: with the reason for each option that was tried, and for all once the right one was."""
        said = self.said(asked)
        return wording.answered(asked, said, list(self._tally(asked.lesson)) if said else ())

    def score(self) -> Shown:
        """How many first answers were right, lesson by lesson."""
        lines = [line for lesson in self._course.lessons for line in self._tally(lesson.stem)]
        return wording.page(lines or ["Nothing is predicted or answered yet."])

    def _count(self, asked: Asked, right: str | None) -> None:
        """Hand the first answer to the scores, once."""
        if asked.id in self._counted:
            return
        self._counted.add(asked.id)
        first = self.said(asked)[0]
        try:
            self._scores.add(Said(asked.id, asked.lesson, first, right=first == right))
        except CourseError as error:
            self._trouble = f"Your score is not kept. {error}"

    def _tally(self, lesson: str) -> Iterator[str]:
        """How many of a lesson's first answers were right, and once whatever hinders the counting."""
        kept: dict[str, Said] = {}
        try:
            kept, unreadable = self._scores.read()
            if unreadable:
                self._trouble = f"Lines of work/{FILE} that cannot be read: {unreadable}. They are left there, and do not count."
        except CourseError as error:
            self._trouble = self._trouble or f"Your score is not shown. {error}"
        if of_lesson := [said.right for said in kept.values() if said.lesson == lesson]:
            yield f"{lesson}: {sum(of_lesson)} of {len(of_lesson)} right at the first try."
        if self._trouble and not self._told:
            self._told = True
            yield self._trouble


def _must_be_option(asked: Asked, letter: str) -> None:
    if letter not in asked.options:
        raise UnknownName(f"'{letter}' is no option; choose one of {', '.join(asked.options)}")
