"""Answers are found by their marker, wherever people keep them, and what is no answer is refused with the reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypatterns.course.answers import (
    Cell,
    among,
    find,
    marked,
    names_in,
    read,
)
from pypatterns.course.catalog import Course
from pypatterns.course.errors import NoAnswer, UnknownName, UnreadableFile
from pypatterns.course.folders import same_files
from pypatterns.course.syntax import parsed, same_code

ANSWER = "# exercise: twice\ndef twice(number):\n    return 2 * number\n"


def notebook(path: Path, *cells: object) -> Path:
    """A notebook with these code cells; a cell that starts with `#!md` is text."""
    made = [
        {"cell_type": "markdown", "source": cell}
        if isinstance(cell, str) and cell.startswith("#!md")
        else {"cell_type": "code", "source": cell}
        for cell in cells
    ]
    path.write_text(json.dumps({"cells": made, "nbformat": 4}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("# exercise: twice", "twice"),
        ("\n\n  # exercise: twice  \nx = 1", "twice"),
        ("#exercise:twice", "twice"),
        ("# Exercise: twice", "twice"),
        ("x = 1\n# exercise: twice", None),
        ("# exercise: two words", None),
        ("# exercises: twice", None),
        ("", None),
    ],
)
def test_the_marker_is_the_first_line(source: str, name: str | None) -> None:
    """Blank lines before it and how it is spaced do not matter; what stands above it does."""
    assert marked(source) == name


def test_an_answer_is_found_in_a_notebook(tiny_course: Course, tmp_path: Path) -> None:
    """With the cell's number as people count, and what other cells define."""
    path = notebook(
        tmp_path / "a.ipynb",
        "#!md # Title",
        "import math\nrate = 3",
        ["# exercise: twice\n", "x = 1"],
    )

    (answer,) = read(path, tiny_course)

    assert answer.exercise == "twice"
    assert answer.source == "# exercise: twice\nx = 1"
    assert answer.origin == "a.ipynb, cell 3"
    assert answer.elsewhere == {"math": "cell 2", "rate": "cell 2"}


def test_the_last_of_two_markers_counts_and_is_told(tiny_course: Course, tmp_path: Path) -> None:
    """Nobody should wonder why the cell above has no effect."""
    path = notebook(tmp_path / "a.ipynb", ANSWER, ANSWER + "# second")

    (answer,) = read(path, tiny_course)

    assert answer.source.endswith("# second")
    assert answer.notes == (
        "The marker '# exercise: twice' stands in cell 1 and in cell 2; the last one counts.",
    )


def test_an_unknown_marker_gets_the_closest_names(tiny_course: Course, tmp_path: Path) -> None:
    """The other answers of the notebook are found all the same."""
    path = notebook(tmp_path / "a.ipynb", "# exercise: twise\nx = 1", ANSWER)

    found = find(path, tiny_course)

    assert [answer.exercise for answer in found.answers] == ["twice"]
    assert found.refused == ("a.ipynb, cell 1: no exercise 'twise'; did you mean 'twice'?",)
    with pytest.raises(UnknownName, match="did you mean 'twice'"):
        read(path, tiny_course)


def test_a_marker_below_a_magic_is_told(tiny_course: Course) -> None:
    """`%%time` above the marker would else look like no answer at all."""
    found = among([Cell(f"%%time\n{ANSWER}", "cell 4")], tiny_course, "a.ipynb")

    assert found.refused == (
        "a.ipynb, cell 4: the marker '# exercise: twice' stands on line 2; it must be the cell's first line",
    )


def test_a_module_is_an_answer_by_marker_or_by_name(tiny_course: Course, tmp_path: Path) -> None:
    """Whoever prefers an editor needs no notebook."""
    by_marker, by_name = tmp_path / "mine.py", tmp_path / "twice.py"
    by_marker.write_text(ANSWER)
    by_name.write_text("twice = lambda n: 2 * n\n")

    for path in (by_marker, by_name):
        (answer,) = read(path, tiny_course)
        assert (answer.exercise, answer.origin) == ("twice", path.name)


