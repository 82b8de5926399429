"""An exception is told by its built-in kind: what an answer's class says of itself counts for nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pypatterns.course.checking.child.blame import blame
from pypatterns.course.checking.introspection.exceptions import (
    MOST_ERRORS,
    described,
    is_a,
    text_of,
)
from pypatterns.course.checking.introspection.ownership import KIT, PACKAGE

Error = Callable[[str], BaseException]


@pytest.fixture
def caught(tmp_path: Path) -> Error:
    """The error that an answer's text raises, in a file of the answer's folder."""

    def caught(text: str) -> BaseException:
        file = tmp_path / "answer.py"
        file.write_text(text)
        try:
            exec(compile(text, str(file), "exec"), {"__name__": "answer"})
        except BaseException as error:  # noqa: BLE001 - it is what the test is about
            return error
        raise AssertionError("nothing was raised")

    return caught


LIAR = """
class Liar(NameError):
    __class__ = property(lambda self: 1 / 0)
    __traceback__ = property(lambda self: 1 / 0)
    name = property(lambda self: 1 / 0)
    def __str__(self): raise OSError
    def __repr__(self): raise OSError
def fall():
    raise Liar()
fall()
"""


def test_an_error_that_lies_is_told_all_the_same(caught: Error, tmp_path: Path) -> None:
    """Type and lines are the interpreter's; a text that cannot be had is said not to be there."""
    error = caught(LIAR)

    told = described(error, str(tmp_path))

    assert (told["type"], told["text"]) == ("Liar", "(its message cannot be shown)")
    assert [line["number"] for line in told["lines"]] == [10, 9]
    assert is_a(error, NameError)
    assert blame(error, str(tmp_path)) == "answer"


def test_the_lines_of_all_errors_of_a_group_are_the_learners(caught: Error, tmp_path: Path) -> None:
    """A group's own lines first, then those of its members."""
    error = caught(
        "def one():\n    raise KeyError('tea')\ntry:\n    one()\nexcept KeyError as error:\n"
        "    raise ExceptionGroup('all', [error])\n"
    )

    told = described(error, str(tmp_path))

    assert [line["number"] for line in told["lines"]] == [6, 4, 2]


def test_a_group_of_groups_without_end_is_looked_at_for_a_while(tmp_path: Path) -> None:
    """As deep as it may be nested."""
    error: Exception = ValueError("innermost")
    for _ in range(20 * MOST_ERRORS):
        error = ExceptionGroup("one more", [error])

    told = described(error, str(tmp_path))

    assert told["type"] == "ExceptionGroup"


class Text(str):
    """A text that is not itself."""

    def __getitem__(self, _: Any) -> str:
        raise OSError


@pytest.mark.parametrize("text", ["no", Text("no")], ids=["a text", "a lying text"])
def test_a_text_is_exactly_a_text(text: str) -> None:
    """Whatever `__str__` gives."""

    class Odd(Exception):
        def __str__(self) -> str:
            return text

    assert text_of(Odd()) == "no"
    assert type(text_of(Odd())) is str


def test_a_line_of_another_file_of_the_answer_says_which(tmp_path: Path) -> None:
    """Of several files each line has its file's name; a driver's own lines are left out."""
    (tmp_path / "shop").mkdir()
    file, driver = tmp_path / "shop" / "tea.py", tmp_path / "drive.py"
    text = "def price():\n    return 1 / 0\n"
    file.write_text(text)
    names: dict[str, Any] = {}
    exec(compile(text, str(file), "exec"), names)
    try:
        exec(compile("price()\n", str(driver), "exec"), names)
    except ZeroDivisionError as error:
        told, whose = described(error, str(tmp_path)), blame(error, str(tmp_path))

    assert told["lines"] == [
        {"number": 2, "code": "return 1 / 0", "function": "price in shop/tea.py"}
    ]
    assert whose == "answer"


def blank(file: str) -> Callable[[], None]:
    """An emptied function of a file."""
    made: dict[str, Any] = {}
    exec(compile("def get():\n    raise NotImplementedError('not there')\n", file, "exec"), made)
    return made["get"]  # type: ignore[no-any-return]


