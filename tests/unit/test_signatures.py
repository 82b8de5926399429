"""The generated check of names and parameters, from both sides."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from pypatterns.course import signatures
from pypatterns.course.checking.child import builtin_drivers
from pypatterns.course.errors import BrokenCourse

STUB = """
class Cache(Generic[K, V]):
    def __init__(self, load: Callable[[K], V], *, ttl: float, size: int = 8) -> None: ...
    def get(self, key: K) -> V: ...

def fetch(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[T]: ...
async def gather(first: int, second: int = 2) -> int: ...
"""

CACHE = """class Cache:
    def __init__(self, load, *, ttl, size=8): ...
    def get(self, key): ..."""
RIGHT = f"""
{CACHE}
def fetch(urls, fetch, *, workers): ...
async def gather(first, second=2): ...
"""


@pytest.fixture
def stub(tmp_path: Path) -> Path:
    """The stub as a file."""
    file = tmp_path / "signature.pyi"
    file.write_text(STUB)
    return file


def complaint(stub: Path, source: str) -> str:
    """What the generated check says about an answer."""
    answer = ModuleType("answer")
    exec(compile(source, "answer.py", "exec", dont_inherit=True), answer.__dict__)
    wanted = signatures.read(stub)
    return signatures.complaint(
        wanted, builtin_drivers.look(answer, [each.as_input() for each in wanted])
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("def get(self, key)", "def get(self, k, *, fresh=False)"),
        ("def get(self, key)", "def get(*args)"),
        ("def get(self, key)", "get = lambda self, key: key\n    def other(self)"),
        (
            "ttl, size=8): ...",
            "ttl, size=8): self.get = lambda key: key\n    def __getattr__(self, name): ...",
        ),
        (
            "def fetch(urls, fetch, *, workers): ...",
            "import functools\nfetch = functools.partial(lambda x, *a, workers: a, 1)",
        ),
        ("def fetch(urls, fetch, *, workers)", "def fetch(urls, fetch, workers)"),
        (
            "async def gather(first, second=2): ...",
            "def gather(first, second=2): return other(first)",
        ),
        (
            "class Cache:",
            "import dataclasses\nclass Base:\n    def get(self, key): ...\nclass Cache(Base):",
        ),
        (
            CACHE,
            "import dataclasses\n@dataclasses.dataclass\nclass Cache:\n    load: object\n    _: dataclasses.KW_ONLY\n"
            "    ttl: float\n    size: int = 8\n    def __post_init__(self): self.get = lambda key: key",
        ),
        (
            CACHE,
            "class Base:\n    def __init__(self): self.get = lambda key: key\n"
            "class Cache(Base):\n    def __init__(self, load, *, ttl, size=8): super().__init__()",
        ),
    ],
    ids=[
        "as stated",
        "more with defaults",
        "star",
        "lambda",
        "set later",
        "partial",
        "no star",
        "returns a coroutine",
        "inherited",
        "set by a dataclass",
        "set by the base",
    ],
)
def test_right_in_other_ways(stub: Path, old: str, new: str) -> None:
    """Every call that the prompt states fits, so there is nothing to say."""
    assert complaint(stub, RIGHT.replace(old, new, 1)) == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("class Cache", "class Store", "The answer has no Cache; expected a class"),
        ("def get(", "def fetch(", "Cache has no get; expected a method"),
        (
            "def get(self, key)",
            "def get(self, key, ttl)",
            "Cache.get does not take the call that the prompt states: missing a required argument: 'ttl'",
        ),
        ("def get(self, key)", "def get(self)", "too many positional arguments"),
        ("def get(", "async def get(", "Cache.get is async"),
        ("ttl, size=8", "time_to_live, size=8", "argument: 'time_to_live'"),
        ("*, workers)", ")", "unexpected keyword argument 'workers'"),
        ("second=2", "*, second=2", "too many positional arguments"),
        (
            "def fetch(urls, fetch, *, workers): ...",
            "fetch = 5",
            "fetch is not a function: it cannot be called",
        ),
    ],
)
def test_wrong_is_told_with_the_prompts_own_line(
    stub: Path, old: str, new: str, words: str
) -> None:
    """The sentence names what is missing, and states the signature once more."""
    said = complaint(stub, RIGHT.replace(old, new, 1))

    assert words in said
    assert "The prompt states: " in said


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("@classmethod\n    def at(cls, path): ...", ""),
        ("@staticmethod\n    def at(path): ...", ""),
        ("@classmethod\n    def at(cls): ...", "too many positional arguments"),
        ("@staticmethod\n    def at(path, mode): ...", "argument: 'mode'"),
    ],
)
def test_methods_of_the_class_are_held_to_their_calls(
    tmp_path: Path, method: str, words: str
) -> None:
    """What the stub states as a class method may be static, and must take the call that is stated."""
    file = tmp_path / "signature.pyi"
    file.write_text("class Store:\n    @classmethod\n    def at(cls, path: str) -> Store: ...\n")

    said = complaint(file, f"class Store:\n    {method}\n")

    assert words in said
    assert bool(words) == bool(said)


def test_a_stub_that_asks_for_nothing_is_a_broken_course(tmp_path: Path) -> None:
    """Else every answer would pass the check."""
    file = tmp_path / "signature.pyi"
    file.write_text("X = 1\n")

    with pytest.raises(BrokenCourse, match="defines nothing"):
        signatures.read(file)
    assert signatures.asks_for_names(file), "the check must be there to say so"


def test_a_stub_of_a_docstring_asks_for_no_names(tmp_path: Path) -> None:
    """Where the answer is tests, there is no name to look for, and no such check."""
    file = tmp_path / "signature.pyi"
    file.write_text('"""An answer of tests asks for no names."""\n')

    assert signatures.read(file) == ()
    assert not signatures.asks_for_names(file)


@pytest.mark.parametrize(
    "source",
    ["Clock = int\nclass Cache: ...", "if True:\n    Clock: type = int\nfrom x import Cache"],
)
def test_of_a_text_the_names_are_looked_at(tmp_path: Path, source: str) -> None:
    """A name that is bound at top level is there, however it is bound; what it holds is left to the tool."""
    file = tmp_path / "signature.pyi"
    file.write_text("class Cache:\n    def get(self) -> int: ...\nClock: object\n")
    wanted = signatures.read(file)

    assert signatures.complaint(wanted, signatures.look(wanted, source)) == ""


def test_a_name_that_a_text_lacks_is_told(tmp_path: Path) -> None:
    """Both a class and any name, in the words of the prompt."""
    file = tmp_path / "signature.pyi"
    file.write_text("Clock: object\n")
    wanted = signatures.read(file)

    said = signatures.complaint(wanted, signatures.look(wanted, "def clock(Clock): Clock = 1"))

    assert said == "The answer has no Clock. The prompt states: Clock: object"


def test_a_name_may_be_anything(stub: Path) -> None:
    """`name: type` asks of a module that the name is there, not that it can be called."""
    stub.write_text("folder: str\n")

    assert complaint(stub, "folder = 'contracts'") == ""
    assert (
        complaint(stub, "other = 1") == "The answer has no folder. The prompt states: folder: str"
    )