def test_a_folder_gives_what_it_holds(tiny_course: Course, tmp_path: Path) -> None:
    """A file that cannot be read costs itself, and others are found."""
    notebook(tmp_path / "a.ipynb", ANSWER)
    (tmp_path / "thrice.py").write_text("def thrice(n): return 3 * n\n")
    (tmp_path / "b.ipynb").write_text("{")
    (tmp_path / "notes.txt").write_text("# exercise: twice")

    found = find(tmp_path, tiny_course)

    assert [answer.exercise for answer in found.answers] == ["twice", "thrice"]
    assert len(found.refused) == 1
    assert found.refused[0].startswith("b.ipynb is not a notebook")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ipynb", b"", "a.ipynb is empty"),
        ("a.ipynb", b"{not json", r"not valid JSON \(line 1"),
        ("a.ipynb", b"[1, 2]", "JSON without a list of cells"),
        ("a.ipynb", b'{"cells": 3}', "JSON without a list of cells"),
        ("a.ipynb", b"\xff\xfe\x00", "not text in UTF-8"),
        ("a.ipynb", b"[" * 100_000, "not a notebook"),
        ("a.py", b"\xff", "not text in UTF-8"),
        ("a.txt", b"x", "neither a notebook"),
    ],
    ids=[
        "empty",
        "no json",
        "a list",
        "odd cells",
        "no text",
        "deep",
        "no text in py",
        "no answer file",
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    tiny_course: Course, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    """One sentence, never a traceback."""
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match=words):
        read(path, tiny_course)


def test_a_file_that_is_not_there_is_told(tiny_course: Course, tmp_path: Path) -> None:
    """The whole path, to see where it was looked for."""
    with pytest.raises(UnreadableFile, match="there is no file"):
        read(tmp_path / "gone.ipynb", tiny_course)


def test_a_readable_file_without_answers_is_told(tiny_course: Course, tmp_path: Path) -> None:
    """What an answer looks like is in the sentence."""
    with pytest.raises(NoAnswer, match="# exercise: NAME"):
        read(notebook(tmp_path / "a.ipynb", "x = 1"), tiny_course)


def test_odd_cells_do_not_stop_the_search(tiny_course: Course, tmp_path: Path) -> None:
    """A notebook that a tool has half broken may still hold an answer."""
    path = notebook(tmp_path / "a.ipynb", ANSWER)
    data = json.loads(path.read_text())
    data["cells"] += [None, 3, {"cell_type": "code"}, {"cell_type": "code", "source": [1, None]}]
    path.write_text(json.dumps(data))

    assert [answer.exercise for answer in read(path, tiny_course)] == ["twice"]


def test_names_of_other_cells_are_known_with_their_place() -> None:
    """Definitions, imports, assignments, also inside `if`, `with` and `for`."""
    source = "import a.b\nfrom c import d as e\nf: int = 1\ng, (h, *i) = 1, (2, 3)\nif f:\n    def j(): k = 1\nfor m in []:\n    n = 1\n"

    names = names_in([Cell(source, "cell 2"), Cell("not python (", "cell 3")])

    assert set(names) == {"a", "e", "f", "g", "h", "i", "j", "m", "n"}
    assert set(names.values()) == {"cell 2"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x = 1", "x  =  1  # one", True),
        ("x = 1", "\n\nx = (1)\n", True),
        ("x = 1", "x = 2", False),
        ("x = (", "x = (", False),
        ("-" * 50_000 + "1", "-" * 50_000 + "1", False),
    ],
    ids=["comment", "layout", "value", "no python", "too deep"],
)
def test_the_same_program_is_told_from_another(one: str, other: str, same: bool) -> None:
    """An untouched starter stays one however it is formatted; what does not parse is never untouched."""
    assert same_code(one, other) is same


@given(st.text())
def test_no_text_breaks_the_search(text: str) -> None:
    """Whatever somebody pastes into a cell, looking at it raises nothing."""
    marked(text)
    parsed(text)
    names_in([Cell(text, "cell 1")])


BOX = '# exercise: box\nfolder = "box"\n'


def box(beside: Path, name: str = "box", price: int = 4) -> Path:
    """A folder with one file."""
    folder = beside / name
    folder.mkdir(parents=True)
    (folder / "tea.py").write_text(f"PRICE = {price}\n")
    return folder


@pytest.mark.parametrize("within", ["01_doubling", "."], ids=["in the lesson's", "as before"])
@pytest.mark.parametrize("name", ["box", "my box"])
def test_a_cell_names_the_folder_that_is_the_answer(
    box_course: Course, tmp_path: Path, name: str, within: str
) -> None:
    """The folder lies in the lesson's folder or right beside the notebook, and its files come with the cell, once."""
    box(tmp_path / within, name)
    path = notebook(tmp_path / "a.ipynb", ANSWER, BOX.replace('"box"', repr(name)))

    by_file, by_folder = read(path, box_course), read(tmp_path, box_course)

    assert [answer.exercise for answer in by_file] == ["twice", "box"]
    assert by_file[1].files == {"tea.py": "PRICE = 4\n"}
    assert by_file[1].origin == "a.ipynb, cell 2"
    assert by_folder == by_file


