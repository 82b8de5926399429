"""The behaviours of SingleFlightCache, each proven by one check."""

from pypatterns.course.checking.judge.failures import CallFailed
from pypatterns.course.checking.report.model import Verdict

# Usual sizes of an array of locks, beyond 64: two numbers that differ by one of these would share a lock.
STRIPES = (128, 256, 512, 1024, 2048, 4096, 100, 500, 1000)


def test_cold_callers_share_one_load(answer, word):
    """Eight threads that ask for a cold key at the same time cause one load, and all get the object that it returned."""
    seen = answer.run("cold_callers", callers=8, key=word)

    assert seen["loads"] == 1, (
        f"eight threads called get({word!r}) on an empty cache, and load ran {seen['loads']} times; expected 1. While "
        "one thread loads a key, the others must find a marker that says so, wait, and take its value"
    )
    assert seen["strays"] == 0 and seen["objects"] == 1, (
        f"eight threads called get({word!r}) and load ran once; expected the very object that it returned for all eight, "
        f"but {seen['strays']} got something else (the first: {seen['stray']}). Hand on what load returned: no copy, "
        "no wrapper"
    )

    seen = answer.run("old_when_it_lands", callers=8, key=word)

    assert (seen["loads"], seen["objects"]) == (1, 1), (
        f"eight threads called get({word!r}) on an empty cache, and the load took longer than ttl; load ran {seen['loads']} "
        f"times and {seen['objects']} different objects came out; expected 1 of each. Who waited for a load takes what it "
        "gave, however old that is by now: to look again in the cache, and to find it too old, starts the next load"
    )

    seen = answer.run("overtaken", key=word)

    gap = f"one thread called get({word!r}) on an empty cache and stopped before line {seen['line']} ({seen['code']})"
    assert seen["right"], (
        f"{gap}; a second thread called get({word!r}) there; expected 'price of {word}' for both, but one {seen['said']}. "
        "Whatever get reads may change between two of its lines, unless one lock is held over both"
    )
    assert seen["loads"] == 1, (
        f"{gap}; a second thread called get({word!r}) there, and in the end load had run {seen['loads']} times; expected "
        "1. To look for the key and to leave your marker must be one step under one lock, and so must be to store the "
        "value and to remove the marker"
    )

    seen = answer.run("seen_landing", key=word)

    gap = (
        f"one thread loaded {word!r}; a second called get({word!r}) and stopped before line {seen['line']} "
        f"({seen['code']}); there the load ended, and the first get returned"
    )
    assert seen["right"], f"{gap}; expected 'price of {word}' for both, but one {seen['said']}"
    assert seen["loads"] == 1, (
        f"{gap}; in the end load had run {seen['loads']} times; expected 1. The step that stores the value and removes "
        "the marker needs the lock under which the others look for both"
    )

    seen = answer.run("waiter_overtaken", key=word, other="rate")

    assert seen["right"], (
        f"with max_size=1, one thread loaded {word!r}; a second waited for it and stopped before line {seen['line']} "
        f"({seen['code']}); a third called get('rate') there, so that {word!r} had to go; expected 'price of {word}' for "
        f"the first two, but one {seen['said']}. Who waits for a load takes its value from the marker: in the cache it "
        "may be gone again"
    )


def test_no_key_waits_for_another(answer, word, rng):
    """Any two different keys load at the same time, and a hit on one key returns while another loads."""
    first = rng.randrange(1, 10_000)
    numbers = [first + step for step in (*range(1, 65), *STRIPES)]
    rounds = [
        (first, numbers, False),
        (word, [f"{word}-{n}" for n in range(150)], False),
        (("GB", word), [("GB", word, n) for n in range(150)], False),
        (f"slow-{word}", [f"{n}-{word}" for n in range(150)], True),
        (-1, [-2, first, -3], False),  # the hash of -1 is that of -2
    ]
    for slow, others, expired in rounds:
        seen = answer.run("beside_a_slow_load", slow=slow, others=others, expired=expired)

        loading = f"load({slow!r}){', whose value had expired,' if expired else ''}"
        assert not seen["strangers"], (
            f"while {loading} was still running, another thread called get({seen['stranger']!r}), and got what load had "
            f"returned for {seen['of']!r}. Two keys may share a hash and are still two keys: keep flights by the key itself"
        )
        assert not seen["waited"], (
            f"while {loading} was still running, another thread called get({seen['key']!r}), a {seen['state']} "
            f"key; expected it to return at once, but it came back only after load({slow!r}) had ended. One slow key "
            "must cost the others nothing: no lock that two keys share may be held while load runs"
        )

    seen = answer.run("hit_overtaken", key=word, other="rate")

    assert seen["right"], (
        f"with max_size=1, one thread called get({word!r}), which was cached, and stopped before line {seen['line']} "
        f"({seen['code']}); another thread called get('rate') in this gap; expected 'price of {word}', but the first "
        f"{seen['said']}. A hit looks and takes in one step under the lock, or what it saw may be gone"
    )


