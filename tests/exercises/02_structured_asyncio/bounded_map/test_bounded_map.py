"""The behaviours of bounded_map, each proven by one check."""

from heapq import heapify, heapreplace


def _worth(order):
    if order is None:
        return "nothing"
    name, _ = order
    return {"none": None, "error": "an Outage"}.get(name, len(name))


def test_results_come_in_order(answer, word):
    """There is one result for each item, whatever it is, in the order of items; no items give []."""
    names = [word, "tea", "none", word, "error", "rice"]
    for orders, limit in (
        ([[name, 5 - place] for place, name in enumerate(names)], 3),  # the last is done first
        ([[name, 0] for name in names], 2),  # a call may return without having waited
        ([None, [word, 1], None], 2),
        ([[word, 1]], 4),
        ([], 2),
    ):
        seen = answer.run("mapped", orders=orders, limit=limit)

        expected = [_worth(order) for order in orders]
        told = (
            f"bounded_map(fn, {orders!r}, limit={limit}), where an order is [name, seconds] and fn returns the length of the "
            "name, or None for 'none', an Outage object for 'error', and 'nothing' for the order None,"
        )
        assert not seen["raised"], (
            f"{told} raised {', '.join(seen['raised'])}; expected {expected!r}. Items may be equal, or None, or no keys of a "
            "dict"
        )
        got = seen["got"]
        is_shuffled = sorted(map(repr, got)) == sorted(map(repr, expected))
        shuffled = ", the right results in another order" if is_shuffled else ""
        assert got == expected, (
            f"{told} gave {got!r}{shuffled}; expected {expected!r}. Keep each result "
            "with its item's place: calls end in any order, and items and results may be None"
        )


def test_limit_calls_at_once_and_never_more(answer, rng):
    """As long as there are items, `limit` calls run at once, and never more."""
    limit = rng.randrange(3, 6)
    for count, allowed in ((2 * limit + 1, limit), (2, limit), (3, 1), (60, 50)):
        seen = answer.run("timeline", seconds=[1] * count, limit=allowed)

        assert seen["highest"] <= allowed, (
            f"with {count} items and limit={allowed}, {seen['highest']} calls ran at once; expected never more than "
            f"{allowed}"
        )
        at_once, most = seen["started"].count(0), min(count, allowed)
        assert at_once == most, (
            f"with {count} items and limit={allowed}, {at_once} calls started at the beginning; expected {most}. Calls "
            "that may run and do not are time lost"
        )


def test_a_free_slot_is_filled_at_once(answer, rng):
    """When a call ends, the next item's call starts at the same moment, however long the others still take."""
    limit = rng.randrange(2, 4)
    # the first call outlasts all others
    seconds = [20, *(rng.randrange(2, 12) / 4 for _ in range(7))]
    seconds[limit : limit + 2] = [0.5, 3.0]  # so a batch ends later than its first call

    started = answer.run("timeline", seconds=seconds, limit=limit)["started"]

    free = [0.0] * limit
    heapify(free)
    expected = []
    for takes in seconds:
        expected.append(free[0])
        heapreplace(free, free[0] + takes)
    assert started == expected, (
        f"with limit={limit} and calls that take {seconds!r} s, the calls started at {started!r}; expected "
        f"{expected!r}. A call that has ended must make room for the next one, without waiting for any other"
        f"{_kind_of_wait(started, seconds, limit)}"
    )


def _kind_of_wait(started, seconds, limit):
    """What the times of the starts tell about what an answer waits for."""
    if started == _in_batches(seconds, limit):
        return f". These are the times of batches: {limit} calls at a time wait for the slowest of those before"
    if started == _after_the_oldest(seconds, limit):
        return ". These are the times of a queue: each call waits until the oldest one has ended"
    return ""


def _in_batches(seconds, limit):
    starts, now = [], 0.0
    for place in range(0, len(seconds), limit):
        batch = seconds[place : place + limit]
        starts += [now] * len(batch)
        now += max(batch)
    return starts


def _after_the_oldest(seconds, limit):
    starts = []
    for place in range(len(seconds)):
        oldest = place - limit
        free = starts[oldest] + seconds[oldest] if oldest >= 0 else 0.0
        starts.append(max([free, *starts[-1:]]))
    return starts


def test_items_are_taken_as_they_are_needed(answer, rng):
    """At no moment more than limit + 5 items have been taken beyond those whose calls have ended."""
    items = 60
    for limit in (1, rng.randrange(2, 5)):
        seen = answer.run("ahead", items=items, limit=limit, slow=rng.randrange(3))

        assert seen["taken"] == items, (
            f"of {items} items {seen['taken']} were taken; expected all of them"
        )
        furthest = "all of them" if seen["furthest"] == items else seen["furthest"]
        assert seen["furthest"] <= limit + 5, (
            f"with limit={limit} and an iterator of {items} items, {furthest} had been taken beyond those whose "
            f"calls had ended; expected at most {limit + 5}. Items may be a million rows of a file, or never end: take the "
            "next one when there is a slot for it"
        )


