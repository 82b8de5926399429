"""Module paths that stand in strings: no import would notice that one of them moved, and what relies on it is off without a word.

What the engine keeps and restores, starts with `-m`, loads ahead or takes for its own code is named in strings.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

from pypatterns.course import catalog
from pypatterns.course.checking.child import monkeypatches
from pypatterns.course.checking.introspection import ownership

ROOT = Path(__file__).resolve().parents[3]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
OURS = re.compile(r"pypatterns(?:\.\w+)+(?=$|[.:\s])(?::\w+)?")


def held_in(source: str) -> Iterator[str]:
    """The module paths in a module's strings, docstrings left out: ours, and what follows "-m"."""
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield from OURS.findall(node.value)
        if isinstance(node, ast.List | ast.Tuple):
            for option, module in pairwise(node.elts):
                if isinstance(module, ast.Constant) and ast.unparse(option) == "'-m'":
                    yield str(module.value)


def names_something(path: str) -> bool:
    """Whether "package.module" or "package.module:name" is there. Ours is imported; of others, some warn when they are."""
    module, _, name = path.partition(":")
    try:
        if not module.startswith("pypatterns"):
            return find_spec(module) is not None
        loaded = import_module(module)
    except ModuleNotFoundError:
        return False
    return not name or hasattr(loaded, name)


def in_settings() -> Iterator[str]:
    """The module paths in pyproject.toml and course.toml: a plugin, a command, what is loaded ahead."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    options = settings["tool"]["pytest"]["addopts"]
    plugins = [name for option, name in pairwise(options) if option == "-p"]
    yield from (name for name in plugins if not name.startswith("no:"))
    yield from settings["project"]["scripts"].values()
    for exercise in catalog.load(ROOT).exercises:
        yield from exercise.preload


IN_SOURCES = sorted({path for file in SOURCES for path in held_in(file.read_text("utf-8"))})


@pytest.mark.parametrize("path", IN_SOURCES)
def test_a_module_path_in_a_string_is_one(path: str) -> None:
    """Wherever in src/ it stands."""
    assert names_something(path)


def test_such_strings_are_found() -> None:
    """A program's, a driver's, the start of several, those in a list of options; not what a docstring shows."""
    source = '"""pypatterns.gone"""\nrun([python, "-m", "gone"])\nX = f"{y} pypatterns.old:z", "pypatterns.a."'

    assert sorted(held_in(source)) == ["gone", "pypatterns.a", "pypatterns.old:z"]
    assert {
        "mypy",
        "pypatterns.course.checking.judge.server",
        "pypatterns.course.checking.zygote.server",
        "pypatterns.course.checking.child.fresh",
        "pypatterns.course.checking.child.builtin_drivers:look",
        "pypatterns.course.checking.probes",
    } <= set(IN_SOURCES)
    assert not names_something("pypatterns.gone") and not names_something("pypatterns.course:gone")


@pytest.mark.parametrize("path", sorted(set(in_settings())))
def test_a_module_path_in_the_settings_is_one(path: str) -> None:
    """A plugin that is not found stops pytest; a module to load ahead that is not found only makes a verdict late."""
    assert names_something(path)


@pytest.mark.parametrize("name", monkeypatches.USED)
def test_what_is_kept_is_a_module(name: str) -> None:
    """An unknown name is passed over, so an answer could replace what is in it."""
    assert names_something(name)


def test_what_is_restored_first_was_kept() -> None:
    """What is needed to say what came back is a part of all that is kept."""
    assert set(monkeypatches.TO_SPEAK) <= set(monkeypatches.USED)
    assert all(isinstance(kind, type) for kind in monkeypatches.CLASSES)


def test_whose_code_it_is_goes_by_folders_that_are_there() -> None:
    """The engine lies in the course kit, and that in the package."""
    package = ROOT / "src" / "pypatterns"

    folders = [Path(each) for each in (ownership.PACKAGE, ownership.KIT, ownership.ENGINE)]

    assert folders == [package, package / "course", package / "course" / "checking"]
