"""The gate on a small course with a judge that needs no engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from pypatterns.course.answers import Answer
from pypatterns.course.authoring import busy
from pypatterns.course.authoring import verify as gate
from pypatterns.course.authoring.build import build
from pypatterns.course.authoring.cases import EMPTY, enough
from pypatterns.course.authoring.findings import Case, Expected, Proof, Result
from pypatterns.course.authoring.verify import verify
from pypatterns.course.catalog import Course, Exercise
from pypatterns.course.checking.report.model import Report, Verdict
from pypatterns.course.errors import UnknownName

CASES = [
    "starter",
    "solution",
    "signature",
    "nothing",
    "unwritten",
    "right_add",
    "right_shift",
    "wrong_cap",
    "wrong_small",
    "wrong_square",
]
SQUARE = "tests/exercises/01_doubling/twice/wrong_square.py"
FOLDER = "tests/exercises/01_doubling/twice"


def test_a_course_whose_checks_hold_is_proven(small_course: Course, judge) -> None:
    """Every known answer earns what it must, in order, and each result is told as it comes."""
    told: list[Result] = []

    proof = verify(small_course, judge=judge, on_result=told.append)

    assert proof.complaints == () and proof.holds
    assert [result.case.name for result in proof.results] == CASES
    assert tuple(told) == proof.results
    assert str(told[-1]) == "twice wrong_square: FAIL, as expected"


def test_a_wrong_answer_stored_as_right_is_refused(small_course: Course, judge) -> None:
    """The complaint holds the file, what was expected, the check's own words, and the way out."""
    move(small_course, "wrong_cap", "right_cap")

    (complaint,) = proven(small_course, judge, "right_cap")

    assert complaint.file == f"{FOLDER}/right_cap.py" and complaint.exercise == "twice"
    assert complaint.expected == "PASS"
    assert complaint.got == "FAIL: test_large (FAIL): it gave 3"
    assert complaint.mend.startswith("If the answer is wrong, name it wrong_*.py")


def test_a_right_answer_stored_as_wrong_is_refused(small_course: Course, judge) -> None:
    """A wrong answer that the checks accept is either right, or shows a hole in them."""
    docstring = '"""It."""\n\n\n"""Add.\n\nfails: test_large\nfeedback: No.\n"""'
    write(small_course, "wrong_add", docstring.split("\n\n\n")[1], "return number + number")

    (complaint,) = proven(small_course, judge, "wrong_add")

    assert (complaint.expected, complaint.got) == ("to fail test_large", "PASS")
    assert complaint.mend.startswith("If the answer is right, name it right_*.py")


def test_a_check_that_no_longer_refuses_is_found(small_course: Course, judge) -> None:
    """A weakened assert lets a wrong answer through one check that it must fail."""
    write(
        small_course,
        "wrong_square",
        '"""Squares.\n\nfails: test_small, test_large\nfeedback: No.\n"""',
        "return number * number",
    )

    (complaint,) = proven(small_course, judge, "wrong_square")

    assert complaint.expected == "to fail test_large, test_small"
    assert complaint.got == "test_small passed"
    assert complaint.mend.startswith("The check is too weak")


def test_a_check_that_fails_beyond_what_is_known_is_found(small_course: Course, judge) -> None:
    """A wrong answer fails what its belief explains, and nothing else."""
    write(
        small_course,
        "wrong_square",
        '"""Always 5.\n\nfails: test_small\nfeedback: No.\n"""',
        "return 5",
    )

    extra, nothing_passes = proven(small_course, judge, "wrong_square")

    assert extra.expected == "to fail test_small and nothing else"
    assert extra.got == "FAIL: test_large (FAIL): it gave 3"
    assert nothing_passes.expected == "at least one check to pass"


def test_a_wrong_answer_that_is_offered_anothers_feedback_is_found(
    small_course: Course, judge
) -> None:
    """Whoever holds this belief must read what helps against it; `says:` tells beliefs apart."""
    docstring = '"""Zero.\n\nfails: test_large\nsays: it gave 0\nfeedback: No.\n"""'
    write(small_course, "wrong_zero", docstring, "return 4 if number == 2 else 0")

    (complaint,) = proven(small_course, judge, "wrong_zero")

    assert complaint.expected == "its own feedback to be offered first"
    assert complaint.got == "that of wrong_square"
    assert "'says:'" in complaint.mend


