"""Whose code is this: the engine's, the patterns', a driver's or the learner's? Every rule that decides it is here.

The answer lies in a folder of its own, as `answer.py` and perhaps more files; the exercise's `drive.py` lies beside it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import CodeType, FrameType

# This engine, src/pypatterns/course/checking.
ENGINE = os.path.join(os.path.dirname(os.path.dirname(__file__)), "")
# The course kit, and the package around it: what is in the package and not in the kit is a pattern.
KIT = os.path.join(os.path.dirname(ENGINE.rstrip(os.sep)), "")
PACKAGE = os.path.join(os.path.dirname(KIT.rstrip(os.sep)), "")

IsOwn = Callable[[CodeType], bool]


def answers_folder() -> str:
    """The answer's folder: where it was imported from, else where this process was started to work."""
    answer = sys.modules.get("answer")
    file = vars(answer).get("__file__") if answer else None
    return os.path.dirname(file) if isinstance(file, str) else os.getcwd()


def is_engines(code: CodeType) -> bool:
    """Whether code is this engine's."""
    return code.co_filename.startswith(ENGINE)


def is_patterns(code: CodeType) -> bool:
    """Whether code is that of a pattern, which an answer may have imported instead of writing it."""
    return code.co_filename.startswith(PACKAGE) and not code.co_filename.startswith(KIT)


def is_drivers(code: CodeType) -> bool:
    """Whether code is an exercise's drivers'."""
    return os.path.basename(code.co_filename) == "drive.py"


def is_librarys(code: CodeType, folder: str) -> bool:
    """Whether code is in none of the answer's and drivers' files in `folder`, nor in this package."""
    return not code.co_filename.startswith((os.path.join(folder, ""), PACKAGE))


def files_of(folder: str | os.PathLike[str]) -> IsOwn:
    """Return the test for code of this folder: the learner's or, beside it, the drivers'."""
    inside = (os.path.join(os.path.realpath(folder), ""), os.path.join(os.path.abspath(folder), ""))
    return lambda code: code.co_filename.startswith(inside)


def is_learners(code: CodeType, is_own: IsOwn) -> bool:
    """Whether code of the answer's folder is the learner's and not a driver's."""
    return is_own(code) and not is_drivers(code)


def is_answers(frame: FrameType | None) -> bool:
    """Whether a frame runs code of the module `answer`, or code that was made for a class of it, as a dataclass's `__init__` is."""
    return frame is not None and frame.f_globals.get("__name__") == "answer"


def runs_learners_code(frame: FrameType, folder: str) -> bool:
    """Whether a frame runs code of the answer, in whichever of its files."""
    return is_answers(frame) or place_of(frame.f_code.co_filename, "", folder) is not None


def place_of(file: object, function: str, folder: str) -> str | None:
    """What the learner calls the place of a line: "get" or "get in market/store.py". None for code that is not the learner's."""
    if type(file) is not str or not file.startswith(os.path.join(folder, "")):
        return None
    name = "" if function == "<module>" else function
    match file[len(folder) + 1 :].replace(os.sep, "/"):
        case "answer.py":
            return name
        case "drive.py":
            return None
        case path:
            return f"{name} in {path}" if name else path
