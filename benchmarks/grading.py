"""What grading a class costs: `python benchmarks/grading.py [--sizes 50 100] [--nbgrader PYTHON] [--plot FILE]`.

Every submission holds right answers to three small exercises (six checks and three signatures). First the whole command on
one job and on two, then where the time of one submission goes, then classes of growing size: time, the largest memory of the
command itself, and the slope, which is a straight line if the last column stays what it is.

Ratios travel from machine to machine; submissions a minute do not. With `--nbgrader`, a Python that has nbgrader, it grades
a class of the same answers in the same run (see nbgrader_class.py); without, the ratio is to 52 a minute, which nbgrader did
on another machine of two cores.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import VARIABLE, Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.judge import sandbox
from pypatterns.course.checking.judge.fork_worker import worker_for
from pypatterns.course.checking.report.model import Sandbox

ROOT = Path(__file__).resolve().parents[1]
NBGRADER = 52.0  # submissions a minute, if it is not measured here
NAMES = {"twice": 2, "thrice": 3, "fourfold": 4}
ENTRY = """
[[lesson.exercise]]
name = "{name}"
title = "{name}"
minutes = 1
points = 2
"""
CHECKS = '''\
def test_small(answer):
    """A small number."""
    assert answer.call("{name}", 2) == 2 * {factor}


def test_large(answer, rng):
    """A large number."""
    number = rng.randrange(1000, 2000)
    assert answer.call("{name}", number) == number * {factor}
'''
ANSWER = "# exercise: {name}\ndef {name}(number):\n    return number * {factor}\n"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--sizes", nargs="*", type=int, default=[20, 40], help="classes of so many"
    )
    options.add_argument("--sandbox", choices=["auto", "none"], default="auto")
    options.add_argument("--nbgrader", metavar="PYTHON", help="a Python with nbgrader, to compare")
    options.add_argument("--plot", type=Path, help="an image of time and memory over the size")
    asked = options.parse_args()
    box = Sandbox.NONE if asked.sandbox == "none" or sandbox.available() else Sandbox.BWRAP
    with tempfile.TemporaryDirectory() as folder:
        course = three_exercises(Path(folder, "course"))
        peer = nbgrader(asked.nbgrader, asked.sizes[0]) if asked.nbgrader else NBGRADER
        print(f"sandbox: {box}; nbgrader: {peer:.0f} a minute\n")
        rates(course, Path(folder), asked.sizes[0], box, peer)
        parts(course, box)
        measured = [(n, *grade(course, Path(folder), n, 2, box)) for n in asked.sizes]
    print(f"{'submissions':>12}{'seconds':>10}{'memory':>10}{'ms for each':>13}")
    for size, seconds, memory in measured:
        print(f"{size:>12}{seconds:>10.1f}{memory >> 20:>8} MB{seconds / size * 1000:>13.0f}")
    if asked.plot:
        plot(measured, asked.plot)
        print(f"\nplot: {asked.plot}")


def nbgrader(python: str, size: int) -> float:
    """Submissions a minute."""
    command = [python, str(ROOT / "benchmarks" / "nbgrader_class.py"), str(size)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def rates(course: Course, folder: Path, size: int, box: Sandbox, peer: float) -> None:
    """Submissions a minute, start of the command included, and how many times nbgrader's that is."""
    print(f"{'jobs':>6}{'a minute':>10}{'of nbgrader':>13}")
    for jobs in (1, 2):
        seconds, _ = grade(course, folder, size, jobs, box)
        rate = size / seconds * 60
        print(f"{jobs:>6}{rate:>10.0f}{rate / peer:>12.1f}x", flush=True)
    print()