def group(get: Callable[[], None]) -> None:
    """Raise what it raises in a group."""
    try:
        get()
    except NotImplementedError as error:
        raise ExceptionGroup("all", [error]) from None


@pytest.mark.parametrize(
    ("file", "whose"),
    [
        (f"{PACKAGE}concurrency/cache.py", "answer"),
        (f"{KIT}checking/probes/lock_doubles.py", "driver"),
        ("/elsewhere/library.py", "driver"),
    ],
    ids=["a pattern", "the kit", "a library"],
)
@pytest.mark.parametrize("call", [lambda get: get(), group], ids=["alone", "in a group"])
def test_who_borrows_an_emptied_pattern_has_not_written_it(
    tmp_path: Path, file: str, whose: str, call: Callable[[Callable[[], None]], None]
) -> None:
    """No line of the answer is in the traceback when the driver calls what the answer fetched; yet it is its doing."""
    with pytest.raises((NotImplementedError, ExceptionGroup)) as caught:
        call(blank(file))

    assert blame(caught.value, str(tmp_path)) == whose


def test_a_line_that_is_no_python_is_told_without_a_file(caught: Error, tmp_path: Path) -> None:
    """The learner has a cell, not a file answer.py; the line is told beside the message."""
    told = described(caught("def half(number)\n    return number / 2\n"), str(tmp_path))

    assert told["text"] == "expected ':'"
    assert told["lines"] == [{"number": 1, "code": "def half(number)", "function": ""}]


def test_an_address_says_nothing(caught: Error) -> None:
    """It is another one in the next run, and a report is the same."""
    error = caught("raise TypeError(f'no coroutine: {object()!r}')")

    assert text_of(error) == "no coroutine: <object object>"


ANSWERS_DOING = {
    "a name for what came back": "rows = answer.pages()\nfor row in rows: pass",
    "an item of what came back": "for row in [answer.pages()]: row.title",
    "in a comprehension": "[len(row) for row in answer.pages()]",
    "unpacked": "first, second = answer.pages()",
    "handed to a library": "json.loads(answer.pages())",
    "named, then handed to a library": "text = answer.pages()\njson.loads(text)",
    "in an inner function": "page = answer.pages()\ndef inner(): return page.title\ninner()",
    "as a context": "with answer.pages() as page: pass",
    "named on the way": "if (page := answer.pages()) is None: page.title",
}
DRIVERS_DOING = {
    "its own list": "[][0]",
    "what it wrote down beside": "seen = {}\nanswer.pages()\nseen['pages']",
    "what it wrote down of it": "seen = {}\nseen['title'] = answer.pages()\nseen['pages']",
    "a library with its own text": "answer.pages()\njson.loads('{')",
    "a name of another function": "answer.pages()\nwith suppress(TypeError): helper(answer.pages())\nrow = []\nrow[0]",
}


@pytest.mark.parametrize(
    ("body", "whose"),
    [
        *(pytest.param(body, "answer", id=name) for name, body in ANSWERS_DOING.items()),
        *(pytest.param(body, "driver", id=name) for name, body in DRIVERS_DOING.items()),
    ],
)
def test_what_a_driver_cannot_do_with_what_came_back_is_the_answers_doing(
    tmp_path: Path, body: str, whose: str
) -> None:
    """pages() returned None. Whoever did not return what was asked for must not hear that it is our fault."""
    driver = tmp_path / "drive.py"
    driver.write_text(
        "import json\nfrom contextlib import suppress\n\ndef helper(row):\n    return row[0]\n\n"
        f"def drive(answer):\n{textwrap.indent(body, '    ')}\n"
    )
    names: dict[str, Any] = {}
    exec(compile(driver.read_text(), str(driver), "exec"), names)

    with pytest.raises(Exception) as caught:  # noqa: PT011 - each of another kind
        names["drive"](SimpleNamespace(pages=lambda: None))

    assert blame(caught.value, str(tmp_path)) == whose
