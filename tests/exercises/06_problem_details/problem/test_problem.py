"""The behaviours of problem, each proven by one check."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from uuid import UUID

from pypatterns.course.checking.judge.replies import Reply

MEDIA_TYPE = "application/problem+json"
STANDARD = ("type", "title", "status", "detail", "instance")
NAMED = [400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417]
NAMED += [421, 422, 426, 500, 501, 502, 503, 504, 505]
# Both are right: Python before 3.13 has the names of RFC 7231, and since then those of RFC 9110.
RENAMED = {
    413: {"Content Too Large", "Request Entity Too Large"},
    414: {"URI Too Long", "Request-URI Too Long"},
    416: {"Range Not Satisfiable", "Requested Range Not Satisfiable"},
    422: {"Unprocessable Content", "Unprocessable Entity"},
}
UNNAMED = [*range(432, 450), *range(452, 499), *range(512, 520), *range(521, 599)]
EMPTY = [204, 304, 205, 100, 103, 199]


def test_a_bare_status(answer):
    """A bare 4xx or 5xx status of RFC 9110 gives a response with that status, whose media type is exactly application/problem+json, and whose members are the status's name as title, the number as status, and nothing else but a type of about:blank."""
    calls = [_call(status) for status in NAMED]
    for call, seen in zip(calls, answer.run("replies", calls=calls), strict=True):
        reply, document = _document(call, seen)
        types = [value for name, value in reply.headers if name.lower() == "content-type"]
        assert reply.status == call[0], (
            f"{_shown(call)} was sent as {reply}; expected the status {call[0]} for the response, too"
        )
        assert types == [MEDIA_TYPE], (
            f"{_shown(call)} was sent with the Content-Type {', '.join(types) or 'missing'}; expected {MEDIA_TYPE} and no "
            "parameter: JSON has no charset (RFC 8259, section 11)"
        )
        names = _names_of(call[0])
        title, status = document.pop("title", None), document.pop("status", None)
        kind = document.pop("type", "about:blank")
        assert title in names, (
            f"{_shown(call)} has the title {title!r}; expected the status's name, {' or '.join(map(repr, names))}"
        )
        assert _is_same(call[0], status), (
            f"{_shown(call)} has the status {status!r} in its document; expected {call[0]}"
        )
        assert kind == "about:blank", (
            f"{_shown(call)} has the type {kind!r}; expected about:blank, or none, which means the same"
        )
        assert not document, (
            f"{_shown(call)} has further members: {document}; expected none. A member that says nothing is left out: "
            "null is no detail"
        )


def test_a_status_that_nobody_registered(answer, rng, word):
    """A 4xx or 5xx status that is not registered, such as 499, gives a problem too, with some title."""
    calls = [_call(status) for status in (499, 520, 599, *rng.sample(UNNAMED, 3))]
    calls.append(_call(rng.choice(UNNAMED), title=word, detail=word, extensions={"left": 3}))
    for call, seen in zip(calls, answer.run("replies", calls=calls), strict=True):
        reply, document = _document(call, seen)
        assert reply.status == document.get("status") == call[0], (
            f"{_shown(call)} was sent as {reply}; expected the status {call[0]}, in the response and in the document. "
            "A proxy or a client library may well use one that no RFC names"
        )
        title = document.get("title")
        assert isinstance(title, str) and title, (
            f"{_shown(call)} has the title {title!r}; expected some text"
        )


def test_standard_members_stand_as_given(answer, rng, word):
    """A type, title, detail or instance that is given stands in the document as it was given, an empty detail or instance too; a detail or instance that is None is not there."""
    status = rng.choice(NAMED)
    full = {
        "type": f"tag:shop.example,2026:{word}",
        "title": f"No {word} today",
        "detail": f"„{word}“ ist ausverkauft: 茶",
        "instance": f"/orders/{word}?line={rng.randrange(100)}",
    }
    some = ("type", "title")
    calls = [
        _call(status, **full),
        _call(status, **{name: full[name] for name in some}),
        _call(status, **{name: full[name] for name in some}, detail="", instance=None),
        _call(status, **{name: full[name] for name in some}, detail=None, instance=""),
    ]
    for call, seen in zip(calls, answer.run("replies", calls=calls), strict=True):
        _, document = _document(call, seen)
        for name in full:
            given = call[1].get(name)
            if given is None:
                assert name not in document, (
                    f"{_shown(call)} has {name}: {document[name]!r}; expected no member {name}, for none is given"
                )
            else:
                assert name in document, (
                    f"{_shown(call)} has no {name}; expected {given!r}, as it was given"
                )
                assert document[name] == given, (
                    f"{_shown(call)} has {name}: {document[name]!r}; expected {given!r}, as it was given"
                )


