"""What comes back: objects that lie about themselves, results too deep or too large, numbers that are none."""

from __future__ import annotations

from typing import Any

import pytest

from pypatterns.course.checking.report.model import Verdict

PASS, FAIL = Verdict.PASS, Verdict.FAIL


def gives_back(what: str, before: str = "") -> str:
    """An answer that gives this back."""
    return f"import math, os, sys\n{before}\ndef double(number): return {what}\n"


def odd(*methods: str, base: str = "") -> str:
    """A class `Odd` with these methods."""
    lines = "\n    ".join(methods)
    return f"class Odd({base}):\n    {lines}\n"


RESULTS = {
    "a float": (gives_back("float(number * 2)"), PASS, ""),
    "NaN": (gives_back("math.nan"), FAIL, "returned nan; expected"),
    "infinity": (gives_back("-math.inf"), FAIL, "returned -inf; expected"),
    "an int subclass": (
        gives_back("Odd(number * 2)", odd("pass", base="float")),
        FAIL,
        "(of type Odd)",
    ),
    "a true-for-all __eq__": (
        gives_back("Odd(7)", odd("__eq__ = __ne__ = lambda *_: True", base="int")),
        FAIL,
        "returned 7 (of type Odd); expected",
    ),
    "a false __class__": (
        gives_back("Odd(7)", odd("__class__ = int", "__eq__ = lambda *_: True", base="int")),
        FAIL,
        "returned 7 (of type Odd); expected",
    ),
    "a forged __repr__": (
        gives_back("Odd()", odd("def __repr__(self): return 'right, all checks hold'")),
        FAIL,
        "returned right, all checks hold (of type Odd); expected",
    ),
    "__repr__ raises": (
        gives_back("Odd()", odd("def __repr__(self): raise OSError")),
        FAIL,
        "returned <Odd whose repr raised OSError>; expected",
    ),
    "__repr__ exits": (
        gives_back("Odd()", odd("def __repr__(self): sys.exit()")),
        FAIL,
        "returned <Odd whose repr raised SystemExit>; expected",
    ),
    "__repr__ ends the process": (
        gives_back("Odd()", odd("def __repr__(self): os._exit(0)")),
        FAIL,
        "ended its process (exit status 0)",
    ),
    "__repr__ without end": (
        gives_back("Odd()", odd("def __repr__(self): return repr(Odd())")),
        FAIL,
        "returned <Odd whose repr raised RecursionError>; expected",
    ),
    "__repr__ of 10 MB": (
        gives_back("Odd()", odd("def __repr__(self): return 'x' * 10**7")),
        FAIL,
        "returned xxx",
    ),
    "__hash__ raises": (
        gives_back("Odd()", odd("def __hash__(self): raise OSError")),
        FAIL,
        "returned <answer.Odd object>; expected",
    ),
    "__reduce__ exits": (
        gives_back("Odd()", odd("def __reduce__(self): os._exit(0)")),
        FAIL,
        "returned <answer.Odd object>; expected",
    ),
    "every attribute raises": (
        gives_back("Odd()", odd("def __getattribute__(self, name): raise OSError(name)")),
        FAIL,
        "returned <answer.Odd object>; expected",
    ),
    "a lying metaclass": (
        gives_back(
            "Odd()",
            "class Meta(type):\n    __name__ = property(lambda cls: 1 / 0)\n"
            "    def __eq__(cls, other): return True\n    def __hash__(cls): return hash(set)\n"
            "class Odd(metaclass=Meta):\n    def __iter__(self): yield 6\n    def __repr__(self): return '{6}'\n",
        ),
        FAIL,
        "returned {6} (of type Odd); expected",
    ),
    "a list inside itself": (
        gives_back("x", "x = []\nx.append(x)"),
        FAIL,
        "<list nested deeper than 60>",
    ),
    "a million items": (
        gives_back("[0] * 10**6"),
        FAIL,
        "cannot be compared with anything: it has more than 200,000 values",
    ),
    "50 MB of text": (
        gives_back("'x' * (50 << 20)"),
        FAIL,
        "cannot be compared with anything: it is larger than 8 MiB",
    ),
    "a number of 10,000 digits": (gives_back("10 ** 10_000"), FAIL, "returned"),
    "half a character": (gives_back(r"'\ud800'"), FAIL, r"returned '\ud800'; expected"),
    "a dict that a thread still fills": (
        gives_back(
            "grow()",
            "import threading\ndef grow():\n    x = {}\n    def fill():\n        n = 0\n        while True: n += 1; x[n % 5000] = n; x.pop(n // 2 % 5000, 0)\n    threading.Thread(target=fill, daemon=True).start()\n    return x",
        ),
        FAIL,
        "",
    ),
    "an error that lies": (
        "class Odd(Exception):\n    def __str__(self): raise OSError\n    __class__ = property(lambda self: 1 / 0)\n"
        "def double(number): raise Odd",
        FAIL,
        "It raised Odd: (its message cannot be shown)",
    ),
    "a name error that lies": (
        "class Odd(NameError):\n    name = property(lambda self: 1 / 0)\n"
        "def double(number): raise Odd('no')",
        FAIL,
        "It raised Odd: no",
    ),
    "an error within itself": (
        "def double(number):\n    e = ExceptionGroup('all', [ValueError('no')])\n    e.__cause__ = e\n    raise e",
        FAIL,
        "It raised ExceptionGroup: all (1 sub-exception)",
    ),
}


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_taken_for_what_it_is(fire: Any, name: str) -> None:
    """Only plain data of exact types can be right; all else is shown, whatever it says of itself."""
    source, verdict, said = RESULTS[name]

    seen = fire(name, source)

    assert (seen.verdict, seen.next) == (verdict, PASS), seen.words
    assert said in " ".join(seen.words.split())
