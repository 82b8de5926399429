"""What a program's text says, without running it. Answers are broken in every way, so nothing here raises.

>>> same_code("x = 1", "x  =  1  # one")
True
"""

from __future__ import annotations

import ast


def parsed(source: str) -> ast.Module | None:
    """The syntax tree, or None where the source is no Python module (or too deep to parse)."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def same_code(one: str, other: str) -> bool:
    """Whether two sources are the same program: comments, blank lines and layout do not count."""
    first, second = parsed(one), parsed(other)
    return first is not None and second is not None and ast.dump(first) == ast.dump(second)


def bound(statement: ast.stmt) -> set[str]:
    """The names that a top-level statement binds, nested blocks (`if`, `try`, `with`, `for`) included."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    inner = {
        name
        for child in ast.iter_child_nodes(statement)
        if isinstance(child, ast.stmt)
        for name in bound(child)
    }
    stored = {
        node.id
        for child in ast.iter_child_nodes(statement)
        if isinstance(child, ast.expr)
        for node in ast.walk(child)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return inner | stored
