"""The behaviours of Service, each proven by one check.

A handler or closer is [name, seconds that it takes, "ends" or "raises"]. Sums of seconds are exact.
"""

CLOSERS = [["journal", 1.5, "ends"], ["database", 0.5, "ends"], ["cache", 1, "ends"]]
MOST_TOLD = 9  # handlers


def _told(grace, handlers, plan):
    words = [f"{name} {how} after {takes:g} s" for name, takes, how in handlers]
    if len(words) > MOST_TOLD:
        words[MOST_TOLD:] = [f"{len(words) - MOST_TOLD} more"]
    events = [
        " and ".join(
            filter(
                None,
                [{"submit": ""}.get(what, what), f"submit({', '.join(names)})" if names else ""],
            )
        )
        + f" at second {moment:g}"
        for moment, what, names in plan
    ]
    words = f", whose handlers are {', '.join(words)}" if words else ""
    return f"Service(handle, closers, grace={grace:g}){words}; then {'; '.join(events)}"


def _times(seen, *what):
    return {who: at for at, happened, who in seen["entries"] if happened in what}


def _last(seen):
    """When the last handler had ended or cleaned up."""
    return max(_times(seen, "ended", "failed", "cleaned up").values(), default=0.0)


def _names(names):
    return ", ".join(str(name) for name in names)


def _outcome(seen):
    return _names(seen["raised"]) or "None, as if nothing had happened"


def _assert_started(seen, told, expected):
    """Each handler was started when its item was submitted."""
    started = _times(seen, "started")
    for name, moment in expected.items():
        at = started.get(name)
        assert at == moment, (
            f"{told}: handle({name}) {'was not started' if at is None else f'began at second {at:g}'}; expected it to begin at second {moment:g}, when it was submitted"
        )


def _assert_over(seen, told):
    """That run has ended, after all handlers and closers."""
    assert seen["ended"], f"{told}: run has not ended; expected it to"


def _assert_ended(seen, told, names):
    """These handlers came to their own end."""
    cancelled = [name for name in names if name in _times(seen, "cancelled")]
    assert not cancelled, (
        f"{told}: {_names(cancelled)} were cancelled at second {_times(seen, 'cancelled')[cancelled[0]] if cancelled else 0:g}; "
        "expected them to end by themselves, within the grace period"
    )


def _assert_cancelled(seen, told, names, moment):
    """These handlers were cancelled at that moment, once, and cleaned up."""
    cancelled, ended = _times(seen, "cancelled"), _times(seen, "ended", "failed")
    for name in names:
        at = cancelled.get(name)
        what = f"ended at second {ended[name]:g}" if name in ended else "was not cancelled"
        assert at == moment, (
            f"{told}: the handler of {name} {what if at is None else f'was cancelled at second {at:g}'}; expected it to be cancelled at second {moment:g}"
        )
    interrupted = _times(seen, "interrupted")
    assert not interrupted, (
        f"{told}: {_names(interrupted)} were cancelled a second time, in the middle of their clean-up; expected one cancel() for each"
    )


def _assert_closed(seen, told, moment, closers=CLOSERS):
    """The closers ran one after the other, from that moment on, when no handler ran any more."""
    begun = [(at, who) for at, what, who in seen["entries"] if what == "closing"]
    for name, running in seen["running_when_closed"].items():
        assert not running, (
            f"{told}: the closer {name} began at second {begun[0][0]:g}, while {_names(running)} still ran or cleaned up; expected no handler to run by then"
        )
    expected, at = [], moment
    for name, takes, _ in closers:
        expected.append((at, name))
        at += takes
    assert begun == expected, (
        f"{told}: the closers began so: {_moments(begun)}; expected {_moments(expected)}"
    )
    over = _times(seen, "over")[None]
    assert over == at, (
        f"{told}: run ended at second {over:g}; expected second {at:g}, when the last closer had ended"
    )


def _moments(pairs):
    return ", ".join(f"{name} at second {at:g}" for at, name in pairs) or "never"


def _run(answer, grace, handlers, plan, closers=CLOSERS):
    inputs = {"grace": grace, "handlers": handlers, "closers": closers, "plan": plan}
    seen = answer.run("served", **inputs)
    told = _told(grace, handlers, plan)
    _assert_over(seen, told)
    names = [name for _, _, names in plan for name in names]
    refused = {name for moment, what, names in plan for name in names if _is_stopped(plan, moment)}
    _assert_started(
        seen,
        told,
        {name: moment for moment, _, names in plan for name in names if name not in refused},
    )
    assert names, f"{told}: nothing was submitted"
    return seen, told


def _is_stopped(plan, moment):
    return any(what in {"stop", "refused"} and at <= moment for at, what, _ in plan)


def _handlers(word, count, seconds):
    return [[f"{word}-{n}", seconds(n), "ends"] for n in range(count)]


def _all(handlers):
    return [name for name, _, _ in handlers]


