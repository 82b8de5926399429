"""The behaviours of change and pull_events, each proven by one check."""

STATUSES = ("DRAFT", "ACTIVE", "SUSPENDED", "CLOSED")
ALLOWED = {
    "DRAFT": ("ACTIVE",),
    "ACTIVE": ("SUSPENDED", "CLOSED"),
    "SUSPENDED": ("ACTIVE", "CLOSED"),
    "CLOSED": (),
}
PAIRS = [(current, wanted) for current in STATUSES for wanted in STATUSES]


def test_all_sixteen_pairs(answer, word):
    """Of the sixteen pairs of statuses, the five of the table give a market in the wanted status; the other eleven are refused, same to same too."""
    for (current, wanted), got in _sixteen(answer, word):
        call = f"change(a market that is {current}, {wanted})"
        if wanted in ALLOWED[current]:
            assert got.get("status") == wanted, (
                f"{call} {_became(got)}; expected a market that is {wanted}. Refused for being in one status, a market may "
                "still change from it to another: ask for both, where it stands and where it is to go"
            )
            assert got["id"] == word, (
                f"{call} gave the market {got['id']!r}; expected {word!r}, the same one"
            )
        else:
            assert "refused" in got, (
                f"{call} {_became(got)}; expected a refusal. {_why_refused(current, wanted)}"
            )


def test_a_refusal_says_what_was_refused(answer, word):
    """A refusal is a TransitionRefused, whose `current` and `wanted` are the two statuses."""
    refused = [
        (current, wanted, got)
        for (current, wanted), got in _sixteen(answer, word)
        if "refused" in got and wanted not in ALLOWED[current]
    ]
    assert refused, (
        "of sixteen changes none was refused; expected TransitionRefused for some of them"
    )
    for current, wanted, got in refused:
        call = f"change(a market that is {current}, {wanted})"
        assert "said" in got, f"{call} {_became(got)}; expected a TransitionRefused"
        assert got["said"] == {"current": current, "wanted": wanted}, (
            f"{call} raised a TransitionRefused with current={got['said']['current']} and wanted={got['said']['wanted']}; "
            f"expected {current} and {wanted}. Whoever answers the request makes a sentence of the two"
        )


def test_a_change_adds_one_event(answer, word):
    """A change adds exactly one event, with the market's id and the statuses before and after, behind all earlier events."""
    onward = ["ACTIVE", "SUSPENDED"]
    ways = [[*onward, *onward, "ACTIVE", "CLOSED"], [*onward, "CLOSED"]]
    for way, steps in zip(ways, answer.run("led", id=word, ways=ways), strict=True):
        events = _events(word, way)
        for count, got in enumerate(steps, start=1):
            walk = _walk(way[:count])
            assert "events" in got, f"{walk}: the last change {_became(got)}; expected a market"
            assert got["events"] == events[:count], (
                f"{walk}: the market has the events {_told(got['events'])}; expected {_told(events[:count])}. "
                f"{_how_events_differ(got['events'], events[:count])}"
            )
    for (current, wanted), got in _sixteen(answer, word):
        if wanted in ALLOWED[current] and "events" in got:
            event = [(word, current, wanted)]
            assert got["events"] == event, (
                f"change(a market that is {current} and has no events, {wanted}): the market has the events "
                f"{_told(got['events'])}; expected {_told(event)}. {_how_events_differ(got['events'], event)}"
            )


def test_a_refused_change_adds_none(answer, word):
    """A refused change adds no event, neither to the market nor to what is made of it later."""
    for way in (["ACTIVE"], ["ACTIVE", "SUSPENDED"]):
        _assert_refusals_add_none(answer, word, way)


def test_the_given_market_stays_as_it_is(answer, word):
    """The market that is passed in keeps its status and its events."""
    way = ["ACTIVE"]
    seen = answer.run("kept", id=word, way=way, allowed="SUSPENDED", refused="DRAFT")

    _assert_led(seen, way)
    before = seen.pop("before")
    for when, market in seen.items():
        assert market == before, (
            f"a market that is {before['status']}, with the events {_told(before['events'])}: {when}, the one that was passed in is "
            f"{market['status']} with the events {_told(market['events'])}; expected it unchanged. Somebody may still show "
            "it, compare with it, or give up the change"
        )


def test_events_are_pulled_once(answer, word):
    """`pull_events` gives all pending events in order, and a market without any, on which the next pull gives `()`."""
    way = ["ACTIVE", "SUSPENDED", "ACTIVE", "SUSPENDED"]  # two of its events are equal
    last = "CLOSED"

    seen = answer.run("pulled", id=word, way=way, last=last)

    _assert_led(seen, way)
    pending = seen["before"]["events"]
    walk = _walk(way)
    _assert_pulled("pull_events(a new market)", seen["fresh"], [])
    _assert_pulled(f"{walk}: pull_events", seen["first"], pending)
    assert seen["first"]["market"]["status"] == way[-1], (
        f"{walk}: pull_events gave a market that is {seen['first']['market']['status']}; expected {way[-1]}: only its "
        "events are taken away"
    )
    _assert_pulled(
        f"{walk}: a second pull_events, on the market that the first one gave,", seen["second"], []
    )
    if "third" in seen:
        event = [(word, way[-1], last)]
        _assert_pulled(f"{walk}, all pulled, then {last}: pull_events", seen["third"], event)