def parts(course: Course, box: Sandbox, runs: int = 7) -> None:
    """Where the time of one submission goes, each part's median."""
    answers = [Answer(n, ANSWER.format(name=n, factor=f), "a.py") for n, f in NAMES.items()]
    request = {
        "files": {"answer.py": answers[0].source},
        "compiled": "",
        "driver": "",
        "inputs": [],
    }
    print(f"{'part':<42}{'ms':>6}")
    worker = worker_for()
    worker.call(request, 5)
    say("a call: fork, import the answer, end", timed(lambda: worker.call(request, 5), runs * 3))
    worker.close()
    for kind in dict.fromkeys((Sandbox.NONE, box)):
        say(
            f"a zygote and its first call ({kind})",
            timed(lambda kind=kind: once(kind, request), runs),
        )  # type: ignore[misc]
    with Judge(course, sandbox=box) as judge:
        first = course.exercise(answers[0].exercise)
        judge.check(answers[0], first, submission="warm")
        check = timed(lambda: judge.check(answers[0], first, submission="warm"), runs)
        say("an answer in a warm session: 3 checks", check)
        numbers = iter(range(100))

        def submission() -> None:
            who = f"learner {next(numbers)}"
            for answer in answers:
                judge.check(answer, course.exercise(answer.exercise), submission=who)

        say("a submission: a new sandbox, three answers", timed(submission, runs))
    print()


def once(kind: Sandbox, request: dict[str, object]) -> None:
    """Start a zygote for one call."""
    worker = worker_for(sandbox=kind)
    worker.call(request, 5)
    worker.close()


def timed(work: Callable[[], object], runs: int) -> float:
    """The median of its seconds."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def say(part: str, seconds: float) -> None:
    """One line of the table."""
    print(f"{part:<42}{seconds * 1000:>6.0f}", flush=True)


def grade(course: Course, folder: Path, size: int, jobs: int, box: Sandbox) -> tuple[float, int]:
    """Seconds and the largest memory in bytes of the command that grades so many submissions."""
    with class_of(folder, size) as (handed, out):
        command = [
            *(sys.executable, "-c", MEASURED, "grade", str(handed), "--out", str(out)),
            *("--jobs", str(jobs), "--sandbox", str(box), "--seed", "1"),
        ]
        began = time.perf_counter()
        done = subprocess.run(
            command,
            env=os.environ | {VARIABLE: str(course.root)},
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - began
        assert done.returncode == 0, done.stdout + done.stderr
        return seconds, int(done.stderr.rsplit("memory: ", 1)[1])


UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
MEASURED = f"""
import atexit, resource, sys
from pypatterns.course.cli import app
atexit.register(lambda: print("memory:", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * {UNIT}, file=sys.stderr))
app()
"""


@contextmanager
def class_of(folder: Path, size: int) -> Iterator[tuple[Path, Path]]:
    """A class of so many, all of whom are right."""
    handed, out = folder / "class", folder / "out"
    for number in range(size):
        learner = handed / f"learner-{number:04}"
        learner.mkdir(parents=True)
        for name, factor in NAMES.items():
            (learner / f"{name}.py").write_text(ANSWER.format(name=name, factor=factor))
    try:
        yield handed, out
    finally:
        shutil.rmtree(handed)
        shutil.rmtree(out, ignore_errors=True)


def three_exercises(root: Path) -> Course:
    """A course of three small exercises."""
    (root / "exercises").mkdir(parents=True)
    entries = "".join(ENTRY.format(name=name) for name in NAMES)
    head = 'title = "Benchmark"\n[[lesson]]\nstem = "01_tiny"\ntitle = "Tiny"\nminutes = 3\n'
    (root / "course.toml").write_text(head + entries)
    for name, factor in NAMES.items():
        checks = root / "tests" / "exercises" / "01_tiny" / name
        checks.mkdir(parents=True)
        (checks / f"test_{name}.py").write_text(CHECKS.format(name=name, factor=factor))
        (checks / "signature.pyi").write_text(f"def {name}(number: int) -> int: ...\n")
    return catalog.load(root)


def plot(measured: Sequence[tuple[int, float, int]], file: Path) -> None:
    """Time and memory over the size of the class."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - nobody else waits for it

    sizes = [size for size, _, _ in measured]
    figure = Figure(figsize=(9, 4), layout="constrained")
    for place, (title, values) in enumerate(
        {
            "seconds": [seconds for _, seconds, _ in measured],
            "memory of the command, MB": [memory / 2**20 for _, _, memory in measured],
        }.items()
    ):
        axes = figure.add_subplot(1, 2, place + 1)
        axes.plot(sizes, values, marker="o")
        axes.set(title=title, xlabel="submissions", xlim=(0, None), ylim=(0, None))
        axes.grid(visible=True, alpha=0.3)
    figure.savefig(file)


if __name__ == "__main__":
    main()