def test_submit_starts_until_stop(answer, word, rng):
    """Until stop, submit starts handle(item) at that moment, concurrently with all others; from stop on it raises ServiceStopped and starts nothing."""
    handlers = _handlers(word, rng.randrange(9, 12), lambda _: 6)
    early, late = _all(handlers)[:-3], _all(handlers)[-3:]
    plan = [
        [0.25, "submit", early[:-2]],
        [1.125, "submit", early[-2:-1]],
        [2.5, "submit", early[-1:]],
        [3, "stop", late[:1]],
        [3.5, "submit", late[1:2]],
        [7, "submit", late[2:]],
    ]
    seen, told = _run(answer, 20, handlers, plan)

    refused, started = _times(seen, "refused"), _times(seen, "started")
    for name in late:
        assert name not in started, (
            f"{told}: handle({name}) was started after stop; expected it not to be"
        )
        assert name in refused, (
            f"{told}: submit({name}) returned after stop; expected it to raise ServiceStopped, so that its caller knows"
        )
    assert not seen["raised"], f"{told}: run raised {_outcome(seen)}; expected None"


def test_handlers_finish_before_the_closers(answer, word, rng):
    """After stop, the handlers that run go on, and when the last one has ended, the closers run at that moment, without waiting for the end of the grace period."""
    grace = rng.randrange(20, 40)
    for handlers, stop in (
        (_handlers(word, rng.randrange(7, 10), lambda n: 2.125 + n / 2), 1),
        (_handlers(word, 7, lambda n: 8 - n / 2), 5.125),
        (_handlers(word, 2, lambda n: 1 + n), 6.5),  # none runs any more
    ):
        plan = [[0.25, "submit", _all(handlers)], [stop, "stop", []]]
        seen, told = _run(answer, grace, handlers, plan)

        _assert_ended(seen, told, _all(handlers))
        last = max(stop, _last(seen))
        _assert_closed(seen, told, last)
        assert not seen["raised"] and seen["value"] == "None", (
            f"{told}: run raised {_outcome(seen)}; expected None"
        )


def test_grace_is_one_deadline_for_all(answer, word, rng):
    """The handlers that still run `grace` seconds after stop are cancelled then, all of them; the closers begin when these have cleaned up."""
    grace, stop = rng.randrange(3, 8), 1.5
    end = stop + grace
    early = [[f"{word}-{n}", end - 0.25 - 0.125 - n / 4, "ends"] for n in range(4)]
    late = [
        [f"late-{word}", end - 0.25 + 0.125, "ends"],
        *([f"late-{n}", 50 + n, "ends"] for n in range(4)),
    ]
    for handlers in ([*early, *late], late[:1], [*late, *early[:1]]):
        plan = [[0.25, "submit", _all(handlers)], [stop, "stop", []]]
        seen, told = _run(answer, grace, handlers, plan)

        stragglers = [name for name in _all(handlers) if name.startswith("late")]
        _assert_ended(seen, told, [name for name in _all(handlers) if name not in stragglers])
        _assert_cancelled(seen, told, stragglers, end)
        _assert_strangers(seen, told)
        _assert_closed(seen, told, _last(seen))


def _assert_strangers(seen, told):
    assert seen["stranger"] == "alive", (
        f"{told}: a task that does not belong to the service was cancelled. Expected it to run on: `asyncio.all_tasks()` are not all yours"
    )


def test_a_second_stop_cancels(answer, word, rng):
    """A second stop cancels the handlers that run at that moment; the closers begin when these have cleaned up."""
    again = rng.randrange(3, 6)
    for grace in (30, again - 1.5 + 0.25):  # the grace period ends in the middle of the clean-up
        handlers = [*_handlers(word, 7, lambda n: 40 + n), ["early", again - 0.5, "ends"]]
        plan = [[0.25, "submit", _all(handlers)], [1.5, "stop", []], [again, "stop", []]]
        seen, told = _run(answer, grace, handlers, plan)

        _assert_ended(seen, told, ["early"])
        _assert_cancelled(seen, told, _all(handlers)[:-1], again)
        _assert_strangers(seen, told)
        _assert_closed(seen, told, _last(seen))


