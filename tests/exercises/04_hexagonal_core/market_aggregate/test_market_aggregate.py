"""The behaviours of Market, each proven by one check. drive.py says how a try is written as data.

needs_no_work: test_nothing_can_be_assigned, test_only_the_standard_library (neither asks its methods for anything)
"""

import ast
import json
import sys

WAYS = ("Market", "create", "replace", "from_json")
WHY = {
    "replace": " replace() calls the class with the old fields and the new ones, and never calls create",
    "from_json": " What is read was written by somebody else, perhaps by last year's program",
}
STATUSES = ("DRAFT", "ACTIVE", "SUSPENDED", "CLOSED")
NOT_TEXT = (None, 7, ["tea"], b"tea")


def test_valid_values_are_taken(answer, rng, word):
    """All four ways take what is valid: the name is stored trimmed, the id as it is given, name and slug equal plain strings, the status is DRAFT unless given."""
    valid = _valid(rng, word)
    tries = [
        [way, valid, changes]
        for changes in (
            {"name": f"  {word.title()}\t"},
            {"name": f"\n Café “{word}” & 7 "},
            {"slug": rng.choice("0189")},
            {"slug": f"a-1-{word}"},
            {"slug": "-".join([word] * 12)},
            {"id": word},
            {"id": " "},
            {"id": f" {word.title()}/é\n"},
        )
        for way in WAYS
    ]
    expected = [_stored(base | changes) for _, base, changes in tries]

    seen = answer.run("made", tries=tries, expected=expected)

    for one, fields, got in zip(tries, expected, seen, strict=True):
        assert "unequal" in got, f"{_call(*one)} {_instead(got)}; expected a market: all is valid"
        assert not got["unequal"], f"{_call(*one)} made a market {_unlike(got, fields)}"


def test_a_bad_name_or_id_is_refused(answer, rng, word):
    """All four ways refuse a name that is blank or no str, and an id that is empty or no str, with InvalidMarket."""
    bad = [
        *({"name": name} for name in ("", " ", "   ", "\t", "\n", " \n\t")),
        *({"name": name} for name in NOT_TEXT),
        *({"id": id_} for id_ in ("", *NOT_TEXT)),
    ]
    reasons = [_no_text(*one.popitem()) for one in [dict(each) for each in bad]]
    _assert_refused(answer, _valid(rng, word), bad, reasons)


def test_a_bad_slug_is_refused(answer, rng, word):
    """All four ways refuse a slug that is no str, or not wholly `[a-z0-9]+(-[a-z0-9]+)*`, with InvalidMarket."""
    left, right = word.split("-")
    reasons = {
        "": "it is empty",
        word.upper(): "it has upper-case letters",
        f"{left}_{right}": "it has an underscore",
        f"{left} {right}": "it has a blank",
        f"-{word}": "it starts with a hyphen",
        f"{word}-": "it ends with a hyphen",
        f"{left}--{right}": "it has two hyphens in a row",
        f"é{word}": "é is a letter, and none of a-z",
        f"{word}\u0663": "\u0663 is a digit, and none of 0-9",
        f"{word}\n": "it ends with a newline, and `$` matches before that",
    }
    bad = [{"slug": slug} for slug in (*reasons, *NOT_TEXT)]
    told = [*reasons.values(), *(_no_text("slug", each) for each in NOT_TEXT)]
    _assert_refused(answer, _valid(rng, word), bad, told)


def test_the_status_is_a_market_status(answer, rng, word):
    """A status that is no MarketStatus, as the str "ACTIVE", is refused with InvalidMarket; from_json reads the value of one, and refuses all others."""
    valid = _valid(rng, word)
    members = [
        [way, valid, {"status": name if way == "from_json" else ["MarketStatus", name]}]
        for name in STATUSES
        for way in ("Market", "replace", "from_json")
    ]
    expected = [{"status": name} for name in STATUSES for _ in range(3)]  # one for each of the ways
    for one, fields, got in zip(
        members, expected, answer.run("made", tries=members, expected=expected), strict=True
    ):
        assert "unequal" in got, f"{_call(*one)} {_instead(got)}; expected a market"
        assert not got["unequal"], (
            f"{_call(*one)} made a market whose status is {got['unequal']['status']}; expected "
            f"MarketStatus.{fields['status']}"
        )

    raw = [*STATUSES, word.upper(), ["Phase", "ACTIVE"], None, 7, {}]
    unknown = [word.upper(), rng.choice(STATUSES).lower(), "", None, 7, ["ACTIVE"], {}]
    tries = [
        *([way, valid, {"status": each}] for each in raw for way in ("Market", "replace")),
        *(["from_json", valid, {"status": each}] for each in unknown),
    ]
    for one, got in zip(tries, answer.run("refused", tries=tries), strict=True):
        given = one[2]["status"]
        why = "in this JSON stands no status's value"
        if one[0] != "from_json":
            why = f"{_text('status', given)} is no MarketStatus"
            why += ", though it is equal to one" if _is_like_one(given) else ""
        assert got.get("right"), f"{_call(*one)} {_instead(got)}; expected InvalidMarket: {why}"


