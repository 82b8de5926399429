"""Put a SingleFlightCache to work and write down what happened.

No driver hopes that two things overlap. Where a load, or a caller between two lines, must be overtaken, it is held
until the wrong thing has happened, until everyone else stands still, so that nothing more can happen, or until half
a second has passed. A right answer therefore waits for milliseconds, and a wrong one shows every time.
"""

import gc
import weakref
from contextlib import suppress
from functools import partial
from threading import Event
from time import monotonic

from pypatterns.course.checking.probes.pause import Pause, first_wrong, then
from pypatterns.course.checking.probes.threads import Deadlocked, in_threads, together, values
from pypatterns.course.checking.probes.watch import BOUND, Watch

TURNS = 4  # looks at the others, where a thread is held in the middle of many steps
PATIENCE = 10  # looks, each a tenth of BOUND after the last, without progress: only then does somebody wait in vain


class Price:
    """What a load returns: an object of its own, equal to no other, which knows its key."""

    def __init__(self, of=None):
        self.of = of


class Outage(Exception):
    """The shop does not answer."""


class Halt(BaseException):
    """Somebody stops the program: no Exception."""


def cold_callers(answer, callers, key):
    """{callers} threads call get({key!r}), a cold key; the first load is held open until a second begins."""
    load, loaded, watch = _held_load(callers, Price)
    got = in_threads(callers, watch.call, _cache(answer, load).get, key)
    strays = [value for value in got if not any(value is one for one in loaded)]
    return {
        "loads": len(loaded),
        "strays": len(strays),
        "stray": repr(strays[0]) if strays else "",
        "objects": len({id(value) for value in got}),
    }


def cold_callers_of_none(answer, callers, key):
    """{callers} threads call get({key!r}), a cold key; the first load is held open until a second begins; once load returns an object, and once None."""
    loads = {}
    for gives, make in (("an object", Price), ("None", lambda: None)):
        load, loaded, watch = _held_load(callers, make)
        asking = partial(watch.call, _cache(answer, load).get, key)
        with suppress(Deadlocked):  # errors and hangs are for other checks to tell
            together(*[asking] * callers)
        loads[gives] = len(loaded)
    return loads


def _held_load(callers, make):
    """A load whose first run is held open until a second begins, what it returned, and the watch for its callers."""
    loaded, second, watch = [], Event(), Watch(callers)

    def load(_):
        value = make()
        loaded.append(value)
        if len(loaded) > 1:
            second.set()
        watch.hold(second)
        return value

    return load, loaded, watch


def overtaken(answer, key):
    """One thread calls get({key!r}), a cold key, and stops before a line of get; another calls get({key!r}) there; so for each line in turn."""
    overtake = partial(_overtake, answer, key, key, kept=())
    pause, loads, calls = first_wrong(
        overtake, lambda _, loads, calls: len(loads) != 1 or not _all_got(f"price of {key}", calls)
    )
    return pause.where() | _outcome(key, calls) | {"loads": len(loads)}


def seen_landing(answer, key):
    """One thread loads {key!r}; another calls get({key!r}) and stops before a line of get; there the load ends, and the first get returns; so for each line in turn."""
    land = partial(_land, answer, key)
    pause, loads, calls = first_wrong(
        land, lambda _, loads, calls: len(loads) != 1 or not _all_got(f"price of {key}", calls)
    )
    return pause.where() | _outcome(key, calls) | {"loads": len(loads)}


def _land(answer, key, nth):
    loads, begun, landed, watch = [], Event(), Event(), Watch(callers=1)

    def load(asked):
        loads.append(asked)
        begun.set()
        if len(loads) == 1:
            watch.hold(pause.reached, turns=TURNS)
        return f"price of {asked}"

    def first():
        return then(landed.set, then, begun.set, cache.get, key)

    def second():
        begun.wait()
        return watch.call(pause.run, cache.get, key)

    cache = _cache(answer, load)
    pause = Pause(answer.__file__, nth, landed, watch)
    return pause, loads, together(first, second)