@pytest.mark.parametrize(
    ("seen_in", "expected", "got"),
    [
        ("min, 3 times", "names and constructs after 'seen_in:'", "'3 times'"),
        ("max", "'max' in the answer, as its 'seen_in:' says", "an answer without it"),
    ],
    ids=["slip", "not there"],
)
def test_what_a_belief_names_stands_in_its_own_answer(
    small_course: Course, judge, seen_in: str, expected: str, got: str
) -> None:
    """Else nobody would ever be offered it."""
    docstring = f'"""It.\n\nfails: test_large\nseen_in: {seen_in}\nfeedback: No.\n"""'
    write(small_course, "wrong_cap", docstring, "return min(2 * number, 1000)")

    told = [(each.expected, each.got) for each in verify(small_course, judge=judge).complaints]

    assert (expected, got) in told


def test_two_beliefs_that_nothing_tells_apart_are_found(small_course: Course, judge) -> None:
    """They fail the same checks and say the same; then the gate asks for `seen_in:`, unless the feedback is one."""
    docstring = '"""It.\n\nfails: test_large\nfeedback: {}\n"""'
    write(small_course, "wrong_zero", docstring.format("No."), "return 4 if number == 2 else 0")
    write(small_course, "wrong_one", docstring.format("Add it."), "return 4 if number == 2 else 1")

    told = verify(small_course, judge=judge).complaints

    assert [each.got for each in told] == ["the checks, 'says:' and 'seen_in:' of wrong_one"]
    assert "'seen_in:'" in told[0].mend and told[0].file.endswith("wrong_zero.py")


def test_a_check_that_may_fail_can_go_either_way(small_course: Course, judge) -> None:
    """`may_fail:` excuses a check, and asks for nothing."""
    docstring = '"""It.\n\nfails: test_large\nmay_fail: test_small (luck)\nfeedback: No.\n"""'
    write(small_course, "wrong_cap", docstring, "return min(2 * number, 1000)")

    assert proven(small_course, judge, "wrong_cap") == ()


def test_a_starter_that_is_more_than_a_starter_is_found(small_course: Course, judge) -> None:
    """Learners must not begin with an answer."""
    starter = small_course.lessons[0].starter
    starter.write_text(starter.read_text().replace("raise NotImplementedError", "return 1"))

    (complaint,) = proven(small_course, judge, "starter")

    assert complaint.file == "exercises/01_doubling.ipynb, cell 4"
    assert complaint.expected == "NOT_STARTED" and complaint.got.startswith("FAIL: test_small")


def test_a_signature_check_that_accepts_everything_is_found(small_course: Course, reported) -> None:
    """The gate plants a wrong signature itself, because no known answer should have one."""
    judge = Fixed(reported({"test_signature": Verdict.PASS, "test_small": Verdict.FAIL}))

    (complaint,) = proven(small_course, judge, "signature")

    assert complaint.file == "solutions/01_doubling.ipynb, cell 4, with a wrong signature"
    assert complaint.got == "test_signature passed"
    assert "planted_by_the_gate" in judge.asked[0].source


@pytest.mark.parametrize(
    ("verdicts", "got"),
    [
        ({"test_small": Verdict.PASS, "test_large": Verdict.PASS}, "PASS"),
        ({"test_small": Verdict.FAIL, "test_large": Verdict.PASS}, "test_large passed"),
        ({"test_small": Verdict.FAIL, "test_large": Verdict.INFRASTRUCTURE}, "INFRASTRUCTURE"),
    ],
    ids=["accepted", "one check accepts it", "our fault"],
)
@pytest.mark.parametrize("name", EMPTY)
def test_an_answer_that_does_nothing_must_fail_each_check(
    small_course: Course, reported, verdicts: dict[str, Verdict], got: str, name: str
) -> None:
    """The gate plants one: checks that accept it are too weak, and a driver that breaks on None would call it our fault."""
    judge = Fixed(reported(verdicts))

    (complaint,) = proven(small_course, judge, name)

    assert (
        complaint.file
        == f"solutions/01_doubling.ipynb, cell 4, with `{EMPTY[name]}` in each function"
    )
    assert got in complaint.got
    assert judge.asked[0].source.endswith(EMPTY[name])


