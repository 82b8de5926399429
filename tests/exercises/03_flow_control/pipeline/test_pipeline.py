"""The behaviours of pipeline, each proven by one check."""

from heapq import heapreplace

WORTH = {"gives None": "None", "gives ()": "()"}
MOST_TOLD = 8  # names


def _call(workers, maxsize):
    return f"pipeline(source, work, workers={workers}, maxsize={maxsize})"


def _scene(plan, workers, maxsize, **more):
    """All inputs of a driver, so that a report can tell the call."""
    usual = {"then": "ends", "bad": None, "cancel_at": None, "closing": 0.0}
    return {"plan": plan, "workers": workers, "maxsize": maxsize} | usual | more


def _told(plan, workers, maxsize):
    words = [f"{name} ({takes} s)" for name, _, takes in plan]
    if len(words) > MOST_TOLD:
        words[MOST_TOLD - 1 :] = [f"{len(words) - MOST_TOLD + 1} more"]
    items = f"the items {', '.join(words)}" if words else "no item"
    return f"{_call(workers, maxsize)}, where source gives {items}"


def _names(names):
    told = [str(name) for name in names]
    return ", ".join(told[:MOST_TOLD]) + (
        f" and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
    )


def _times(seen, *what):
    return {who: at for at, happened, who in seen["entries"] if happened in what}


def _when(seen, what):
    return [at for at, happened, _ in seen["entries"] if happened == what]


def test_results_come_in_order(answer, word, rng):
    """The result is a list with one result for each item of source, in the order of source, whatever item and result are; an empty source gives []."""
    odd = ["gives None", "no item", "gives an error", "gives ()"]
    names = [word, *odd, f"{word} again", "tea"]
    falling = [
        [name, 0, 5 - place / 2] for place, name in enumerate(names)
    ]  # the last is done first
    for plan, workers, maxsize in (
        (falling, rng.randrange(3, 6), 2),
        ([[name, 0, 0] for name in rng.sample(names, len(names))], 2, 1),  # nothing waits
        ([[name, 1, 0.5] for name in names], 2, 3),  # each worker waits for items
        ([["no item", 0, 1], *([f"{word} {n}", 0, 1] for n in range(4))], 1, 1),
        ([[word, 0, 1], ["no item", 0, 1]], 7, 9),
        ([], 3, 2),
    ):
        seen = answer.run("collected", plan=plan, workers=workers, maxsize=maxsize)

        given = [name for name, _, _ in plan]
        told = f"{_call(workers, maxsize)}, where source gives the items {given!r}"
        assert not seen["raised"], (
            f"{told}, raised {_names(seen['raised'])}; expected a list. Items may be equal, or None, and cannot be keys of a dict"
        )
        assert sorted(seen["worked"]) == sorted(given), (
            f"{told}, called work for {seen['worked']!r}; expected one call for each item"
        )
        expected = [WORTH.get(name, name) for name in given]
        shuffled = (
            " These are the right results in another order."
            if sorted(seen["got"]) == sorted(expected)
            else ""
        )
        assert seen["got"] == expected, (
            f"{told}, returned the results of {seen['got']!r}; expected those of {expected!r}.{shuffled} Keep each result with "
            "its item's place: calls end in any order, and items and results may be None"
        )
        assert seen["is_list"], f"{told}, returned something that is no list; expected a list"


def test_work_begins_at_once(answer, rng):
    """Work begins on the items in the order of source, on each at the moment at which it has been read and a worker is free, and at most `workers` calls run at once."""
    many = rng.randrange(7, 9)
    uneven = [rng.randrange(2, 40) / 8 for _ in range(20)]
    for plan, workers, maxsize in (
        ([[f"n{n}", 0, takes] for n, takes in enumerate(uneven)], many, 2),
        ([[f"n{n}", rng.randrange(4) / 4, takes] for n, takes in enumerate(uneven)], 2, 3),
        ([[f"n{n}", 0.5, takes] for n, takes in enumerate(uneven)], many, 1),
        ([["n0", 0, 20], *([f"n{n}", 0, 1] for n in range(1, 20))], 3, 1),
        ([[f"n{n}", 1, 3] for n in range(3)], many, 9),
    ):
        seen = answer.run("piped", **_scene(plan, workers, maxsize))

        told = _told(plan, workers, maxsize)
        assert not seen["raised"], f"{told}, raised {_names(seen['raised'])}; expected a list"
        read, started = _times(seen, "read"), _times(seen, "started")
        missing = [name for name, _, _ in plan if name not in started]
        assert not missing, (
            f"{told}, returned, and work had never been called for {_names(missing)}; expected one call for each item"
        )
        assert seen["highest"] <= workers, (
            f"{told}: {seen['highest']} calls of work ran at once; expected never more than {workers}"
        )
        expected = _starts(plan, read, workers)
        late = {name: at for name, at in started.items() if at != expected[name]}
        name = next((name for name, _, _ in plan if name in late), None)
        assert not late, (
            f"{told}: item {name} was read at second {read[name]}, and work on it began at second {started[name]}; expected "
            f"second {expected[name]}, when it had been read and a worker was free"
        )


