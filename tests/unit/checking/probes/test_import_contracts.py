"""What import-linter says, from both sides: kept, broken, and a configuration that cannot be judged."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pypatterns.course.checking.probes.import_contracts import lint_imports

HEAD = """
[tool.importlinter]
root_package = "bazaar"
include_external_packages = true
"""
LAYERS = """
[[tool.importlinter.contracts]]
name = "Layers"
type = "layers"
layers = ["bazaar.adapters", "bazaar.domain"]
"""
FREE = """
[[tool.importlinter.contracts]]
name = "No framework"
type = "forbidden"
source_modules = ["bazaar.domain"]
forbidden_modules = ["fastapi"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A clean package of two layers, and its pyproject.toml."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "bazaar").mkdir()
    (tmp_path / "bazaar" / "__init__.py").touch()
    (tmp_path / "bazaar" / "domain.py").write_text("import re\n")
    (tmp_path / "bazaar" / "adapters.py").write_text("import fastapi\nfrom bazaar import domain\n")
    (tmp_path / "pyproject.toml").write_text(HEAD + LAYERS + FREE)
    yield tmp_path
    os.chdir(tmp_path.parent)


def test_kept_contracts_are_counted(folder: Path) -> None:
    """A clean package breaks none."""
    assert lint_imports(folder) == {"kept": 2, "broken": [], "trouble": "", "said": ""}


def test_a_broken_contract_is_named_with_the_way_of_the_import(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who imports whom, through whom, on which line; and nothing is printed."""
    (folder / "bazaar" / "helpers.py").write_text("\nfrom fastapi import Request\n")
    (folder / "bazaar" / "domain.py").write_text("from bazaar import helpers\n")

    judged = lint_imports(folder)

    assert (judged["kept"], judged["broken"], judged["trouble"]) == (1, ["No framework"], "")
    assert "bazaar.domain -> bazaar.helpers (l.1)" in judged["said"]
    assert "bazaar.helpers -> fastapi (l.2)" in judged["said"]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no contracts: nothing is forbidden"),
        ("not toml", "Expected"),
        (HEAD, "has no contracts"),
        (HEAD.replace("bazaar", "bazar") + LAYERS, "bazar"),
        (HEAD + LAYERS.replace("bazaar.domain", "bazaar.core"), "bazaar.core"),
        (HEAD.replace("include", "#") + FREE, "include_external_packages=True"),
        (LAYERS, "'root_package' is missing"),
        (HEAD + LAYERS.replace('"layers"', '"leyers"', 1), "leyers"),
    ],
    ids=[
        "empty",
        "no toml",
        "no contracts",
        "an unknown package",
        "an unknown module",
        "external packages left out",
        "no root",
        "an unknown type",
    ],
)
def test_a_configuration_that_cannot_be_judged_is_trouble(
    folder: Path, text: str, words: str
) -> None:
    """It is no broken contract, and says what is wrong with it."""
    (folder / "pyproject.toml").write_text(text)

    judged = lint_imports(folder)

    assert judged["broken"] == []
    assert words in judged["trouble"]


def test_code_of_the_learners_own_is_not_run(folder: Path) -> None:
    """A contract type of one's own would be imported, here and by whoever runs lint-imports."""
    (folder / "mine.py").write_text("raise SystemExit('it ran')\n")
    types = f'{HEAD}contract_types = ["mine: mine.Mine"]\n{LAYERS}'
    (folder / "pyproject.toml").write_text(types)

    assert "contract_types names code" in lint_imports(folder)["trouble"]


def test_no_file_is_trouble(folder: Path) -> None:
    """Without a pyproject.toml there is nothing to judge by."""
    (folder / "pyproject.toml").unlink()

    assert lint_imports(folder)["trouble"] == "there is no pyproject.toml"