@pytest.mark.parametrize(
    ("stub", "got"),
    [
        pytest.param("def twice(number: int) -> int: ...", "test_large passed", id="all-of-it"),
        pytest.param("def twice(number): ...\ndef other(): ...", "", id="a-part"),
    ],
)
def test_a_generator_that_yields_nothing_must_fail(
    small_course: Course, reported, edit_solution, stub: str, got: str
) -> None:
    """The gate plants one: it fails every check if nothing else is asked for, else at least one."""
    edit_solution(small_course, "twice", "return 2 * number", "yield 2 * number")
    small_course.exercise("twice").signature_file.write_text(stub)
    judge = Fixed(reported({"test_small": Verdict.FAIL, "test_large": Verdict.PASS}))

    complaints = proven(small_course, judge, "hollow_twice")

    assert [complaint.got for complaint in complaints] == ([got] if got else [])
    assert judge.asked[0].source.endswith("return\n    yield")


def test_a_check_may_say_that_it_needs_no_work(small_course: Course, reported) -> None:
    """Some things hold of a class whatever its methods do; a slip in the name is told."""
    checks = small_course.exercise("twice").test_file
    says = "needs_no_work: test_large, test_lagre (a large number is enough)"
    checks.write_text(checks.read_text().replace("twice.", f"twice.\n\n{says}\n", 1))
    judge = Fixed(reported({"test_small": Verdict.FAIL, "test_large": Verdict.PASS}))

    assert proven(small_course, judge, "nothing") == ()

    told = [complaint.got for complaint in verify(small_course, judge=judge).complaints]
    assert "test_lagre, which is none" in told


@pytest.mark.parametrize("name", ["solution", "wrong_cap"])
def test_a_fault_of_ours_is_never_a_verdict(small_course: Course, reported, name: str) -> None:
    """INFRASTRUCTURE is a complaint, whatever the answer is."""
    broken = {"test_small": Verdict.PASS, "test_large": Verdict.INFRASTRUCTURE}

    (complaint,) = proven(small_course, Fixed(reported(broken)), name)

    assert complaint.expected == "a verdict"
    assert "test_large (INFRASTRUCTURE): it gave 3" in complaint.got
    assert "fault of the driver or the engine" in complaint.mend


def test_a_report_without_checks_can_be_our_fault_too(small_course: Course) -> None:
    """Then the report's own message is quoted."""
    report = Report("twice", Verdict.INFRASTRUCTURE, message="The worker\ndid not start.")

    (complaint,) = proven(small_course, Fixed(report), "solution")

    assert complaint.got == "INFRASTRUCTURE: The worker did not start."


def test_a_wrong_answer_that_does_not_import_proves_nothing(small_course: Course) -> None:
    """ERROR is no verdict on a behaviour."""
    report = Report("twice", Verdict.ERROR, message="NameError: Lock")

    (complaint,) = proven(small_course, Fixed(report), "wrong_cap")

    assert complaint.got == "ERROR: NameError: Lock"
    assert complaint.mend == "A wrong answer must import and run, or it proves nothing."


def test_a_check_that_no_wrong_answer_fails_is_found(small_course: Course, judge) -> None:
    """Nothing shows that such a check can fail."""
    (small_course.exercise("twice").checks / "wrong_small.py").unlink()

    complaints = verify(small_course, judge=judge).complaints

    assert [each.expected for each in complaints] == [
        "at least 3 wrong answers",
        "a wrong answer that must fail test_small",
    ]


def test_too_few_right_answers_are_not_enough(small_course: Course, judge) -> None:
    """One right answer cannot show that the checks accept more than one."""
    (small_course.exercise("twice").checks / "right_add.py").unlink()

    (complaint,) = verify(small_course, judge=judge).complaints

    assert (complaint.file, complaint.got) == (FOLDER, "1")
    assert complaint.expected == "at least 2 right answers beside the solution"


def test_right_answers_have_approaches_of_their_own(small_course: Course, judge) -> None:
    """Two answers with the same title are one approach, told twice."""
    write(small_course, "right_sum", '"""add it to itself."""', "return sum([number, number])")

    files = [complaint.file for complaint in verify(small_course, judge=judge).complaints]

    assert files == [f"{FOLDER}/right_add.py", f"{FOLDER}/right_sum.py"]


def test_a_check_that_does_not_exist_is_named(small_course: Course, judge) -> None:
    """A slip in `fails:` would else demand nothing."""
    docstring = '"""It.\n\nfails: test_large, test_lagre\nfeedback: No.\n"""'
    write(small_course, "wrong_cap", docstring, "return min(2 * number, 1000)")

    (complaint,) = verify(small_course, judge=judge).complaints

    assert complaint.expected == "some of test_small, test_large"
    assert complaint.got == "test_lagre, which is no check"


