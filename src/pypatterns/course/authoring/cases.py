"""Gather what the gate asks of one exercise: its answers, and what each must earn."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from pypatterns.course import answers, signatures, syntax
from pypatterns.course.answers import Answer
from pypatterns.course.authoring import testfile
from pypatterns.course.authoring.derive import STARTER
from pypatterns.course.authoring.findings import Case, Complaint, Expected, Finding
from pypatterns.course.authoring.judging import unproven, unseen
from pypatterns.course.authoring.plant import emptied, functions, hollowed, with_wrong_signature
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.judge.misconceptions import written_in
from pypatterns.course.checking.report.model import Verdict
from pypatterns.course.errors import BrokenCourse, CourseError
from pypatterns.course.known_answers import KnownAnswer, known_files, read_known

# What stands in each function of an answer that the gate plants, by the case's name.
EMPTY = {"nothing": "return None", "unwritten": "raise NotImplementedError"}


def collect(course: Course, exercise: Exercise) -> tuple[list[Case], list[Complaint]]:
    """The cases of an exercise, and complaints of what is missing or cannot be read."""
    gathering = _Gathering(course, exercise)
    gathering.starter()
    gathering.solution()
    gathering.known_answers()
    return gathering.cases, gathering.complaints


def enough(cases: Sequence[Case], *, all_right: bool = False) -> list[Case]:
    """Few of the cases that still prove every check: one right answer beside the solution, and of the wrong ones, those that
    fail most first, as many as it takes to fail each check. With `all_right` every right answer stays.
    """
    proven: set[str] = set()
    rights = 0
    kept: list[Case] = []
    for case in sorted(cases, key=lambda case: -len(case.expected.fails)):
        is_wrong = case.expected.verdict is None and not case.expected.planted
        is_right = case.expected.verdict is Verdict.PASS and case.name.startswith("right_")
        rights += is_right
        if not (is_wrong and case.expected.fails <= proven) and not (
            is_right and rights > 1 and not all_right
        ):
            kept.append(case)
            if is_wrong:  # what is planted fails nearly all checks, and so shows nothing of one
                proven |= case.expected.fails
    return [case for case in cases if case in kept]


def same_program(one: str, other: str) -> bool:
    """Whether two sources differ in comments, layout and the module's docstring at most."""
    return _without_docstring(one) == _without_docstring(other) != ""


def _is_twin(one: KnownAnswer, other: KnownAnswer) -> bool:
    """Whether the checks cannot tell two beliefs apart: then `seen_in:` has to, as far as it can."""
    return (one.fails, one.says) == (other.fails, other.says)


def _without_docstring(source: str) -> str:
    tree = syntax.parsed(source)
    if tree is None:
        return ""
    return ast.dump(ast.Module(tree.body[ast.get_docstring(tree) is not None :], []))


