"""Notebooks as files: nothing of a machine in them, never half written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pypatterns.course.authoring import notebooks
from pypatterns.course.errors import UnreadableFile


def test_paths_of_the_course_become_relative(tmp_path: Path) -> None:
    """A traceback still says which file of the course it went through, not where the course lies."""
    text = f"File {tmp_path}/src/cache.py:12, in get"

    cleaned = cleaned_text(text, tmp_path)

    assert cleaned == "File src/cache.py:12, in get"


def test_paths_of_this_python_become_relative(tmp_path: Path) -> None:
    """A rebuild with another Python elsewhere gives the same text where it can."""
    text = f'File "{sys.prefix}/lib/site-packages/rich/console.py"'

    cleaned = cleaned_text(text, tmp_path)

    assert cleaned == 'File "lib/site-packages/rich/console.py"'


def test_a_course_in_the_home_folder_is_shortened_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython writes ~ for the home folder; that must not show either."""
    monkeypatch.setenv("HOME", "/home/ada")

    cleaned = cleaned_text("File ~/course/src/cache.py:12", Path("/home/ada/course"))

    assert cleaned == "File src/cache.py:12"


def test_addresses_are_all_the_same(tmp_path: Path) -> None:
    """Where an object lies in memory differs every time; a colour or a small number is no address."""
    cleaned = cleaned_text("<Lock at 0x7f31c2d4a9f0> 0xff", tmp_path)

    assert cleaned == "<Lock at 0x7f0000000000> 0xff"


def test_timings_versions_and_views_go(tmp_path: Path) -> None:
    """What a front end or a kernel leaves behind is no part of the lesson; tags and pictures are."""
    picture = {"image/png": f"{tmp_path}/", "text/plain": "a curve", notebooks.WIDGET: {"id": "5e"}}
    cell = new_code_cell(
        "x",
        metadata={"tags": ["S1"], "execution": {"iopub.status.busy": "2026-01-01"}},
        outputs=[new_output("display_data", data=picture)],
    )
    notebook = new_notebook(
        cells=[cell], metadata={"language_info": {"name": "python", "version": "3.11.7"}}
    )

    result = notebooks.normalised(notebook, tmp_path)

    assert result.cells[0].metadata == {"tags": ["S1"]}
    assert result.cells[0].outputs[0].data == {
        "image/png": f"{tmp_path}/",
        "text/plain": "a curve",
    }
    assert "version" not in result.metadata.language_info
    assert result.metadata.kernelspec.name == "python3"


def test_writing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    """A rebuild without a change leaves the file alone, its time included."""
    path = tmp_path / "deep" / "lesson.ipynb"
    notebook = notebooks.normalised(new_notebook(cells=[new_code_cell("x", id="x")]))

    first, again = notebooks.write(notebook, path), notebooks.write(notebooks.read(path), path)

    assert (first, again) == (True, False)
    assert [each.name for each in path.parent.iterdir()] == ["lesson.ipynb"]


def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new text is put beside the file and then takes its place in one step, or not at all."""
    path = tmp_path / "lesson.ipynb"
    notebooks.write(new_notebook(), path)
    before = path.read_bytes()

    def disk_full(self: Path, data: bytes) -> int:
        self.open("wb").close()
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", disk_full)
    with pytest.raises(OSError, match="No space"):
        notebooks.write(new_notebook(cells=[new_code_cell("x")]), path)

    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["lesson.ipynb"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="cut-off"),
        pytest.param("[]", id="list"),
        pytest.param('{"cells": 3, "nbformat": 4, "nbformat_minor": 5}', id="no-cells"),
    ],
)
def test_what_is_no_notebook_is_refused(tmp_path: Path, text: str) -> None:
    """A broken file gets a sentence with its name."""
    path = tmp_path / "lesson.ipynb"
    path.write_text(text)

    with pytest.raises(UnreadableFile, match=r"lesson\.ipynb is not a notebook: "):
        notebooks.read(path)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param([{"id": "a"}, {"id": "a"}], id="twice"),
        pytest.param([{"id": "a"}, {}], id="missing"),
    ],
)
def test_a_cell_without_an_id_of_its_own_is_refused(
    tmp_path: Path, cells: list[dict[str, str]]
) -> None:
    """Made-up ids would differ in every build."""
    path = tmp_path / "lesson.ipynb"
    cells = [{"cell_type": "raw", "metadata": {}, "source": "x"} | cell for cell in cells]
    data = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(data))

    with pytest.raises(UnreadableFile, match="a cell has no id of its own"):
        notebooks.read(path)


def test_an_older_format_is_refused(tmp_path: Path) -> None:
    """Before 4.5 cells had no ids."""
    path = tmp_path / "lesson.ipynb"
    path.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}')

    with pytest.raises(UnreadableFile, match="is of an older format, without ids"):
        notebooks.read(path)


def test_a_missing_notebook_is_named(tmp_path: Path) -> None:
    """A file that is not there is not called broken."""
    with pytest.raises(UnreadableFile, match="there is no notebook"):
        notebooks.read(tmp_path / "lesson.ipynb")


def cleaned_text(text: str, root: Path) -> str:
    """What a printed text is after normalising."""
    cell = new_code_cell("x", outputs=[new_output("stream", text=text)])
    return str(notebooks.normalised(new_notebook(cells=[cell]), root).cells[0].outputs[0].text)
