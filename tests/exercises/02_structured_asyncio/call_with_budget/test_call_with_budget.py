"""The behaviours of call_with_budget, each proven by one check."""

import pytest

OWN_LIMIT = "the TimeoutError of its own asyncio.timeout"
TIMEOUTS = ("TimeoutError", "ShopTimeout, a TimeoutError", OWN_LIMIT)
OTHERS = (
    "Refused",
    "ConnectionResetError",
    "an ExceptionGroup with a TimeoutError",
    "Halt, a BaseException",
)
ENDS = (
    "op returned",
    "op raised an error",
    "the tries were used up",
    "total had passed",
    "the caller was cancelled",
)


@pytest.fixture
def per_try(rng):
    """Seconds, a multiple of a quarter: see drive.py."""
    return rng.randrange(16, 40) / 4


def test_a_slow_try_makes_room_for_the_next(answer, rng, per_try):
    """A try that takes longer than `per_try` seconds is cancelled, and the next one begins at once."""
    slow = rng.randrange(2, 4)
    takes = per_try / 2

    seen = answer.run("slow_tries", slow=slow, takes=takes, tries=slow + 2, per_try=per_try)

    what = f"with tries={slow + 2} and per_try={per_try:g}, op hung {_times(slow)} and then returned after {takes:g} s"
    limits = [per_try * n for n in range(1, slow + 1)]
    assert seen["calls"] == [0.0, *limits], (
        f"{what}; expected calls of op at {_seconds([0.0, *limits])}, but they were at {_seconds(seen['calls'])}, and "
        f"call_with_budget {seen['ended']}. The next try begins when the one before it has had its time, without a pause"
    )
    assert _near(seen["cancelled"], limits, per_try), (
        f"{what}; expected that the tries that hung were cancelled at {_seconds(limits)}, but "
        f"{_seconds(seen['cancelled'], none='none ever was')}. Whoever no longer waits for a call must end it: else "
        "each slow try keeps its connection"
    )
    assert seen["got_it"], f"{what}; expected its value, but call_with_budget {seen['ended']}"


def test_the_first_value_is_returned(answer, rng, per_try):
    """The first value that op returns is returned, None too, and op is not called again."""
    takes, some = per_try * 7 / 8, rng.randrange(1, 4)

    values = answer.run("values", takes=takes, per_try=per_try, cases=[(0, 3), (some, some + 1)])

    for seen in values:
        slow = seen["slow"]
        after = f"after hanging {_times(slow)}, " if slow else ""
        what = f"with tries={seen['tries']} and per_try={per_try:g}, {after}op returned {seen['what']} after {takes:g} s"
        assert seen["right"], (
            f"{what}; expected that very object, but call_with_budget {seen['ended']}. Whether a try has ended in time "
            "must not be read from its value"
        )
        assert len(seen["calls"]) == slow + 1, (
            f"{what}; it was the value to return, but op was called {_times(len(seen['calls']))}; expected "
            f"{_times(slow + 1)}"
        )


def test_the_tries_are_used_up(answer, rng, per_try):
    """When `tries` calls of op have each had `per_try` seconds, TimeoutError comes out, within 1 % of tries * per_try."""
    limits = [(tries, per_try * (tries + 1) + 1.5) for tries in (1, rng.randrange(3, 6))]

    for seen in answer.run("always_slow", per_try=per_try, limits=limits):
        tries, calls = seen["tries"], len(seen["calls"])
        what = f"with tries={tries}, per_try={per_try:g} and total={seen['total']:g}, op hung each time"
        assert calls == tries, (
            f"{what}; it was called {_times(calls)}, expected {_times(tries)}: the first call is a try like the others, "
            "and so is the last"
        )
        _assert_timeout(
            seen,
            what,
            tries * per_try,
            "tries * per_try",
            "Each try has per_try seconds, the last one too, and after it there is nothing to wait for",
        )


def test_the_total_has_passed(answer, rng, per_try):
    """When `total` seconds have passed, the running try is cut short and TimeoutError comes out, within 1 % of total."""
    whole = (rng.randrange(2, 5), 0)  # tries that have all their time
    limits = [(n + 3, per_try * n + per_try / 2) for n in whole]

    for n, seen in zip(
        whole, answer.run("always_slow", per_try=per_try, limits=limits), strict=True
    ):
        total, calls = seen["total"], len(seen["calls"])
        what = f"with tries={n + 3}, per_try={per_try:g} and total={total:g}, op hung each time"
        _assert_timeout(
            seen,
            what,
            total,
            "total",
            "A deadline is kept while a call runs, not looked at between two calls",
        )
        assert calls == n + 1, (
            f"{what}; it was called {_times(calls)} in {total:g} s, expected {_times(n + 1)}"
        )
        assert _near(seen["cancelled"][-1:], [total], per_try), (
            f"{what}; expected the try that was running then to be cancelled at {total:g} s, but tries were cancelled "
            f"at: {_seconds(seen['cancelled'], none='no time')}"
        )


def test_a_timeout_error_of_op_comes_out(answer, per_try):
    """A TimeoutError that op itself raises comes out at once, the same object, and op is not called again."""
    _assert_come_out(
        answer,
        TIMEOUTS,
        per_try,
        "It is no word of your clock's: op was in time, and says that something else was not. Only a try that your own "
        "limit has ended is tried again",
    )