def _starts(plan, read, workers):
    """When each call begins, if an item that has been read goes to the worker that is free first."""
    free, starts = [0.0] * workers, {}
    for name, _, takes in plan:
        starts[name] = max(read[name], free[0])
        heapreplace(free, starts[name] + takes)
    return starts


def test_source_is_read_ahead_within_bounds(answer, rng):
    """Source is read on until `maxsize` items wait for a worker, and at no moment have more than workers + maxsize + 2 items been read beyond those whose work has ended."""
    many = rng.randrange(7, 10)
    for workers, maxsize in ((1, 1), (1, many), (many, 1), (3, many)):
        count = workers + maxsize + 12
        plan = [[f"n{n}", 0, 40 if n < workers else 1] for n in range(count)]
        seen = answer.run("piped", **_scene(plan, workers, maxsize))

        told = f"{_call(workers, maxsize)}, where source gives {count} items without a pause and the first {workers} calls take 40 s"
        _assert_bounds(seen, told, count, workers + maxsize)
        by_then = len([at for at in _when(seen, "read") if at <= 5])
        assert by_then >= workers + maxsize, (
            f"{told}: after 5 s {by_then} items had been read; expected at least {workers + maxsize}, {workers} in work and "
            f"{maxsize} that wait. Read ahead, so that a source that is slow later keeps the workers busy"
        )
    plan = [["n0", 0, 40], *([f"n{n}", 0, 1] for n in range(1, 24))]
    seen = answer.run("piped", **_scene(plan, 2, many))

    told = f"{_call(2, many)}, where source gives {len(plan)} items without a pause, and the first call takes 40 s and each other one 1 s"
    _assert_bounds(seen, told, len(plan), 2 + many)
    by_then = len([at for at in _when(seen, "read") if at <= 30])
    assert by_then == len(plan), (
        f"{told}: after 30 s {by_then} items had been read; expected all of them. One slow call must not keep the other worker from its items"
    )


def _assert_bounds(seen, told, count, most):
    assert len(_when(seen, "read")) == len(_when(seen, "ended")) == count, (
        f"{told}: {len(_when(seen, 'read'))} items were read and {len(_when(seen, 'ended'))} calls of work ended; expected {count} of both"
    )
    assert seen["furthest"] <= most + 2, (
        f"{told}: {seen['furthest']} items had been read beyond those whose work had ended; expected at most {most + 2}. A source "
        "that is faster than its workers must be made to wait, or the memory fills up"
    )


def _slow(count, takes=30):
    return [[f"slow-{n}", 0, takes] for n in range(count)]


def _cleaned_up(seen, told, moment, hint=""):
    """All calls that ran at that moment were cancelled then, and had ended when pipeline did, which was no later."""
    started, over = _times(seen, "started"), _times(seen, "ended", "failed")
    cancelled = _times(seen, "cancelled")
    ran = [who for who, at in started.items() if at <= moment and over.get(who, moment) >= moment]
    ran = [who for who in ran if over.get(who) != moment or who in cancelled]
    went_on = [who for who in ran if who not in cancelled]
    assert not went_on, (
        f"{told}; at second {moment} the calls for {_names(went_on)} ran, and they were never cancelled. Expected all of them to be "
        f"cancelled at that moment{hint}"
    )
    late = {who: cancelled[who] for who in ran if cancelled[who] != moment}
    assert not late, (
        f"{told}; the calls that ran were cancelled at the seconds {sorted(set(late.values()))!r}; expected second {moment}, the moment itself"
    )
    later = [who for who, at in started.items() if at > moment]
    assert not later, (
        f"{told}; after second {moment} {len(later)} more calls of work began, the first for {later[0] if later else None}; expected none"
    )
    interrupted = _times(seen, "interrupted")
    assert not interrupted, (
        f"{told}; the calls for {_names(interrupted)} were cancelled a second time, in the middle of their clean-up, which so never came to "
        "its end. Expected one cancel() for each"
    )
    assert not seen["running"], (
        f"{told}; pipeline ended at second {seen['at']}, when the calls for {_names(seen['running'])} had been cancelled and had not "
        "cleaned up. `cancel()` only asks: wait for the tasks, too"
    )
    last = max([moment, *_when(seen, "cleaned up"), *_when(seen, "closed")])
    assert seen["at"] <= last, (
        f"{told}; all had cleaned up at second {last}, and pipeline ended at second {seen['at']}. Expected it to end then"
    )


