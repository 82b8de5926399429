"""The import graph of lesson 04: read from the code, and right about every leak, in the picture, the words and the contracts."""

from __future__ import annotations

import grimp
import pytest

from pypatterns.course.lab.figures import layers, leaks
from pypatterns.course.lab.figures.layers import LEAKS, demo, measure, shown

LAYERS = "The market's layers: the domain knows nobody"
FREE = "The market's core is free of frameworks"
APART = "The market's adapters do not know each other"


@pytest.mark.parametrize(
    ("leak", "wrong", "broken"),
    [
        ("no leak", [], ()),
        ("FastAPI in the domain", [("domain", "fastapi", "outward")], (FREE,)),
        ("FastAPI, in a function", [("domain", "fastapi", "outward")], (FREE,)),
        ("domain asks application", [("domain", "application", "outward")], (LAYERS,)),
        ("routes import SQL", [("http", "sql", "sideways")], (APART,)),
    ],
    ids=LEAKS,
)
def test_a_leak_is_seen_and_its_contract_breaks(
    leak: str, wrong: list[tuple[str, str, str]], broken: tuple[str, ...]
) -> None:
    """One contract each, and the line that did it is named."""
    measured = measure(leak)

    assert [(edge.importer, edge.imported, edge.points) for edge in measured.wrong] == wrong
    assert measured.broken == broken
    assert all(
        edge.first.endswith((", line 11", ", line 12", ", line 10")) for edge in measured.wrong
    )


def test_layers_alone_see_no_third_party() -> None:
    """A contract says something of the modules that it names, and of no others."""
    measured = measure("FastAPI in the domain", held_by="layers alone")

    assert (measured.contracts, measured.broken) == ((LAYERS,), ())
    assert "domain → fastapi points outward" in measured.sentence
    assert measured.sentence.endswith("1 of 1 contracts kept.")


def test_the_copy_has_the_imports_of_the_market() -> None:
    """As grimp counts them where the market really is."""
    graph = grimp.build_graph("pypatterns", include_external_packages=True, cache_dir=None)
    core = [each for each in graph.modules if each.startswith("pypatterns.market.application")]
    real = sum(
        len(graph.get_import_details(importer=each, imported=target))
        for each in core
        for target in graph.find_modules_directly_imported_by(each)
        if target.startswith("pypatterns.market.domain")
    )

    edges = {(edge.importer, edge.imported): edge.count for edge in measure().edges}

    assert edges["application", "domain"] == real
    assert not any(importer == "domain" for importer, _ in edges)


@pytest.mark.parametrize("leak", LEAKS)
def test_text_and_picture_say_the_same(leak: str) -> None:
    """One sentence, each contract's verdict, and every edge that is red has its word."""
    measured = measure(leak)

    page = shown(measured)

    assert page.text.startswith(f"{measured.sentence}\n")
    assert f"<figcaption>{measured.sentence}</figcaption>" in page.html
    assert f'alt="Import graph. {measured.sentence}"' in page.html
    assert page.text.count("BROKEN: ") == page.html.count("BROKEN: ") == len(measured.broken)
    for edge in measured.wrong:
        assert f"{edge.imported} 1 {edge.points.upper()}" in page.text
        assert f"%3E{edge.points}%3C/text" in page.html
    assert ("stroke-dasharray" in page.html) is bool(measured.wrong)


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        ("leak", "domain asks application", "1 of 3 contracts broken"),
        ("held_by", "layers alone", "1 of 1 contracts kept"),
    ],
    ids=["leak", "held_by"],
)
def test_every_control_measures_anew(
    control: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its new value; figure, text and status are those of the new measurement."""
    asked = []
    real = layers.measure
    monkeypatch.setattr(
        layers, "measure", lambda leak, **how: asked.append((leak, how)) or real(leak, **how)
    )
    live = demo()
    before = live.shown

    live.controls[control].value = value

    now = {name: each.value for name, each in live.controls.items()}
    assert asked[-1] == (now.pop("leak"), now)
    assert len(asked) == 2
    assert words in live.shown.text
    assert (live.shown.text, live.shown.html) != (before.text, before.html)
    assert live.status == live.shown.text.partition("\n")[0]


def test_what_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract that import-linter does not understand keeps nobody in the dark."""
    monkeypatch.setattr(leaks, "contracts", lambda: [{"name": "odd", "type": "layers"}])

    with pytest.raises(RuntimeError, match=r"could not be read: .*layers"):
        measure()


def test_in_a_kernel_the_words_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which asks programs for colours."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("CLICOLOR_FORCE", "1")

    said = measure("FastAPI in the domain").said

    assert said.splitlines()[-1] == "-   market.domain.market -> fastapi (l.11)"
