"""The behaviours of first_success, each proven by one check. An op is told as [seconds, value or "fails", clean-up]."""

FAILS = "fails"


def _told(ops, stagger):
    words = []
    for number, (takes, gives, _) in enumerate(ops):
        does = "fails" if gives == FAILS else f"returns {gives!r}"
        words.append(f"op {number} {does} after {takes} s")
    return f"with stagger={stagger}, where {', '.join(words)}"


def _started(seen):
    return [(at, who) for at, what, who in seen["entries"] if what == "started"]


def _running_at(seen, moment):
    """The ops that had been started by then, and were neither over nor cancelled before."""
    over = {
        who
        for at, what, who in seen["entries"]
        if (what in ("ended", "failed") and at <= moment) or (what == "cancelled" and at < moment)
    }
    return sorted({who for at, who in _started(seen) if at <= moment} - over)


def _all_over(seen, told, moment):
    """Whoever ran at that moment has been cancelled, nobody has started since, and all are over at the end."""
    ran = _running_at(seen, moment)
    late = [who for at, who in _started(seen) if at > moment]
    cancelled = sorted(
        who for at, what, who in seen["entries"] if what == "cancelled" and at >= moment
    )
    assert not late, (
        f"{told}: op {late[0]} started later all the same; expected none. What is not needed any more must not begin, "
        "neither during the clean-up nor after it"
    )
    assert cancelled == ran, (
        f"{told}, when the ops {ran!r} ran: cancelled were {cancelled!r}; expected {ran!r}. Ops go on unless somebody stops "
        "them"
    )
    interrupted = sorted(who for at, what, who in seen["entries"] if what == "interrupted")
    assert not interrupted, (
        f"{told}: the ops {interrupted!r} had been cancelled a second time, in the middle of their clean-up, which so "
        "never came to its end; expected one cancel() for each, and then patience: `gather`, for one, has cancelled its "
        "tasks when it is cancelled itself"
    )
    assert not seen["running"], (
        f"{told}: first_success ended at second {seen['at']}, when {seen['running']!r} had not finished their clean-up; "
        "expected none to be running. `cancel()` only asks: wait for the tasks, too"
    )


def _value(answer, ops, stagger):
    """What was seen of a race that must be won."""
    seen = answer.run("raced", ops=ops, stagger=stagger)

    assert seen["error"] is None, (
        f"{_told(ops, stagger)}: expected a value, but {seen['error']['type']} came out after {seen['at']} s. As long as "
        "an op runs or has not started yet, there may be a value"
    )
    return seen


def test_ops_start_stagger_seconds_apart(answer, rng):
    """The first op starts at once, and each further one `stagger` seconds after the last start, as long as no op has failed or returned."""
    stagger = rng.randrange(2, 20) / 4
    ops = [
        [100, "a", 0],
        [90, "b", 0],
        [3.5 * stagger, "c", 0],
        [80, "d", 0],
        [70, "e", 0],
        [60, "f", 0],
        [50, "g", 0],
    ]

    seen = _value(answer, ops, stagger)

    expected = [(n * stagger, n) for n in range(6)]
    assert _started(seen) == expected, (
        f"{_told(ops, stagger)}: the ops started as (second, op) {_started(seen)!r}; expected {expected!r}. Each op "
        "gets its head start, and no op is stopped because the next one starts"
    )


def test_the_next_op_starts_when_the_last_fails(answer, rng):
    """If the op that was started last fails, the next one starts at once, and the one after that `stagger` seconds later."""
    stagger = rng.randrange(4, 20) / 2
    early = stagger / 4
    for ops, starts in (
        (
            [[early, FAILS, 0], [100, "b", 0], [100, "c", 0], [1, "d", 0]],
            [0, early, early + stagger, early + 2 * stagger],
        ),
        (
            [[100, "a", 0], [early, FAILS, 0], [early, FAILS, 0], [100, "d", 0], [1, "e", 0]],
            [0, stagger, stagger + early, stagger + 2 * early, 2 * stagger + 2 * early],
        ),
        ([[0, FAILS, 0], [early, "b", 0]], [0, 0]),
    ):
        seen = _value(answer, ops, stagger)

        expected = [(at, n) for n, at in enumerate(starts)]
        assert _started(seen) == expected, (
            f"{_told(ops, stagger)}: the ops started as (second, op) {_started(seen)!r}; expected {expected!r}. When "
            "the op that was started last has failed there is nothing to wait for, and the next head start counts from "
            "the new start"
        )


