"""Real answers through the real engine: each gets its verdict, in words, and the next answer gets its own.

The exercise is tiny on purpose: `double(number)`, asked by name and through a driver. Every case is followed by a right
answer, which must pass: nothing that an answer does may reach another one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from types import MappingProxyType

import psutil
import pytest

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking import Judge, Report, Verdict
from pypatterns.course.checking.judge import FRESH

TOML = """
title = "A course of one exercise"
[[lesson]]
stem = "01_doubling"
title = "Doubling"
minutes = 1
[[lesson.exercise]]
name = "double"
title = "Double"
minutes = 1
points = 5
"""
DRIVERS = '''
"""Drivers."""

def given_back(answer, number):
    """double({number}) is called with a logger. And nothing else."""
    heard = []
    return {"value": answer.double(number), "heard": heard}

def broken(answer):
    """A driver with a bug of its own."""
    return [][0]
'''
CHECKS = '''
"""Checks."""
import pytest

def test_by_name(answer, rng):
    """The double of a number is twice the number."""
    number = rng.randrange(1, 1000)
    got = answer.call("double", number)
    assert got == 2 * number, f"double({number}) returned {got!r}; expected {2 * number}"

def test_of_nothing(answer):
    """The double of nothing is nothing."""
    got = answer.call("double", 0)
    assert got == 0, f"double(0) returned {got!r}; expected 0"

@pytest.mark.share(2)
def test_by_driver(answer):
    """Three doubled is six."""
    seen = answer.run("given_back", number=3)
    assert seen["value"] == 6, f"expected 6, got {seen['value']!r}"
'''
WRONG = '''"""The double is the square.

fails: test_by_name, test_by_driver
says: expected 6, got
feedback: Add, do not multiply.
"""
def double(number):
    return number * number
'''
RIGHT = "def double(number):\n    return number * 2\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course of one exercise; its folder has a space and letters from elsewhere in its name."""
    root = tmp_path_factory.mktemp("course") / "mein Kürs"
    checks = root / "tests" / "exercises" / "01_doubling" / "double"
    checks.mkdir(parents=True)
    (root / "course.toml").write_text(TOML)
    (checks / "test_double.py").write_text(CHECKS)
    (checks / "drive.py").write_text(DRIVERS)
    (checks / "signature.pyi").write_text("def double(number: int) -> int: ...\n")
    (checks / "wrong_square.py").write_text(WRONG)
    return catalog.load(root)


@pytest.fixture(scope="module")
def judge(course: Course) -> Iterator[Judge]:
    """One warm judge for all cases, as in a notebook."""
    with Judge(course) as judge:
        yield judge


def check(judge: Judge, course: Course, source: str, **more: object) -> Report:
    """The report on an answer to `double`."""
    answer = Answer("double", source, "a test", **more)  # type: ignore[arg-type]  # what a test adds
    return judge.check(answer, course.exercise("double"))


def words(report: Report) -> str:
    """All that the report says of what did not hold."""
    failed = [each.message for each in report.checks if each.verdict is not Verdict.PASS]
    return "\n".join([report.message, *failed])


