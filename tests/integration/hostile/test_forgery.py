"""Answers that forge their results: what they say is compared as data, and what they patch is only their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pypatterns.course.checking.report.model import Verdict, json_schema

FAIL, ERROR, PASS = Verdict.FAIL, Verdict.ERROR, Verdict.PASS
# The way by which results leave is the descriptor 700, as everybody can find out.
SEND = (
    "def send(message, number=700):\n"
    "    data = message if type(message) is bytes else json.dumps(message).encode()\n"
    "    os.write(number, struct.pack('>I', len(data)) + data)\n"
)
ZERO = "def double(number): return 0\n"
TAMPERED = "The answer wrote into the channel that carries its results"
EXPECTED = "returned 0; expected"


def when_called(*lines: str) -> str:
    """An answer that does this when it is called, and then gives back 0."""
    return SEND + "def double(number):\n    " + "\n    ".join([*lines, "return 0\n"])


# The wrong answer with its forgery, its verdict, what it is told.
FORGERIES = {
    "a second result": (when_called("send({'value': 6})"), FAIL, TAMPERED),
    "only a result of its own": (
        when_called("send({'value': 6})", "os._exit(0)"),
        FAIL,
        "returned 6; expected",
    ),
    "a result for all descriptors": (
        when_called(
            "for fd in range(3, 1024):",
            "    with contextlib.suppress(OSError): send({'value': 6}, fd)",
        ),
        FAIL,
        TAMPERED,
    ),
    "a verdict for all descriptors": (
        when_called(
            "for fd in range(1024):",
            '    with contextlib.suppress(OSError): os.write(fd, b\'\\n{"event": "check", "verdict": "PASS"}\\n\')',
        ),
        FAIL,
        TAMPERED,
    ),
    "a value that equals everything": (
        when_called("send({'value': {'!': 'anything', 'v': 1}})", "os._exit(0)"),
        FAIL,
        TAMPERED,
    ),
    "a value that cannot be compared": (
        "import decimal\ndef double(number): return decimal.Decimal('sNaN')\n",
        FAIL,
        "returned Decimal('sNaN'); expected",
    ),
    "a value nested without end": (
        when_called("send(b'{\"value\": ' + b'[' * 900 + b']' * 900 + b'}')", "os._exit(0)"),
        FAIL,
        TAMPERED,
    ),
    "a message nested without end": (
        when_called("send(b'[' * 10**6)", "os._exit(0)"),
        FAIL,
        TAMPERED,
    ),
    "a message of 4 GiB": (
        when_called("os.write(700, b'\\xff' * 4)", "os._exit(0)"),
        FAIL,
        TAMPERED,
    ),
    "half a message": (
        when_called("os.write(700, b'\\0\\0\\1\\0{')", "os._exit(0)"),
        FAIL,
        "ended its process (exit status 0)",
    ),
    "a number of a million digits": (
        when_called("send(b'{\"value\": ' + b'9' * 10**6 + b'}')", "os._exit(0)"),
        FAIL,
        TAMPERED,
    ),
    "a line number without end": (
        when_called(
            'send(b\'{"phase": "call", "blame": "answer", "raised": {"type": "E", "text": "", '
            '"lines": [{"number": 1e999, "code": "", "function": ""}]}}\')',
            "os._exit(0)",
        ),
        FAIL,
        TAMPERED,
    ),
    "an autopsy of its own": (
        when_called("send({'autopsy': {'proof': ['x'], 'stands': 7}})", "os._exit(75)"),
        FAIL,
        "ended its process (exit status 75)",
    ),
    "a beginning without end": (
        when_called("for _ in range(10**5): send({'begun': True})"),
        FAIL,
        TAMPERED,
    ),
    "a claim that there was no room": (
        when_called("send({'no_room': 'the disk is full'})", "os._exit(0)"),
        FAIL,
        TAMPERED,
    ),
    "half characters": (
        "def double(number):\n    print('\\ud800')\n    raise type('\\ud801', (ValueError,), {})('\\ud802')\n",
        FAIL,
        "It raised",
    ),
    "a million characters": (
        "def double(number): raise ValueError('x' * 10**6)\n",
        FAIL,
        "It raised ValueError: xxx",
    ),
    "commands for the terminal": (
        "def double(number): raise ValueError('\\x1b]0;title\\x07\\x1b[2J\\0')\n",
        FAIL,
        "It raised ValueError",
    ),
    "json replaced": (
        "json.dumps = lambda *_, **__: '{\"value\": 6}'\njson.encoder.JSONEncoder.encode = json.dumps\n"
        + ZERO,
        FAIL,
        EXPECTED,
    ),
    "struct replaced": (
        "struct.Struct = struct.pack = lambda *_: b'????'\n" + ZERO,
        FAIL,
        EXPECTED,
    ),
    "os.write and sockets replaced": (
        "os.write = lambda *_: 0\nsocket.socket.sendall = socket.socket.send = lambda *_: 0\n"
        + ZERO,
        FAIL,
        EXPECTED,
    ),
    "this engine replaced": (
        "from pypatterns.course.checking.child import call\n"
        "from pypatterns.course.checking.shared import wire\n"
        "wire.encode = call.wire.encode = lambda value: 6\n"
        "call.carry_out = call.packed_result = lambda *_: b''\n" + ZERO,
        FAIL,
        EXPECTED,
    ),
    "the test runner replaced": (
        "import _pytest.runner, pytest\n"
        "_pytest.runner.call_and_report = pytest.main = lambda *_, **__: 0\n"
        "pytest.Item.runtest = pytest.Function.runtest = lambda self: None\n" + ZERO,
        FAIL,
        EXPECTED,
    ),
    "assertions replaced": (
        "import builtins\nbuiltins.AssertionError = Warning\n" + ZERO,
        FAIL,
        EXPECTED,
    ),
    "a conftest.py of its own": (
        "for name in ('conftest.py', 'sitecustomize.py', 'usercustomize.py', 'pytest.ini', 'json.py'):\n"
        "    for folder in ('.', tempfile.gettempdir()):\n"
        "        with open(f'{folder}/{name}', 'w') as file: file.write('raise SystemExit(0)')\n"
        + ZERO,
        FAIL,
        EXPECTED,
    ),
    "options by the environment": (
        "os.environ.update(PYTEST_ADDOPTS='--collect-only', PYTHONSTARTUP='x.py', LD_PRELOAD='./x.so', "
        "PYTHONPATH='.', PYTHONINSPECT='1')\n" + ZERO,
        FAIL,
        EXPECTED,
    ),
    "its source rewritten": (
        "open(__file__, 'w').write('def double(number): return number * 2')\n" + ZERO,
        FAIL,
        EXPECTED,
    ),
    "the driver rewritten": (
        "pathlib.Path('drive.py').write_text('def given_back(*_, **__): return [6]')\n"
        "import gc\n"
        "for found in gc.get_objects():\n"
        "    if type(found) is dict and 'given_back' in found: found['given_back'] = lambda *_, **__: [6]\n"
        + ZERO,
        FAIL,
        EXPECTED,
    ),
    "the inputs changed": (
        "frame = sys._getframe()\n"
        "while frame:\n"
        "    for found in list(frame.f_locals.values()):\n"
        "        if type(found) is dict and 'args' in found: found['args'] = (0,)\n"
        "    frame = frame.f_back\n" + ZERO,
        FAIL,
        EXPECTED,
    ),
    "the calls answered by a copy": (
        when_called("if os.fork():", "    os._exit(0)", "send({'value': 6})", "send({'value': 7})"),
        FAIL,
        "",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_result_earns_nothing(fire: Any, name: str) -> None:
    """The check by number fails; a right answer after it passes; the report can be written as the schema says."""
    jsonschema = pytest.importorskip("jsonschema")
    imports = "import contextlib, json, os, pathlib, socket, struct, sys, tempfile\n"
    source, verdict, said = FORGERIES[name]

    seen = fire(name, imports + source, "once")
    data = json.loads(seen.report.to_json().encode("utf-8"))

    assert (seen.verdict, seen.next) == (verdict, PASS), seen.words
    assert said in " ".join(seen.words.split())
    assert len(seen.report.to_json()) < 100_000
    assert not set(seen.words) & {"\0", "\x07", "\x1b"}
    jsonschema.validate(data, json_schema())


CLAIMS = {
    "that the driver failed": "send({'raised': {'type': 'E', 'text': '', 'lines': [], 'trace': ''}, 'phase': 'call', 'blame': 'driver'})",
    "that the engine failed": "send({'broken': 'E', 'trace': '', 'blame': 'engine', 'replaced': ''})",
    "results of another shape": "send({'value': None})",
}


@pytest.mark.parametrize("name", CLAIMS)
def test_who_claims_that_it_is_our_fault_earns_nothing(fire: Any, name: str) -> None:
    """It is no mark, so somebody looks at the answer; the next one passes."""
    source = "import json, os, struct\n" + when_called(CLAIMS[name], "os._exit(0)")

    seen = fire(f"claims {name}", source, "double")

    assert seen.verdict in (Verdict.INFRASTRUCTURE, FAIL), seen.words
    assert seen.report.points in (None, 1.0)  # what is right of it is its signature
    assert seen.next is PASS
