"""What checks and drivers state, read without running them."""

from __future__ import annotations

import ast

import pytest

from pypatterns.course.authoring.testfile import (
    checks,
    driver_calls,
    drivers,
    fields,
    needs_no_work,
    silent_asserts,
)
from pypatterns.course.errors import BrokenCourse


def test_checks_are_functions_that_begin_with_test() -> None:
    """Helpers are none; a docstring becomes one line."""
    tree = ast.parse('def test_b(answer):\n    """One\n    line."""\n\ndef helper(): ...\n')

    (check,) = checks(tree)

    assert (check.name, check.line, check.behaviour) == ("test_b", 1, "One line.")


@pytest.mark.parametrize(
    ("docstring", "named"),
    [
        (
            "What holds.\n\nneeds_no_work: test_a, test_b (a class\nis frozen)\n",
            {"test_a", "test_b"},
        ),
        ("What holds.\n\nneeds_no_work: test_a\n", set()),  # without a reason
        ("What holds of test_a (it needs_no_work: none)", set()),
        ("", set()),
    ],
    ids=["two", "no reason", "no field", "no docstring"],
)
def test_checks_that_hold_of_nothing_are_named_with_a_reason(
    docstring: str, named: set[str]
) -> None:
    """The file's docstring excuses them."""
    assert needs_no_work(ast.parse(f'"""{docstring}"""')) == named


def test_an_assert_in_a_helper_counts_too() -> None:
    """A learner sees the message wherever the assert stands."""
    tree = ast.parse("def helper():\n    assert x\n    assert y, 'why'\n")

    assert silent_asserts(tree) == (2,)


def test_calls_of_drivers_are_found_wherever_they_stand() -> None:
    """`prepare` is for the engine, `**` may hand over anything, and a name that is computed is passed over."""
    tree = ast.parse(
        "def test(answer):\n"
        "    for n in (1, 2):\n"
        "        answer.run('meet', callers=n, prepare=('virtual_time',))\n"
        "    answer.run('meet', **inputs)\n"
        "    answer.run(name, x=1)\n"
        "    answer.call('get', 1)\n"
    )

    found = [(each.driver, set(each.inputs), each.open_ended) for each in driver_calls(tree)]

    assert found == [("meet", {"callers"}, False), ("meet", set(), True)]


def test_drivers_take_the_answer_first() -> None:
    """Inputs with a default may be left out; helpers and private functions are no drivers."""
    tree = ast.parse(
        "def meet(answer, callers, key='tea', *, ttl, bound=1):\n    'They meet. Then more.'\n"
        "def helper(callers): ...\n"
        "def _hidden(answer): ...\n"
    )

    found = drivers(tree)

    assert list(found) == ["meet"]
    assert found["meet"].inputs == {"callers", "key", "ttl", "bound"}
    assert found["meet"].required == {"callers", "ttl"}
    assert found["meet"].sentence == "They meet."


def test_fields_of_a_sentence_are_inputs() -> None:
    """Conversions, formats and parts of an input do not change its name."""
    assert fields("{callers:d} ask for {key!r} of {shop.name} and {list[0]}, {{not}}") == {
        "callers",
        "key",
        "shop",
        "list",
    }


def test_a_sentence_that_cannot_be_formatted_is_refused() -> None:
    """The learner would read it raw."""
    with pytest.raises(BrokenCourse, match="cannot be formatted"):
        fields("a { alone")
