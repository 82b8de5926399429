"""The commands' own few lines: what is printed where, and in which signs."""

from __future__ import annotations

import pytest

from pypatterns.course.cli import table, within
from pypatterns.course.lab.setup.doctor import Finding


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_signs_stay_apart_in_an_encoding_without_them(encoding: str) -> None:
    """A held and a missing behaviour differ even where neither sign can be written."""
    assert within("✔ one\n✘ two", encoding) == "+ one\nx two"


def test_signs_stay_as_they_are_where_they_can() -> None:
    """UTF-8 takes all of them."""
    assert within("✔ one …", "utf-8") == "✔ one …"


def test_what_mends_a_finding_stands_alone_on_its_line() -> None:
    """So that it can be copied whole."""
    findings = [
        Finding("Python", "ok", "3.13.0"),
        Finding("kernel", "missing", "no kernel 'python3'", "python -m ipykernel install"),
    ]

    assert table(findings).splitlines() == [
        "✔ ok       Python    3.13.0",
        "✘ missing  kernel    no kernel 'python3'",
        "             python -m ipykernel install",
    ]
