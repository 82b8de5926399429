"""What stands in an answer: the names and constructs that a belief's `seen_in:` asks for.

>>> written = Constructs.of("from asyncio import Queue\\n\\nasync def work(jobs: Queue):\\n    await jobs.join()")
>>> written.hold("Queue.join"), written.hold("asyncio.Queue"), written.hold("with"), written.hold("with or await")
(True, True, False, True)

Each part of `seen_in:` is one of

- a name, wherever it is written: a variable, a function, an attribute, a keyword argument, an import, a key of a dict
- a dotted name, by its tail, whatever it was imported as: `asyncio.gather`, `shutdown`
- `Class.method`: the class is named, and the method is used on anything
- a construct by its keyword (`WORDS`)
- several of these with `or` between them, of which one is enough
- `no` before all that: then none of them may stand there

Of a file that is not Python, each word is a name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Self, TypeGuard

# The constructs that can be named, by the nodes that they are.
WORDS: dict[str, tuple[type[ast.AST], ...]] = {
    "with": (ast.With,),
    "try": (ast.Try, ast.TryStar),
    "async with": (ast.AsyncWith,),
    "except*": (ast.TryStar,),
    "for": (ast.For,),
    "async for": (ast.AsyncFor,),
    "while": (ast.While,),
    "await": (ast.Await,),
    "yield": (ast.Yield, ast.YieldFrom),
    "lambda": (ast.Lambda,),
    "global": (ast.Global,),
    "raise": (ast.Raise,),
    "return": (ast.Return,),
    "if": (ast.If, ast.IfExp),
    "is": (ast.Is, ast.IsNot),
    "in": (ast.In, ast.NotIn),
    "==": (ast.Eq, ast.NotEq),
}
NOT = "no "
NAME = re.compile(r"[A-Za-z_][\w.]*")  # in a text that is not Python
NOTHING: frozenset[str] = frozenset()
OTHERS = ("except", "finally", "class")  # what a node's fields tell


@dataclass(frozen=True, slots=True)
class Constructs:
    """The dotted names of an answer, spelled out by its imports, and the constructs in it."""

    names: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, *sources: str, texts: Iterable[str] = ()) -> Self:
        """What stands in these sources, and in texts that are not Python. A source that cannot be parsed has nothing."""
        found = [*map(_read, sources), *((frozenset(NAME.findall(t)), NOTHING) for t in texts)]
        names = NOTHING.union(*(names for names, _ in found))
        return cls(names, NOTHING.union(*(words for _, words in found)))

    def hold(self, part: str) -> bool:
        """Whether one part of a `seen_in:` is true of what stands here."""
        wanted = part.removeprefix(NOT)
        holds = any(self._holds(each.strip()) for each in wanted.split(" or "))
        return holds is not part.startswith(NOT)

    def hold_all(self, parts: Iterable[str]) -> bool:
        """Whether all of them do."""
        return all(map(self.hold, parts))

    def _holds(self, wanted: str) -> bool:
        if is_word(wanted):
            return wanted in self.words
        if any(f".{name}".endswith(f".{wanted}") for name in self.names):
            return True
        owner, _, attribute = wanted.rpartition(".")
        is_class = owner.rpartition(".")[2][:1].isupper()
        return is_class and self._holds(owner) and self._holds(attribute)


def is_word(part: str) -> bool:
    """Whether this is a construct's keyword, not a name."""
    return part in WORDS or part in OTHERS


def unreadable(part: str) -> str:
    """The piece of a `seen_in:` that is neither a name nor a known construct; "" if there is none."""
    for each in map(str.strip, part.removeprefix(NOT).split(" or ")):
        if not is_word(each) and not all(name.isidentifier() for name in each.split(".")):
            return each
    return ""


@lru_cache(maxsize=1000)
def _read(source: str) -> tuple[frozenset[str], frozenset[str]]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return NOTHING, NOTHING
    imported = dict(_imported(tree))
    names = {each for node in ast.walk(tree) for each in _named(node, imported)}
    words = {each for node in ast.walk(tree) for each in _words(node)}
    return frozenset(names) | frozenset(imported.values()), frozenset(words)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What each imported name stands for: gather for asyncio.gather, aio for asyncio."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"


def _named(node: ast.AST, imported: dict[str, str]) -> Iterator[str]:
    match node:
        case ast.Name(id=name):
            yield imported.get(name, name)
        case ast.Attribute():
            yield _dotted(node, imported)
        case ast.keyword(arg=str() as name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str() as name) | ast.ImportFrom(module=str() as name):
            yield name
        case ast.Dict(keys=keys):
            yield from (str(key.value) for key in keys if _is_text(key))
        case _:
            pass


def _is_text(node: ast.expr | None) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _dotted(node: ast.expr, imported: dict[str, str]) -> str:
    """The dotted name of an expression, as far to the left as it is one: `make().done` is "done"."""
    match node:
        case ast.Name(id=name):
            return imported.get(name, name)
        case ast.Attribute(value=value, attr=attribute):
            return f"{_dotted(value, imported)}.{attribute}".lstrip(".")
        case _:
            return ""


def _words(node: ast.AST) -> Iterator[str]:
    match node:
        case (
            ast.Try(handlers=handlers, finalbody=finalbody)
            | ast.TryStar(handlers=handlers, finalbody=finalbody)
        ):
            if handlers and isinstance(node, ast.Try):
                yield "except"
            if finalbody:
                yield "finally"
        case ast.ClassDef():
            yield "class"
        case _:
            pass
    for word, kinds in WORDS.items():
        if isinstance(node, kinds):
            yield word
