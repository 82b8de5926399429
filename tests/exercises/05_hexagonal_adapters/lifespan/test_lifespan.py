"""The behaviours of build_lifespan, each proven by one check."""

from pypatterns.course.checking.judge.replies import Reply

START = ["database 1 opened", "cache 1 opened", "refresh 1 started"]
STOP = [
    "refresh 1 cancelled",
    "refresh 1 cleaned up",
    "cache 1 closing",
    "cache 1 closed",
    "database 1 closing",
    "database 1 closed",
]
IN_ORDER = "refresh uses both until its clean-up has ended, and the cache uses the database"
ONLY_ASKS = "cancel() only asks: wait until the task has ended"


def test_all_is_opened_in_order(answer):
    """When the app has started, the database was opened, the cache on it, and refresh runs with both: each once."""
    seen = answer.run("one_run")

    assert seen["begun"] == START, (
        f"while two requests were served, this had happened: {_listed(seen['begun'])}; expected {_listed(START)}"
    )


def test_handlers_find_both(answer):
    """Handlers read the database and the cache of their own run from request.state."""
    seen = answer.run("one_run")

    for reply in (Reply(**each) for each in seen["replies"]):
        assert reply.json() == _state(1), (
            f"a handler read request.state.database and request.state.cache, and found {reply}; expected {_state(1)}. The "
            "dict that the lifespan yields becomes the state of every request"
        )


def test_all_is_closed_in_reverse(answer):
    """When the app stops, refresh is cancelled and has finished its clean-up before the cache closes, and then the database; no error comes out."""
    seen = answer.run("one_run")

    stopped = [each for each in seen["happened"] if each not in START]
    assert stopped == STOP, (
        f"when the app was stopped, this happened: {_listed(stopped)}; expected {_listed(STOP)}. {IN_ORDER}"
    )
    assert not seen["error"], (
        f"the app was stopped, and {_ended(seen)}; expected no error: nothing has gone wrong, and a server reports what "
        "comes out of a lifespan as a failed stop"
    )


def test_a_cache_that_does_not_open(answer):
    """Where open_cache fails, or the start is cancelled in it, the database closes, refresh never starts, and the error or the cancellation comes out."""
    for seen, what in (
        (answer.run("failing", what="open cache"), "open_cache raised ConnectionError"),
        (answer.run("cancelled_start"), "a start was cancelled while open_cache waited"),
    ):
        expected = ["database 1 opened", "database 1 closing", "database 1 closed"]
        assert seen["happened"] == expected, (
            f"{what}, and this happened: {_listed(seen['happened'])}{_left(seen)}; expected {_listed(expected)}. What is "
            "open when a start ends early, nobody else can close"
        )
        assert seen["came_out"], (
            f"{what}, and {_ended(seen)}; expected that this comes out, an error bare or in a group: a service that could "
            "not start must not look as if it had"
        )


def test_a_close_that_raises(answer):
    """A close that raises does not keep the other from closing, and its error comes out."""
    for kind in ("cache", "database"):
        seen = answer.run("failing", what=f"close {kind}")
        what = f"closing the {kind}"

        assert seen["happened"] == [*START, *STOP], (
            f"{what} raised ConnectionError, and this happened: {_listed(seen['happened'])}; expected "
            f"{_listed([*START, *STOP])}"
        )
        assert seen["came_out"], (
            f"{what} raised ConnectionError, and {_ended(seen)}; expected that the error comes out, bare or in a group: "
            "whoever stops the service has to hear that something was not written"
        )


def test_each_run_has_its_own(answer):
    """An app that is started twice, and two apps at once, have resources of their own in each run, and no task is left."""
    for how in ("one app runs twice", "two apps run at once"):
        seen = answer.run("two_runs", how=how)

        replies = [Reply(**each) for each in seen["replies"]]
        assert len(replies) >= 2, f"build_lifespan was called once, and {how}: {_ended(seen)}"
        for number, reply in enumerate(replies[:2], start=1):
            assert reply.json() == _state(number), (
                f"build_lifespan was called once, and {how}; a request to run {number} found {reply} in its state; expected "
                f"{_state(number)}"
            )
        if how == "two apps run at once":
            assert "database 1 closed" not in seen["closed"] and replies[2].json() == _state(1), (
                f"{how}, and the second one was stopped; then a request to the first one found {replies[2]}, and this had "
                f"happened: {_listed(seen['closed'])}; expected that the first one runs on, with its own"
            )
        for closed in ("database 1 closed", "database 2 closed"):
            assert closed in seen["happened"], (
                f"{how}, and all were stopped; expected {closed!r}, and this happened: {_listed(seen['happened'])}"
            )
        assert not seen["left"], (
            f"{how}, and all were stopped{_left(seen)}; expected none. {_why_left(seen['happened'])}"
        )


def _left(seen):
    return f"; these tasks were left: {', '.join(seen['left'])}" if seen["left"] else ""


def _why_left(happened):
    for number in (1, 2):
        if f"refresh {number} cancelled" not in happened:
            return f"Nobody has cancelled refresh {number}: a run has to keep a task of its own"
    return ONLY_ASKS


def _state(number):
    return {"database": f"database {number}", "cache": f"cache {number}"}


def test_an_end_from_inside_closes_all(answer):
    """An error or a cancellation inside the body, while the app is served, closes everything in the same order, and comes out."""
    for how in ("raises", "is cancelled"):
        seen = answer.run("ended_from_inside", how=how)

        stopped = [each for each in seen["happened"] if each not in START]
        assert stopped == STOP, (
            f"the lifespan was entered, and its body {how}; then this happened: {_listed(stopped)}; expected "
            f"{_listed(STOP)}. {_why_in_disorder(stopped, how)}"
        )
        assert seen["came_out"], (
            f"the lifespan was entered, and its body {how}; then {_ended(seen)}; expected that what ended it comes out"
        )


def _why_in_disorder(stopped, how):
    if "refresh 1 cancelled" not in stopped and how == "raises":
        return "The error is raised at your yield: what must be done then stands in a finally"
    if "refresh 1 cancelled" not in stopped:
        return "A cancellation is no Exception: what must be done then stands in a finally"
    return IN_ORDER if "refresh 1 cleaned up" in stopped else ONLY_ASKS


def _listed(happened):
    return ", ".join(happened) if happened else "nothing"


def _ended(seen):
    return f"it ended with {seen['error']}" if seen["error"] else "it ended without an error"