def _failing(word, rng):
    """Plans with a call that fails, the numbers, and what source does: no other call ends at the moment of the failure."""
    many = rng.randrange(7, 9)
    full = [[word, 0, 1], *_slow(9)]
    waited = [["slow-a", 0, 30], [word, 0, 1], ["slow-b", 0, 30]]
    last = [["quick", 0, 0.5], ["slow-a", 0, 30], [word, 0.5, 1]]
    alone = [["quick", 0, 0.25], ["short", 0, 0.5], [word, 0, 2]]
    soon = [
        ["soon-a", 0, 1.25],
        [word, 0, 1],
        *([f"soon-{n}", 0, 1.25 + n / 8] for n in range(2)),
        *_slow(8),
    ]
    return (
        (full, 1, 3, "ends"),
        (waited, 4, 2, "waits"),
        (waited, many, 2, "hangs"),
        (last, 3, 2, "ends"),
        (alone, 3, 1, "ends"),
        (soon, 4, 2, "ends"),
        ([[word, 0.5, 1]], 1, 1, "hangs"),
    )


THEN = {
    "ends": "and then ends",
    "hangs": "and then never gives another one",
    "waits": "and then waits for 50 s",
    "raises": "and then raises Outage",
}


def test_an_error_of_work_ends_all(answer, word, rng):
    """If a call of work fails, at that moment source is no longer waited for and the other calls are cancelled; when all have cleaned up, the error comes out, also if the queue is full, source hangs, or source has already ended."""
    for plan, workers, maxsize, then in _failing(word, rng):
        seen = answer.run("piped", **_scene(plan, workers, maxsize, then=then, bad=word))

        told = f"{_told(plan, workers, maxsize)}, {THEN[then]}, and work raises Outage for {word}"
        failed = _times(seen, "failed").get(word)
        assert failed is not None, f"{told}: work was not called for it, or not awaited to its end"
        told = f"{told} at second {failed}"
        assert "work" in seen["from"], (
            f"{told}: expected this Outage to come out of pipeline, bare or in a group, got "
            f"{_names(seen['raised']) or 'a list, as if nothing had happened'}"
        )
        closing = _when(seen, "closing")
        assert then == "ends" or closing == [failed], (
            f"{told}: source was waited for until second {closing[0] if closing else None}; expected second {failed}, the moment itself"
        )
        read = [at for at in _when(seen, "read") if at > failed]
        assert not read, f"{told}: {len(read)} items were read after that; expected none"
        _cleaned_up(seen, told, failed)


def test_an_error_of_source_ends_all(answer, word, rng):
    """If source raises, at that moment the running calls are cancelled, and when they have cleaned up, its error comes out."""
    many = rng.randrange(7, 9)
    running = [[word, 0, 30], ["soon", 0.5, 2.25], ["slow", 1.5, 30]]
    for plan, workers, maxsize in (
        (running, many, 2),
        (running, 4, 9),
        ([[word, 1, 0.5]], 2, 1),
        ([], 2, 1),
    ):
        seen = answer.run("piped", **_scene(plan, workers, maxsize, then="raises"))

        told = f"{_told(plan, workers, maxsize)}, and then raises Outage"
        moment = sum(wait for _, wait, _ in plan)
        assert "source" in seen["from"], (
            f"{told}: expected this Outage to come out of pipeline, bare or in a group, got "
            f"{_names(seen['raised']) or 'a list, as if nothing had happened'}"
        )
        _cleaned_up(seen, f"{told} at second {moment}", moment)