def test_the_first_value_is_returned(answer, word):
    """The first value that any op returns, None too, is returned at that moment, or as soon as the others have cleaned up, whichever op it is from and however many have failed."""
    for ops, expected in (
        ([[9, "late", 0], [1, word, 0]], word),
        ([[3, word, 0], [9, "late", 0]], word),
        ([[1, None, 0], [4, "late", 0]], None),
        ([[1, 0, 0], [4, "late", 0]], 0),
        ([[0, word, 0], [4, "late", 0]], word),
        ([[0.5, FAILS, 0], [1.5, FAILS, 0], [1.75, word, 0]], word),
        ([[2.5, word, 0], [1.5, "late", 0]], word),
        ([[1, "an error object", 0], [4, "late", 0]], "an error object"),
        (
            [[7, word, 0], [1, FAILS, 0]],
            word,
        ),  # the last one fails, and an earlier one is still there
    ):
        seen = _value(answer, ops, 2)

        assert seen["value"] == expected, (
            f"{_told(ops, 2)}: expected {expected!r}, the first value that an op returned, got {seen['value']!r}. "
            "Whether an op succeeded is told by its returning, not by what it returned"
        )
        first = next((at for at, what, _ in seen["entries"] if what == "ended"), None)
        assert seen["at"] == first, (
            f"{_told(ops, 2)}: {expected!r} came out at second {seen['at']}; expected it at {first}, when the op returned "
            "it, as no other op has anything to clean up. Whoever waits for a head start, or for one op, must hear of a "
            "value of any other as well"
        )


def test_the_others_are_over_when_a_value_is_returned(answer, rng):
    """When a value is returned, all other started ops have been cancelled and have finished their clean-up, and none starts after the success."""
    slow = rng.randrange(3, 9)
    for ops in (
        [[40, "a", 0.5], [5, "b", 0], [30, "c", slow], [50, "d", 0.25], [60, "e", 0]],
        [[40, "a", 0.5], [5, "b", 0], [30, "c", slow]],  # all are started by then
    ):
        seen = _value(answer, ops, 2)

        won = [at for at, what, who in seen["entries"] if (what, who) == ("ended", 1)]
        assert won, f"{_told(ops, 2)}: expected op 1 to return before all others, but it never did"
        _all_over(seen, f"with stagger=2, op 1 of {len(ops)} returned at second {won[0]}", won[0])


def test_all_errors_come_out_when_all_fail(answer, rng):
    """If all ops fail, an ExceptionGroup with exactly their errors comes out when the last of them fails, also if there is one op only."""
    last = rng.randrange(9, 20)
    for ops in (
        [[last, FAILS, 0], [1, FAILS, 0], [1, FAILS, 0]],
        [[0.5, FAILS, 0], [0.5, FAILS, 0], [last, FAILS, 0], [1, FAILS, 0]],
        [[last, FAILS, 0]],
        [[0.5, FAILS, 0], [0.5, FAILS, 0], [0.5, FAILS, 0], [0.5, FAILS, 0]],
    ):
        seen = answer.run("raced", ops=ops, stagger=2)

        told, why = _told(ops, 2), "The caller wants to know why each of them failed"
        if len(ops) == 1:
            why = "A group of one, too: then there is one way to handle what first_success raises"
        assert seen["error"] is not None, (
            f"{told}: expected an ExceptionGroup, but first_success returned {seen['value']!r}"
        )
        assert len(_started(seen)) == len(ops), (
            f"{told}: {len(_started(seen))} ops started before {seen['error']['type']} came out; expected all "
            f"{len(ops)}"
        )
        assert seen["is_group"], (
            f"{told}: expected an ExceptionGroup, got {seen['error']['type']}: {seen['error']['text']}. {why}"
        )
        end = max(at + ops[who][0] for at, who in _started(seen))
        still = _running_at(seen, seen["at"])
        assert not still, (
            f"{told}: the group came out at second {seen['at']}, when the ops {still!r} still ran; expected it at {end}, "
            "when the last op has failed: until then there may be a value"
        )
        assert seen["at"] == end, (
            f"{told}: the group came out at second {seen['at']}; expected it at {end}, when the last op failed"
        )
        assert seen["leaves"] == list(range(len(ops))), (
            f"{told}: expected a group with the errors of the ops {list(range(len(ops)))!r}, each once, got those of "
            f"{seen['leaves']!r}. An op's error is known only where it is caught: keep it there"
        )


