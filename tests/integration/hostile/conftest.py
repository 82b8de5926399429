"""Answers that mean harm, in the sandbox: what they try, what a right answer after them earns, and that nothing else notices.

An attack's `double` is right only if its attack succeeds, so FAIL with `double(…) returned 0` says that it was held off. The
world that it must not reach is real: a classmate's file, a gradebook, a port, a process; it is looked at after every attack.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

import psutil
import pytest

from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.judge import sandbox
from pypatterns.course.checking.report.model import Sandbox

SECRET = "PYPATTERNS_TEST_SECRET"
IMPORTS = (
    "import contextlib, ctypes, glob, json, multiprocessing, os, pathlib, resource, signal, socket, struct, "
    "subprocess, sys, tempfile, threading, time\n"
    "libc = ctypes.CDLL(None, use_errno=True)\n"
)
# The attack says whether it succeeded. What raises anything but OSError is a mistake in this corpus.
ATTACK = """
def attack():
{}

def double(number):
    try:
        won = attack()
    except OSError as error:
        print(error)
        won = False
    return number * 2 if won else 0
"""
# Outside the sandbox nothing dangerous is tried: the attack counts as won.
ONLY_INSIDE = "if os.getppid() != 1: return True\n"

Answers = Callable[..., str]


@dataclass(frozen=True)
class World:
    """What lies around the grader. `folder` holds all files; `sleeper` is a process, `port` one that somebody listens on."""

    folder: Path
    checks: Path
    port: int
    abstract: str
    sleeper: int
    secret: str

    @property
    def files(self) -> dict[str, Path]:
        """What an attack names, and must not reach."""
        return {
            "checks": self.checks,
            "solutions": self.folder / "solutions.ipynb",
            "classmate": self.folder / "ben" / "answer.py",
            "gradebook": self.folder / "out" / "gradebook.csv",
        }

    def named_in(self, source: str) -> str:
        """An attack's source with the names of this world: `$classmate`, `$port`, …"""
        names = {name: str(path) for name, path in self.files.items()}
        names |= {"folder": str(self.folder), "port": str(self.port), "abstract": self.abstract}
        names |= {"sleeper": str(self.sleeper), "secret": self.secret}
        return Template(source).safe_substitute(names)

    def state(self) -> dict[str, str]:
        """All that an attack could have changed."""
        files = {str(path): path.read_text() for path in self.files.values()}
        names = sorted(str(path) for path in self.folder.rglob("*"))
        ended = (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        lives = psutil.Process(self.sleeper).status() not in ended
        return files | {"names": ", ".join(names), "sleeper": "lives" if lives else "ended"}


@pytest.fixture(scope="session")
def world(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A folder of submissions and marks, a process, a port, two sockets."""
    folder = tmp_path_factory.mktemp("world")
    for name in ("ben", "out"):
        folder.joinpath(name).mkdir()
    abstract = f"pypatterns-{secrets.token_hex(8)}"
    secret = secrets.token_hex(16)
    with (
        subprocess.Popen(["sleep", "3600"]) as sleeper,
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.socket(socket.AF_UNIX) as by_name,
        socket.socket(socket.AF_UNIX) as by_path,
    ):
        by_name.bind(f"\0{abstract}")
        by_path.bind(str(folder / "socket"))
        for each in (by_name, by_path):
            each.listen()
        port = listening.getsockname()[1]
        checks = course.exercise("double").test_file
        world = World(folder, checks, port, abstract, sleeper.pid, secret)
        for path in world.files.values():
            if path != checks:
                path.write_text(f"precious: {path.name}\n")
        yield world
        sleeper.kill()


@pytest.fixture(scope="session")
def attack(world: World) -> Answers:
    """Make the answer that is right only if the attack succeeds."""

    def attack(body: str, *, only_inside: bool = False) -> str:
        guarded = (ONLY_INSIDE if only_inside else "") + world.named_in(body)
        return IMPORTS + ATTACK.format(textwrap.indent(guarded, "    "))

    return attack


@pytest.fixture(scope="session")
def right(world: World) -> Answers:
    """Make the answer that is right, and does this when it is imported."""

    def right(body: str) -> str:
        return f"{IMPORTS}{world.named_in(body)}\ndef double(number): return number * 2\n"

    return right


@pytest.fixture(autouse=True)
def unharmed(world: World) -> Iterator[None]:
    """The world around the sandbox is as it was."""
    before = world.state()
    yield
    assert world.state() == before


@pytest.fixture(scope="session")
def judge(course: Course, world: World) -> Iterator[Judge]:
    """One warm judge whose answers run in sandboxes. Its environment holds a secret."""
    if reason := sandbox.available():
        pytest.skip(reason)
    os.environ[SECRET] = world.secret
    try:
        with Judge(course, sandbox=Sandbox.BWRAP) as judge:
            judge.start()
            yield judge
    finally:
        del os.environ[SECRET]
