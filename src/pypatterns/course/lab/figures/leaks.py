"""A copy of the market with one import too many, and what grimp and import-linter read in it.

>>> read(LEAKS["FastAPI in the domain"], contracts())["broken"]
["The market's core is free of frameworks"]

Nothing in the copy runs. The contracts are those of this course's own pyproject.toml.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pypatterns.market
from pypatterns.course import catalog
from pypatterns.course.lab.figures import imported

Contract = dict[str, Any]  # as it stands in pyproject.toml
Leak = tuple[str, str]  # a file of the market, and what is added to it
HERE = pypatterns.market.__name__
PATIENCE = 60  # seconds; it takes one
# A kernel sets these, and the words would come with codes in between.
COLOURS = ("CLICOLOR_FORCE", "FORCE_COLOR")
FIRST = "from __future__ import annotations\n"  # each module begins so; the leak is the next line

LEAKS: dict[str, Leak | None] = {
    "no leak": None,
    "FastAPI in the domain": ("domain/market.py", "from fastapi import HTTPException"),
    "FastAPI, in a function": (
        "domain/market.py",
        "def refuse() -> None:\n    from fastapi import HTTPException",
    ),
    "domain asks application": ("domain/market.py", "from market.application.ports import Clock"),
    "routes import SQL": (
        "adapters/inbound/http/routes.py",
        "from market.adapters.outbound.sql import SqlStore",
    ),
}


def read(leak: Leak | None, chosen: Sequence[Contract]) -> Mapping[str, Any]:
    """Read a copy that has this leak, held by these contracts: what `imported` prints. Takes a second.

    Raises `RuntimeError` where that cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="pp-leaks-") as scratch:
        folder = Path(scratch)
        copy_market(folder / imported.PACKAGE, leak)
        (folder / "pyproject.toml").write_text(_toml(chosen), encoding="utf-8")
        return _read(folder)


def contracts() -> list[Contract]:
    """The contracts of this course's own pyproject.toml that are about the market, as its copy needs them."""
    text = (catalog.load().root / "pyproject.toml").read_text(encoding="utf-8")
    tool = tomllib.loads(text.replace(HERE, imported.PACKAGE))["tool"]["importlinter"]
    return [each for each in tool["contracts"] if all(map(_is_ours, _about(each)))]


def copy_market(target: Path, leak: Leak | None) -> None:
    """Copy the market under another name, which its README says how to do, and add the leak."""
    shutil.copytree(
        Path(pypatterns.market.__path__[0]), target, ignore=shutil.ignore_patterns("__pycache__")
    )
    for file in target.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(HERE, imported.PACKAGE), encoding="utf-8")
    if leak is not None:
        name, line = leak
        text = (target / name).read_text(encoding="utf-8")
        (target / name).write_text(text.replace(FIRST, f"{FIRST}{line}\n", 1), encoding="utf-8")


def _read(folder: Path) -> Mapping[str, Any]:
    command = [sys.executable, "-P", "-m", imported.__name__, str(folder)]
    done = subprocess.run(
        command,
        env={name: value for name, value in os.environ.items() if name not in COLOURS},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    read = json.loads(done.stdout) if done.returncode == 0 else {"trouble": done.stderr}
    if read["trouble"]:
        raise RuntimeError(f"the imports could not be read: {read['trouble'].strip()}")
    return dict(read)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == imported.PACKAGE


def _about(contract: Contract) -> list[str]:
    """The modules that a contract binds."""
    if "containers" in contract:
        return list(contract["containers"])
    return [
        module
        for key in ("layers", "source_modules", "modules")
        for module in contract.get(key, [])
    ]


def _toml(chosen: Sequence[Contract]) -> str:
    """A pyproject.toml. JSON's strings, lists and booleans are TOML's as well."""
    root = {"root_package": imported.PACKAGE, "include_external_packages": True}
    tables = [
        ("[tool.importlinter]", root),
        *(("[[tool.importlinter.contracts]]", each) for each in chosen),
    ]
    lines = (
        [head, *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
        for head, table in tables
    )
    return "\n\n".join(map("\n".join, lines))