def hit_overtaken(answer, key, other):
    """One thread calls get({key!r}), which is cached, and stops before a line of get; another calls get({other!r}) there, and only one value may be kept; so for each line in turn."""
    overtake = partial(_overtake, answer, key, other, kept=(key,))
    pause, _, calls = first_wrong(
        overtake, lambda _, __, calls: not _all_got(f"price of {key}", calls[:1])
    )
    return pause.where() | _outcome(key, calls[:1])


def waiter_overtaken(answer, key, other):
    """One thread loads {key!r}, and another waits for it and then stops before a line of get; a third calls get({other!r}) there, and only one value may be kept; so for each line in turn."""
    overtake = partial(_overtake_waiter, answer, key, other)
    pause, calls = first_wrong(overtake, lambda _, calls: not _all_got(f"price of {key}", calls))
    return pause.where() | _outcome(key, calls)


def _overtake(answer, key, other, nth, kept):
    loads, ended, watch = [], Event(), Watch(callers=1)

    def load(asked):
        loads.append(asked)
        return f"price of {asked}"

    def overtake():
        pause.reached.wait()
        return then(ended.set, watch.call, cache.get, other)

    cache = _cache(answer, load, max_size=1)
    for cached in kept:
        cache.get(cached)
    pause = Pause(answer.__file__, nth, ended, watch)
    return pause, loads, together(partial(pause.run, cache.get, key), overtake)


def _overtake_waiter(answer, key, other, nth):
    begun, waits, landed, ended, watch = Event(), Event(), Event(), Event(), Watch(callers=1)

    def load(asked):
        if asked == key and not begun.is_set():
            begun.set()
            watch.hold(pause.reached, turns=TURNS)
            if not pause.reached.is_set():
                waits.set()
        return f"price of {asked}"

    def first():
        return then(landed.set, then, begun.set, cache.get, key)

    def waiter():
        begun.wait()
        return watch.call(pause.run, cache.get, key)

    def overtake():
        pause.reached.wait()
        if waits.is_set():  # the waiter has stopped behind its wait, not before it
            landed.wait()
            then(ended.set, cache.get, other)
        ended.set()

    cache = _cache(answer, load, max_size=1)
    pause = Pause(answer.__file__, nth, ended, watch)
    return pause, together(waiter, first, overtake)[:2]


def _all_got(value, calls):
    return all(call.error is None and call.value == value for call in calls)


def _outcome(key, calls):
    """Whether all calls gave the price, and how the first that did not, if any, ended."""
    others = [call for call in calls if not _all_got(f"price of {key}", [call])]
    return {"right": not others, "said": str(others[0]) if others else ""}


def beside_a_slow_load(answer, slow, others, expired=False):
    """One thread calls get({slow!r}), a cold key or one that has expired, and its load is held open; another calls get of a key that is cached, and then of other keys, which are not."""
    cached = _apart_from(slow)
    asks = [(cached, "cached"), *((key, "cold") for key in others), (others[-1], "cached")]
    begun, ended, let_go = Event(), Event(), Event()
    asked, waited, strangers = [], [], []
    now, is_slow = 0.0, not expired

    def load(key):
        if key == slow and is_slow:
            begun.set()
            _hold_while_growing(asked, ended)
            let_go.set()
        return Price(key)

    def first():
        try:
            cache.get(slow)
        finally:
            begun.set()

    def second():
        begun.wait()
        try:
            for key, state in asks:
                asked.append(key)
                of = getattr(cache.get(key), "of", key)  # that it is no price is told elsewhere
                if of != key:
                    strangers.append((key, of))
                if let_go.is_set():
                    waited.append((key, state))
                    return
        finally:
            ended.set()

    cache = _cache(answer, load, clock=lambda: now)
    if expired:
        cache.get(slow)
        now, is_slow = 1000.0, True
    cache.get(cached)
    values(together(first, second))
    key, state = waited[0] if waited else (None, "")
    stranger, of = strangers[0] if strangers else (None, None)
    return {
        "waited": bool(waited),
        "key": key,
        "state": state,
        "strangers": len(strangers),
        "stranger": stranger,
        "of": of,
    }