def _failures(word, rng):
    """Orders, the bad one among them, and a limit: at the moment when it fails no other call ends."""
    slow = [[f"slow-{n}", 30 + n] for n in range(12)]
    place = rng.randrange(1, 3)
    first = [*slow[:place], [word, 1], *slow[place:]]
    later = [slow[0], ["quick", 1], slow[1], [word, 2], *slow[2:]]
    soon = [[word, 1], *([f"soon-{n}", 1 + n / 8] for n in (1, 2, 3)), *slow]
    at_the_end = [*slow[:6], ["quick", 0.5], [word, 1]]
    return (first, 4), (later, 3), (soon, 4), (at_the_end, 8)


def _seen_failing(answer, orders, bad, limit):
    seen = answer.run("failing", orders=orders, bad=bad, limit=limit)

    assert seen["failed"] is not None, (
        f"with limit={limit} and the items {[name for name, _ in orders]!r}, no call of fn for {bad!r} came to its end; "
        "expected one call for each item, until one fails"
    )
    return seen


def _clean_up_finished(seen, told):
    assert not seen["interrupted"], (
        f"{told}; the calls {seen['interrupted']!r} had been cancelled a second time, in the middle of their clean-up, "
        "which so never came to its end; expected one cancel() for each, and then patience: `gather`, for one, has "
        "cancelled its tasks when it is cancelled itself"
    )
    assert not seen["running"], (
        f"{told}; the calls {seen['running']!r} had been cancelled and had not finished their clean-up, which takes half "
        "a second or more. `cancel()` only asks: wait for the tasks, too"
    )


def test_an_error_comes_out_after_the_others_have_cleaned_up(answer, word, rng):
    """If a call fails, the other calls are cancelled, and when they have finished their clean-up the error comes out."""
    for orders, limit in _failures(word, rng):
        seen = _seen_failing(answer, orders, word, limit)

        told = f"with limit={limit}, the call for {word!r} raised Outage after {seen['failed']} s, while others ran"
        assert seen["is_outage"], (
            f"{told}; expected this Outage to come out of bounded_map, bare or in a group, got "
            f"{', '.join(seen['raised']) or 'a list, as if nothing had happened'}"
        )
        assert not seen["not_cancelled"], (
            f"{told}; bounded_map raised after {seen['at']} s, and {seen['not_cancelled']!r} had not been cancelled. "
            "Nobody wants their results any more: cancel them, or they go on behind the caller's back, or hold up the "
            "error"
        )
        _clean_up_finished(seen, f"{told}; bounded_map raised after {seen['at']} s")


def test_nothing_starts_after_a_failure(answer, word, rng):
    """Once a call has failed, no other call starts at any later moment."""
    for orders, limit in _failures(word, rng):
        seen = _seen_failing(answer, orders, word, limit)

        later = seen["later"]
        assert not later, (
            f"with limit={limit}, the call for {word!r} raised Outage after {seen['failed']} s, and later {len(later)} "
            f"more calls started, the first for {later[0]!r}; expected none. Work that begins now is work that nobody "
            "will see"
        )


def test_cancelling_the_caller_cancels_all_calls(answer, rng):
    """If the caller is cancelled, all calls are cancelled, and when they have finished their clean-up CancelledError comes out."""
    limit, after = rng.randrange(2, 5), rng.randrange(1, 9)
    for n_items in (2 * limit, limit - 1):
        orders = [[n, 30] for n in range(n_items)]

        seen = answer.run("cancelled", orders=orders, limit=limit, after=after)

        told = f"with limit={limit} and {n_items} calls of 30 s, the caller was cancelled after {after} s"
        assert not seen["not_cancelled"], (
            f"{told}; expected the calls that ran to be cancelled, but {len(seen['not_cancelled'])} were not. Who waits for "
            "tasks must cancel them when it is cancelled itself"
        )
        _clean_up_finished(seen, f"{told}; bounded_map ended after {seen['at']} s")
        assert not seen["later"], (
            f"{told}; later {len(seen['later'])} more calls started; expected none"
        )
        assert seen["is_cancelled"], (
            f"{told}; expected CancelledError to come out of bounded_map, got {', '.join(seen['raised']) or 'a list'}. Whoever cancels "
            "you relies on it: hand it on when you have cleaned up"
        )


def test_no_task_is_left(answer, word, rng):
    """When bounded_map returns or raises, no task that it started is left."""
    (orders, limit), *_ = _failures(word, rng)
    short = [[n, 1] for n in range(5)]
    for end, seen in (
        ("returned", answer.run("left", orders=short, limit=2)),
        ("returned, with more slots than items,", answer.run("left", orders=short, limit=7)),
        ("raised", answer.run("left", orders=orders, limit=limit, bad=word)),
        ("was cancelled", answer.run("left", orders=orders, limit=limit, after=0.5)),
    ):
        assert seen["started"], (
            f"when bounded_map {end}, no call of fn had begun; expected calls to run"
        )
        assert not seen["tasks"], (
            f"when bounded_map {end}, these tasks had not ended: {', '.join(seen['tasks'])}; expected none. Whoever starts a task "
            "sees it to its end"
        )