def test_extensions_are_members(answer, rng, word):
    """Each extension is a member with its value, None as null, also where the value is or holds a datetime, a UUID, a Decimal or a member of an Enum."""
    kind = rng.choice(("Side", "Grade", "Roast"))
    price = Decimal(rng.randrange(1, 10**6) * 100 + rng.randrange(1, 100)) / 100  # no whole number
    moment = datetime(2026, rng.randrange(1, 13), 5, rng.randrange(24), 30, 0, 125000)  # noqa: DTZ001 - a naive one, too
    east = moment.replace(tzinfo=timezone(timedelta(hours=rng.randrange(1, 12))))
    plain = {
        word: rng.randrange(1000),
        "note": f"grün {word}",
        "headers": [word, {"extensions": 1.5}],
        "nothing": None,
        "zero": 0,
        "no": False,
        "yes": True,
        "empty": "",
        "list": [],
        "dict": {},
    }
    rich = {
        "price": price,
        "left": Decimal(rng.randrange(1, 100)),
        "at": moment,
        "until": east,
        "order": ("uuid", str(UUID(int=rng.getrandbits(128), version=4))),
        "side": ("enum", kind, word.upper(), word),
        "level": ("enum", kind, "TOP", rng.randrange(2, 100)),
    }
    nested = {"lines": [{"deep": [{name: value}, None]} for name, value in rich.items()]}
    several = [{name: value} for name, value in rich.items()]
    calls = [
        _call(rng.choice(NAMED), extensions=each)
        for each in ({}, plain, *several, rich, nested, {"one": {"two": {"three": nested}}})
    ]
    for call, seen in zip(calls, answer.run("replies", calls=calls), strict=True):
        _, document = _document(call, seen)
        for name, value in call[1]["extensions"].items():
            assert name in document, (
                f"{_shown(call)} has no member {name!r}; expected {name}: {_text(value)}. "
                "An extension says something by being there, None too"
            )
            wrong = _difference(name, value, document[name])
            assert not wrong, f"{_shown(call)}: {wrong}"
        others = set(document) - {*STANDARD, *call[1]["extensions"]}
        assert not others, f"{_shown(call)} has further members: {sorted(others)}; expected none"


def test_no_extension_is_a_standard_member(answer, rng, word):
    """No extension becomes a standard member, whether that one is given or not: it is left out, or problem raises a ValueError."""
    status = rng.choice([each for each in NAMED if each not in RENAMED])
    given = {
        "type": f"tag:shop.example,2026:{word}",
        "title": f"No {word}",
        "detail": f"the {word} is sold out",
        "instance": f"/orders/{word}",
    }
    forged = {
        "type": "https://evil.example/",
        "title": "All is well",
        "status": 200,
        "detail": f"root:{word}",
        "instance": "urn:forged",
    }
    calls = [
        _call(status, **told, extensions={"left": 7, name: forged[name]})
        for told in (given, {})
        for name in STANDARD
    ]
    calls += [_call(status, **told, extensions=forged) for told in (given, {})]
    for call, seen in zip(calls, answer.run("replies", calls=calls), strict=True):
        if seen.get("refused"):
            continue
        reply, document = _document(call, seen)
        expected = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
        expected |= {name: value for name, value in call[1].items() if name in STANDARD}
        document.setdefault("type", "about:blank")
        assert reply.status == status, (
            f"{_shown(call)} was sent with the status {reply.status}; expected {status}"
        )
        for name in STANDARD:
            got, own = document.get(name), expected.get(name)
            place = "took the place of" if name in call[1] or name == "status" else "stands in for"
            assert got == own, (
                f"{_shown(call)} has {name}: {got!r}, so an extension {place} the standard {name}; expected "
                f"{'no ' + name if own is None else repr(own)}. Extensions may hold what a caught error carried, and a "
                "client acts on the standard members"
            )
        if "left" in call[1]["extensions"]:
            assert document.get("left") == 7, (
                f"{_shown(call)} has left: {document.get('left')!r}; expected 7: only the standard name is left out"
            )