@dataclass
class _Gathering:
    """The cases and complaints so far: a file that cannot be read costs its own case and no other."""

    course: Course
    exercise: Exercise
    cases: list[Case] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    is_repair: bool = False
    solved: Answer | None = None

    def starter(self) -> None:
        """What learners begin with counts as not started."""
        path = self.course.lesson(self.exercise.lesson).starter
        with self._told(path, "the starter", "Run 'pypatterns build', which derives it."):
            self._add("starter", self._stored(path), Expected(Verdict.NOT_STARTED))

    def solution(self) -> None:
        """The reference passes; with a wrong signature it fails the generated check, where there is one, and with nothing in it fails all."""
        path = self.course.lesson(self.exercise.lesson).solution
        with self._told(path, "the solution", "Write it in a cell that starts with the marker."):
            solution = self._stored(path)
            self._add("solution", solution, Expected(Verdict.PASS))
            self._plant(solution)
            self.solved = solution
            self.is_repair = f"### BEGIN {STARTER}" in solution.source

    def known_answers(self) -> None:
        """Each known answer earns what its docstring says, and together they prove every check."""
        known: list[KnownAnswer] = []
        for path in known_files(self.exercise):
            with self._told(path, "a known answer that says what it is", "Mend its docstring."):
                known.append(read_known(path))
        for each in known:
            answer = self._known(each)
            written = written_in(answer)
            twins = {k.name for k in known if _is_twin(k, each) and written.hold_all(k.seen_in)}
            wrong = Expected(None, each.fails, each.may_fail, causes=frozenset(twins))
            self._add(each.name, answer, Expected(Verdict.PASS) if each.right else wrong)
            self.complaints += unseen(self.exercise, each, written)
        self._repaired(known)
        with self._told(self.exercise.test_file, "the checks", "Write them."):
            checks = testfile.checks(testfile.parse(self.exercise.test_file))
            self.complaints += unproven(self.exercise, known, [check.name for check in checks])

    def _known(self, known: KnownAnswer) -> Answer:
        """The known answer whole: of several files, those that it does not change are the solution's."""
        answer = Answer(self.exercise.name, known.source, self._name(known.path))
        if self.exercise.form != "folder" or self.solved is None:
            return answer
        return replace(
            answer, source=self.solved.source, files={**self.solved.files, **known.files}
        )

    def _plant(self, solution: Answer) -> None:
        path = self.exercise.signature_file
        if not signatures.asks_for_names(path):
            return
        with self._told(path, "a stub of what the solution defines", "Mend the stub."):
            stub = testfile.text(path)
            planted = with_wrong_signature(solution.source, stub)
            answer = replace(
                solution, source=planted, origin=f"{solution.origin}, with a wrong signature"
            )
            self._add(
                "signature", answer, Expected(None, frozenset({signatures.NAME}), planted=True)
            )
            must_fail = self._need_work()
            for name, body in EMPTY.items():
                if source := emptied(solution.source, stub, body):
                    origin = f"{solution.origin}, with `{body}` in each function"
                    answer = replace(solution, source=source, origin=origin)
                    self._add(name, answer, Expected(None, must_fail, planted=True))
            self._hollow(solution, stub, must_fail)

    def _hollow(self, solution: Answer, stub: str, must_fail: frozenset[str]) -> None:
        """One generator that yields nothing, or one class whose methods do nothing, fails a check: all, if nothing else is asked for."""
        if self.exercise.form != "module":  # nothing runs it
            return
        asked = {name.partition(".")[0] for name, _ in functions(ast.parse(stub))}
        for name, source in hollowed(solution.source):
            origin = f"{solution.origin}, with nothing in {name}"
            fails = must_fail if asked == {name} else frozenset()
            answer = replace(solution, source=source, origin=origin)
            self._add(f"hollow_{name}", answer, Expected(None, fails, planted=True))

    def _need_work(self) -> frozenset[str]:
        """The checks that an answer which does nothing must not pass."""
        path = self.exercise.test_file
        names: set[str] = set()
        with self._told(path, "the checks", "Write them."):
            tree = testfile.parse(path)
            names = {check.name for check in testfile.checks(tree)}
            excused = testfile.needs_no_work(tree)
            if unknown := ", ".join(sorted(excused - names)):
                mend = "Mend the name in its docstring."
                finding = Finding(
                    "checks after 'needs_no_work:'", f"{unknown}, which is none", mend
                )
                self.complaints.append(finding.about(path, self.exercise))
            names -= excused
        return frozenset(names)

    def _repaired(self, known: Sequence[KnownAnswer]) -> None:
        """Where learners repair code, a known answer shows that the code is broken: untouched, it has no verdict."""
        starter = next((case.answer.source for case in self.cases if case.name == "starter"), "")
        if self.is_repair and not any(
            same_program(each.source, starter) for each in known if not each.right
        ):
            mend = "Store the starter's code as a wrong_*.py: it proves that there is something to repair."
            finding = Finding("the broken starter among the wrong answers", "no such answer", mend)
            self.complaints.append(finding.about(self.exercise.checks, self.exercise))

    def _stored(self, path: Path) -> Answer:
        for answer in answers.read(path, self.course):
            if answer.exercise == self.exercise.name:
                origin = f"{self._name(path.parent)}/{answer.origin}"
                return Answer(answer.exercise, answer.source, origin, files=answer.files)
        raise BrokenCourse(f"no cell starts with '# exercise: {self.exercise.name}'")

    def _add(self, name: str, answer: Answer, expected: Expected) -> None:
        self.cases.append(Case(name, answer.origin, answer, expected))

    @contextmanager
    def _told(self, path: Path, expected: str, mend: str) -> Iterator[None]:
        """Turn an error about a file into a complaint."""
        try:
            yield
        except CourseError as error:
            finding = Finding(expected, str(error), mend)
            self.complaints.append(finding.about(path, self.exercise))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.course.root).as_posix()
