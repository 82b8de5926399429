"""Every error that a person may see, each with the way out in its message.

CourseError
├── CourseNotFound      no course.toml above this folder
├── BrokenCourse        course.toml, or a file that it promises, is not as it must be
├── UnknownName         no such lesson or exercise; the closest names are in the message
├── UnreadableFile      not a notebook, not JSON, not text, not there
├── NoAnswer            a readable file without the answer that was asked for
└── NoSandbox           answers that nobody trusts cannot be kept from this machine
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class CourseError(Exception):
    """An error to show as one sentence, without a traceback."""


class CourseNotFound(CourseError):
    """No course.toml in this folder or above it."""


class BrokenCourse(CourseError):
    """The course's own files contradict each other."""


class UnknownName(CourseError):
    """No lesson or exercise has this name."""


class UnreadableFile(CourseError):
    """A file cannot be read as what it should be."""


class NoAnswer(CourseError):
    """A file holds no answer to what was asked for."""


class NoSandbox(CourseError):
    """There is no sandbox here for answers that nobody trusts."""


def closest(name: str, known: Iterable[str]) -> str:
    """Say which of the known names may have been meant: "did you mean 'a' or 'b'?".

    >>> closest("single_fligt_cache", ["single_flight_cache", "bank_transfer"])
    "did you mean 'single_flight_cache'?"
    """
    names = list(known)
    near = get_close_matches(name, names, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(map(repr, near))}?"
    return f"known: {', '.join(names)}" if names else "none is known"
