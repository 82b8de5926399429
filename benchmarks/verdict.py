"""How long a learner waits for a verdict, in a real kernel: `python benchmarks/verdict.py [EXERCISE …] [--runs 20]`.

For each exercise the reference answer's cell is run: once in a kernel that has only just loaded the extension (cold), then
again and again (warm). Beside it stands what the same checks take in a pytest of their own, which is what a learner would
wait without a warm judge. The ratio of the two travels from machine to machine; the milliseconds do not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from pypatterns.course import answers, catalog
from pypatterns.course.catalog import Course, Exercise

AIM = 0.2  # seconds, median, warm: for a small exercise


def main() -> None:
    """Measure and print one line an exercise."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("exercise", nargs="*")
    options.add_argument("--runs", type=int, default=20, help="warm runs of each exercise")
    asked = options.parse_args()
    course = catalog.load(Path(__file__).resolve().parents[1])
    print(f"{'exercise':<22}{'checks':>7}{'cold':>9}{'median':>9}{'p90':>9}{'own pytest':>12}{'ratio':>8}")  # fmt: skip
    for exercise in course.select(asked.exercise):
        print(line(course, exercise, asked.runs), flush=True)


def line(course: Course, exercise: Exercise, runs: int) -> str:
    """The figures of one exercise; times in milliseconds."""
    source = reference(course, exercise)
    with kernel(course) as client:
        started = time.perf_counter()
        said = run(client, "%load_ext pypatterns\n") + run(client, source)
        cold = time.perf_counter() - started
        assert f"{exercise.name}: PASS" in said, said
        warm = [timed(client, source) for _ in range(runs)]
    own = min(own_pytest(course, exercise) for _ in range(3))
    median, p90 = statistics.median(warm), statistics.quantiles(warm, n=10)[-1]
    checks = said.split("PASS, ")[1].split(" of")[0]
    figures = "".join(f"{seconds * 1000:>7.0f}ms" for seconds in (cold, median, p90))
    return f"{exercise.name:<22}{checks:>7}{figures}{own * 1000:>10.0f}ms{own / median:>7.1f}x"


def reference(course: Course, exercise: Exercise) -> str:
    """The source of the reference answer's cell."""
    found = answers.read(course.lesson(exercise.lesson).solution, course)
    return next(answer.source for answer in found if answer.exercise == exercise.name)


@contextmanager
def kernel(course: Course) -> Iterator[BlockingKernelClient]:
    """A kernel of its own that stands where the solutions do: beside the files of answers that are folders."""
    manager = KernelManager()
    manager.start_kernel(cwd=str(course.root / "solutions"), stderr=subprocess.DEVNULL)
    client = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def timed(client: BlockingKernelClient, source: str) -> float:
    """Seconds from the request until the cell has ended, panel included."""
    started = time.perf_counter()
    run(client, source)
    return time.perf_counter() - started


def run(client: BlockingKernelClient, source: str) -> str:
    """Run a cell; the text of all that it showed."""
    shown: list[str] = []

    def hear(message: dict) -> None:
        if message["msg_type"] in ("display_data", "execute_result"):
            shown.append(message["content"]["data"]["text/plain"])

    client.execute_interactive(source, output_hook=hear, allow_stdin=False, timeout=120)
    return "\n".join(shown)


def own_pytest(course: Course, exercise: Exercise) -> float:
    """Seconds that the checks take in a pytest of their own."""
    command: Sequence[str] = [
        *(sys.executable, "-m", "pytest", "-q", str(exercise.test_file)),
        *("--answers", str(course.lesson(exercise.lesson).solution)),
    ]
    environment = os.environ | {"PYPATTERNS_COURSE": str(course.root)}
    started = time.perf_counter()
    subprocess.run(command, cwd=course.root, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