def test_branches_share_nothing(answer, word):
    """Two markets that were made from the same one do not get each other's events."""
    way = ["ACTIVE"]
    seen = answer.run(
        "branched", id=word, way=way, one="SUSPENDED", other="CLOSED", onward="ACTIVE"
    )

    _assert_led(seen, way)
    for name, status, foreign in (("one", "SUSPENDED", "CLOSED"), ("other", "CLOSED", "SUSPENDED")):
        for when in (name, f"{name} later"):
            events = seen[when]["events"]
            others = [each for each in events if foreign in each]
            assert not others and len(events) <= len(way) + 1, (
                f"from one ACTIVE market, change(…, SUSPENDED) and change(…, CLOSED): the one that became {status} has the "
                f"events {_told(events)}; expected none of the other one's"
            )


def _sixteen(answer, word):
    return zip(PAIRS, answer.run("pairs", id=word, wanted=PAIRS), strict=True)


def _assert_led(seen, way):
    """Say what stood in the way, if a driver got nowhere."""
    assert "stopped" not in seen, (
        f"leading a market {_walk(way)} and on, a change {_became(seen['stopped'])}; expected a market: that is allowed"
    )


def _assert_refusals_add_none(answer, word, way):
    attempts = [status for status in STATUSES if status not in ALLOWED[way[-1]]]
    last = ALLOWED[way[-1]][0]

    seen = answer.run("refused", id=word, way=way, attempts=attempts, last=last)

    _assert_led(seen, way)
    walk = f"{_walk(way)}, then {', '.join(attempts)} were refused"
    before = seen["before"]["events"]
    why = "Nothing has happened, and whoever is told of it acts on what never was"
    for name, what in (("market", "the market"), ("copy", "a copy of it")):
        assert seen[name]["events"] == before, (
            f"{walk}: {what} has the events {_told(seen[name]['events'])}; expected {_told(before)} as before. {why}"
        )
        then = seen[f"then {name}"].get("events", [])
        assert len(then) <= len(before) + 1, (
            f"{walk}, then {what} became {last}, and its events are {_told(then)}; expected one more than {_told(before)}. {why}"
        )
    pulled = seen["then pull"].get("events", [])
    assert len(pulled) <= len(before), (
        f"{walk}: pull_events gave the events {_told(pulled)}; expected no more than {_told(before)}. {why}"
    )


def _assert_pulled(call, got, events):
    assert "gave" not in got, (
        f"{call} gave {got['gave']}; expected a tuple of a market and a tuple of events"
    )
    assert got["events"] == events, (
        f"{call} gave the events {_told(got['events'])}; expected {_told(events)}. {_how_pulls_differ(got['events'], events)}"
    )
    assert got["market"]["events"] == [], (
        f"{call} gave a market that still has the events {_told(got['market']['events'])}; expected one without: they would be "
        "told again"
    )


def _events(id_, way):
    """The events of a new market that goes this way."""
    return [(id_, before, after) for before, after in zip(["DRAFT", *way], way, strict=False)]


def _how_pulls_differ(got, expected):
    if got == expected[-1:] != expected:
        return "All but the last are lost: whoever listens hears of one change, and there were more"
    if len(got) == len(expected) or got == _without_equals(expected):
        return _how_events_differ(got, expected)
    return "Each is told once: an event that comes twice is a second e-mail, and one that never comes is none"


def _how_events_differ(got, expected):
    if len(got) < len(expected):
        return _how_they_got_lost(got, expected)
    if len(got) > len(expected):
        return "One change is one event"
    if sorted(map(str, got)) == sorted(map(str, expected)):
        return "Whoever hears of them in this order is led the wrong way"
    if any(before == after for _, before, after in filter(_is_event, got)):
        return "Its statuses before and after are the same: it tells of no change"
    return "An event says where the market was before the change, and where it is after it"


def _how_they_got_lost(got, expected):
    if got == expected[-1:]:
        return "All earlier events are lost, and nobody has pulled them yet"
    if got == _without_equals(expected):
        return "An event that equals an earlier one tells of another change: it is not the same one twice"
    return "An event that nobody has pulled yet is lost"


def _without_equals(events):
    return list(dict.fromkeys(events))


def _is_event(each):
    """What is none comes as its repr."""
    return not isinstance(each, str)


def _walk(way):
    return " → ".join(["DRAFT", *way])


def _told(events):
    """Events in short: "(tea-4821 DRAFT → ACTIVE)"."""
    told = ["{} {} → {}".format(*each) if _is_event(each) else each for each in events]
    return f"({', '.join(told)})"


def _became(got):
    if "refused" in got:
        return f"raised {got['refused']}: {got['text']}"
    return f"gave {got['gave']}" if "gave" in got else f"gave a market that is {got['status']}"


def _why_refused(current, wanted):
    if current == wanted:
        return "Nothing would change, and whoever asked for it believes that something has"
    if current == "CLOSED":
        return "Closed is closed: what was settled would have to be settled again"
    return "The table has no such way"