def test_nothing_can_be_assigned(answer, rng, word):
    """Assigning a field raises AttributeError, an unknown attribute AttributeError or TypeError; a market has no `__dict__`."""
    unknown = f"note_{rng.randrange(1000)}"
    seen = answer.run(
        "assigned", valid=_valid(rng, word), others=_others(rng, word), unknown=unknown
    )

    for name, raised in seen["raised"].items():
        kind, *kinds = raised or ["nothing"]
        wanted = ["AttributeError", "TypeError"] if name == unknown else ["AttributeError"]
        assert set(wanted) & set(kinds), (
            f"market.{name} = … raised {kind}; expected {' or '.join(wanted)}. A market that can be changed in place can "
            "be made invalid in place"
        )
    assert not seen["unequal"], (
        f"after all assignments had been refused, the market has other fields: {seen['unequal']}; expected it unchanged"
    )
    assert not seen["dict"], (
        "a market has a __dict__; expected none. Each market carries a dict about with it, and into that a misspelled "
        "attribute can still be put: a frozen dataclass stops market.x = 1, but not vars(market)['x'] = 1"
    )


def test_the_id_decides(answer, rng, word):
    """Markets with the same id are equal and have the same hash; one with another id is not equal, nor is anything that is no market."""
    seen = answer.run("compared", valid=_valid(rng, word), others=_others(rng, word))

    assert seen["twin"] is True, (
        f"two markets with the same id and all other fields different: == and != {_said(seen['twin'])}; expected them to be "
        "equal. It is the same market, before and after a change"
    )
    assert seen["hash"] is True, (
        f"two equal markets: comparing their hashes {_said(seen['hash'])}; expected the same hash. A set or dict looks by "
        "hash first and finds the market no longer once its name has changed"
    )
    assert seen["other"] is True, (
        f"two markets with different ids and all other fields the same: == and != {_said(seen['other'])}; expected them to "
        "differ"
    )
    for name, differs in seen["strangers"].items():
        assert differs is True, (
            f"comparing a market with {name} {_said(differs)}; expected False, whichever stands on the left: that is no market"
        )


def test_tags_belong_to_the_market(answer, rng, word):
    """Tags that are given as a list become a tuple, which later changes of the list do not reach."""
    tags = ["spice", word, "bulk"]  # in no order: who sorts them is found out each time
    ways = WAYS[:3]

    seen = answer.run("tagged", valid=_valid(rng, word), tags=tags, ways=ways)

    for way, got in zip(ways, seen, strict=True):
        call = f"{_call(way, {}, {'tags': tags})}".replace("(tags", "(…, tags")
        assert "at_once" in got, f"{call} {_instead(got)}; expected a market: tags may be a list"
        for when, what in (("at_once", ""), ("afterwards", " after the caller's list had grown")):
            assert not got[when], (
                f"{call} made a market whose tags are {got[when]['tags']}{what}; expected {tuple(tags)!r}. An annotation "
                "makes no tuple: a frozen market that holds the caller's list changes with it"
            )


def test_json_restores_each_field(answer, rng, word):
    """The JSON is an object with the five fields by name; from_json restores each field of the market that wrote it."""
    names = [f'{word} "A"', "Café & ☕", word, "back\\slash"]
    tags = [["spice", word, "bulk"], [], [word], ["spice", "bulk", "spice"]]
    markets = [
        _valid(rng, word) | {"name": name, "status": status, "tags": some}
        for name, status, some in zip(names, rng.sample(STATUSES, 4), tags, strict=True)
    ]

    for fields, got in zip(markets, answer.run("restored", markets=markets), strict=True):
        if _refuses_repeated_tags(fields["tags"], got):
            continue
        which = f"a market with {', '.join(f'{name}={value!r}' for name, value in fields.items())}"
        assert "unequal" in got, f"{which}: {got.get('in')} {_instead(got)}; expected it back"
        assert _has_fields(got["text"], fields), (
            f"{which}: to_json() gave {got['text']!r}; expected JSON like {json.dumps(fields, ensure_ascii=False)!r}"
        )
        assert not got["unequal"], (
            f"{which} was written as {got['text']!r} and came back {_unlike(got, fields)}. Compare field by field: "
            "markets with the same id are equal, whatever else was lost"
        )


