"""The behaviours of refresh_quotes, each proven by one check."""

AUDIT = "the audit"
MOST_TOLD = 8  # calls


def _quotes(takes):
    odd = {"NONE": None, "ZERO": 0}
    return {name: odd.get(name, f"quote of {name}") for name, _ in takes if name != AUDIT}


def _told(takes):
    words = [f"{name} takes {seconds} s" for name, seconds in takes]
    if len(words) > MOST_TOLD:
        words[3:-1] = [f"{len(words) - 4} others take {takes[3][1]} s each"]
    return f"where {', '.join(words)}"


def _times(seen, *what):
    return {who: at for at, happened, who in seen["entries"] if happened in what}


def test_quotes_come_in_order(answer, word):
    """It returns the quotes in the order of symbols when all are there and the audit is done, and each is then in the cache."""
    for takes in (
        [[word, 3], ["TEA", 1], ["RICE", 2], [AUDIT, 1]],
        [["TEA", 1], [word, 2], [AUDIT, 5]],
        [["NONE", 1], [word, 2], ["ZERO", 1], [AUDIT, 1]],
        [[AUDIT, 1]],
    ):
        seen = answer.run("refreshed", takes=takes)

        told, quotes = f"refresh_quotes, {_told(takes)},", _quotes(takes)
        assert not seen["raised"], f"{told} raised {', '.join(seen['raised'])}; expected the quotes"
        assert seen["value"] == list(quotes.values()), (
            f"{told} gave {seen['value']!r}; expected {list(quotes.values())!r}, in the order of symbols"
        )
        assert seen["audited"] == [" ".join(quotes)], (
            f"{told} called audit {len(seen['audited'])} times, with {seen['audited']!r}; expected one call, with all "
            "symbols"
        )
        assert AUDIT not in seen["running"], (
            f"{told} returned at second {seen['at']}, when the audit still ran; expected it to be done. What is still "
            "running when you return can fail when nobody is left to hear of it"
        )
        ended = _times(seen, "ended")
        assert AUDIT in ended, (
            f"{told} returned at second {seen['at']}, and the audit had been cancelled; expected it to be done"
        )
        stored = {who for at, what, who in seen["entries"] if what == "stored" and at <= seen["at"]}
        assert stored == set(quotes) and seen["cache"] == quotes, (
            f"{told} returned, and the cache held {seen['cache']!r}; expected {quotes!r}"
        )


def test_all_run_at_the_same_time(answer, word):
    """All fetches and the audit run at the same time."""
    takes = [[word, 2], ["TEA", 3], ["RICE", 1], *([f"S{n}", 2] for n in range(20)), [AUDIT, 4]]

    seen = answer.run("refreshed", takes=takes)

    never = [who for who, _ in takes if who not in _times(seen, "started")]
    assert not never, (
        f"refresh_quotes, {_told(takes)}: never started were {_names(never)}; expected all of them to run"
    )
    late = {who: at for who, at in _times(seen, "started").items() if at > 0}
    assert not late, (
        f"refresh_quotes, {_told(takes)}: started later than at once were (seconds) {late!r}; expected none. Nothing "
        "here waits for anything else, so the slowest call alone says how long it takes"
    )


def _broken(seen, takes, bad):
    """What must hold when a call has failed."""
    told = f"refresh_quotes, {_told(takes)}, and {bad} raises Outage then"
    failed = _times(seen, "failed").get(bad)
    assert failed is not None, (
        f"{told}: {bad} did not come to its end; expected it to be called and awaited"
    )
    assert seen["is_outage"], (
        f"{told}: expected this Outage to come out, bare or in a group, got "
        f"{', '.join(seen['raised']) or 'the quotes, as if nothing had happened'}"
    )
    told = f"{told}. The error came out at second {seen['at']}"
    _all_over(seen, told, failed)