def test_statuses_without_content(answer, rng, word):
    """With a 1xx status, 204, 205 or 304 the response has no content and no Content-Type, and keeps the other headers."""
    headers = {"ETag": f'"{word}"', f"X-{word}": word, "cache-control": "max-age=5"}
    typed = headers | {"content-Type": "text/plain"}
    full = {"title": word, "detail": word, "extensions": {"left": rng.randrange(9)}}
    calls = [
        call
        for status in (*EMPTY, rng.randrange(104, 199))
        for call in (_call(status), _call(status, headers=headers, **full))
    ]
    calls += [_call(status, headers=typed) for status in EMPTY]
    for call, seen in zip(calls, answer.run("replies", calls=calls), strict=True):
        reply = Reply(**seen["reply"])
        assert reply.raised is None and reply.status == call[0], (
            f"{_shown(call)} was sent as {reply}; expected the status {call[0]}"
        )
        assert not reply.body, (
            f"{_shown(call)} was sent with the content {reply.text[:80]!r}; expected none. The client does not expect any "
            "after this status, and takes it for the start of the next response"
        )
        assert reply.header("content-type") is None, (
            f"{_shown(call)} was sent with the Content-Type {reply.header('content-type')!r}; expected none: there is no "
            "content whose type it could be"
        )
        for name, value in call[1].get("headers", {}).items():
            if name.lower() != "content-type":
                assert reply.header(name) == value, (
                    f"{_shown(call)} was sent with {name}: {reply.header(name)!r}; expected {value!r}. A status without "
                    "content still has headers: a 304 without its ETag is of no use to a cache"
                )


def test_headers_are_kept(answer, rng, word):
    """The headers are kept, but Content-Type and Content-Length, however they are spelt, are the problem's own."""
    headers = {
        "Retry-After": str(rng.randrange(1, 100)),
        "www-authenticate": f'Bearer realm="{word}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Language": "de",
        f"x-{word}": word,
    }
    calls = [_call(rng.choice(NAMED), headers=headers, detail=word)]
    calls += [
        _call(rng.choice(NAMED), headers={name: value, **headers}, detail=word)
        for name, value in (
            ("Content-Type", "text/html"),
            ("content-type", "application/json"),
            ("CONTENT-TYPE", "text/plain"),
            ("cOntent-tYpe", "application/problem+json; charset=utf-8"),
            ("Content-Length", "3"),
            ("content-length", "100000"),
            ("Content-LENGTH", "0"),
        )
    ]
    calls.append(
        _call(
            rng.choice(NAMED),
            headers={"content-type": "text/html", **headers, "CONTENT-Length": "1"},
            extensions={"left": 3},
        )
    )
    for call, seen in zip(calls, answer.run("replies", calls=calls), strict=True):
        reply, _ = _document(call, seen)
        sent = [(name.lower(), value) for name, value in reply.headers]
        for name, value in headers.items():
            assert sent.count((name.lower(), value)) == 1, (
                f"{_shown(call)} was sent with {name}: {reply.header(name)!r}; expected {value!r}, once"
            )
        types = [value for name, value in sent if name == "content-type"]
        assert types == [MEDIA_TYPE], (
            f"{_shown(call)} was sent with the Content-Type {' and '.join(types)!r}; expected {MEDIA_TYPE}, once: the "
            "content is a problem, whatever the headers of the caller say"
        )
        lengths = [value for name, value in sent if name == "content-length"]
        assert lengths in ([], [str(len(reply.body))]), (
            f"{_shown(call)} was sent with the Content-Length {' and '.join(lengths)}; expected the {len(reply.body)} bytes "
            "of its content, once. With another length the client waits for bytes, or reads too few of them"
        )