CASES = {
    "right": (RIGHT, Verdict.PASS, ""),
    "wrong": ("def double(number): return number + 2", Verdict.FAIL, "expected 6, got 5"),
    "raises": (
        "def double(number): raise ValueError('no')",
        Verdict.FAIL,
        "It raised ValueError: no",
    ),
    "wrong signature": ("def double(): return 6", Verdict.FAIL, "double does not take the call"),
    "returns nothing": ("def double(number): pass", Verdict.FAIL, "returned None; expected"),
    "no such name": (
        "def twice(number): return number * 2",
        Verdict.FAIL,
        "has no double; expected a function",
    ),
    "not callable": ("double = 6", Verdict.FAIL, "double is not a function"),
    "async": ("async def double(number): return number * 2", Verdict.FAIL, "double is async"),
    "name error": (
        "def double(number): return DOUBLE * number",
        Verdict.FAIL,
        "name 'DOUBLE' is not defined",
    ),
    "syntax error": ("def double(number) return 2", Verdict.ERROR, "SyntaxError"),
    "magic": ("%time\n" + RIGHT, Verdict.ERROR, "Line 1 is notebook magic (%time)"),
    "shell": ("!ls\n" + RIGHT, Verdict.ERROR, "Line 1 is notebook magic (!ls)"),
    "await": (
        "import asyncio\nawait asyncio.sleep(0)\n" + RIGHT,
        Verdict.ERROR,
        "awaits at top level",
    ),
    "deep source": ("x = " + "-" * 50_000 + "1", Verdict.ERROR, ""),
    "exit at import": ("exit()", Verdict.ERROR, "ends its process when it is imported"),
    "os._exit at import": ("import os; os._exit(0)", Verdict.ERROR, "exit status 0"),
    "name error at import": ("X = Y", Verdict.ERROR, "name 'Y' is not defined"),
    "borrowed": (
        "from pypatterns.numbers import double",
        Verdict.ERROR,
        "is what this exercise asks you to write",
    ),
    "endless": (
        "def double(number):\n    while True: pass",
        Verdict.TIMEOUT,
        "did not end within 2 s",
    ),
    "endless in C": (
        "import re\ndef double(number): re.match('(a+)+$', 'a' * 60 + 'b')",
        Verdict.TIMEOUT,
        "did not end",
    ),
    "exit in a call": ("def double(number): exit()", Verdict.FAIL, "It raised SystemExit"),
    "os._exit in a call": (
        "import os\ndef double(number): os._exit(0)",
        Verdict.FAIL,
        "ended its process (exit status 0)",
    ),
    "segfault": (
        "import ctypes\ndef double(number): ctypes.string_at(0)",
        Verdict.FAIL,
        "crashed its process (SIGSEGV)",
    ),
    "lock taken twice": (
        "import threading\nlock = threading.Lock()\ndef double(number):\n    with lock:\n        with lock:\n            return 2",
        Verdict.DEADLOCK,
        "can never end",
    ),
    "fork bomb": (
        "import os, time\ndef double(number):\n    for _ in range(10): os.fork()\n    time.sleep(60)",
        Verdict.FAIL,
        "more than 256 processes",
    ),
    "200 MB of print": (
        "def double(number):\n    print('x' * 200_000_000)\n    return number * 2",
        Verdict.PASS,
        "",
    ),
    "a hundred threads": (
        "import threading\ndef double(number):\n"
        "    gate = threading.Barrier(100)\n    threads = [threading.Thread(target=gate.wait) for _ in range(100)]\n"
        "    for t in threads: t.start()\n    for t in threads: t.join()\n    return number * 2",
        Verdict.PASS,
        "",
    ),
    "a pool of processes": (
        "import multiprocessing\ndef twice(n): return n * 2\ndef double(number):\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool: return pool.map(twice, [number])[0]",
        Verdict.PASS,
        "",
    ),
    "left-over thread": (
        "import threading, time\ndef double(number):\n"
        "    threading.Thread(target=time.sleep, args=(600,)).start()\n    return number * 2",
        Verdict.PASS,
        "",
    ),
    "closed descriptors": ("import os\nos.closerange(0, 600)\n" + RIGHT, Verdict.PASS, ""),
    "flooded channel": (
        "import os\ndef double(number):\n    os.write(700, b'?' * 999)\n    return 6",
        Verdict.FAIL,
        "wrote into the channel",
    ),
    "forged channel": (
        "import os, json, struct\ndef double(number):\n    b = json.dumps({'value': 6}).encode()\n"
        "    os.write(700, struct.pack('>I', len(b)) + b)\n    return 5",
        Verdict.FAIL,
        "wrote into the channel",
    ),
    "a flood of messages": (
        "import os, struct\ndef double(number):\n    for _ in range(100_000): os.write(700, struct.pack('>I', 2) + b'{}')",
        Verdict.FAIL,
        "wrote into the channel",
    ),
    "replaced builtins": (
        "import builtins, json\nbuiltins.print = builtins.len = builtins.open = json.dumps = None\n"
        + RIGHT,
        Verdict.FAIL,
        "",
    ),
    "every builtin gone": (
        "import builtins\n" + RIGHT + "for name in dir(builtins):\n"
        "    if not name.startswith('__'): setattr(builtins, name, None)",
        Verdict.PASS,
        "",
    ),
    "deep result": (
        "def double(number):\n    x = []\n    x.append(x)\n    return x",
        Verdict.FAIL,
        "nested deeper",
    ),
    "huge result": (
        "def double(number): return [0] * 10**6",
        Verdict.FAIL,
        "more than 200,000 values",
    ),
    "lying result": (
        "class Six(int):\n    __class__ = int\n    def __eq__(self, other): return True\ndef double(number): return Six(7)",
        Verdict.FAIL,
        "returned 7; expected",
    ),
    "mute result": (
        "class Mute:\n    def __repr__(self): raise OSError\ndef double(number): return Mute()",
        Verdict.FAIL,
        "whose repr raised OSError",
    ),
    "kills its parent": (
        "import os\ndef double(number): os.kill(os.getppid(), 9)",
        Verdict.FAIL,
        "killed the process that runs it",
    ),
    "changes the surroundings": (
        "import os, signal, sys, locale\nos.chdir('/'); os.umask(0o777); os.environ.clear()\n"
        "for s in (signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD): signal.signal(s, signal.SIG_IGN)\n"
        "sys.path.clear(); sys.modules.pop('json', None)\n" + RIGHT,
        Verdict.FAIL,
        "",
    ),
}
# These break themselves, and what Python makes of it differs by version: it only has to stay their own.
ANY = {"replaced builtins", "every builtin gone", "changes the surroundings"}