def test_cancelling_the_caller_cancels_all_ops(answer, rng):
    """If the caller is cancelled, all running ops are cancelled, and when they have finished their clean-up CancelledError comes out; none starts later."""
    slow = rng.randrange(3, 9)
    for ops in (
        [[40, "a", 0.5], [50, "b", slow], [30, "c", 0], [60, "d", 0], [60, "e", 0]],
        [[40, "a", 0.5], [50, "b", slow]],
    ):
        seen = answer.run("raced", ops=ops, stagger=2, cancel_at=4.5)

        told = "with stagger=2, the caller was cancelled at second 4.5"
        _all_over(seen, told, 4.5)
        assert seen["is_cancelled"], (
            f"{told}: expected CancelledError to come out, got {_outcome(seen)}. Whoever cancels you "
            "relies on it: it is no op's failure"
        )


def _outcome(seen):
    error = seen["error"]
    return f"{error['type']}: {error['text']}" if error else repr(seen["value"])


def test_no_task_is_left(answer):
    """When first_success returns or raises, no task that it started is left, and its caller goes on undisturbed."""
    for end, seen in (
        ("had returned", answer.run("left", ops=[[3, "a"], [9, "b"], [9, "c"]], stagger=2)),
        ("had returned a value at once", answer.run("left", ops=[[0, "a"], [9, "b"]], stagger=2)),
        ("had raised", answer.run("left", ops=[[3, FAILS], [0.5, FAILS]], stagger=2)),
        (
            "was cancelled",
            answer.run("left", ops=[[9, "a"], [9, "b"], [9, "c"]], stagger=2, cancel_at=3),
        ),
    ):
        assert seen["started"], (
            f"when first_success {end}, no operation had begun; expected operations to run"
        )
        assert not seen["tasks"], (
            f"when first_success {end}, these tasks had not ended: {', '.join(seen['tasks'])}; expected none. "
            f"{_why_left(seen)}"
        )
    _assert_undisturbed(answer)


def _why_left(seen):
    running, cancelled = seen["running"], seen["cancelled"]
    if not running:
        return "A task that only waits for its turn is a task, too"
    if set(running) <= set(cancelled):
        return f"The ops {running!r} were cancelled and not awaited: they have not finished their clean-up"
    return f"The ops {running!r} have not ended: cancel their tasks, and await them"


def _assert_undisturbed(answer):
    """After a race that was won, and one that was lost, a deadline of the caller's must still work."""
    limit = 20
    cases = [[[9, "a"], [3, "b"]], [[9, FAILS], [3, FAILS]]]  # over after the last head start

    for ops, seen in zip(
        cases, answer.run("in_a_limit", cases=cases, stagger=2, limit=limit), strict=True
    ):
        told = _told([(*op, 0) for op in ops], 2)
        assert seen["started"], f"{told}: no operation had begun; expected operations to run"
        assert (seen["then"], seen["at"]) == ("TimeoutError", limit), (
            f"{told}, in a block `async with asyncio.timeout({limit})`: first_success {seen['came_out']}, and what follows in "
            f"the block takes longer. Expected the block's TimeoutError at second {limit}, but {seen['then']} came out of "
            f"it at second {seen['at']:g}. A task counts how often it was cancelled. A cancellation of your own that is "
            "caught and not taken back with uncancel() still counts, and the next one, by a deadline of the caller's, is "
            "taken for somebody else's. (On Python 3.11 and 3.12 a TaskGroup leaves one behind when a child fails while "
            "it waits at the end of its block: await the children inside the block)"
        )