def test_cancelling_the_caller_cancels_all_calls(answer, word, rng):
    """If the caller is cancelled, all calls are cancelled at that moment, and when they have cleaned up, CancelledError comes out."""
    many, after = rng.randrange(7, 9), rng.randrange(5, 9)
    soon = [[word, 0, after + 0.25], *([f"soon-{n}", 0, after + 0.5 + n / 8] for n in range(3))]
    for plan, workers, maxsize, then in (
        ([*soon, *_slow(12)], 4, 2, "ends"),  # the queue is full
        ([*soon, *_slow(3)], many, 2, "ends"),  # source has ended
        (soon, many, 2, "hangs"),
        ([[word, 1, 1]], 2, 1, "hangs"),  # no call runs any more
    ):
        seen = answer.run("piped", **_scene(plan, workers, maxsize, then=then, cancel_at=after))

        told = f"{_told(plan, workers, maxsize)}, {THEN[then]}, and the caller is cancelled at second {after}"
        assert seen["at"] >= after, (
            f"{told}: pipeline had ended at second {seen['at']}; expected it to run until all work is done"
        )
        missing = min(workers, len(plan)) - len(_times(seen, "started"))
        assert missing <= 0, (
            f"{told}: {missing} calls of work had not begun; expected as many as there are workers"
        )
        _cleaned_up(seen, told, after, ". A task that you have started is not cancelled with you")
        assert seen["is_cancelled"], (
            f"{told}: expected CancelledError to come out of pipeline, got {_names(seen['raised']) or 'a list'}. Code that "
            "cancels you relies on it: raise it again when you have cleaned up"
        )


def _ends(word):
    """How pipeline can end, in words, and what makes it end so."""
    short = [[f"n{n}", 0.5, 1] for n in range(5)]
    full = [[word, 0, 1], *_slow(9)]
    waits = [["slow", 0, 30], [word, 0, 1]]
    return (
        ("returned", {"plan": short, "workers": 2, "maxsize": 3}),
        ("returned, with more workers than items,", {"plan": short, "workers": 7, "maxsize": 9}),
        (
            "raised an error of work, with a full queue,",
            {"plan": full, "workers": 2, "maxsize": 2, "bad": word},
        ),
        (
            "raised an error of work, while source was waited for,",
            {"plan": waits, "workers": 3, "maxsize": 2, "bad": word, "then": "hangs"},
        ),
        (
            "raised an error of work, after source had ended,",
            {"plan": waits, "workers": 3, "maxsize": 2, "bad": word},
        ),
        (
            "raised an error of source",
            {"plan": waits, "workers": 3, "maxsize": 2, "then": "raises"},
        ),
        (
            "was cancelled, with a full queue,",
            {"plan": full, "workers": 2, "maxsize": 2, "cancel_at": 0.5},
        ),
        (
            "was cancelled, while source was waited for,",
            {"plan": waits, "workers": 3, "maxsize": 2, "then": "hangs", "cancel_at": 0.5},
        ),
    )


def _assert_worked(started, end):
    assert started, f"when pipeline {end} no call of work had begun; expected it to work"


def test_source_is_closed(answer, word):
    """However pipeline ends, source is closed by then, and its clean-up has come to its end."""
    for end, inputs in _ends(word):
        seen = answer.run("piped", **_scene(**inputs, closing=0.25))

        _assert_worked(_times(seen, "started"), end)
        closed = [at for at in _when(seen, "closed") if at <= seen["at"]]
        begun = _when(seen, "closing")
        assert len(closed) == 1, (
            f"when pipeline {end} at second {seen['at']}, the clean-up of source, which takes 0.25 s, had "
            f"{'begun at second ' + str(begun[0]) if begun else 'not begun'}; expected it to have ended. Until then "
            "source holds its connection"
        )


def test_nothing_is_left(answer, word):
    """When pipeline returns or raises, no task is left, and its caller goes on undisturbed."""
    for end, inputs in _ends(word):
        seen = answer.run("left", **_scene(**inputs, closing=0.25))

        _assert_worked(seen["started"], end)
        assert not seen["left"], (
            f"on the line after pipeline {end} these tasks were still there: {', '.join(seen['left'])}; expected none"
        )
        assert seen["is_undisturbed"], (
            f"after pipeline {end} a deadline that its caller set around what follows did not end in TimeoutError; expected it to. "
            "The caller's task still counts as cancelled: code that cancels a task and catches that must call `uncancel()`, and a TaskGroup "
            "that fails while it waits at its block's end does not, up to Python 3.12"
        )
