"""What a call leaves behind is told: threads, descriptors, temporary files. What ends by itself is not.

test_alone.py runs this file in a process of its own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

from pypatterns.course.checking.probes.process_leaks import Before, own_temp_folder, temp_files_left

NEVER = 3600.0  # seconds: no bound ends these waits


def test_a_thread_that_waits_is_left() -> None:
    """A pool that nobody shut down keeps its workers; those that were there before do not count."""
    over, early = threading.Event(), ThreadPoolExecutor(1, "early")
    early.submit(int).result()
    before = Before()

    late = ThreadPoolExecutor(1, "late")
    late.submit(int).result()
    threading.Thread(target=over.wait, name="waiter").start()
    left = before.threads_left(bound=NEVER)
    over.set()
    early.shutdown()
    late.shutdown()

    assert sorted(left) == ["late_0", "waiter"]
    assert before.threads_left(bound=NEVER) == []


def test_a_thread_that_is_about_to_end_is_given_the_time() -> None:
    """As long as it gets on."""
    before = Before()

    threading.Thread(target=lambda: [sleep(0.01) for _ in range(40)]).start()

    assert before.threads_left(bound=NEVER) == []


def test_a_thread_that_works_without_end_is_left() -> None:
    """The bound is the last resort."""
    before, over = Before(), threading.Event()

    def poll() -> None:
        while not over.wait(0.001):
            pass

    thread = threading.Thread(target=poll, name="poller")
    thread.start()
    left = before.threads_left(bound=0.1)
    over.set()
    thread.join()

    assert left == ["poller"]


def test_open_descriptors_are_left(tmp_path: Path) -> None:
    """A file, a socket; not what was closed."""
    before = Before()

    file = (tmp_path / "prices.csv").open("w")
    (tmp_path / "closed.csv").open("w").close()
    with socket.socket():
        left = before.descriptors_left()
    file.close()

    assert len(left) == 2
    if sys.platform.startswith("linux"):
        assert left[0] == str(tmp_path / "prices.csv") and left[1].startswith("socket:[")
    assert before.descriptors_left() == []


def test_a_number_that_was_given_anew_is_another_descriptor(tmp_path: Path) -> None:
    """It does not matter that the old file of that number was closed."""
    old = os.open(tmp_path / "old.csv", os.O_CREAT | os.O_WRONLY)
    before = Before()
    os.close(old)

    with (tmp_path / "new.csv").open("w") as new:
        assert new.fileno() == old
        left = before.descriptors_left()

    if sys.platform.startswith("linux"):
        assert left == [str(tmp_path / "new.csv")]


def test_temporary_files_are_left() -> None:
    """Also those of child processes; not those that were removed, or that multiprocessing keeps."""
    makes = "import tempfile; tempfile.mkstemp(prefix='child-')"
    outside = tempfile.gettempdir()

    with own_temp_folder():
        folder = tempfile.gettempdir()
        with tempfile.NamedTemporaryFile(prefix="gone-"):
            pass
        Path(tempfile.mkdtemp(prefix="own-"), "inside").touch()
        tempfile.mkdtemp(prefix="pymp-")
        subprocess.run([sys.executable, "-c", makes], check=True)
        left = temp_files_left()

    assert [name.split("-")[0] for name in left] == ["child", "own"]
    assert not Path(folder).exists()
    assert tempfile.gettempdir() == outside and os.environ.get("TMPDIR") != folder