def test_the_folder_alone_is_an_answer(box_course: Course, tmp_path: Path) -> None:
    """Whoever hands in files hands in no notebook."""
    folder = box(tmp_path)

    (by_itself,), (among_others,) = read(folder, box_course), read(tmp_path, box_course)

    assert by_itself == among_others
    assert (by_itself.exercise, by_itself.origin) == ("box", "box")
    assert by_itself.files == {"tea.py": "PRICE = 4\n"}


def test_the_lessons_folder_alone_is_read(box_course: Course, tmp_path: Path) -> None:
    """It holds the answers of several files, and nothing else has to lie beside them."""
    folder = box(tmp_path / "01_doubling")

    for path in (tmp_path, folder.parent, folder):
        (answer,) = read(path, box_course)
        assert (answer.origin, answer.files) == ("01_doubling/box", {"tea.py": "PRICE = 4\n"})


def test_of_two_folders_the_one_in_the_lessons_counts(box_course: Course, tmp_path: Path) -> None:
    """Another one right beside the notebook is told, since the learner may have meant that."""
    box(tmp_path, price=5)
    box(tmp_path / "01_doubling", price=4)
    path = notebook(tmp_path / "a.ipynb", BOX)

    (answer,) = read(path, box_course)

    assert answer.files == {"tea.py": "PRICE = 4\n"}
    assert answer.notes == (
        "There are two folders 01_doubling/box/ and box/; the first one counts.",
    )


def test_a_folder_is_read_from_within(
    box_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`pypatterns check .` where the files are."""
    monkeypatch.chdir(box(tmp_path / "01_doubling"))

    (answer,) = read(Path(), box_course)

    assert answer.files == {"tea.py": "PRICE = 4\n"}


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (
            BOX,
            "there is no folder 01_doubling/box beside it. 'pypatterns reset box' writes a new starter",
        ),
        (BOX.replace('"box"', '"../box"'), "folder = '../box' does not name a folder"),
        (BOX.replace('"box"', '"/etc"'), "folder = '/etc' does not name a folder"),
        (BOX.replace('"box"', '".."'), "folder = '..' does not name a folder"),
        (BOX.replace('"box"', '"C:box"'), "folder = 'C:box' does not name a folder"),
        (BOX.replace('"box"', "name"), 'this cell names none; write: folder = "box"'),
        ("# exercise: box\n", 'this cell names none; write: folder = "box"'),
    ],
    ids=["not there", "above", "elsewhere", "two dots", "a drive", "no text", "nothing"],
)
def test_a_cell_without_its_folder_is_refused(
    box_course: Course, tmp_path: Path, cell: str, words: str
) -> None:
    """The reason says what to write, or how to get a new folder; nothing outside is ever read."""
    path = notebook(tmp_path / "a.ipynb", cell)

    found = find(path, box_course)

    assert found.answers == ()
    assert found.refused[0].startswith("a.ipynb, cell 1: ") and words in found.refused[0]


def test_a_folder_that_cannot_be_read_costs_its_own_answer(
    box_course: Course, tmp_path: Path
) -> None:
    """Other answers of the notebook are found, and the reason is told once."""
    (box(tmp_path) / "link").symlink_to(tmp_path)
    notebook(tmp_path / "a.ipynb", ANSWER, BOX)

    found = find(tmp_path, box_course)

    assert [answer.exercise for answer in found.answers] == ["twice"]
    assert len(found.refused) == 1 and "box/link is a link" in found.refused[0]


def test_a_variable_called_folder_is_nothing_special(box_course: Course, tmp_path: Path) -> None:
    """Only where the exercise asks for a folder does the name mean one."""
    path = notebook(tmp_path / "a.ipynb", f"{ANSWER}folder = '/etc'\n")

    (answer,) = read(path, box_course)

    assert answer.files == {}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"tea.py": "# a comment\nPRICE  =  4\n"}, True),
        ({"shop.toml": "[shop]"}, True),
        ({"tea.py": "PRICE = 5\n"}, False),
        ({"shop.toml": "[shop] # mine\n"}, False),
        ({"more.py": ""}, False),
    ],
)
def test_two_folders_are_the_same_when_their_programs_are(
    change: dict[str, str], same: bool
) -> None:
    """Layout does not count in Python; in all other files every character does."""
    files = {"tea.py": "PRICE = 4\n", "shop.toml": "[shop]\n"}

    assert same_files(files, files | change) is same