@pytest.mark.parametrize("name", CASES)
def test_verdict(judge: Judge, course: Course, name: str) -> None:
    """The case's own verdict, in words that say why; then a right answer passes."""
    source, verdict, said = CASES[name]

    report = check(judge, course, source)
    next_one = check(judge, course, RIGHT)

    allowed = {Verdict.PASS, Verdict.FAIL, Verdict.ERROR} if name in ANY else {verdict}
    assert report.verdict in allowed, words(report)
    assert said in words(report)
    assert next_one.verdict is Verdict.PASS


@pytest.mark.parametrize(
    "name",
    [
        "right",
        "wrong",
        "magic",
        "exit at import",
        "os._exit in a call",
        "segfault",
        "endless",
        "deep result",
    ],
)
def test_fresh_processes_say_the_same(
    course: Course, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no fork, the same answers get the same verdicts, slower."""
    monkeypatch.setenv(FRESH, "1")
    source, verdict, said = CASES[name]

    with Judge(course) as judge:
        report = check(judge, course, source)

    assert report.verdict is verdict, words(report)
    assert said in words(report)


def test_a_failed_check_teaches(judge: Judge, course: Course) -> None:
    """It says the behaviour, what was called, the learner's own lines, what was printed, and the likely cause."""
    source = "def double(number):\n    print('so far')\n    return half(number)\n\ndef half(number):\n    return number / zero\n"

    report = check(judge, course, source, elsewhere=MappingProxyType({"zero": "cell 4"}))
    failed = report.checks[3]

    assert failed.behaviour == "Three doubled is six."
    assert failed.called == "double(3) is called with a logger."
    assert [(line.number, line.code, line.function) for line in failed.lines] == [
        (3, "return half(number)", "double"),
        (6, "return number / zero", "half"),
    ]
    assert "`zero` is defined in cell 4, not in this answer" in failed.message
    assert failed.output == "so far\n"


@pytest.mark.parametrize(
    ("source", "causes"),
    [
        ("def double(number): return number * number", ["wrong_square"]),
        ("def double(number): return number * number if number else None", []),
        ("def double(number): return number if number == 0 else number * numbr", []),
        ("def double(number):\n    if number == 0: return 0\n    raise NotImplementedError", []),
    ],
    ids=["the known belief", "nothing holds", "a slip", "half done"],
)
def test_a_cause_is_offered_for_a_belief_only(
    judge: Judge, course: Course, source: str, causes: list[str]
) -> None:
    """All checks of the misconception failed, in its way, and something else holds."""
    report = check(judge, course, source)

    assert [cause.name for cause in report.causes] == causes


def test_memory_without_end_is_stopped(course: Course, tmp_path: Path) -> None:
    """At a limit of its own, however long the deadline is."""
    patient = _changed(course, tmp_path, "course.toml", TOML + "call_deadline = 30\n")
    hoarder = "def double(number):\n    hoard = []\n    while True: hoard.append(b'x' * (64 << 20))"

    with Judge(patient) as judge:
        report = check(judge, patient, hoarder)

    assert report.verdict is Verdict.FAIL
    assert "It used more than 1024 MiB of memory and was stopped." in words(report)


def test_points_follow_the_shares(judge: Judge, course: Course) -> None:
    """Five points over four checks, one of which counts twice."""
    report = check(judge, course, "def double(number): return 6")

    assert [(each.name, each.max_points, each.points) for each in report.checks] == [
        ("test_signature", 1.0, 1.0),
        ("test_by_name", 1.0, 0.0),
        ("test_of_nothing", 1.0, 0.0),
        ("test_by_driver", 2.0, 2.0),
    ]
    assert (report.points, report.max_points) == (3.0, 5.0)


def test_a_seed_repeats_a_run(judge: Judge, course: Course) -> None:
    """The same seed asks the same questions; another asks others."""
    answer = Answer("double", "def double(number): return -1", "a test")
    exercise = course.exercise("double")

    one, same, other = (
        judge.check(answer, exercise, seed=seed).checks[1].message for seed in (1, 1, 2)
    )

    assert one == same
    assert one != other


def test_events_come_as_each_check_ends(judge: Judge, course: Course) -> None:
    """A panel can say which check runs, and show those that have ended."""
    heard: list[str] = []

    judge.check(
        Answer("double", RIGHT, "a test"),
        course.exercise("double"),
        on_event=lambda event: heard.append(
            f"{event['event']} {event.get('check') or event.get('name', '')}".strip()
        ),
    )

    assert heard == [
        "checks",
        *[
            f"{what} {name}"
            for name in ("test_signature", "test_by_name", "test_of_nothing", "test_by_driver")
            for what in ("start", "check")
        ],
        "end",
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("test_double.py", "import nothing_of_that_name"),
        ("test_double.py", "def test_one(answer):\n    '''One.'''\n    answer.run('broken')"),
        ("test_double.py", "def test_one(answer):\n    '''One.'''\n    assert 1 / 0"),
        ("test_double.py", "x = 1"),
        ("signature.pyi", "class"),
    ],
    ids=["checks do not import", "driver breaks", "check breaks", "no checks", "stub breaks"],
)
def test_our_own_faults_are_never_a_mark(
    course: Course, tmp_path: Path, file: str, text: str
) -> None:
    """A broken check or driver is INFRASTRUCTURE, with what is broken, and no points."""
    broken = _changed(course, tmp_path, f"tests/exercises/01_doubling/double/{file}", text)

    with Judge(broken) as judge:
        report = check(judge, broken, RIGHT)

    assert report.verdict is Verdict.INFRASTRUCTURE
    assert report.points is None
    assert words(report).strip()


