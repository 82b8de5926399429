"""Notebooks as files: read with a sentence for what is wrong, written whole or not at all, the same bytes everywhere.

`normalised` takes out what a machine, a Python or a run leaves behind, so that a rebuild changes only what an author
changed.

>>> write(normalised(read(path)), path)
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.warnings import DuplicateCellId, MissingIDFieldWarning

from pypatterns.course.errors import UnreadableFile

METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
MINOR = 5  # of format 4: the first with cell ids
BROKEN = (OSError, ValueError, TypeError, KeyError, AttributeError, nbformat.ValidationError)
SAVE_ONCE = "Open it in JupyterLab and save it once."
TIMING = ("execution", "ExecuteTime", "trusted")  # what front ends write into a cell when it runs
WIDGET = "application/vnd.jupyter.widget-view+json"  # a view of a model that ends with its kernel
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
SOME_ADDRESS = "0x7f0000000000"


def read(path: Path) -> NotebookNode:
    """Read a notebook of format 4.5, every cell with an id of its own. Raises `UnreadableFile` if it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # nbformat would give random ids, other ones each time
            notebook: NotebookNode = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)
    except FileNotFoundError:
        raise UnreadableFile(f"there is no notebook {path}") from None
    except (DuplicateCellId, MissingIDFieldWarning):
        raise UnreadableFile(f"{path}: a cell has no id of its own. {SAVE_ONCE}") from None
    except BROKEN as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise UnreadableFile(f"{path} is not a notebook: {reason}") from None
    if notebook.nbformat_minor < MINOR:
        raise UnreadableFile(f"{path} is of an older format, without ids. {SAVE_ONCE}")
    return notebook


def text_of(notebook: NotebookNode) -> str:
    """The file's text: sorted keys, one space of indentation, a final newline."""
    return str(nbformat.writes(notebook, version=4)).rstrip("\n") + "\n"


def write(notebook: NotebookNode, path: Path) -> bool:
    """Write the file in one step, so that no reader sees half of it; say whether that changed it."""
    text = text_of(notebook).encode()
    if path.is_file() and path.read_bytes() == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(text)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return True


def normalised(notebook: NotebookNode, root: Path | None = None) -> NotebookNode:
    """A copy without this machine in it: its paths, its Python's version, timings, addresses, views of dead widgets.

    Paths below `root` become relative to it, so a traceback still says which file of the course it went through.
    """
    notebook = deepcopy(notebook)
    notebook.nbformat_minor = MINOR
    notebook.metadata = nbformat.from_dict(METADATA)
    clean = _cleaner(root)
    for cell in notebook.cells:
        for key in TIMING:
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            for output in cell.outputs:
                output.get("data", {}).pop(WIDGET, None)
            cell.outputs = _mapped(cell.outputs, clean)
    return notebook


def tags(cell: NotebookNode) -> list[str]:
    """A cell's tags."""
    return list(cell.metadata.get("tags", ()))


def _cleaner(root: Path | None) -> Callable[[str], str]:
    """Say how one string of an output loses this machine's paths and addresses."""
    places = {f"{root}{os.sep}": ""} if root else {}
    places |= {f"{each}{os.sep}": "" for each in (sys.prefix, sys.base_prefix)}
    home = str(Path.home())
    # IPython shortens the home folder to ~
    places |= {
        place.replace(home, "~", 1): short
        for place, short in places.items()
        if len(home) > 1 and place.startswith(home + os.sep)
    }

    def clean(text: str) -> str:
        for place in sorted(places, key=len, reverse=True):
            text = text.replace(place, places[place])
        return ADDRESS.sub(SOME_ADDRESS, text)

    return clean


def _mapped(value: Any, clean: Callable[[str], str]) -> Any:
    """The same structure with every string cleaned in place; pictures are left alone."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_mapped(each, clean) for each in value]
    if isinstance(value, dict):
        for key, each in value.items():
            value[key] = each if key.startswith("image/") else _mapped(each, clean)
    return value
