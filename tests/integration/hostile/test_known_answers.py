"""The course's own known answers in the sandbox: threads, processes and event loops earn there what they earn outside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from pypatterns.course import catalog
from pypatterns.course.authoring.verify import verify
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report.model import Sandbox, Verdict

# Of each exercise, one answer for each way of doing it that a sandbox could break, and a wrong one.
KNOWN = {
    "parallel_map": ["right_own_processes", "solution", "wrong_threads"],
    "fetch_many": ["right_event_loop", "right_thread_pool_of_multiprocessing", "wrong_list_first"],
    "bank_transfer": ["wrong_argument_order", "right_reserved_accounts"],
    "single_flight_cache": ["right_thread_per_load", "wrong_check_then_act"],
}
if os.environ.get("PYPATTERNS_WHOLE") != "1":  # the first of each takes long enough
    KNOWN = {name: answers[:1] for name, answers in KNOWN.items()}


@pytest.fixture(scope="module")
def whole_course() -> Course:
    """The course that learners see."""
    return catalog.load()


@pytest.fixture(scope="module")
def its_judge(whole_course: Course, judge: Judge) -> Iterator[Judge]:
    """A judge of that course; the folder's own says whether there is a sandbox."""
    with Judge(whole_course, sandbox=Sandbox.BWRAP) as its_judge:
        yield its_judge


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_answer_earns_the_same_in_the_sandbox(
    its_judge: Judge, whole_course: Course, name: str
) -> None:
    """Right ones pass, wrong ones fail what they must, with their own feedback."""
    exercises = [whole_course.exercise(name)]

    proof = verify(whole_course, exercises, judge=its_judge, only=KNOWN[name])

    assert proof.complaints == ()
    assert len(proof.results) == len(KNOWN[name])


def test_a_deadlock_is_proven_in_the_sandbox(fire: Any) -> None:
    """The kernel's account of who sleeps is read there as it is outside."""
    source = "import threading\nlock = threading.Lock()\ndef double(number):\n    with lock, lock: return number * 2\n"

    seen = fire("a deadlock", source)

    assert (seen.verdict, seen.next) == (Verdict.DEADLOCK, Verdict.PASS), seen.words
