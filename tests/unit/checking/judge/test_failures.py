"""How a call ended becomes a verdict and a sentence: what a learner reads who has never heard of zygotes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.judge.drivers import preload_of
from pypatterns.course.checking.judge.failures import CallFailed, value_of
from pypatterns.course.checking.judge.subject import LOOK, Subject
from pypatterns.course.checking.judge.worker import CallEnd, WorkerBroken
from pypatterns.course.checking.report.model import Verdict

ANSWER = Answer("double", "def double(number): ...", "a test")
FAIL, TIMEOUT, DEADLOCK = Verdict.FAIL, Verdict.TIMEOUT, Verdict.DEADLOCK
STAND = {
    "who": "caller 1",
    "kind": "thread",
    "line": 3,
    "code": "with a:",
    "function": "get",
    "waits_for": "a",
    "held_by": "caller 2",
}


def ended(**how: Any) -> CallEnd:
    """An end after the answer's import had begun."""
    return CallEnd(**{"why": "exit", "status": 0, "begun": True} | how)


def failed(how: CallEnd) -> CallFailed:
    """What is told of an end without data."""
    with pytest.raises(CallFailed) as caught:
        value_of(how, ANSWER, 2.0)
    return caught.value


ENDS = {
    "late": (ended(why="deadline"), TIMEOUT, "It had not ended after 2 s, and was stopped."),
    "starved": (
        ended(why="starved", waited=14.2),
        Verdict.INFRASTRUCTURE,
        "It had not ended, but could not run for 14 s, since other programs had all cores of this machine. "
        "Nothing can be said of your answer: check it again when less runs beside it.",
    ),
    "memory": (
        ended(why="memory"),
        FAIL,
        "It used more than 1024 MiB of memory, and was stopped.",
    ),
    "processes": (
        ended(why="processes"),
        FAIL,
        "It had started more than 256 processes, and was stopped.",
    ),
    "exit": (
        ended(status=3),
        FAIL,
        "The answer ended its process (exit status 3) before there was a result: something like os._exit() ran.",
    ),
    "a known signal": (
        ended(status=-11),
        FAIL,
        "The process of the answer was ended by SIGSEGV: C code touched memory that is not its own.",
    ),
    "a signal without a story": (
        ended(status=-15),
        FAIL,
        "The process of the answer was ended by SIGTERM.",
    ),
    "a signal without a name": (
        ended(status=-41),
        FAIL,
        "The process of the answer was ended by signal 41.",
    ),
    "too large": (
        ended(frame={"unreadable": "it has more than 200,000 values"}),
        FAIL,
        "What came back cannot be compared with anything: it has more than 200,000 values.",
    ),
}


@pytest.mark.parametrize(("how", "verdict", "words"), ENDS.values(), ids=ENDS)
def test_an_end_is_told_in_a_sentence(how: CallEnd, verdict: Verdict, words: str) -> None:
    """What happened, with the limit or the status."""
    told = failed(how)

    assert (told.verdict, told.message) == (verdict, words)


@pytest.mark.parametrize(
    ("proof", "held_by", "words"),
    [
        ("cycle", "caller 2", "its threads wait for each other in a circle"),
        ("cycle", "caller 1", "a thread waits for a lock that it holds itself"),
        ("all wait", "", "all of its threads wait, and none is left"),
        ("idle loop", "", "all tasks of the event loop wait"),
        ("", "", "all of its threads wait, and none is left"),
    ],
    ids=["circle", "itself", "all", "loop", "proven from outside"],
)
def test_a_deadlock_is_told_by_its_kind(proof: str, held_by: str, words: str) -> None:
    """Whoever found it: the process itself, at the deadline or before, or who looks on."""
    autopsy = {"proof": proof, "locations": [STAND | {"held_by": held_by}]}

    told = failed(ended(why="deadlock", autopsy=autopsy))

    assert told.verdict is DEADLOCK
    assert told.message.startswith(f"The call can never end: {words}")
    assert told.locations[0].who == "caller 1"


def test_a_proven_deadlock_needs_no_word_of_the_child() -> None:
    """Python in it may be stuck; faulthandler's lines are told then."""
    output = (
        'Current thread 0x0001 (most recent call first):\n  File "/x/answer.py", line 7 in get\n'
    )

    told = failed(ended(why="deadlock", output=output))

    assert told.verdict is DEADLOCK
    assert (told.locations[0].line, told.locations[0].function) == (7, "get")


def test_a_lost_wake_up_is_told_with_what_helps() -> None:
    """Who waits at a condition in a deadlock was notified too early, or never."""
    autopsy = {"proof": "all wait", "locations": [STAND | {"waits_for": "Condition.wait()"}]}

    told = failed(ended(why="deadlock", autopsy=autopsy))

    assert "look at the state before waiting, as wait_for() does" in told.message


def test_what_never_began_is_not_the_answers() -> None:
    """No verdict can follow; the sentence is the worker's."""
    sentence = "The files of an answer cannot be written to /tmp/pp-1: No space left on device. …"

    with pytest.raises(WorkerBroken, match="cannot be written to /tmp/pp-1"):
        value_of(CallEnd("exit", 1, frame={"no_room": sentence}), ANSWER, 2.0)
    with pytest.raises(WorkerBroken, match="did not start"):
        value_of(CallEnd("exit", 1), ANSWER, 2.0)


