"""The functions and classes of a source by their dotted names: what the gate plants and mutates.

>>> [name for name, _ in scopes(ast.parse("class Cache:\\n    def get(self, key): ..."))]
['Cache', 'Cache.get']
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = Function | ast.ClassDef
YIELDS_NOTHING = "return\nyield"


def scopes(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, Scope]]:
    """Each function and class below the node, in order, with the names of those around it: "run.inner"."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Scope):
            yield f"{prefix}{child.name}", child
            yield from scopes(child, f"{prefix}{child.name}.")
        else:
            yield from scopes(child, prefix)


def is_generator(function: Function) -> bool:
    """Whether the function itself yields: what a function inside it yields does not count."""
    inside: list[ast.AST] = list(function.body)
    while inside:
        node = inside.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, Scope | ast.Lambda):
            inside += ast.iter_child_nodes(node)
    return False
