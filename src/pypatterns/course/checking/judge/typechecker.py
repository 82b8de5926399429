"""What mypy says of an answer: for exercises whose answers are text that no process imports.

mypy reads a temporary folder with the answer as answer.py and, beside it, the files that a check brings. It runs as a process
of its own, strict, without a plugin and without anybody's configuration, and executes nothing of what it reads.

>>> remarks({"answer.py": source, "sync_markets.py": adapter}, seconds=30)
(Remark(file='sync_markets.py', line=18, code='return-value', message='Incompatible return value type …', hint='…'),)

What the standard library and the course declare is read once for all answers and kept in `store()`: without it each run would
take several seconds. That store is made of the check's own files alone, and each run works on a copy of it.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

from pypatterns.course.checking.judge.worker import WorkerBroken, inherited

OPTIONS = (
    "--strict",
    "--config-file=",  # nobody's: it could name a plugin, which mypy would run
    "--output=json",
    "--no-error-summary",
    "--no-color-output",
)
PREPARING = 90.0  # seconds until the store counts as not to be made, on a machine that is busy
MOST_MEMORY = 2 << 30  # bytes of address space, where the system can say so
VERDICTS = (0, 1, 2)  # mypy's exit codes: clean, errors, errors that keep it from reading on
MODULE = "answer.py"
SET_CACHE = (
    "Set the environment variable XDG_CACHE_HOME to a folder that has some, and start again."
)


class TooSlow(Exception):
    """mypy had not ended in time."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One error: where, its rule (`code`), mypy's sentence, and what it adds to it (`hint`, perhaps of several lines)."""

    file: str
    line: int
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"


def remarks(files: Mapping[str, str], *, seconds: float) -> tuple[Remark, ...]:
    """All errors that `mypy --strict` finds in these files (name -> text), in their order.

    Raises `TooSlow` after `seconds`, `WorkerBroken` where mypy gives no verdict.
    """
    ready = cache_for(files)
    with tempfile.TemporaryDirectory(prefix="pp-mypy-") as scratch:
        cache = Path(scratch, "cache")
        shutil.copytree(ready, cache)
        folder = Path(scratch, "read")
        folder.mkdir()
        return _run(folder, files, cache, seconds)


def cache_for(files: Mapping[str, str]) -> Path:
    """See to it that what the check's files import is in the store, which takes seconds the first time; where it is."""
    modules: set[str] = set()
    for name, source in files.items():
        for node in ast.walk(ast.parse(source)) if name != MODULE else ():
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module)
    return _prepared(sorted(modules - {Path(name).stem for name in files}))


def store() -> Path:
    """The folder that keeps what mypy has read for all answers of one user; made where there is none yet.

    It is where caches go, else where temporary files go, and then only if nobody else can write to it. Raises `WorkerBroken`.
    """
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    user = os.getuid() if hasattr(os, "getuid") else ""
    for folder in (Path(caches, "pypatterns"), Path(tempfile.gettempdir(), f"pypatterns-{user}")):
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.access(folder, os.W_OK) and (not user or folder.stat().st_uid == user):
                return folder
    raise WorkerBroken(f"There is no room in {caches} for what mypy keeps. {SET_CACHE}")


def _prepared(modules: Sequence[str]) -> Path:
    """A folder with mypy's cache for these modules: made now, whole or not at all, unless it is there."""
    # The compiled library is read anew by another mypy or Python; where modules lie is part of what is kept.
    key = hashlib.sha256(
        json.dumps([version("mypy"), sys.version, sys.prefix, __file__, *modules]).encode()
    )
    ready = store() / f"mypy-{key.hexdigest()[:16]}"
    if not ready.is_dir():
        with tempfile.TemporaryDirectory(prefix="making-", dir=ready.parent) as scratch:
            made = _fill(Path(scratch), modules)
            with suppress(OSError):  # somebody else was faster
                made.rename(ready)
    return ready


def _fill(scratch: Path, modules: Sequence[str]) -> Path:
    cache, folder = scratch / "cache", scratch / "read"
    folder.mkdir()
    source = "".join(f"import {module}\n" for module in modules)
    try:
        _run(folder, {MODULE: source}, cache, PREPARING)
    except TooSlow:
        raise WorkerBroken(
            f"mypy did not read the standard library within {PREPARING:g} s"
        ) from None
    return cache


def _run(folder: Path, files: Mapping[str, str], cache: Path, seconds: float) -> tuple[Remark, ...]:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", errors="replace")
    command = [sys.executable, "-P", "-m", "mypy", *OPTIONS, f"--cache-dir={cache}", *files]
    with subprocess.Popen(
        command,
        cwd=folder,
        env={name: value for name, value in inherited().items() if not name.startswith("MYPY")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        _bound(process.pid)
        try:
            said, trouble = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise TooSlow from None
        finally:
            process.kill()
    found = tuple(_read(said))
    if process.returncode not in VERDICTS or (process.returncode == VERDICTS[-1] and not found):
        told = (trouble or said).strip().replace(str(folder), "")[-500:]
        raise WorkerBroken(f"mypy gave no verdict (exit status {process.returncode}): {told}")
    return found


def _bound(pid: int) -> None:
    with suppress(AttributeError, psutil.Error, OSError, ValueError):  # Linux alone has it
        psutil.Process(pid).rlimit(psutil.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def _read(said: str) -> Iterator[Remark]:
    for line in said.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            each = json.loads(line)
            if each["severity"] == "error" and os.path.basename(each["file"]) == each["file"]:
                message, hint = str(each["message"]), str(each["hint"] or "")
                code = str(each["code"] or "misc")
                yield Remark(each["file"], int(each["line"]), code, message, hint)