def test_error_reaches_every_caller_and_is_forgotten(answer, word):
    """If load raises, even a BaseException, every waiting caller gets such an error, none hangs, and the next get loads again."""
    for error in ("an Exception", "a BaseException"):
        seen = answer.run("failing_load", callers=6, key=word, error=error)

        assert seen["others"] == 0, (
            f"six threads waited for get({word!r}) and load raised {seen['raised']}, {error}; expected "
            f"{seen['raised']} in all six, but {seen['others']} of them did not get it (the first {seen['other']}). "
            "Who waits for a load must learn that it failed"
        )
        assert seen["loads_after"] > 0, (
            f"load({word!r}) raised {seen['raised']}, {error}, once; then get({word!r}) was called again, with a load "
            f"that works; expected a new load, but load did not run and get {seen['after']}. Nothing of a failed "
            "load may stay behind, or one bad moment breaks the key for good"
        )
        assert seen["right_after"], (
            f"after load({word!r}) had raised {seen['raised']}, {error}, get({word!r}) loaded again with success; "
            f"expected the new value, but get {seen['after']}"
        )

    seen = answer.run("asks_again", key=word)

    assert not seen["stale"], (
        f"two threads called get({word!r}), and load raised; the first stopped before line {seen['line']} ({seen['code']}), "
        f"the second got the error and called get({word!r}) again; expected a new load, but it got the old error without "
        "one. Whoever has been told may ask again at once: take the flight away first, and tell then"
    )


def test_none_is_cached_like_any_value(answer, word):
    """None is cached like any other value."""
    values = [0, "", [], False, None]
    seen = answer.run("ask_twice", values=values)

    for value, got, loads in zip(values, seen["got"], seen["loads"], strict=True):
        assert got == [value, value], (
            f"load returned {value!r} and get was called twice for its key; expected {value!r} both times, got {got}"
        )
        assert loads == 1, (
            f"load returned {value!r} and get was called twice for its key; load ran {loads} times, expected 1. "
            "Whether a key is cached must not be read from its value: ask whether the key is there"
        )

    loads = answer.run("cold_callers_of_none", callers=8, key=word)

    if loads["an object"] == 1:  # else it is not the None that makes the difference
        assert loads["None"] == 1, (
            f"eight threads called get({word!r}) on an empty cache; when load returned an object it ran once, when it "
            f"returned None {loads['None']} times; expected 1 both times. Who waited for a load must not take its None "
            "for a load that failed"
        )


def test_value_expires_after_ttl(answer, word, rng):
    """A value younger than ttl is served without a load, and an older one is loaded anew."""
    ttl = rng.randrange(20, 90)
    start = rng.randrange(1_000, 9_000)
    other = f"other-{word}"
    # (age of the cache in ttl, key, which load of this key must be served): nothing is asked at an age of exactly ttl
    steps = [
        (0.0, word, 1),
        (0.5, other, 1),
        (0.9, word, 1),
        (1.1, word, 2),
        (1.3, other, 1),
        (1.6, other, 2),
        (2.0, word, 2),
        (2.2, word, 3),
    ]
    asks = [(round(start + share * ttl, 1), key) for share, key, _ in steps]

    got = answer.run("ask_over_time", ttl=ttl, asks=asks)

    loaded_at, loads = {}, {}
    for (time, key), (_, _, nth), value in zip(asks, steps, got, strict=True):
        last, is_new = loaded_at.get(key), nth > loads.get(key, 0)
        if is_new:
            loads[key], loaded_at[key] = nth, time
        age = (
            "it was never loaded before"
            if last is None
            else f"its last load, at {last}, is {time - last:.1f} s old, which is {'older' if is_new else 'younger'} than ttl"
        )
        assert value == f"{key}, load {nth}", (
            f"with ttl={ttl}, get({key!r}) at clock time {time} returned {value!r}; expected '{key}, load {nth}', "
            f"because {age}. Age counts from the load of this very key, on the clock that you were given"
        )


