"""Spoiling a signature."""

from __future__ import annotations

import pytest

from pypatterns.course.authoring.plant import emptied, hollowed, with_wrong_signature
from pypatterns.course.errors import BrokenCourse

STUB = "class Cache:\n    def __init__(self, load): ...\n    def get(self, key): ...\n"


def test_the_first_function_of_the_stub_takes_one_more() -> None:
    """A call that the prompt states no longer fits."""
    source = "class Cache:\n    def get(self, key): return 1\n    def __init__(self, load): pass\n"

    planted = with_wrong_signature(source, STUB)

    assert "def __init__(self, load, *, planted_by_the_gate):" in planted
    assert "def get(self, key):" in planted


def test_a_method_that_the_answer_does_not_write_itself_is_passed_over() -> None:
    """A dataclass has its `__init__` from elsewhere; then the next function will do."""
    planted = with_wrong_signature("class Cache:\n    async def get(self, key): ...\n", STUB)

    assert "def get(self, key, *, planted_by_the_gate):" in planted


def test_where_names_alone_are_asked_for_one_goes() -> None:
    """Of classes and names without functions the first that both have is taken out."""
    planted = with_wrong_signature("class Clock: ...\nNow = int\n", "Now: type\nclass Clock: ...\n")

    assert planted == "Now = int"


def test_nothing_is_behind_the_names() -> None:
    """What the stub asks for returns None, as it is called, and so do further methods; objects can be made, and helpers stay."""
    source = (
        "class Cache:\n    def __init__(self, load): self.load = load\n"
        "    async def get(self, key): yield self.load(key)\n    def __len__(self): return 2\ndef help(): return 1\n"
    )

    planted = emptied(source, STUB, "return None")

    assert "self.load = load" in planted and "return 1" in planted
    assert planted.count("async def get(self, key):\n        return None") == 1
    assert "yield" not in planted and "return 2" not in planted


def test_where_no_function_is_asked_for_nothing_can_be_emptied() -> None:
    """A name alone does nothing anyway."""
    assert emptied("Now = int", "Now: type", "return None") == ""


def test_a_generator_yields_nothing_and_the_methods_of_a_class_do_nothing() -> None:
    """Each of them alone, also inside a function; a plain function and a class without methods stay out."""
    source = (
        "class Cache:\n    def __init__(self, load): self.load = load\n    def pages(self): yield 1\n"
        "class Miss(Exception): pass\ndef plain(): return 1\ndef run():\n    def inner(): yield 2\n    return inner\n"
    )

    planted = dict(hollowed(source))

    assert list(planted) == ["Cache", "Cache.pages", "run.inner"]
    assert "def __init__(self, load):\n        pass\n" in planted["Cache"]
    assert "def pages(self):\n        return\n        yield\n" in planted["Cache"]
    assert "yield 2" in planted["Cache"]
    assert "def inner():\n        return\n        yield\n" in planted["run.inner"]
    assert "yield 1" in planted["run.inner"]


@pytest.mark.parametrize(
    ("source", "stub", "words"),
    [
        pytest.param("x = 1", STUB, "defines none of Cache.__init__, Cache.get", id="nothing"),
        pytest.param("x = 1", "y: int", "defines none of y", id="no-name"),
        pytest.param("x = 1", "", "defines none of the signature", id="empty-stub"),
        pytest.param("def", STUB, "not Python", id="broken"),
    ],
)
def test_an_answer_that_shares_nothing_with_its_stub_is_refused(
    source: str, stub: str, words: str
) -> None:
    """Then the gate could not prove the check of the signature."""
    with pytest.raises(BrokenCourse, match=words):
        with_wrong_signature(source, stub)