def test_a_known_answer_that_cannot_be_read_costs_only_itself(small_course: Course, judge) -> None:
    """The others are still checked."""
    write(small_course, "wrong_extra", '"""It."""', "return 1")

    proof = verify(small_course, judge=judge)

    assert [complaint.file for complaint in proof.complaints] == [f"{FOLDER}/wrong_extra.py"]
    assert len(proof.results) == len(CASES)


def test_where_no_names_are_asked_for_no_signature_is_spoiled(small_course: Course, judge) -> None:
    """A stub of a docstring alone: then the prompt's signature shows a shape, and there is no such check to prove."""
    stub = small_course.exercise("twice").signature_file
    stub.write_text('"""No names are asked for."""\n')

    proof = verify(small_course, judge=judge)

    assert proof.complaints == ()
    assert [result.case.name for result in proof.results] == [
        name for name in CASES if name not in ("signature", "nothing", "unwritten")
    ]


def test_missing_notebooks_and_stub_are_told(small_course: Course, judge) -> None:
    """Without them there is less to check, and the complaint says what is missing."""
    lesson = small_course.lessons[0]
    lesson.starter.write_text(lesson.starter.read_text().replace("# exercise: twice", "# twice"))
    small_course.exercise("twice").signature_file.unlink()

    told = {complaint.got for complaint in verify(small_course, judge=judge).complaints}

    assert "there is no signature.pyi" in told
    assert any("holds no answer" in each for each in told)


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        pytest.param("return number", [], id="stored"),
        pytest.param("return -number", ["the broken starter among the wrong answers"], id="not"),
    ],
)
def test_what_learners_repair_is_known_to_be_broken(
    small_course: Course, judge, edit_solution, stored: str, told: list[str]
) -> None:
    """An untouched starter gets no verdict, so a known answer proves that there is something to repair."""
    repair = "### END SOLUTION\n    ### BEGIN STARTER\n    # return number\n    ### END STARTER"
    edit_solution(small_course, "twice", "### END SOLUTION", repair)
    build(small_course, execute=False)
    docstring = '"""As it came.\n\nfails: test_small, test_large\nfeedback: Repair it.\n"""'
    write(small_course, "wrong_starter", docstring, f'"""Twice the number."""\n    {stored}')

    complaints = verify(small_course, judge=judge).complaints

    assert [each.expected for each in complaints if "broken starter" in each.expected] == told


def test_everything_is_asked_again(small_course: Course, judge) -> None:
    """Repetitions come in rounds, so that no answer always meets the same neighbour."""
    proof = verify(small_course, judge=judge, repeat=2, only=["right_add", "wrong_cap"])

    told = [(result.turn, result.case.name) for result in proof.results]
    assert told == [(1, "right_add"), (1, "wrong_cap"), (2, "right_add"), (2, "wrong_cap")]
    assert proof.holds


def test_a_verdict_that_changes_is_found(small_course: Course, reported) -> None:
    """A check that hopes instead of holding its window open says different things."""
    verdicts = iter([Verdict.FAIL, Verdict.TIMEOUT])
    judge = Fixed(lambda: reported({"test_small": Verdict.PASS, "test_large": next(verdicts)}))

    proof = verify(small_course, judge=judge, repeat=2, only=["wrong_cap"])

    (complaint,) = (c for c in proof.complaints if "feedback" not in c.expected)
    assert complaint.expected == "the same verdicts every time"
    assert complaint.got == "test_large FAIL and then TIMEOUT"