def _changed(course: Course, folder: Path, file: str, text: str) -> Course:
    """A copy of the course in which one file says something else."""
    root = folder / "changed"
    shutil.copytree(course.root, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / file).write_text(text)
    return catalog.load(root)


def below(pid: int, *, but: Collection[psutil.Process] = ()) -> list[psutil.Process]:
    """The processes that a process has started, and theirs; those of another test's judge are left out."""
    return [
        each
        for each in psutil.Process(pid).children(recursive=True)
        if each not in but and each.status() != psutil.STATUS_ZOMBIE
    ]


def test_an_interrupt_ends_everything(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KeyboardInterrupt in the middle of a check: no process is left, no file, and the next check works."""
    others = below(os.getpid())
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    started = threading.Event()

    with Judge(course) as judge:
        check(judge, course, RIGHT)
        everything = below(os.getpid(), but=others)
        ring = threading.Thread(
            target=lambda: (started.wait(), os.kill(os.getpid(), signal.SIGINT))
        )
        ring.start()
        endless = Answer("double", "def double(number):\n    while True: pass", "a test")
        with pytest.raises(KeyboardInterrupt):
            judge.check(
                endless,
                course.exercise("double"),
                on_event=lambda event: (
                    started.set() if event.get("check") == "test_by_name" else None
                ),
            )
        ring.join()
        _, alive = psutil.wait_procs(everything, timeout=10)

        assert alive == []
        assert check(judge, course, RIGHT).verdict is Verdict.PASS
    assert list(tmp_path.iterdir()) == []


def test_nothing_outlives_the_one_who_asks(course: Course) -> None:
    """Closing a judge ends its processes, the left-over ones of answers included."""
    daemon = "import subprocess\ndef double(number):\n    subprocess.Popen(['sleep', '600'], start_new_session=True)\n    return number * 2"

    others = below(os.getpid())

    with Judge(course) as judge:
        report = check(judge, course, daemon)
        everything = below(os.getpid(), but=others)
    _, alive = psutil.wait_procs(everything, timeout=10)

    assert report.verdict is Verdict.PASS
    assert alive == []


def test_a_killed_judge_costs_one_report(course: Course) -> None:
    """If the judge's own process dies, the report says that it is our fault, and the next check works."""
    with Judge(course) as judge:
        check(judge, course, RIGHT)
        for process in psutil.Process().children():
            with contextlib.suppress(psutil.Error):
                if "pypatterns.course.checking.session" in process.cmdline():
                    process.kill()
                    process.wait(10)

        reports = [check(judge, course, RIGHT) for _ in range(2)]

    assert reports[-1].verdict is Verdict.PASS
    assert {each.verdict for each in reports} <= {Verdict.PASS, Verdict.INFRASTRUCTURE}
