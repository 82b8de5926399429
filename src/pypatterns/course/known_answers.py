"""Known answers: stored right and wrong answers that prove an exercise's checks, and the beliefs behind the wrong ones.

They stand beside the checks, and their docstrings say what they are for. A `right_*.py` names its approach:

    \"\"\"One Future per key: the first caller loads, the others wait for the Future.\"\"\"

A `wrong_*.py` states the belief, the checks that it must fail, those that it can (with the reason), and what helps:

    \"\"\"One lock around the loader makes every key wait for the slowest.

    fails: test_two_keys_load_at_the_same_time
    may_fail: test_hit_returns_while_another_loads (the scheduler decides who comes first)
    says: it came back only after
    seen_in: with, load or loader
    feedback: Your lock is held while the loader runs, so a slow key blocks all others. Hold it only to look up or
        leave a marker for the key.
    \"\"\"

A known answer of several files is a folder, `right_NAME/` or `wrong_NAME/`: a README.md that says this, and the files in which it
differs from the solution.

`says:`, which may be left out, is a phrase of what a failed check of `fails:` tells: it separates beliefs that fail the
same checks in different ways. `seen_in:`, which may be left out, too, names what must stand in a learner's answer for the belief
to be offered (constructs.py says how).

The gate reads them to prove the checks, the judge to offer a likely cause of what failed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from pypatterns.course import folders
from pypatterns.course.catalog import Exercise
from pypatterns.course.errors import BrokenCourse

README = "README.md"
FIELD = re.compile(r"^([a-z_]+):", re.MULTILINE)
FIRST_FIELD = re.compile(r"^(?:fails|may_fail):", re.MULTILINE)
FEEDBACK = re.compile(r"^feedback:", re.MULTILINE)
MAY_FAIL = re.compile(r"(?P<names>[^()]+)\((?P<reason>.+)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """One stored answer. A right one has no `fails`, `may_fail` and `feedback`.

    `title` is the approach of a right answer, the belief behind a wrong one. `source` is the whole file; of a folder, `files`
    are those that differ from the solution's. `says` is "" if any message will do. Each of `seen_in` must stand in an answer.
    """

    path: Path
    name: str
    source: str
    title: str
    fails: frozenset[str]
    may_fail: frozenset[str]
    feedback: str
    says: str = ""
    seen_in: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def right(self) -> bool:
        """Whether this is a right answer."""
        return self.path.name.startswith("right_")

    def fits(self, failed: Mapping[str, str]) -> bool:
        """Whether an answer that failed these checks, with these messages, may hold this belief, whatever stands in it."""
        messages = " ".join(_folded(failed[name]) for name in self.fails if name in failed)
        return bool(self.fails) and self.fails <= failed.keys() and self.says in messages


def known_answers(exercise: Exercise) -> tuple[KnownAnswer, ...]:
    """The exercise's known answers by name, the right ones first; none in a course released without.

    Raises `BrokenCourse` if a docstring lacks what its kind needs.
    """
    return tuple(read_known(path) for path in known_files(exercise))


def known_files(exercise: Exercise) -> tuple[Path, ...]:
    """The files, or folders, of the known answers, in that order."""
    pattern = "_*" if exercise.form == "folder" else "_*.py"
    right, wrong = (sorted(exercise.checks.glob(kind + pattern)) for kind in ("right", "wrong"))
    return (*right, *wrong)


def read_known(path: Path) -> KnownAnswer:
    """Read one known answer. Raises `BrokenCourse` with the file and what its docstring lacks."""
    right = path.name.startswith("right_")
    files = dict(folders.read(path)) if path.is_dir() else {}
    source = "" if files else path.read_text(encoding="utf-8")
    said = files.pop(README, "") if files else _docstring(path, source)
    head, feedback = _halves(said)
    title = _folded(FIRST_FIELD.split(head)[0].strip().partition("\n\n")[0])
    if not title:
        what = "names the approach" if right else "states the belief"
        raise _lacks(path, f"a first line that {what}")
    nothing: frozenset[str] = frozenset()
    if right:
        return KnownAnswer(path, path.stem, source, title, nothing, nothing, "", files=files)
    fails, may_fail, says, seen_in = _parts(path, head)
    if not feedback:
        raise _lacks(path, "'feedback:' with the sentence that helps whoever holds this belief")
    return KnownAnswer(
        path, path.stem, source, title, fails, may_fail, feedback, says, seen_in, files
    )


def read_ahead(exercise: Exercise) -> None:
    """Parse the known answers now: where they are asked for later, in this process or a fork of it, that is done."""
    for path in known_files(exercise):
        with suppress(BrokenCourse):
            read_known(path)


@lru_cache(maxsize=1000)
def _docstring_of(source: str) -> str | None:
    return ast.get_docstring(ast.parse(source))


def _docstring(path: Path, source: str) -> str:
    try:
        text = _docstring_of(source)
    except SyntaxError as error:
        raise BrokenCourse(f"{path}: not Python (line {error.lineno}: {error.msg})") from None
    if not text:
        raise BrokenCourse(f"{path}: no docstring; it says which known answer this is")
    return text


def _halves(text: str) -> tuple[str, str]:
    """Split a docstring into what stands before `feedback:` and the feedback, its paragraphs each on one line."""
    head, *rest = FEEDBACK.split(text, maxsplit=1)
    paragraphs = "".join(rest).strip().split("\n\n")
    return head.strip(), "\n\n".join(_folded(paragraph) for paragraph in paragraphs)


def _parts(path: Path, head: str) -> tuple[frozenset[str], frozenset[str], str, tuple[str, ...]]:
    """What the fields say: fails, may_fail, says, seen_in."""
    fails: frozenset[str] = frozenset()
    may_fail: frozenset[str] = frozenset()
    says = ""
    seen_in: tuple[str, ...] = ()
    first = FIRST_FIELD.search(head)
    for name, value in _fields(head[first.start() :] if first else ""):
        if name == "fails":
            fails |= _names(value)
        elif name == "may_fail":
            may_fail |= _excused(path, value)
        elif name == "says":
            says = _folded(value)
        elif name == "seen_in":
            seen_in = tuple(filter(None, map(_folded, value.split(","))))
        else:
            known = "known are fails, may_fail, says, seen_in, feedback"
            raise BrokenCourse(f"{path}: its docstring has '{name}:'; {known}")
    if not fails:
        raise _lacks(path, "'fails:' with the checks that it must fail")
    if both := sorted(fails & may_fail):
        where = "stands in 'fails:' and in 'may_fail:'; keep it in one"
        raise BrokenCourse(f"{path}: {', '.join(both)} {where}")
    return fails, may_fail, says, seen_in


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Each `name: value`; a value goes on to the next field or blank line."""
    _, *parts = FIELD.split(text)
    for name, value in zip(parts[::2], parts[1::2], strict=True):
        yield name, value.partition("\n\n")[0].strip()


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())


def _excused(path: Path, value: str) -> frozenset[str]:
    match = MAY_FAIL.fullmatch(value)
    if not match:
        raise _lacks(path, f"a reason in parentheses at the end of 'may_fail: {_folded(value)}'")
    return _names(match["names"])


def _folded(text: str) -> str:
    return " ".join(text.split())


def _lacks(path: Path, what: str) -> BrokenCourse:
    return BrokenCourse(f"{path}: its docstring lacks {what}")