def test_at_most_max_size_values_are_kept(answer, word, rng):
    """After more than max_size keys, at most max_size of their values are still referenced, the last loaded among them."""
    many = rng.randrange(3, 7)
    for max_size in (1, many):
        keys = [f"{word}-{n}" for n in range(3 * max_size + 1)]
        seen = answer.run("fill", max_size=max_size, keys=keys)

        assert seen["loads"] >= len(keys), (
            f"with max_size={max_size}, get was called for {len(keys)} keys, each of them cold; load was called "
            f"{seen['loads']} times, expected at least once for each"
        )
        assert seen["alive"] <= max_size, (
            f"with max_size={max_size}, get was called for {len(keys)} keys; {seen['alive']} of their values are "
            f"still referenced, expected at most {max_size}. Whatever you keep for a key, a finished Future too, "
            "keeps its value alive"
        )
        assert seen["last_kept"], (
            f"with max_size={max_size}, get was called for {len(keys)} keys and then for the last of them again; "
            "expected its value without another load, but it had been dropped. Make room by dropping others, never "
            "the one that was just loaded"
        )

    keys = [f"{word}-{n}" for n in range(3 * many)]
    seen = answer.run("fill_over_time", max_size=many, keys=keys)

    assert seen["alive"] <= many, (
        f"with max_size={many}, get was called twice for each of {len(keys)} keys, and before each call all values had become "
        f"too old; {seen['alive']} of all values are still referenced, expected at most {many}. What has expired is over: "
        "whatever still keeps it grows for as long as the program runs"
    )

    seen = answer.run("fill_at_once", max_size=many, keys=keys)

    assert seen["alive"] <= many, (
        f"with max_size={many}, {len(keys)} threads loaded {len(keys)} keys at the same time; {seen['alive']} of their "
        f"values are still referenced, expected at most {many}. Make room when you store a value: room made before a "
        "load is gone when it ends"
    )


def test_load_may_get_another_key(answer, word):
    """A load may itself call get for another key."""
    why = f"load({word!r}) called get('rate') and got no value"
    got = _asked(answer, "load_that_asks", why, key=word, part="rate")

    assert got == f"{word} with rate", (
        f"load({word!r}) called get('rate') and used its value; expected get({word!r}) to return '{word} with rate', "
        f"got {got!r}"
    )

    why = (
        f"three threads called get({word!r}); its load called get('rate') while the others waited, and not all of them got a "
        "value. Keep what belongs to one flight with that flight: a load may begin another one"
    )
    got = _asked(answer, "waited_load_that_asks", why, callers=3, key=word, part="rate")

    assert got == [f"{word} with rate"] * 3, (
        f"three threads called get({word!r}), and its load, while the others waited, called get('rate') and used its value; "
        f"expected '{word} with rate' for all three, got {got!r}"
    )

    why = "36 keys were loaded at the same time, and each load called get('rate'), which all had to wait for"
    got = _asked(answer, "loads_that_ask", why, callers=36, key=word, part="rate")

    expected = [f"{word}-{n} with rate" for n in range(36)]
    wrong = next(((a, b) for a, b in zip(expected, got, strict=True) if a != b), ("", ""))
    assert got == expected, (
        "36 keys were loaded at the same time and each load called get('rate') and used its value; expected "
        f"{wrong[0]!r}, got {wrong[1]!r}"
    )


def _asked(answer, driver, why, **inputs):
    """What the driver found; of a call that never ends the learner is told what it was at, too."""
    try:
        return answer.run(driver, **inputs)
    except CallFailed as failed:
        if failed.verdict in (Verdict.DEADLOCK, Verdict.TIMEOUT):
            failed.message = f"{failed.message} {why[0].upper()}{why[1:]}."
        raise
