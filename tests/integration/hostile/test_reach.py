"""Answers that reach for what is not theirs: the machine's files, its network, its processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report import text
from pypatterns.course.checking.report.model import Verdict

# What each attack does; it is won where this returns something true. Without the sandbox, each of these succeeds.
REACHES = {
    "reads the checks": "return open('$checks').read()",
    "reads the solutions": "return open('$solutions').read()",
    "reads a classmate's answer": "return open('$classmate').read()",
    "reads the gradebook": "return open('$gradebook').read()",
    "lists the submissions": "return os.listdir('$folder')",
    "reads who has an account": "return open('/etc/passwd').read()",
    "climbs up from its folder": "return open('../' * 20 + '$checks').read()",
    "goes by a link": "os.symlink('$folder', 'link')\nreturn os.listdir('link')",
    "reads the grader's environment": (
        "found = [os.environb.get(b'PYPATTERNS_TEST_SECRET', b'')]\n"
        "for file in glob.glob('/proc/[0-9]*/environ'):\n"
        "    with contextlib.suppress(OSError): found.append(open(file, 'rb').read())\n"
        "return any(b'$secret' in each for each in found)"
    ),
    "finds out who else runs": (
        "found = []\n"
        "for file in glob.glob('/proc/[0-9]*/cmdline'):\n"
        "    with contextlib.suppress(OSError): found.append(open(file, 'rb').read())\n"
        "return any(b'checking.judge.server' in each for each in found)"
    ),
    "writes to a classmate's answer": "return open('$classmate', 'a')",
    "writes to the gradebook": "return open('$gradebook', 'a')",
    "writes to the checks": "return open('$checks', 'a')",
    "connects to a port of the machine": (
        "return socket.create_connection(('127.0.0.1', $port), 1)"
    ),
    "connects to a named socket": (
        "channel = socket.socket(socket.AF_UNIX)\nchannel.connect('\\0$abstract')\nreturn True"
    ),
    "connects to a socket in a folder": (
        "channel = socket.socket(socket.AF_UNIX)\nchannel.connect('$folder/socket')\nreturn True"
    ),
    "finds a process of the machine": "os.kill($sleeper, 0)\nreturn True",
}
# What might harm the machine if there were no sandbox, or would fail there for other reasons, too.
STRIKES = {
    "goes by its parent's root": "return open(f'/proc/{os.getppid()}/root$checks').read()",
    "takes a file into its own folder": "os.link('$classmate', 'mine')\nreturn open('mine').read()",
    "writes to this engine": "return open(sys.modules['pypatterns.course.checking.shared.wire'].__file__, 'a')",
    "writes to Python's library": "return open(os.__file__, 'a')",
    "deletes a classmate's answer": "os.unlink('$classmate')\nreturn True",
    "empties the gradebook": "return open('$gradebook', 'w')",
    "writes where results go": "return open('$folder/out/mallory.json', 'w')",
    "kills a process of the machine": "os.kill($sleeper, 9)\nreturn True",
    "kills everybody": "os.kill(-1, 9)\nreturn True",
    "leaves a file in the system": "return open('/usr/lib/left', 'w')",
    "leaves a file at the root": "return open('/left', 'w')",
    "leaves a device": "return open('/dev/left', 'w')",
    "leaves Python a start-up file": "return open(os.__file__.replace('os.py', 'sitecustomize.py'), 'w')",
    "leaves settings for who logs in": "return open('/etc/profile', 'a')",
    "asks the internet": "return socket.create_connection(('192.0.2.1', 80), 1)",
    "asks for a name": "return socket.gethostbyname('example.org')",
    "sends to all": (
        "channel = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "channel.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)\n"
        "return channel.sendto(b'hello', ('255.255.255.255', 9))"
    ),
    "listens to the wire": "return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)",
    "listens to everybody's pings": (
        "return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)"
    ),
    "reads the disk": "return os.open('/dev/vda', os.O_RDONLY) or os.open('/dev/sda', os.O_RDONLY)",
    "reads the machine's memory": "return open('/proc/kcore', 'rb').read(1)",
    "writes to the grader's terminal": "return os.open('/dev/tty', os.O_RDWR)",
}


@pytest.mark.parametrize("name", REACHES | STRIKES)
def test_what_is_not_theirs_is_out_of_reach(fire: Any, attack: Any, name: str) -> None:
    """The attack fails, and so does its check; a right answer after it passes."""
    source = attack((REACHES | STRIKES)[name], only_inside=name in STRIKES)

    seen = fire(name, source, "once")

    assert (seen.verdict, seen.next) == (Verdict.FAIL, Verdict.PASS), seen.words
    assert "returned 0; expected" in seen.words


@pytest.fixture(scope="module")
def open_judge(course: Course, judge: Judge) -> Iterator[Judge]:
    """A judge whose answers are in no sandbox."""
    with Judge(course) as open_judge:
        yield open_judge


@pytest.mark.parametrize("name", REACHES)
def test_only_the_sandbox_keeps_them_off(
    open_judge: Judge, course: Course, attack: Any, name: str
) -> None:
    """Each of these attacks is a real one: where there is no sandbox, it succeeds."""
    answer = Answer("once", attack(REACHES[name]), "a test")

    report = open_judge.check(answer, course.exercise("once"))

    assert report.verdict is Verdict.PASS, text.text(report)
