"""The three lists of packages agree: pyproject.toml, environment.yml for conda, constraints.txt with tested versions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def bounds(lines: Iterable[str]) -> dict[str, SpecifierSet]:
    """The accepted versions by normalised name: conda-forge writes memory_profiler, PyPI memory-profiler."""
    each = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name): one.specifier for one in each}


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked_for() -> dict[str, SpecifierSet]:
    """What pyproject.toml asks for in order to work on the course and to run its tests."""
    data = pyproject()
    return bounds(data["project"]["dependencies"] + data["dependency-groups"]["test"])


def conda() -> tuple[list[str], list[str]]:
    """What environment.yml takes from conda, and what from pip."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    from_pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    return [entry for entry in listed if isinstance(entry, str)], from_pip


def constraints() -> list[str]:
    return (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def test_conda_installs_what_pyproject_asks_for() -> None:
    """environment.yml and pyproject.toml name the same packages with the same bounds."""
    from_conda, from_pip = conda()
    listed = bounds(from_conda) | bounds(from_pip[1:])
    for own in ("python", "pip"):  # conda's own: no package of PyPI
        del listed[own]

    assert listed == asked_for()


def test_the_extra_is_the_group_by_another_name() -> None:
    """`pip install -e .[test]`, which every pip understands, brings what `--group test` brings."""
    data = pyproject()

    assert data["project"]["optional-dependencies"]["test"] == data["dependency-groups"]["test"]


def test_conda_takes_the_same_python() -> None:
    """environment.yml accepts the Pythons that pyproject.toml accepts."""
    accepted = SpecifierSet(pyproject()["project"]["requires-python"])

    assert bounds(conda()[0])["python"] == accepted


def test_conda_installs_the_course_itself() -> None:
    """Pip adds the course, which Binder would not install by itself, and what conda-forge does not have."""
    names = [each.split(">")[0] for each in conda()[1]]

    assert names == ["-e .", "playwright"]


def test_the_tested_versions_are_accepted_ones() -> None:
    """Each package that pyproject.toml asks for has one tested version, within its bounds."""
    tested = {
        one.name: next(iter(one.specifier)).version for one in map(Requirement, constraints())
    }

    unfit = [name for name, accepted in asked_for().items() if tested.get(name) not in accepted]

    assert unfit == []


def test_the_tested_versions_name_no_package_host() -> None:
    """Whoever installs decides where packages come from: constraints.txt holds versions only."""
    assert [line for line in constraints() if "://" in line or line.startswith("-")] == []
