"""`python -m pypatterns.market` as a process of its own, on loopback: it starts, keeps connections, and stops with grace.

Here schemathesis compares it with its OpenAPI document: what that allows and what it does not, on a real database.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from pypatterns.market.__main__ import main

EXAMPLES = 8  # for each operation and phase; 60 take half a minute and find no more


class Server:
    """`python -m pypatterns.market` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("MARKET_")
        }
        self.file = folder / "server.log"
        with self.file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pypatterns.market", "--port", "0"],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
            )
        self.port = int(self.wait_for(r"running on http://127\.0\.0\.1:(\d+)"))
        self.url = f"http://127.0.0.1:{self.port}"

    def log(self) -> str:
        """What it has said so far."""
        return self.file.read_text()

    def wait_for(self, pattern: str) -> str:
        """Wait until the log has it; a process that ended without it is an error."""
        for _ in range(1200):  # 60 s, to end a hang
            if found := re.search(pattern, self.log()):
                return found.group(found.lastindex or 0)
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{pattern!r} never came:\n{self.log()}")

    def stop(self) -> None:
        """End it as an operator would, or with force after a while."""
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server with its database in this folder, stopped in the end."""
    server = Server(folder)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that do not mind each other's markets: a start takes a second."""
    with running(tmp_path_factory.mktemp("server")) as made:
        yield made


def test_schemathesis_finds_nothing(server: Server, tmp_path: Path) -> None:
    """All its checks, in all its phases: no answer is undocumented, wrong in form, or a 5xx."""
    command = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run"),
        *(f"{server.url}/openapi.json", "--checks", "all", "--max-examples", str(EXAMPLES)),
        *("--generation-deterministic", "--no-color"),
        *("--suppress-health-check", "too_slow", "--request-timeout", "60"),  # on a busy machine
    ]

    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240
    )

    assert done.returncode == 0, done.stdout + done.stderr + server.log()
    assert "No issues found" in done.stdout
    assert "urn:uuid" not in server.log()


def test_a_connection_lives_through_answers_without_content(server: Server) -> None:
    """HEAD, 304, 404 and HEAD of a 404 on one connection, each followed by an answer that is whole."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request(
        "POST",
        "/markets",
        json.dumps({"name": "Keep", "slug": "keep"}),
        {"content-type": "application/json"},
    )
    made = connection.getresponse()
    made.read()
    sock = connection.sock
    asked = [
        ("HEAD", {}, 200),
        ("GET", {"if-none-match": made.headers["etag"]}, 304),
        ("GET", {}, 200),
        ("HEAD", {"if-none-match": "*"}, 304),
        ("PUT", {}, 405),
        ("GET", {}, 200),
    ]

    got = []
    for method, headers, _ in asked:
        connection.request(method, "/markets/keep", headers=headers)
        response = connection.getresponse()
        got.append((method, response.status, len(response.read()) > 0))

    assert connection.sock is sock
    connection.close()
    assert got == [
        (method, status, method != "HEAD" and status != 304) for method, _, status in asked
    ]


def test_a_large_body_is_refused_and_the_server_goes_on(server: Server) -> None:
    """Ten megabytes end in 413 with its problem, not in a broken connection."""
    with httpx.Client(base_url=server.url) as client:
        refused = client.post(
            "/markets", content=b"[" * 10_000_000, headers={"content-type": "application/json"}
        )
        after = client.get("/healthz")

    assert (refused.status_code, refused.headers["content-type"]) == (
        413,
        "application/problem+json",
    )
    assert after.status_code == 200


def test_the_server_does_not_name_itself(server: Server) -> None:
    """No header says what it runs on."""
    assert "server" not in httpx.get(f"{server.url}/healthz").headers


def wait_until_refused(port: int) -> None:
    """Wait until nobody listens any more."""
    for _ in range(1200):  # 60 s, to end a hang
        try:
            socket.create_connection(("127.0.0.1", port), timeout=60).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.05)
    pytest.fail("the server still takes connections")


def test_sigterm_lets_a_request_finish(tmp_path: Path) -> None:
    """The intake ends, the request that is under way is answered and stored, the file is closed, the process ends."""
    body = json.dumps({"name": "Tea", "slug": "tea"}).encode()
    head = (
        f"POST /markets HTTP/1.1\r\nHost: market.test\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with (
        running(tmp_path) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=60) as request,
    ):
        request.sendall(head.encode())
        under_way = request.recv(100)  # the app asks for the body
        server.process.send_signal(signal.SIGTERM)
        wait_until_refused(server.port)
        request.sendall(body)
        answer = request.recv(1000)
        server.wait_for("Application shutdown complete")
        server.process.wait(timeout=60)
    files = [path.name for path in tmp_path.glob("market.db*")]
    with closing(sqlite3.connect(tmp_path / "market.db")) as database:
        stored = database.execute("SELECT slug, status FROM markets").fetchall()

    assert under_way.startswith(b"HTTP/1.1 100")
    assert answer.startswith(b"HTTP/1.1 201")
    assert "Traceback" not in server.log()
    assert files == ["market.db"]  # SQLite's -wal goes with the last connection
    assert stored == [("tea", "DRAFT")]


@pytest.mark.parametrize("method", ["BREW", "GET-OR-ELSE", "TRACE"])
def test_an_unknown_method_is_a_problem_on_the_wire_too(server: Server, method: str) -> None:
    """uvicorn hands on what it does not know, and the service says 405."""
    refused = httpx.request(method, f"{server.url}/markets")

    assert (refused.status_code, refused.headers["content-type"]) == (
        405,
        "application/problem+json",
    )


def test_wrong_use_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A port that is no number ends with 2 and a sentence, before anything is started."""
    monkeypatch.setattr(sys, "argv", ["market", "--port", "tea"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert "invalid int value: 'tea'" in capsys.readouterr().err
