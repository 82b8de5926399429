"""`pypatterns lab` with the real JupyterLab: it serves the course, and a second one finds the first."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from pypatterns.course.catalog import VARIABLE, Course

LAB = [sys.executable, "-m", "pypatterns.course.cli", "lab", "--no-browser"]
BOUND = 60  # seconds until a test stops to wait


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_until_it_listens(port: int, server: subprocess.Popen[str]) -> None:
    """Wait until somebody answers at this port; the server's end is an end of that, too."""
    while server.poll() is None:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)


def test_a_second_lab_on_one_course_finds_the_first(tiny_course: Course, tmp_path: Path) -> None:
    """The first prints its address and opens on work/; the second prints the same one and ends."""
    environment = os.environ | {
        VARIABLE: str(tiny_course.root),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
    }
    port = free_port()
    command = [*LAB, "--port", str(port), "--allow-root"]
    first = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, encoding="utf-8")
    too_long = threading.Timer(BOUND, first.kill)
    too_long.start()
    try:
        assert first.stderr
        said = next((line for line in first.stderr if "/lab/tree/" in line), "nothing")
        wait_until_it_listens(port, first)  # Jupyter says its address first
        second = subprocess.run(
            LAB, env=environment, capture_output=True, encoding="utf-8", timeout=BOUND, check=True
        )
        first.terminate()
        rest = first.stderr.read()
    finally:
        too_long.cancel()
        first.kill()
        first.wait()
        first.stderr.close()

    address = said.split()[-1]
    assert f":{port}/lab/tree/work/01_doubling.ipynb?token=" in address
    assert f"JupyterLab already runs on this course: {address}" in second.stderr
    assert "Traceback" not in rest + second.stderr
