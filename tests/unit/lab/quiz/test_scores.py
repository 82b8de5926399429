"""The score: first answers, a line each, whatever else befalls the file."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pypatterns.course.errors import CourseError
from pypatterns.course.lab.quiz.scores import FILE, Said, Scores

FIRST = Said("lost", "01_doubling", "a", right=False)
LATER = Said("lost", "01_doubling", "b", right=True)
OTHER = Said("order", "01_doubling", "a", right=True)


def test_the_first_answer_counts(tmp_path: Path) -> None:
    """Later ones are kept in the file, and do not replace it; another kernel reads the same."""
    scores = Scores(tmp_path / "work")
    for said in (FIRST, OTHER, LATER):
        scores.add(said)

    found, unreadable = Scores(tmp_path / "work").read()

    assert found == {"lost": FIRST, "order": OTHER}
    assert unreadable == 0


def test_nothing_answered_is_nothing(tmp_path: Path) -> None:
    """No file, no answers, and none is made by reading."""
    assert Scores(tmp_path).read() == ({}, 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "broken",
    [b'{"id": "lost", "les', b"\xff\xfe\x00", b"[1]", b'{"id": "lost"}', b'{"id": 1, "lesson": 2, "said": 3, "right": 4}'],
    ids=["cut", "binary", "a-list", "not-all", "wrong-types"],
)  # fmt: skip
def test_a_broken_line_costs_that_line_alone(tmp_path: Path, broken: bytes) -> None:
    """It is counted and left where it is; answers before and after it are read."""
    scores = Scores(tmp_path)
    scores.add(FIRST)
    with tmp_path.joinpath(FILE).open("ab") as file:
        file.write(broken)

    scores.add(OTHER)

    assert scores.read() == ({"lost": FIRST, "order": OTHER}, 1)
    assert broken in tmp_path.joinpath(FILE).read_bytes()


def test_kernels_do_not_overwrite_each_others_answers(tmp_path: Path) -> None:
    """Eight that add at the same time add eight."""
    start = threading.Barrier(8)

    def add(number: int) -> None:
        start.wait(5)
        for each in range(20):
            Scores(tmp_path).add(Said(f"q{number}-{each}", "01_doubling", "a", right=True))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found, unreadable = Scores(tmp_path).read()
    assert (len(found), unreadable) == (160, 0)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file where the folder should be; the way out is in the sentence."""
    tmp_path.joinpath("work").write_text("a note of mine")

    with pytest.raises(CourseError, match="cannot be written"):
        Scores(tmp_path / "work").add(FIRST)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A folder where the file should be: a sentence, and no traceback of ours."""
    tmp_path.joinpath(FILE).mkdir()

    with pytest.raises(CourseError, match="cannot be read"):
        Scores(tmp_path).read()