def test_a_failing_handler_stops_the_service(answer, word, rng):
    """If a handler raises an Exception, the service stops as by stop: the others have their grace, and its error comes out of run."""
    grace = rng.randrange(6, 9)
    bad, too = [f"bad-{word}", 2, "raises"], [f"bad-too-{word}", 3.375, "raises"]
    failed = 2.25
    quick = _handlers(word, 7, lambda n: 2.5 + n / 2)
    slow = [["late", failed + grace, "ends"], *([f"late-{n}", 50, "ends"] for n in range(2))]
    stop = [1.5, "stop", []]
    for handlers, stops in (
        ([bad], []),
        ([*quick[:3], bad, *quick[3:]], []),
        ([bad, *quick[:2], *slow], []),
        ([bad, too, *quick], []),  # the second failure is no second stop
        ([bad, *quick], [stop]),
    ):
        after = ["too late"]
        known = [*handlers, [*after, 1, "ends"]]
        plan = [[0.25, "submit", _all(handlers)], *stops, [failed + 0.125, "refused", after]]
        seen, told = _run(answer, grace, known, plan)

        told = told.replace("refused and ", "")
        assert after[0] in _times(seen, "refused") and after[0] not in _times(seen, "started"), (
            f"{told}: after a handler had raised, submit({after[0]}) did not raise ServiceStopped, or started something; expected a service that has stopped"
        )
        stragglers = [name for name in _all(handlers) if name.startswith("late")]
        failing = [name for name, _, how in handlers if how == "raises"]
        others = [name for name in _all(handlers) if name not in (*failing, *stragglers)]
        _assert_ended(seen, told, others)
        _assert_cancelled(seen, told, stragglers, failed + grace)
        last = max(failed, _last(seen))
        _assert_closed(seen, told, last)
        # whether the second error comes out as well is the next check's affair
        assert bad[0] in seen["from"] and set(seen["from"]) <= set(failing), (
            f"{told}: run raised {_outcome(seen)}; expected the Unbooked of {' and '.join(failing)}, bare or in a group, and nothing else"
        )


def test_all_errors_come_out_together(answer, word, rng):
    """The closers run once each, one after the other, in order, after the last handler, whatever failed; all errors of handlers and closers come out together, exactly these."""
    closers = [[f"closer {n}", 0.5 + n / 4, "ends"] for n in range(5)]
    bad = [f"bad-{word}", 2, "raises"]
    too = [f"bad-too-{word}", 3.5, "raises"]
    good = _handlers(word, 3, lambda n: 3 + n)
    for handlers, failing in (
        (good, [0]),
        (good, [1, 2, 4]),
        ([bad, *good], []),
        ([*good, too, bad], [0, 3]),
        (good, []),
    ):
        known = [
            [name, takes, "raises" if n in failing else how]
            for n, (name, takes, how) in enumerate(closers)
        ]
        stops = [] if bad in handlers else [[1.5, "stop", []]]
        plan = [[0.25, "submit", _all(handlers)], *stops]
        seen, told = _run(answer, 20, handlers, plan, known)

        expected = sorted(name for name, _, how in [*handlers, *known] if how == "raises")
        told += f"; errors are raised by {_names(expected) or 'none of all'}"
        _assert_closed(seen, told, _last(seen), known)
        got = f"the errors of {_names(seen['from'])}" if seen["from"] else "no error"
        assert seen["from"] == expected, (
            f"{told}: {got} came out of run; expected exactly those of {_names(expected) or 'none'}, one bare or all in a group"
        )


def test_cancelling_run_skips_the_grace(answer, word, rng):
    """If the caller of run is cancelled, the handlers are cancelled at that moment without grace, the closers run when these have cleaned up, and CancelledError comes out."""
    handlers = _handlers(word, rng.randrange(7, 10), lambda n: 40 + n)
    for stops, moment in (([], 3), ([[1.5, "stop", []]], 3.5)):
        plan = [[0.25, "submit", _all(handlers)], *stops, [moment, "cancel", []]]
        seen, told = _run(answer, 20, handlers, plan)

        told = told.replace("cancel at", "run's caller is cancelled at")
        _assert_cancelled(seen, told, _all(handlers), moment)
        _assert_closed(seen, told, _last(seen))
        assert seen["is_cancelled"], (
            f"{told}: {_outcome(seen)} came out of run; expected CancelledError, when all is closed"
        )


def test_nothing_is_left(answer, word):
    """When run ends, no task is left, and its caller goes on undisturbed."""
    handlers = _handlers(word, 3, lambda n: 3 + n)
    bad = [[f"bad-{word}", 2, "raises"], *handlers]
    submit, stop = [0.25, "submit", _all(handlers)], [1.5, "stop", []]
    failing = [["journal", 1, "raises"], *CLOSERS[1:]]
    for end, grace, known, plan, closers in (
        ("had stopped", 20, handlers, [submit, stop], CLOSERS),
        ("had used up the grace period", 1, handlers, [submit, stop], CLOSERS),
        ("was stopped twice", 20, handlers, [submit, stop, [2, "stop", []]], CLOSERS),
        ("had a failing handler", 20, bad, [[0.25, "submit", _all(bad)]], CLOSERS),
        ("had a failing closer", 20, handlers, [submit, stop], failing),
        ("was cancelled", 20, handlers, [submit, [2, "cancel", []]], CLOSERS),
    ):
        seen, _ = _run(answer, grace, known, plan, closers)

        assert not seen["left"], (
            f"on the line after the run of a service that {end}, these tasks were still there: {_names(seen['left'])}; expected none"
        )
        assert seen["is_undisturbed"], (
            f"after the run of a service that {end}, a deadline that its caller set around what follows did not end in TimeoutError; "
            "expected it to. The caller's task still counts as cancelled"
        )
