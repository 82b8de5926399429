"""The hook in a real kernel: verdicts below the cell, interrupts, killed processes, and nothing left behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.manager import KernelManager

from pypatterns.course.catalog import VARIABLE, Course

RIGHT = "# exercise: twice\ndef twice(number):\n    return number + number\n"
WRONG = "# exercise: twice\ndef twice(number):\n    return number * number\n"
PASSED = "twice: PASS, 3 of 3 checks"
BOUND = 30.0  # seconds until a test stops to wait; nothing here takes a tenth of it


class Kernel:
    """A kernel in which cells are run one after the other."""

    def __init__(self, course: Course) -> None:
        self.manager = KernelManager(kernel_name="python3")
        environment = os.environ | {VARIABLE: str(course.root)}
        self.manager.start_kernel(cwd=str(course.root), env=environment)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=BOUND)
        self.pid = int(self.run("import os; print(os.getpid())")[0])

    def run(
        self, code: str, on_show: Callable[[str], object] | None = None, *, watched: bool = False
    ) -> list[str]:
        """Run a cell: the texts that are below it in the end, and the names of errors, in order.

        `on_show` hears of each text as it comes. `watched`: whether the cell runs in front of somebody, as in JupyterLab.
        """
        seen: list[str] = []
        places: dict[str, int] = {}

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] in ("display_data", "update_display_data"):
                assert sorted(content["data"]) == ["text/html", "text/plain"]
                text, place = content["data"]["text/plain"], content["transient"]["display_id"]
                if message["msg_type"] == "display_data":
                    places[place] = len(seen)
                    seen.append(text)
                seen[places[place]] = text
            elif message["msg_type"] == "stream":
                seen.append(text := content["text"].strip())
            elif message["msg_type"] == "error":
                seen.append(text := content["ename"])
            else:
                return
            if on_show:
                on_show(text)

        self.client.execute_interactive(
            code, output_hook=hear, timeout=BOUND, allow_stdin=watched, stdin_hook=print
        )
        return seen

    def interrupt(self) -> None:
        """What the stop button does: the kernel's whole process group is interrupted."""
        os.killpg(os.getpgid(self.pid), signal.SIGINT)

    def interrupt_in_a_moment(self) -> None:
        """Once the print that gave the sign has ended: then the cell's own code is what runs."""
        threading.Timer(0.3, self.interrupt).start()

    def below(self) -> list[psutil.Process]:
        """Every process that the kernel started, and all that these started."""
        return psutil.Process(self.pid).children(recursive=True)

    def end(self, *, now: bool = False) -> None:
        """Shut the kernel down, or kill it."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=now)


@pytest.fixture(scope="module")
def kernel(shared_course: Course) -> Iterator[Kernel]:
    """A kernel in the tiny course, with the extension loaded."""
    kernel = Kernel(shared_course)
    assert kernel.run("%load_ext pypatterns") == []
    yield kernel
    kernel.end()


def wait_for(happened: Callable[[], bool], what: str) -> None:
    """Wait until something has happened, as long as `BOUND` allows."""
    until = time.monotonic() + BOUND
    while not happened():
        assert time.monotonic() < until, f"{what}: not within {BOUND} s"
        time.sleep(0.01)


def ended(process: psutil.Process) -> bool:
    """Whether a process has ended, though perhaps nobody has asked for its exit code yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_wrong_answer_fails_and_the_mended_one_passes(kernel: Kernel) -> None:
    """The verdict appears below the cell that ran, once, with the misconception's feedback."""
    wrong = kernel.run(WRONG)
    mended = kernel.run(RIGHT)
    by_hand = kernel.run('check("twice")')

    assert len(wrong) == 1
    assert wrong[0].startswith("twice: FAIL, 2 of 3 checks")
    assert "You multiply the number by itself. Multiply it by 2." in wrong[0]
    assert "called:" not in wrong[0], "the check's message says what was called"
    assert mended == by_hand == [PASSED]


def test_an_error_in_the_cell_is_followed_by_the_verdict(kernel: Kernel) -> None:
    """IPython's own traceback comes first, then why it counts as no answer."""
    error, verdict = kernel.run(RIGHT + "x = 1 +* 2")

    assert error == "SyntaxError"
    assert verdict.startswith("twice: ERROR, the answer does not import")