def test_only_the_standard_library(answer):
    """The answer imports nothing but the standard library."""
    tree = ast.parse(answer.answer.source)
    others = sorted({name for name in _imports(tree) if name not in sys.stdlib_module_names})
    assert not others, (
        f"the answer imports {', '.join(others)}; expected the standard library alone. The rules of a market outlive "
        "frameworks, and whoever uses them should need to install none"
    )


def _imports(node):
    """The top-level packages of all imports that can run: those for a type checker do not."""
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        inner = node.orelse
    else:
        inner = ast.iter_child_nodes(node)
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        yield (node.module or "").partition(".")[0]
    for child in inner:
        yield from _imports(child)


def _valid(rng, word):
    return {"id": f"m-{rng.randrange(10**6)}", "name": f"{word.title()} futures", "slug": word}


def _others(rng, word):
    """Another value for each field."""
    status = ["MarketStatus", rng.choice(STATUSES[1:])]
    return {
        "id": f"x-{rng.randrange(10**6)}",
        "name": f"{word} spot",
        "slug": f"{word}-2",
        "status": status,
        "tags": ("other",),
    }


def _stored(fields):
    return {"status": "DRAFT", "tags": ()} | fields | {"name": fields["name"].strip()}


def _assert_refused(answer, valid, bad, reasons):
    tries = [[way, valid, changes] for changes in bad for way in WAYS if _fits(way, changes)]
    why = [
        reason
        for changes, reason in zip(bad, reasons, strict=True)
        for way in WAYS
        if _fits(way, changes)
    ]
    for one, reason, got in zip(tries, why, answer.run("refused", tries=tries), strict=True):
        assert got.get("right"), (
            f"{_call(*one)} {_instead(got)}; expected InvalidMarket: {reason}.{WHY.get(one[0], '')}"
        )


def _fits(way, changes):
    """JSON holds no bytes."""
    return way != "from_json" or not any(isinstance(each, bytes) for each in changes.values())


def _no_text(field, value):
    if isinstance(value, str):
        return f"the {field} is {'blank' if value else 'empty'}"
    return f"{'an' if field == 'id' else 'a'} {field} is a str, and {value!r} is none"


def _call(way, valid, changes):
    if way == "from_json":
        data = {"status": "DRAFT", "tags": []} | valid | changes
        return f"Market.from_json({json.dumps(data, ensure_ascii=False)!r})"
    given = changes if way == "replace" else valid | changes
    names = {"create": "Market.create(", "replace": "dataclasses.replace(market, "}
    told = ", ".join(f"{name}={_text(name, value)}" for name, value in given.items())
    return f"{names.get(way, 'Market(')}{told})"


def _text(field, value):
    is_member = field == "status" and isinstance(value, list)
    return ".".join(value) if is_member else repr(value)


def _is_like_one(status):
    return status in STATUSES or isinstance(status, list)


def _unlike(got, expected):
    """What the first field that is not as expected is, and what it should be."""
    field, value = next(iter(got["unequal"].items()))
    wanted = {"status": "MarketStatus.{}", "tags": "the tuple {!r}"}.get(field, "{!r}")
    shown = tuple(expected[field]) if field == "tags" else expected[field]
    return f"with {field}={value}; expected {wanted.format(shown)}"


def _refuses_repeated_tags(tags, got):
    """Which tags are allowed is left open: a market may refuse one that comes twice."""
    return len(set(tags)) < len(tags) and got.get("in") == "the constructor" and got.get("right")


def _has_fields(text, fields):
    try:
        data = json.loads(text)
    except ValueError:
        return False
    return isinstance(data, dict) and data | fields == data


def _instead(got):
    return f"raised {got['type']}: {got['text']}" if "type" in got else f"gave {got['gave']}"


def _said(answered):
    return f"raised {answered}" if isinstance(answered, str) else "said otherwise"