def test_mappings_are_left_alone(answer, rng, word):
    """The headers and the extensions may be read-only mappings, and no call changes them."""
    headers = {"Content-Type": "text/html", "x-trace": word, "content-length": "3"}
    extensions = {"order": {"lines": [word, None]}, "left": rng.randrange(9), "gone": None}
    calls = [
        _call(status, kind, headers=headers, extensions=extensions)
        for status in (rng.choice(NAMED), 304)
        for kind in ("dict", "mappingproxy", "Mapping")
    ]
    forged = extensions | {"status": 200, "detail": word}
    calls.append(_call(rng.choice(NAMED), "dict", headers=headers, extensions=forged))
    for call, seen in zip(calls, answer.run("replies", calls=calls), strict=True):
        what = f"{_shown(call)}, where both are of the type {call[2]},"
        may_be_refused = "status" in call[1]["extensions"]
        if not (may_be_refused and seen.get("refused")):
            reply = Reply(**seen["reply"])
            assert reply.raised is None and reply.status == call[0], (
                f"{what} was sent as {reply}; expected the status {call[0]}. A Mapping has no pop, no copy and no update"
            )
            assert reply.header("x-trace") == word, (
                f"{what} was sent with x-trace: {reply.header('x-trace')!r}; expected {word!r}"
            )
            if call[0] >= 400:
                document = reply.json()
                got = document.get("order") if isinstance(document, dict) else None
                assert got == extensions["order"], (
                    f"{what} has order: {got!r}; expected {extensions['order']!r}"
                )
        assert not seen["changed"], (
            f"{what} has changed the caller's {' and '.join(seen['changed'])}; expected that they stay as they were: an "
            "error's headers may be those of all errors of its class"
        )


def _call(status, kind="dict", **given):
    """A call, as the driver takes it."""
    return status, given, kind


def _shown(call):
    """A call, as a person would write it."""
    status, given, _ = call
    words = [str(status), *(f"{name}={_text(value)}" for name, value in given.items())]
    return f"problem({', '.join(words)})"


def _text(value):
    """A value, as a person would write it, with what had to be described to the driver."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!r}: {_text(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, tuple):
        return f"UUID({value[1]!r})" if value[0] == "uuid" else f"{value[1]}.{value[2]}"
    return repr(value)


def _document(call, seen):
    """The reply and its document. The document can be changed."""
    reply = Reply(**seen["reply"])
    document = reply.json()
    assert reply.raised is None, f"{_shown(call)} was sent as {reply}; expected a problem"
    assert isinstance(document, dict), (
        f"{_shown(call)} was sent as {reply}; expected a JSON object as its content"
    )
    return reply, document


def _names_of(status):
    return RENAMED.get(status) or {HTTPStatus(status).phrase}


def _is_same(sent, got):
    """Whether a JSON value is the one that was given: 1 is 1.0, and is not true."""
    if isinstance(sent, bool) or isinstance(got, bool) or sent is None or got is None:
        return sent is got
    return sent == got


def _difference(where, sent, got):
    """The first difference between the given value and the one in the document; "" if there is none."""
    if isinstance(sent, dict):
        if not isinstance(got, dict) or got.keys() != sent.keys():
            return f"{where} is {got!r}; expected {_text(sent)}"
        each = (_difference(f"{where}.{name}", sent[name], got[name]) for name in sent)
        return next(filter(None, each), "")
    if isinstance(sent, list):
        if not isinstance(got, list) or len(got) != len(sent):
            return f"{where} is {got!r}; expected {_text(sent)}"
        pairs = enumerate(zip(sent, got, strict=True))
        return next(
            filter(None, (_difference(f"{where}[{n}]", one, other) for n, (one, other) in pairs)),
            "",
        )
    fits, expected = _scalar(sent, got)
    return "" if fits else f"{where} is {got!r}, and was {_text(sent)}; expected {expected}"


def _scalar(sent, got):
    """Whether a value was written as it should be, and how that is."""
    if isinstance(sent, Decimal):
        return _is_number(sent, got), f"{sent} as a number or a text of that value"
    if isinstance(sent, datetime):
        return _is_moment(sent, got), f"{sent.isoformat()!r}, a text in ISO 8601 with a T"
    if isinstance(sent, tuple) and sent[0] == "uuid":
        return _is_uuid(sent[1], got), f"the text {sent[1]!r}"
    if isinstance(sent, tuple):
        return _is_same(sent[3], got), f"{sent[3]!r}, the value of this member of an Enum"
    return _is_same(sent, got), repr(sent)


def _is_number(sent, got):
    if isinstance(got, bool) or not isinstance(got, int | float | str):
        return False
    try:
        return Decimal(str(got)) == sent
    except InvalidOperation:
        return False


def _is_moment(sent, got):
    try:
        return isinstance(got, str) and "T" in got and datetime.fromisoformat(got) == sent
    except ValueError:
        return False


def _is_uuid(sent, got):
    try:
        return isinstance(got, str) and UUID(got) == UUID(sent)
    except ValueError:
        return False