def _all_over(seen, told, moment):
    """Whatever ran at that moment was cancelled, had ended when the call ended, and stores nothing any more."""
    over = {who for who, at in _times(seen, "ended", "failed").items() if at <= moment}
    went_on = set(_times(seen, "started")) - over - set(_times(seen, "cancelled"))
    interrupted = set(_times(seen, "interrupted"))
    stored = [
        (at, who) for at, what, who in seen["entries"] if what == "stored" and at > seen["at"]
    ]
    at, who = stored[0] if stored else (None, None)
    assert not stored, (
        f"{told}; at second {at} the quote of {who} was stored in the cache. Expected nothing to be stored any more: the "
        "caller has moved on, and may have stored a newer one"
    )
    assert not went_on, (
        f"{told}; {_names(went_on)} went on. Expected what still ran to be cancelled: nobody wants it any more, and the "
        "error must not wait for it"
    )
    assert not interrupted, (
        f"{told}; {_names(interrupted)} had been cancelled a second time, in the middle of the clean-up, which so never "
        "came to its end. Expected one cancel() for each, and then patience: `gather`, for one, has cancelled its tasks "
        "when it is cancelled itself"
    )
    assert not seen["running"], (
        f"{told}; {_names(seen['running'])} had been cancelled, and had not finished the clean-up. Expected all to be "
        "over: until then each of them holds its connection"
    )


def _names(names):
    return ", ".join(sorted(names))


def test_a_failed_fetch_ends_all(answer, word, rng):
    """If a fetch fails, the other fetches and the audit are cancelled, and when they have finished their clean-up the error comes out."""
    slow = rng.randrange(10, 20)
    for takes in (
        [["TEA", slow], [word, 2], ["RICE", 1], ["SALT", slow + 1], [AUDIT, slow + 2]],
        [[word, 2], ["TEA", slow], [AUDIT, 1]],
    ):
        seen = answer.run("refreshed", takes=takes, bad=word)

        _broken(seen, takes, word)


def test_a_failed_audit_ends_all(answer, word, rng):
    """If the audit fails, its error comes out as well, when all fetches that still run have been cancelled and have finished their clean-up."""
    slow = rng.randrange(10, 20)
    takes = [["TEA", slow], [word, 1], ["RICE", slow + 1], [AUDIT, 2]]

    seen = answer.run("refreshed", takes=takes, bad=AUDIT)

    _broken(seen, takes, AUDIT)


def test_a_late_error_of_the_audit_is_not_lost(answer, word):
    """If the audit fails when all quotes are there, its error comes out all the same."""
    takes = [[word, 2], ["TEA", 1], [AUDIT, 5]]

    seen = answer.run("refreshed", takes=takes, bad=AUDIT)

    assert seen["is_outage"], (
        f"refresh_quotes, {_told(takes)}, and the audit raises Outage then: expected this Outage to come out, bare or in "
        f"a group, got {', '.join(seen['raised']) or 'the quotes, as if nothing had happened'}. Whoever starts a task owns its "
        "error: if nobody awaits it, it is lost"
    )


def test_cancelling_the_caller_cancels_all(answer, word, rng):
    """If the caller is cancelled, all fetches and the audit are cancelled, and when they have finished their clean-up CancelledError comes out."""
    slow = rng.randrange(10, 20)
    for takes in (
        [["TEA", slow], [word, 1], ["RICE", slow + 1], [AUDIT, slow + 2]],
        [["TEA", slow], [word, slow], [AUDIT, 1]],
        [["TEA", 1], [word, 2], [AUDIT, slow]],
    ):
        seen = answer.run("refreshed", takes=takes, cancel_at=4.5)

        told = f"refresh_quotes, {_told(takes)}, and its caller is cancelled at second 4.5"
        assert seen["at"] >= 4.5, (
            f"{told}: it had ended before, at second {seen['at']}; expected it to end when all fetches and the audit have"
        )
        told = f"{told}. It ended at second {seen['at']}"
        _all_over(seen, told, 4.5)
        assert seen["is_cancelled"], (
            f"{told}: expected CancelledError to come out, got {', '.join(seen['raised']) or 'the quotes'}. Whoever cancels you "
            "relies on it"
        )


def test_no_task_is_left(answer, word):
    """When refresh_quotes returns or raises, no task that it started is left."""
    takes = [["TEA", 3], [word, 1], [AUDIT, 5]]
    for end, seen in (
        ("had returned", answer.run("left", takes=takes)),
        ("had raised the error of a fetch", answer.run("left", takes=takes, bad=word)),
        (
            "had raised the error of the audit",
            answer.run("left", takes=[["TEA", 3], [AUDIT, 1]], bad=AUDIT),
        ),
        ("was cancelled", answer.run("left", takes=takes, cancel_at=0.5)),
    ):
        assert seen["started"], (
            f"when refresh_quotes {end}, neither a fetch nor the audit had begun; expected them to run"
        )
        assert not seen["tasks"], (
            f"when refresh_quotes {end}, these tasks had not ended: {', '.join(seen['tasks'])}; expected none"
        )
