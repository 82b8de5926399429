"""Replies, as a check's message shows them."""

from __future__ import annotations

import pytest

from pypatterns.course.checking.judge.replies import Reply

RAISED = {
    "type": "KeyError",
    "text": "'tea'",
    "lines": [
        {"number": 3, "code": "    return find(slug)", "function": "get"},
        {"number": 7, "code": "    return tea[slug]", "function": "find"},
    ],
}


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply(204, [], b""), "204"),
        (Reply(409, [], b'{"detail":"taken"}'), '409 {"detail":"taken"}'),
        (
            Reply(500, [], b"", RAISED),
            "500, for the app raised KeyError: 'tea' (line 7: return tea[slug])",
        ),
        (
            Reply(500, [], b"", RAISED | {"lines": [], "text": ""}),
            "500, for the app raised KeyError",
        ),
        (
            Reply(503, [], b"", RAISED),
            "503, for the app did not start: it raised KeyError: 'tea' (line 7: return tea[slug])",
        ),
    ],
    ids=["empty", "body", "raised", "raised elsewhere", "not started"],
)
def test_a_reply_reads_as_what_came_back(reply: Reply, text: str) -> None:
    """Status and body, or what the app raised and where in the answer."""
    assert str(reply) == text


def test_headers_are_found_in_any_case() -> None:
    """Several of one name are one list."""
    reply = Reply(200, [("vary", "Accept"), ("Vary", "Origin")], b"")

    assert reply.header("VARY") == "Accept, Origin"
    assert reply.header("etag") is None


def test_a_body_that_is_no_json_is_none() -> None:
    """A check compares it with what it expects, and needs no `try`."""
    assert Reply(200, [], b"tea").json() is None
    assert Reply(200, [], b"\xff").text == "\ufffd"
    assert Reply(200, [], b'{"slug": "tea"}').json() == {"slug": "tea"}