def test_rounds_that_were_stopped_go_on(
    small_course: Course, judge, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has been asked is not asked again; a run that came to its end begins anew."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def stop(result: Result) -> None:
        if result.turn == 2 and result.case.name == "right_add":
            raise KeyboardInterrupt

    names = ["solution", "right_add", "right_shift"]
    with pytest.raises(KeyboardInterrupt):
        verify(small_course, judge=judge, repeat=3, only=names, resume=True, on_result=stop)
    judge.asked.clear()

    rest = verify(small_course, judge=judge, repeat=3, only=names, resume=True)
    asked = len(judge.asked)
    anew = verify(small_course, judge=judge, repeat=3, only=names, resume=True)

    assert rest.holds and anew.holds
    assert len(rest.results) == len(anew.results) == 9
    assert 3 <= asked <= 4  # the round that was stopped may have been asked to its end
    assert len(judge.asked) - asked == 9


def test_only_known_names_can_be_asked_for(small_course: Course, judge) -> None:
    """A slip would prove nothing and look like success."""
    with pytest.raises(UnknownName, match="no known answer 'wrong_cup'; did you mean 'wrong_cap'"):
        verify(small_course, judge=judge, only=["wrong_cup"])


def test_exercises_without_the_named_answer_are_passed_over(small_course: Course, judge) -> None:
    """So `verify 04 05 --only nothing` asks those that have one."""
    twice = small_course.exercise("twice")
    without = replace(twice, checks=small_course.root)

    proof = verify(small_course, [without, twice, without], judge=judge, only=["right_add"])

    assert [str(result) for result in proof.results] == ["twice right_add: PASS, as expected"]


def test_the_cores_are_busy_meanwhile(
    small_course: Course, judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`busy` loads the machine exactly as long as answers are checked."""
    spinners: list[list[int]] = []
    real = busy.busy_cores
    monkeypatch.setattr(gate, "busy_cores", lambda: recorded(real, spinners))

    verify(small_course, judge=judge, busy=True, only=["right_add"])

    assert len(spinners) == 1


def test_the_proof_is_data(small_course: Course, judge) -> None:
    """A program reads what was expected, what came, and every complaint."""
    move(small_course, "wrong_cap", "right_cap")

    data = json.loads(verify(small_course, judge=judge).to_json())

    assert data["schema"] == "pypatterns-proof/1" and data["holds"] is False
    assert data["results"][5] == {
        "exercise": "twice",
        "answer": "right_add",
        "file": f"{FOLDER}/right_add.py",
        "turn": 1,
        "expected": "PASS",
        "verdict": "PASS",
        "failed": [],
        "holds": True,
    }
    assert data["complaints"][0].keys() == {"file", "expected", "got", "mend", "exercise"}


def test_a_failed_result_says_what_was_expected(small_course: Course, judge) -> None:
    """The line that streams by is enough to see it."""
    move(small_course, "wrong_cap", "right_cap")

    proof = verify(small_course, judge=judge, only=["right_cap"])

    assert [str(result) for result in proof.results] == ["twice right_cap: FAIL, expected PASS"]
    assert not proof.holds and proof != Proof()


class Fixed:
    """A judge that always says the same, or whatever comes next."""

    def __init__(self, says: Report | Callable[[], Report]) -> None:
        self.says = says
        self.asked: list[Answer] = []

    def check(self, answer: Answer, exercise: Exercise, /) -> Report:
        self.asked.append(answer)
        return self.says if isinstance(self.says, Report) else self.says()


def proven(course: Course, judge, name: str):
    """The complaints about one known answer."""
    return verify(course, judge=judge, only=[name]).complaints


def move(course: Course, name: str, to: str) -> None:
    """Store a known answer under another name."""
    folder = course.exercise("twice").checks
    (folder / f"{name}.py").rename(folder / f"{to}.py")


def write(course: Course, name: str, docstring: str, body: str) -> None:
    """Store a known answer."""
    path = course.exercise("twice").checks / f"{name}.py"
    path.write_text(f"{docstring}\n\n\ndef twice(number: int) -> int:\n    {body}\n")


def recorded(real, spinners: list[list[int]]):
    """Busy as ever, and written down."""
    spinners.append([])
    return real(cores=1)


def test_a_quick_gate_still_proves_every_check() -> None:
    """It keeps one right answer, and of wrong ones those that fail most checks; none whose checks others fail."""

    def case(name: str, *fails: str, planted: bool = False) -> Case:
        verdict = None if fails or planted else Verdict.PASS
        expected = Expected(verdict, frozenset(fails), planted=planted)
        return Case(name, name, Answer("twice", "", "a test"), expected)

    cases = [
        case("solution"),
        case("signature", planted=True),
        case("wrong_both", "test_a", "test_b"),
        case("wrong_a", "test_a"),
        case("wrong_a_again", "test_a"),
        case("wrong_c", "test_c"),
        case("right_one"),
        case("right_two"),
    ]

    kept = [each.name for each in enough(cases)]
    with_all_right = [each.name for each in enough(cases, all_right=True)]

    assert kept == ["solution", "signature", "wrong_both", "wrong_c", "right_one"]
    assert with_all_right == [*kept, "right_two"]