def test_a_name_from_another_cell_is_told_with_that_cell(kernel: Kernel) -> None:
    """It works in the kernel, so the panel says why it does not for a grader."""
    kernel.run("from math import tau")

    verdict = kernel.run(RIGHT + "print(tau)")[-1]

    assert verdict.startswith("twice: ERROR")
    assert "`tau` is defined in In [" in verdict


@pytest.mark.parametrize(
    "endless",
    ["while True: pass", "import asyncio\nwhile True: await asyncio.sleep(0.01)"],
    ids=["loop", "await"],  # an await that nothing wakes cannot be interrupted: ipykernel issue 881
)
def test_an_interrupted_cell_is_not_checked(kernel: Kernel, endless: str) -> None:
    """Whoever stops an endless loop reads why there is no verdict."""
    seen = kernel.run(
        f"{RIGHT}print('begun', flush=True)\n{endless}",
        on_show=lambda text: text == "begun" and kernel.interrupt_in_a_moment(),
    )

    said = "twice: not checked, because you interrupted the cell"
    assert any(text.startswith(said) for text in seen), seen
    assert kernel.run(RIGHT) == [PASSED]


def endless(pid_file: Path) -> str:
    """An answer that imports at once and whose call never ends; it writes its process id into a file."""
    return (
        "# exercise: twice\n"
        "import os, pathlib, time\n"
        "def twice(number):\n"
        f"    pathlib.Path({str(pid_file)!r}).write_text(f'{{os.getpid()}}.')\n"
        "    time.sleep(1000)\n"
    )


def test_an_interrupted_check_leaves_nothing_behind(kernel: Kernel, tmp_path: Path) -> None:
    """The answer's process ends with the check, and the next check works."""
    pid_file = tmp_path / "pid"

    def interrupt() -> None:
        wait_for(lambda: pid_file.exists() and pid_file.read_text().endswith("."), "the call")
        kernel.interrupt()

    helper = threading.Thread(target=interrupt)
    helper.start()
    seen = kernel.run(endless(pid_file))
    helper.join()

    assert seen == ["twice: the check was interrupted. Run the cell again to check it."]
    pid = int(pid_file.read_text().rstrip("."))
    wait_for(lambda: not psutil.pid_exists(pid), "the end of the answer's process")
    assert kernel.run(RIGHT) == [PASSED]


def test_a_check_that_lasts_is_told_to_whoever_watches(kernel: Kernel, tmp_path: Path) -> None:
    """The line says which check runs, and what is left in the end is the panel in its place."""
    shown: list[str] = []

    def watch(text: str) -> None:
        shown.append(text)
        if text.startswith("checking 2 of 3"):
            kernel.interrupt()

    left = kernel.run(endless(tmp_path / "pid"), on_show=watch, watched=True)

    assert "checking 2 of 3: A small number comes back twice." in shown
    assert left == ["twice: the check was interrupted. Run the cell again to check it."]


def test_nobody_is_told_of_checks_that_nobody_watches(kernel: Kernel) -> None:
    """nbval and nbclient see one display, however long it took: the panel."""
    slow = "# exercise: twice\nimport time\ndef twice(number):\n    time.sleep(0.3)\n    return 2 * number\n"
    shown: list[str] = []

    kernel.run(slow, on_show=shown.append)

    assert shown == [PASSED]


@pytest.mark.parametrize("who", ["judge", "worker"])
def test_a_killed_process_costs_no_later_check(kernel: Kernel, who: str) -> None:
    """Whichever process of ours is killed in between, the next check has one again."""
    kernel.run(RIGHT)
    judge = next(
        p for p in kernel.below() if "pypatterns.course.checking.judge.server" in p.cmdline()
    )
    victims = [judge] if who == "judge" else judge.children()
    assert victims
    for victim in victims:
        with suppress(psutil.NoSuchProcess):  # a fork of the judge may be about to end anyway
            victim.kill()
        wait_for(lambda: ended(victim), "the kill")  # noqa: B023 - called at once

    assert kernel.run(RIGHT) == [PASSED]


@pytest.mark.parametrize("now", [False, True], ids=["shut-down", "killed"])
def test_all_of_it_ends_with_the_kernel(shared_course: Course, now: bool) -> None:
    """However a kernel ends, no process of ours outlives it."""
    kernel = Kernel(shared_course)
    kernel.run("%load_ext pypatterns")
    kernel.run(RIGHT)
    started = kernel.below()

    kernel.end(now=now)

    assert started
    wait_for(lambda: all(map(ended, started)), "their end")
