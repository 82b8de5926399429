"""An exercise's drive.py, read and compiled once for all calls. The judge reads it and never runs it."""

from __future__ import annotations

import ast
import base64
import py_compile
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pypatterns.course.catalog import Exercise


@dataclass(frozen=True, slots=True)
class Drivers:
    """An exercise's drive.py: its text, its bytecode (base64, "" if it does not compile), its functions' docstrings, and
    the modules that it imports, which are loaded once instead of in the process of every call.
    """

    source: str
    compiled: str
    docstrings: Mapping[str, str]
    imports: frozenset[str] = frozenset()


def drivers_of(exercise: Exercise) -> Drivers | None:
    """The exercise's drivers, read once and read again when the file changes; None if it has none."""
    try:
        return _drivers(exercise.driver_file, exercise.driver_file.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@cache
def _drivers(file: Path, _changed: int) -> Drivers:
    source = file.read_text(encoding="utf-8")
    try:
        tree = ast.parse(source)
    except SyntaxError:  # the call will say so
        return Drivers(source, "", {})
    functions = (
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    docstrings = {node.name: ast.get_docstring(node) or "" for node in functions}
    return Drivers(source, _bytecode(file), docstrings, frozenset(_imports(tree)))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def preload_of(exercise: Exercise) -> set[str]:
    """The modules to load before any answer to this exercise runs: those of course.toml, and what its drivers import."""
    drivers = drivers_of(exercise)
    return {*exercise.preload, *(drivers.imports if drivers else ())}


def _bytecode(file: Path) -> str:
    """Compiled once here, where it would else be compiled in the process of every call."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder, "drive.pyc")
        unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(
            str(file), str(compiled), "drive.py", doraise=True, invalidation_mode=unchecked
        )
        return base64.b64encode(compiled.read_bytes()).decode("ascii")


def description(docstring: str, inputs: Mapping[str, Any]) -> str:
    """The first sentence of a driver's docstring with the inputs in their places."""
    sentence = re.split(r"(?<=\.)\s", " ".join(docstring.split()), maxsplit=1)[0]
    try:
        return sentence.format(**inputs)
    except (KeyError, IndexError, ValueError):
        return sentence
