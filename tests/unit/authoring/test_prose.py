"""The lint for plain English: the sentences that it finds, those that it leaves alone, and that new text has none."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pypatterns.course import catalog
from pypatterns.course.authoring.prose import Prose, openings, prose, survey

ROOT = Path(__file__).resolve().parents[3]
# How many each file had when the lint came. A file that is not named here is new and has none.
BEFORE = tomllib.loads(Path(__file__).with_name("plain_english.toml").read_text(encoding="utf-8"))
MOST_ACTORS = 1.0  # per 1,000 words of a new text


@pytest.mark.parametrize(
    "text",
    [
        "What fails is told.",
        "First a plain sentence. Who swallows it has won.",
        "- Whoever waits is woken.",
        "**Note:** whatever `fn` raises comes out.",
        "It says\n\nWhich of them it was, nobody knows.",
    ],
)
def test_a_what_or_who_clause_at_the_beginning_is_found(text: str) -> None:
    """Wherever a sentence begins: in a paragraph, after another one, in a list, after a label."""
    assert len(list(openings("a.md", text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "What does it print?",
        "The call reports what failed.",
        "## What must hold\n\nEvery call ends.",
        "**What you should know:** functions.",
        "```text\nWhat fails is told.\n```",
        "`What` is a class.",
        "Whole files are read.",
    ],
)
def test_all_else_is_left_alone(text: str) -> None:
    """Questions, headings, labels and code are no statements."""
    assert list(openings("a.md", text)) == []


def test_actors_without_a_name_are_counted_by_the_thousand_words() -> None:
    """Nobody, somebody and everybody, whatever their case."""
    found = prose("a.md", "Nobody waits, and everybody runs. " + "word " * 94)

    assert (found.actors, found.words) == (2, 99)
    assert found.actors_per_thousand == pytest.approx(2000 / 99)


@pytest.fixture(scope="module")
def whole() -> tuple[Prose, ...]:
    """All that people read in the course."""
    return survey(catalog.load(ROOT))


def test_every_kind_of_text_is_read(whole: tuple[Prose, ...]) -> None:
    """Lessons, prompts, questions, checks, beliefs and documents."""
    files = {each.file for each in whole if each.words}

    assert files >= {
        "README.md",
        "docs/grading.md",
        "notebooks/01_threads_and_processes.ipynb",
        "notebooks/01_threads_and_processes.questions.toml",
        "solutions/01_threads_and_processes.ipynb",
        "tests/exercises/00_welcome/batches/test_batches.py",
        "tests/exercises/00_welcome/batches/wrong_last_one_lost.py",
    }


def test_new_text_opens_with_its_subject(whole: tuple[Prose, ...]) -> None:
    """A file has no more such sentences than when the lint came; a new one has none (`pypatterns prose` lists them)."""
    more = {
        each.file: [opening.sentence for opening in each.openings]
        for each in whole
        if len(each.openings) > BEFORE["openings"].get(each.file, 0)
    }

    assert more == {}


def test_new_text_names_its_actors(whole: tuple[Prose, ...]) -> None:
    """A file has no more nobodies than when the lint came; a new one has one per 1,000 words at most."""
    more = {
        each.file: each.actors
        for each in whole
        if each.actors > max(1, BEFORE["actors"].get(each.file, 0), MOST_ACTORS * each.words / 1000)
    }

    assert more == {}
