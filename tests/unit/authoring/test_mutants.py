"""Small changes of an answer, and what stays as it is."""

from __future__ import annotations

import pytest

from pypatterns.course.authoring.mutants import diff, mutants


@pytest.mark.parametrize(
    ("body", "kind", "change"),
    [
        ("return a < b", "comparison", "- return a < b\n+ return a <= b"),
        ("return a in b", "comparison", "- return a in b\n+ return a not in b"),
        ("return a + 2", "constant", "- return a + 2\n+ return a + 3"),
        ("return a + b", "arithmetic", "- return a + b\n+ return a - b"),
        ("return a and b", "boolean operator", "- return a and b\n+ return a or b"),
        ("return a and b", "boolean operand dropped", "- return a and b\n+ return b and b"),
        ("return not a", "not dropped", "- return not a\n+ return a"),
        ("return a", "return None", "- return a\n+ return None"),
        ("await a()", "await dropped", "- await a()\n+ a()"),
        ("a(b=1)", "keyword argument dropped", "- a(b=1)\n+ a()"),
        ("a.clear()\n    return b", "statement dropped", "- a.clear()"),
        ("if a: b()", "condition dropped", "- if a:\n+ if True:"),
        ("if a: b()\n    else: c()", "condition negated", "- if a:\n+ if not a:"),
        ("with a: b()", "with dropped", "- with a:"),
        ("async with a as x: x()", "with dropped", "- async with a as x:\n+ x = a"),
        ("try: a()\n    finally: b()", "finally dropped", "- try:\n- finally:\n- b()"),
        ("try: a()\n    finally: b()", "clean-up after success only", "- try:\n- finally:"),
        ("try: a()\n    except E: b()", "except dropped", "- try:\n- except E:\n- b()"),
        ("try: a()\n    except E: b()", "except swallows", "- b()\n+ pass"),
        ("try: a()\n    except E: b()", "except broadened", "- except E:\n+ except Exception:"),
        ("try: a()\n    except Exception: b()", "except broadened", "- except Exception:\n+ except BaseException:"),
        ("try: a()\n    except* BaseException: b()", "except narrowed", "- except* BaseException:\n+ except* Exception:"),
        ("yield a", "yields nothing", "- yield a\n+ return\n+ yield"),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_made(body: str, kind: str, change: str) -> None:
    """The changed lines stand without their indentation, and say in which function."""
    found = mutants(f"class Cache:\n  async def get(self, a, b):\n    {body}\n")

    assert (kind, "Cache.get", change) in [(each.kind, each.where, each.change) for each in found]


@pytest.mark.parametrize(
    "source",
    [
        '"""A module."""\nfrom __future__ import annotations\n__all__ = ["a"]',
        'T = TypeVar("T", bound="Market")',
        "class Port(Protocol):\n    def add(self, limit: 'int') -> 'None': ...",
        "@dataclass(frozen=True)\nclass Price:\n    cents: Literal[5]\n    pass",
    ],
    ids=["module", "type variable", "protocol", "decorator"],
)
def test_what_nothing_runs_stays_as_it_is(source: str) -> None:
    """A change of it would be the same program to every check."""
    assert mutants(source) == ()


def test_the_messages_of_exceptions_stay() -> None:
    """A prompt leaves them open; that an exception is raised is another matter. An assert tells a type checker something."""
    source = "def f(a):\n    assert a, 'no a'\n    raise SlugTaken('a is missing')\n"

    changes = [mutant.change for mutant in mutants(source)]

    assert changes == ["- raise SlugTaken('a is missing')"]


def test_what_learners_are_given_stays() -> None:
    """A class, a function or a statement of the starter, whole, is no part of an answer."""
    given = "LIMIT = 5\nclass Market:\n    status = 'DRAFT'\n    def change(self): raise NotImplementedError\n"
    source = given.replace("raise NotImplementedError", "return LIMIT")

    changes = [mutant.change for mutant in mutants(source, given=given)]

    assert changes == ["- return LIMIT\n+ pass", "- return LIMIT\n+ return None"]


def test_two_changes_that_read_the_same_are_told_apart() -> None:
    """A reason for the first one must not hide the second."""
    found = mutants("def f(a):\n    a.pop()\n    a.go()\n    a.pop()\n")

    assert [(each.where, each.change) for each in found] == [
        ("f", "- a.pop()"),
        ("f", "- a.go()"),
        ("f (2)", "- a.pop()"),
    ]


def test_many_are_thinned_out_evenly() -> None:
    """The first stays, and the others come from all over the source."""
    source = "\n".join(f"step{number}()" for number in range(100))

    found = mutants(source, most=4)

    assert [each.change for each in found] == [
        "- step0()",
        "- step25()",
        "- step50()",
        "- step75()",
    ]


def test_a_diff_shows_what_stands_around() -> None:
    """It is what an author reads of a survivor."""
    source = "def f(a):\n    a.go()\n    return a\n"
    last = mutants(source)[-1]

    assert diff(last, source).splitlines()[1:] == [
        " def f(a):",
        "     a.go()",
        "-    return a",
        "+    return None",
    ]