def _apart_from(slow):
    """A key that shares no stripe with the slow one, so that an array of locks shows on a cold key, not by chance here."""
    names = (f"rate-{n}" for n in range(100_000))
    return next(
        name for name in names if all((hash(name) - hash(slow)) % size for size in range(2, 65))
    )


def failing_load(answer, callers, key, error):
    """{callers} threads call get({key!r}); the first load is held open until the others wait, then every load raises {error}; after that, loads succeed and get({key!r}) is called once more."""
    kind = {"an Exception": Outage, "a BaseException": Halt}[error]
    loads, never, watch, fails = [], Event(), Watch(callers), True

    def load(_):
        loads.append(None)
        if len(loads) == 1:
            watch.hold(never)
        if fails:
            raise kind("the shop is closed")
        return "a price"

    cache = _cache(answer, load)
    ended = together(*[partial(watch.call, cache.get, key)] * callers)
    others = [str(call) for call in ended if not isinstance(call.error, kind)]
    fails, before = False, len(loads)
    (after,) = together(partial(cache.get, key))
    return {
        "raised": kind.__name__,
        "others": len(others),
        "other": others[0] if others else "",
        "loads_after": len(loads) - before,
        "right_after": after.error is None and after.value == "a price",
        "after": str(after),
    }


def ask_twice(answer, values):
    """get is called twice for each of some keys; their loads return {values}."""
    loads = []

    def load(place):
        loads.append(place)
        return values[place]

    cache = _cache(answer, load)
    got = [[cache.get(place), cache.get(place)] for place in range(len(values))]
    return {"got": got, "loads": [loads.count(place) for place in range(len(values))]}


def ask_over_time(answer, ttl, asks):
    """ttl is {ttl}; get is called at these clock times with these keys: {asks}."""
    now, loads = 0.0, []

    def load(key):
        loads.append(key)
        return f"{key}, load {loads.count(key)}"

    cache = _cache(answer, load, ttl=ttl, clock=lambda: now)
    got = []
    for now, key in asks:
        got.append(cache.get(key))
    return got


def fill(answer, max_size, keys):
    """max_size is {max_size}; get is called, twice each, with {keys}, one after the other."""
    load, made = _weakly_noted()
    cache = _cache(answer, load, max_size=max_size)
    for key in keys:
        cache.get(key)
        cache.get(key)
    alive = _alive(made, max_size)
    before = len(made)
    cache.get(keys[-1])
    return {"loads": before, "alive": alive, "last_kept": len(made) == before}


def fill_over_time(answer, max_size, keys):
    """max_size is {max_size}; get is called, twice each, with {keys}, one after the other; before each call all values have become too old."""
    now = 0.0
    load, made = _weakly_noted()
    cache = _cache(answer, load, max_size=max_size, clock=lambda: now)
    for key in keys:
        for _ in range(2):
            now += 1000.0
            cache.get(key)
    return {"alive": _alive(made, max_size)}


def old_when_it_lands(answer, callers, key):
    """{callers} threads call get({key!r}), a cold key; while its load is held open, the clock moves on by more than ttl."""
    now, loads, watch, never = 0.0, [], Watch(callers), Event()

    def load(_):
        nonlocal now
        loads.append(None)
        if len(loads) == 1:
            watch.hold(never)
        now += 1000.0
        return Price()

    cache = _cache(answer, load, clock=lambda: now)
    got = values(together(*[partial(watch.call, cache.get, key)] * callers))
    return {"loads": len(loads), "objects": len({id(value) for value in got})}


def asks_again(answer, key):
    """Two threads call get({key!r}), load raises; who waited calls get again at once, while the other stops before a line of get; so for each line in turn."""
    overtake = partial(_ask_again, answer, key)
    pause, told_again = first_wrong(overtake, lambda _, told_again: bool(told_again))
    return pause.where() | {"stale": bool(told_again)}


