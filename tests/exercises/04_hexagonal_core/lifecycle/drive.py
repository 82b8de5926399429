"""Lead markets through their lives, and write down as data what became of them.

A status is its name, an event (market_id, before, after), a market its status and its events. A refusal is an error's type
and text, and if it is a TransitionRefused what it says.
"""

import dataclasses

from pypatterns.course.checking.probes.errors import described


def _market(answer, value):
    """A market as data; of anything else, its repr."""
    if not isinstance(value, answer.Market):
        return {"gave": repr(value)[:200]}
    events = [_event(answer, event) for event in value.events]
    return {"id": value.id, "status": _name(answer, value.status), "events": events}


def _event(answer, event):
    if not isinstance(event, answer.StatusChanged):
        return repr(event)[:200]
    return (event.market_id, _name(answer, event.before), _name(answer, event.after))


def _name(answer, status):
    return status.name if isinstance(status, answer.MarketStatus) else repr(status)[:100]


def _changed(answer, market, wanted):
    """The changed market, or None, and what became of the call as data."""
    try:
        changed = answer.change(market, answer.MarketStatus[wanted])
    except Exception as error:  # noqa: BLE001 - whatever comes out is a refusal; of which kind is data
        return None, _refusal(answer, error)
    told = _market(answer, changed)
    return (None if "gave" in told else changed), told


def _refusal(answer, error):
    told = {"refused": described(error)["type"], "text": described(error)["text"]}
    if isinstance(error, answer.TransitionRefused):
        said = {name: _name(answer, getattr(error, name, None)) for name in ("current", "wanted")}
        told["said"] = said
    return told


def _led(answer, id, way):
    """A new market, changed from status to status; what came of each step."""
    market, steps = answer.Market(id), []
    for wanted in way:
        market, told = _changed(answer, market, wanted)
        steps.append(told)
        if market is None:
            break
    return market, steps


def pairs(answer, id, wanted):
    """A market in each status is asked to change to each status."""
    return [
        _changed(answer, answer.Market(id, answer.MarketStatus[current]), each)[1]
        for current, each in wanted
    ]


def led(answer, id, ways):
    """New markets are changed from status to status."""
    return [_led(answer, id, way)[1] for way in ways]


def refused(answer, id, way, attempts, last):
    """Three markets are led the same way and asked for what is refused; the first is led on, of the second a copy, the third is pulled."""
    seen = {}
    for name in ("market", "copy", "pull"):
        market, steps = _led(answer, id, way)
        if market is None:
            return {"stopped": steps[-1]}
        seen.setdefault("before", _market(answer, market))
        for wanted in attempts:
            _changed(answer, market, wanted)
        if name == "copy" and dataclasses.is_dataclass(market):
            market = dataclasses.replace(market)
        seen[name] = _market(answer, market)
        ended = _pull(answer, market) if name == "pull" else _changed(answer, market, last)
        seen[f"then {name}"] = ended[1]
    return seen


def kept(answer, id, way, allowed, refused):
    """A market is led some way; then it is changed, asked for what is refused, and its events are pulled."""
    market, steps = _led(answer, id, way)
    if market is None:
        return {"stopped": steps[-1]}
    seen = {"before": _market(answer, market)}
    _changed(answer, market, allowed)
    seen["after a change"] = _market(answer, market)
    _changed(answer, market, refused)
    seen["after a refusal"] = _market(answer, market)
    answer.pull_events(market)
    seen["after a pull"] = _market(answer, market)
    return seen


def pulled(answer, id, way, last):
    """The events of a market are pulled twice, it is changed, and they are pulled once more."""
    market, steps = _led(answer, id, way)
    if market is None:
        return {"stopped": steps[-1]}
    seen = {"fresh": _pull(answer, answer.Market(id))[1], "before": _market(answer, market)}
    for when in ("first", "second"):
        market, seen[when] = _pull(answer, market)
        if market is None:
            return seen
    market, seen["changed"] = _changed(answer, market, last)
    if market is not None:
        market, seen["third"] = _pull(answer, market)
    return seen


def _pull(answer, market):
    """The market without events, or None, and what came as data."""
    got = answer.pull_events(market)
    if not (isinstance(got, tuple) and len(got) == 2 and isinstance(got[1], tuple)):
        return None, {"gave": repr(got)[:300]}
    quiet, events = got
    told = _market(answer, quiet)
    if "gave" in told:
        return None, {"gave": repr(got)[:300]}
    return quiet, {"market": told, "events": [_event(answer, event) for event in events]}


def branched(answer, id, way, *, one, other, onward):
    """Two changes begin with the same market; one of the two goes on."""
    market, steps = _led(answer, id, way)
    if market is None:
        return {"stopped": steps[-1]}
    left, seen_left = _changed(answer, market, one)
    right, seen_right = _changed(answer, market, other)
    if left is None or right is None:
        return {"stopped": seen_left if left is None else seen_right}
    seen = {"one": _market(answer, left), "other": seen_right}
    _changed(answer, left, onward)
    answer.pull_events(left)
    seen["one later"], seen["other later"] = _market(answer, left), _market(answer, right)
    return seen
