"""The package's own patterns, without those that an exercise asks for: what a graded class may read.

>>> print(blanked("def double(n):\\n    return _twice(n)\\n\\ndef _twice(n):\\n    return 2 * n\\n", {"double"}))
def double(n):
    \"\"\"Yours to write.\"\"\"
    raise NotImplementedError("double is not there to borrow in this course: write your own.")

A name stays where it is, so that what imports it goes on, with nothing inside: not even its docstring, which may say how it is
done. Private helpers and imports that nothing else needs go, too.
"""

from __future__ import annotations

import ast
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pypatterns
from pypatterns.course import signatures
from pypatterns.course.catalog import Course

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

# What whoever borrows it reads in the report; `child.blame` knows by it whose doing that is.
RAISE = 'raise NotImplementedError("{name} is not there to borrow in this course: write your own.")'
FUNCTION = ['    """Yours to write."""', f"    {RAISE}"]
CLASS = [
    '    """Yours to write."""',
    "",
    "    def __init__(self, *_: object, **__: object) -> None:",
    f"        {RAISE}",
]
INSIDE = {ast.FunctionDef: FUNCTION, ast.AsyncFunctionDef: FUNCTION, ast.ClassDef: CLASS}

KEPT_WHOLE = ("course", "market")  # the kit, and the worked example that lessons take apart


def asked_for(course: Course) -> frozenset[str]:
    """Every name that an exercise asks for."""
    stubs = [each.signature_file for each in course.exercises if each.signature_file.is_file()]
    wanted = (each.name for stub in stubs for each in signatures.read(stub))
    return frozenset(name for name in wanted if "." not in name)


@contextmanager
def package_without(asked: Collection[str]) -> Iterator[Path]:
    """A copy of this package that gives no answer away, to be shown to answers in its place."""
    package = Path(pypatterns.__file__).parent
    with tempfile.TemporaryDirectory(prefix="pypatterns-shown-") as folder:
        copy = Path(shutil.copytree(package, Path(folder, package.name)))
        for path in copy.rglob("*.py"):
            if path.relative_to(copy).parts[0] not in KEPT_WHOLE:
                source = path.read_text(encoding="utf-8")
                if (without := blanked(source, asked)) != source:
                    path.write_text(without, encoding="utf-8")
                    compiled = path.parent / "__pycache__"
                    for old in compiled.glob(f"{path.stem}.*"):
                        old.unlink()
        yield copy


def blanked(source: str, asked: Collection[str]) -> str:
    """A module's source with the asked names emptied; the same source if it defines none of them."""
    tree = ast.parse(source)
    empty = [node for node in tree.body if isinstance(node, Definition) and node.name in asked]
    if not empty:
        return source
    useless = _useless(tree, empty)
    used = {name for part in _staying(tree, [*empty, *useless]) for name in _names(part)}
    used |= {name for node in empty for part in _heads(node) for name in _names(part)}
    lines = source.splitlines()
    for node in reversed(tree.body):
        first, last = _first_line(node), node.end_lineno or node.lineno
        if isinstance(node, Definition) and node in empty:
            inside = [line.format(name=node.name) for line in INSIDE[type(node)]]
            lines[node.body[0].lineno - 1 : last] = inside
        elif node in useless:
            lines[first - 1 : last] = []
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            lines[first - 1 : last] = _what_is_used(node, used)
    return "\n".join(lines).rstrip() + "\n"


def _what_is_used(node: ast.ImportFrom, used: Collection[str]) -> list[str]:
    """The import without names that only the solution needed: they would tell how it goes."""
    names = [each for each in node.names if (each.asname or each.name) in used]
    return [ast.unparse(ast.ImportFrom(node.module, names, node.level))] if names else []


def _useless(tree: ast.Module, empty: Collection[ast.stmt]) -> list[ast.stmt]:
    """Private definitions and constants that nothing which stays refers to."""
    private = {name: node for node in tree.body for name in _private(node)}
    parts = [*_staying(tree, [*empty, *private.values()]), *(p for n in empty for p in _heads(n))]
    needed = {name for part in parts for name in _names(part)}
    while more := {n for name in needed & private.keys() for n in _names(private[name])} - needed:
        needed |= more
    return [node for node in tree.body if (names := _private(node)) and not needed & set(names)]


def _staying(tree: ast.Module, without: Collection[ast.stmt]) -> list[ast.stmt]:
    imports = (ast.Import, ast.ImportFrom)
    return [node for node in tree.body if node not in without and not isinstance(node, imports)]


def _private(node: ast.stmt) -> list[str]:
    if isinstance(node, Definition):
        names = [node.name]
    elif isinstance(node, ast.Assign):
        names = [each.id for each in node.targets if isinstance(each, ast.Name)]
    else:
        names = []
    return [name for name in names if name.startswith("_") and not name.startswith("__")]


def _heads(node: ast.stmt) -> Iterable[ast.AST]:
    """What of an emptied definition stays."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *node.keywords]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])