@pytest.mark.parametrize(
    ("blame", "replaced", "verdict", "words"),
    [
        ("engine", "", Verdict.INFRASTRUCTURE, "which is not your doing: KeyError"),
        ("answer", "", FAIL, "left its process so broken that the result could not be told"),
        ("answer", "json.dumps", FAIL, "The answer had replaced json.dumps, which Python and"),
    ],
    ids=["ours", "the answer's", "replaced"],
)
def test_a_result_that_could_not_be_told_is_somebodys_fault(
    blame: str, replaced: str, verdict: Verdict, words: str
) -> None:
    """Ours, unless the answer broke what Python and we use."""
    frame = {"broken": "KeyError", "trace": "…", "blame": blame, "replaced": replaced}

    told = failed(ended(frame=frame))

    assert told.verdict is verdict
    assert words in told.message


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"value": {"!": "pickle", "v": ""}},
        {"raised": 1, "phase": "call", "blame": "answer"},
        {"raised": {"type": "E", "text": "", "lines": [7]}, "phase": "call", "blame": "answer"},
        {"broken": "E"},
        {"deadlock": 7},
    ],
    ids=["nothing", "a tag", "no error", "no lines", "half", "no autopsy"],
)
def test_a_frame_that_the_engine_did_not_write_is_the_answers(frame: dict[str, Any]) -> None:
    """Whatever stands in it, it fails that one check and nothing else."""
    told = failed(ended(frame=frame))

    assert told.verdict is FAIL
    assert "wrote into the channel that carries its results" in told.message


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        ({"type": "ValueError", "text": "no"}, "It raised ValueError: no"),
        ({"type": "SystemExit", "text": "0"}, "exit(), quit() or sys.exit() ran"),
        ({"type": "EOFError", "text": "EOF when reading a line"}, "take out input()"),
        ({"type": "EOFError", "text": "Ran out of input"}, "It raised EOFError: Ran out of input"),
    ],
    ids=["plain", "exit", "input", "no input"],
)
def test_an_error_is_told_with_what_it_means_here(raised: dict[str, Any], words: str) -> None:
    """An exit and a question have a reason of their own."""
    line = {"number": 3, "code": "return half(number)", "function": "double"}
    frame = {"raised": raised | {"lines": [line], "trace": ""}, "phase": "call", "blame": "answer"}

    assert words in failed(ended(frame=frame)).message


def test_what_cannot_be_used_is_not_said_to_have_raised() -> None:
    """No line of the answer was under way: a call did not fit, or gave something that the driver could not go on with."""
    raised = {"type": "TypeError", "text": "'NoneType' object is not iterable", "lines": []}
    frame = {"raised": raised | {"trace": ""}, "phase": "call", "blame": "answer"}

    assert failed(ended(frame=frame)).message == (
        "Using your answer as the prompt says raised TypeError: 'NoneType' object is not iterable"
    )


def test_what_drivers_import_is_loaded_beforehand(tiny_course: Course) -> None:
    """Each call has a process of its own, which would else load it anew; the answer is never among it."""
    exercise = tiny_course.exercise("twice")
    exercise.driver_file.write_text("import os.path\nfrom queue import Queue\nfrom . import near\n")

    assert preload_of(replace(exercise, preload=("anyio",))) == {"anyio", "os.path", "queue"}


class Scripted:
    """A worker that ends each call as it is told: first the look at an answer, then its import alone."""

    def __init__(self, *ends: CallEnd) -> None:
        self.ends = list(ends)
        self.drivers: list[str] = []

    def call(self, request: dict[str, Any], _deadline: float) -> CallEnd:
        """The next end."""
        self.drivers.append(request["driver"])
        return self.ends.pop(0)

    def close(self) -> None:
        """Nothing runs."""


def test_a_look_that_fails_is_no_failed_import(shared_course: Course) -> None:
    """A name may do anything when it is looked up: where the import alone goes well, a check tells of the rest."""
    worker = Scripted(ended(status=3, output="once "), ended(frame={"value": None}))
    subject = Subject(ANSWER, shared_course.exercise("twice"), worker)

    subject.enter([{"name": "double", "calls": []}])

    assert worker.drivers == [LOOK, ""]
    assert subject.output == ""


def test_an_import_that_fails_is_told_as_that(shared_course: Course) -> None:
    """It ends its process whether it is looked at or not."""
    subject = Subject(
        ANSWER, shared_course.exercise("twice"), Scripted(ended(status=3), ended(status=3))
    )

    with pytest.raises(
        CallFailed, match=r"exit status 3.* This happens when it is imported\."
    ) as told:
        subject.enter([{"name": "double", "calls": []}])

    assert told.value.verdict is Verdict.ERROR


def test_an_import_that_hangs_is_not_tried_again(shared_course: Course) -> None:
    """Its verdict would be the same, and as long in coming."""
    worker = Scripted(ended(why="deadline"))

    with pytest.raises(CallFailed, match=r"This happens when it is imported\.") as told:
        Subject(ANSWER, shared_course.exercise("twice"), worker).enter(
            [{"name": "double", "calls": []}]
        )

    assert told.value.verdict is TIMEOUT
    assert worker.drivers == [LOOK]


def test_what_was_seen_is_not_looked_at_again(shared_course: Course) -> None:
    """The check of the signature asks for what the import has found."""
    seen = [{"name": "double", "found": True}]
    worker = Scripted(ended(frame={"value": seen}))
    subject = Subject(ANSWER, shared_course.exercise("twice"), worker)

    subject.enter([{"name": "double", "calls": []}])

    assert subject.look([{"name": "double", "calls": []}]) == seen
    assert worker.drivers == [LOOK]
