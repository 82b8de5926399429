"""`python -m pypatterns.market` as a process of its own, on loopback: it starts, keeps connections, and stops with grace."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from pypatterns.market.__main__ import main


def test_a_connection_lives_through_answers_without_content(server: Any) -> None:
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


def test_a_large_body_is_refused_and_the_server_goes_on(server: Any) -> None:
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


def test_the_server_does_not_name_itself(server: Any) -> None:
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


def test_sigterm_lets_a_request_finish(servers: Any, tmp_path: Path) -> None:
    """The intake ends, the request that is under way is answered and stored, the file is closed, the process ends."""
    body = json.dumps({"name": "Tea", "slug": "tea"}).encode()
    head = (
        f"POST /markets HTTP/1.1\r\nHost: market.test\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with (
        servers() as first,
        socket.create_connection(("127.0.0.1", first.port), timeout=60) as request,
    ):
        request.sendall(head.encode())
        under_way = request.recv(100)  # the app asks for the body
        first.process.send_signal(signal.SIGTERM)
        wait_until_refused(first.port)
        request.sendall(body)
        answer = request.recv(1000)
        first.wait_for("Application shutdown complete")
        first.process.wait(timeout=60)
    files = [path.name for path in tmp_path.glob("market.db*")]
    with servers() as second:
        found = httpx.get(f"{second.url}/markets/tea")

    assert under_way.startswith(b"HTTP/1.1 100")
    assert answer.startswith(b"HTTP/1.1 201")
    assert "Traceback" not in first.log()
    assert files == ["market.db"]  # SQLite's -wal goes with the last connection
    assert found.json()["status"] == "DRAFT"


def test_wrong_use_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A port that is no number ends with 2 and a sentence, before anything is started."""
    monkeypatch.setattr(sys, "argv", ["market", "--port", "tea"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert "invalid int value: 'tea'" in capsys.readouterr().err