def test_any_other_error_comes_out(answer, per_try):
    """Any other error that op raises comes out at once, unchanged, and op is not called again."""
    _assert_come_out(
        answer,
        OTHERS,
        per_try,
        "The budget is for calls that take too long. What an error means is for the caller to decide, who needs the "
        "object that was raised",
    )


def test_cancelling_the_caller_cancels_op(answer, rng, per_try):
    """Cancelling the caller cancels op at that moment, CancelledError comes out, and no further try begins."""
    cancelled = "the caller was cancelled"
    stops = [
        (0, cancelled),
        (rng.randrange(1, 3), cancelled),
        (3, cancelled),
        (1, "the caller's own deadline passed"),
    ]
    cases = [(per_try * n + per_try / 2, how) for n, how in stops]

    told = answer.run("cancelled", tries=4, per_try=per_try, cases=cases)

    for (n, how), (after, _), seen in zip(stops, cases, told, strict=True):
        what = (
            f"with tries=4 and per_try={per_try:g}, op hung each time, and after {after:g} s {how}"
        )
        assert any(_near([moment], [after], per_try) for moment in seen["cancelled"]), (
            f"{what}; expected that op is cancelled then, but it {_was_cancelled(seen)}. Who waits for a task in another way "
            "than with a plain await must hand the cancellation on"
        )
        assert len(seen["calls"]) == n + 1, (
            f"{what}; op had been called {_times(n + 1)} by then, and in the end {_times(len(seen['calls']))}. A caller "
            "who was cancelled wants nothing more"
        )
        assert seen["came_out"] == "raised CancelledError", (
            f"{what}; expected CancelledError out of call_with_budget, but it {seen['came_out']}. A cancellation that "
            "does not come out is lost, and whoever asked for it waits in vain: TaskGroup and timeout rely on it"
        )
        assert seen["deadline_works"], (
            f"{what}; CancelledError came out of call_with_budget, as it should, and then the caller's own asyncio.timeout "
            "could not make a TimeoutError of it: a task counts who has cancelled it, and one of your own cancellations "
            "still counts. Who cancels the task it runs in must call uncancel() as well. (On Python 3.11 and 3.12 a "
            "TaskGroup does not when a child fails while it waits at the end of its block: await the child inside the "
            "block, or use asyncio.timeout)"
        )


def test_no_task_is_left(answer, per_try):
    """When call_with_budget ends, however it does, no task is left, op has cleaned up, and its caller goes on undisturbed."""
    told = answer.run("left_behind", per_try=per_try, cleanup=0.5, ends=ENDS)

    for end, seen in zip(ENDS, told, strict=True):
        what = f"op takes 0.5 s to clean up when it is cancelled; call_with_budget ended since {end} ({seen['ended']})"
        assert not seen["running"], (
            f"{what}, and then {seen['running']} of its calls had not ended; expected all to have ended before. cancel() "
            "only asks a task to end: await it as well"
        )
        assert not seen["left"], f"{what}, and left these tasks behind: {', '.join(seen['left'])}"
        assert seen["afterwards"] == "returned None", (
            f"call_with_budget ended since {end}, and its caller waited for something else; expected that he can go on, "
            f"but this {seen['afterwards']}. An alarm that is still set will ring, whatever its task is doing then: "
            "cancel it when its try has ended"
        )


def _assert_timeout(seen, what, expected, of, why):
    assert seen["is_timeout"], (
        f"{what}; expected TimeoutError after {expected:g} s ({of}), but call_with_budget {seen['ended']}"
    )
    assert _near([seen["at"]], [expected], 0), (
        f"{what}; expected TimeoutError after {expected:g} s ({of}), within 1 %; it came after {seen['at']:g} s. "
        f"{why}"
    )


def _assert_come_out(answer, errors, per_try, why):
    for takes in (per_try / 4, per_try - 1 / 32):
        told = answer.run("failing", errors=errors, takes=takes, tries=4, per_try=per_try)

        for seen in told:
            slow, error = seen["slow"], seen["error"]
            at, calls = slow * per_try + takes, len(seen["calls"])
            raised = (
                f"{'op hung once and then' if slow else 'op'} raised {error} after {takes:.6g} s"
            )
            what = f"with tries=4 and per_try={per_try:g}, {raised}"
            assert seen["same"] and calls == slow + 1 and _near([seen["at"]], [at], per_try), (
                f"{what}; expected this very object {at:g} s after the start and after calling op {_times(slow + 1)}, but "
                f"call_with_budget {seen['ended']}{_another(seen)} after {seen['at']:g} s and calling it {_times(calls)}. {why}"
            )


def _another(seen):
    """Say it where the words look the same and the object is not."""
    looks_right = not seen["same"] and seen["type"] in seen["error"]
    return ", another object," if looks_right else ""


def _near(moments, expected, per_try):
    """Whether these are the moments, within 1 % of each, or of one try."""
    return len(moments) == len(expected) and all(
        abs(moment - right) <= max(right, per_try) / 100
        for moment, right in zip(moments, expected, strict=True)
    )


def _was_cancelled(seen):
    return f"was at {_seconds(seen['cancelled'])}" if seen["cancelled"] else "never was"


def _seconds(moments, none="none"):
    return f"{', '.join(f'{moment:g}' for moment in moments)} s" if moments else none


def _times(count):
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
