"""The core of the market needs Python and nothing else; import-linter (pyproject.toml) holds the directions of imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pypatterns.market

HOME = Path(pypatterns.market.__file__).parent
CORE = {
    str(path.relative_to(HOME)): path
    for room in ("domain", "application")
    for path in (HOME / room).glob("*.py")
}


def imported(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)


@pytest.mark.parametrize("path", CORE.values(), ids=CORE)
def test_the_core_needs_the_standard_library_alone(path: Path) -> None:
    """No framework, and no other package either, in the domain and the use cases."""
    others = set(imported(path)) - sys.stdlib_module_names

    assert others <= {pypatterns.market.__name__.partition(".")[0]}