def _ask_again(answer, key, nth):
    told_again, loads, watch = [], [], Watch(callers=2)
    begun, never, ended = Event(), Event(), Event()

    def load(asked):
        loads.append(asked)
        begun.set()
        if len(loads) == 1:
            watch.hold(never)
        raise Outage("the shop is closed")

    def first():
        with suppress(Outage):
            then(begun.set, watch.call, pause.run, cache.get, key)

    def second():
        begun.wait()
        try:
            watch.call(cache.get, key)
        except Outage:
            before = len(loads)
            with suppress(Outage):
                cache.get(key)
            if len(loads) == before:
                told_again.append(key)
        finally:
            ended.set()

    cache = _cache(answer, load)
    pause = Pause(answer.__file__, nth, ended, Watch())
    together(first, second)
    return pause, told_again


def fill_at_once(answer, max_size, keys):
    """max_size is {max_size}; get is called with {keys}, each in a thread of its own, and the loads are held open until all have begun."""
    noted, made = _weakly_noted()
    all_begun, watch, begun = Event(), Watch(len(keys)), []

    def load(key):
        begun.append(key)
        if len(begun) == len(keys):
            all_begun.set()
        watch.hold(all_begun, turns=TURNS)
        return noted(key)

    def ask(key):
        watch.call(cache.get, key)  # and let go of the value

    cache = _cache(answer, load, max_size=max_size)
    values(together(*[partial(ask, key) for key in keys]))
    return {"alive": _alive(made, max_size)}


def load_that_asks(answer, key, part):
    """get({key!r}) is called; its load calls get({part!r})."""

    def load(asked):
        return f"{asked} with {cache.get(part)}" if asked == key else asked

    cache = _cache(answer, load)
    return in_threads(1, cache.get, key)[0]


def waited_load_that_asks(answer, callers, key, part):
    """{callers} threads call get({key!r}); when all but one wait, its load calls get({part!r})."""
    never, watch, loads = Event(), Watch(callers), []

    def load(asked):
        if asked == part:
            return asked
        loads.append(asked)
        if len(loads) == 1:
            watch.hold(never)
        return f"{asked} with {cache.get(part)}"

    cache = _cache(answer, load)
    return values(together(*[partial(watch.call, cache.get, key)] * callers))


def loads_that_ask(answer, callers, key, part):
    """{callers} keys are asked for, each in a thread of its own; when all their loads have begun, each calls get({part!r})."""
    keys = [f"{key}-{n}" for n in range(callers)]
    all_begun, watch, begun = Event(), Watch(callers), []

    def load(asked):
        if asked == part:
            return asked
        begun.append(asked)
        if len(begun) == callers:
            all_begun.set()
        watch.hold(all_begun, turns=TURNS)
        return f"{asked} with {cache.get(part)}"

    cache = _cache(answer, load, max_size=2 * callers)
    return values(together(*[partial(watch.call, cache.get, key) for key in keys]))


def _cache(answer, load, ttl=60.0, max_size=16, clock=lambda: 1000.0):
    return answer.SingleFlightCache(load, ttl=ttl, max_size=max_size, clock=clock)


def _hold_while_growing(asked, ended):
    """Hold this thread until the event, or until the list has not grown for BOUND: its thread waits."""
    idle, before = 0, -1
    while idle < PATIENCE and not ended.wait(BOUND / PATIENCE):
        idle = idle + 1 if len(asked) == before else 0
        before = len(asked)


def _weakly_noted():
    """A load, and the list of weak references to all that it returned."""
    made = []
    gc.freeze()  # what is here already costs no collection below

    def load(_):
        price = Price()
        made.append(weakref.ref(price))
        return price

    return load, made


def _alive(made, max_size):
    """How many of the values somebody still holds; a thread of the answer's own has BOUND to end."""
    never, end = Event(), monotonic() + BOUND
    while True:
        gc.collect()
        alive = sum(value() is not None for value in made)
        if alive <= max_size or monotonic() > end:
            return alive
        never.wait(0.01)
