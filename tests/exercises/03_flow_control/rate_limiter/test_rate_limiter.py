"""The behaviours of RateLimiter, each proven by one check.

Quotients of per and rate are powers of two, so that all moments are exact. They are told in steps of per / rate seconds.
"""

from itertools import pairwise, product

NUMBERS = ((8, 1), (4, 1), (2, 1), (1, 4))  # rate and per
EXACT = 1e-5  # steps
NEAR = 1 / 4  # steps, where another check looks for the exact moment


def _limiter(rate, per, burst):
    return f"RateLimiter({rate}, {per}{'' if burst is None else f', {burst}'})"


def _names(word, count):
    return [f"{word}-{n}" for n in range(count)]


def _expected(count, burst):
    """When so many come through that call at the start: `burst` of them at once, the others one per step."""
    return [max(0, place - burst + 1) for place in range(count)]


def _assert_moments(seen, expected, told, tolerance, hint):
    """At which steps callers came through, whoever they were: another check asks for their order."""
    got = sorted(seen["through"].values())
    for place, (at, moment) in enumerate(zip(got, expected, strict=False), start=1):
        assert abs(at - moment) < tolerance, (
            f"{told}: caller {place} of those that came through did so after {at:g} steps; expected {moment:g} "
            f"steps (a step is per / rate seconds). {hint}"
        )
    assert len(got) == len(expected), f"{told}: {len(got)} came through; expected {len(expected)}"


def test_tokens_are_taken_at_once(answer, word, rng):
    """As long as there are tokens, acquire returns at once: `burst` times at the beginning, and `burst` times and no more after a long pause."""
    for burst in (1, rng.choice([3, 5]), rng.choice([7, 9]), None):
        rate, per = rng.choice(NUMBERS)
        many = burst or 1
        first, second = _names(word, many + 3), _names(f"{word} again", many + 3)
        plan = [[0, "call", first], [many + 60, "call", second]]
        seen = answer.run("called", rate=rate, per=per, burst=burst, plan=plan)

        told = _limiter(rate, per, burst)
        _assert_at_once(
            seen, first, 0, many, f"{told}, where {len(first)} tasks call acquire at once"
        )
        then = f"{told}, where {len(second)} tasks call acquire after a pause of 60 steps"
        _assert_at_once(seen, second, many + 60, many, then)
    burst = rng.choice([5, 7])
    rate, per = rng.choice(NUMBERS)
    first, second = _names(word, burst), _names(f"{word} again", 4)
    plan = [[0, "call", first], [2.5, "call", second]]
    seen = answer.run("called", rate=rate, per=per, burst=burst, plan=plan)

    told = f"{_limiter(rate, per, burst)}, where {burst} tasks call acquire at once, and four more 2.5 steps later"
    _assert_at_once(seen, second, 2.5, 2, told)


def _assert_at_once(seen, names, moment, many, told):
    at_once = [name for name in names if abs(seen["through"].get(name, -1) - moment) < EXACT]
    assert len(at_once) == many, (
        f"{told}: {len(at_once)} came through at that moment; expected {many}, as many as there are tokens. "
        "One token comes per step, and there are never more than `burst`"
    )


def test_one_per_step_under_load(answer, word, rng):
    """Under load the others return at the very moment at which their token comes: one each per / rate seconds, not earlier and not later."""
    for (rate, per), burst in zip(NUMBERS, rng.sample([1, 3, 5, 7, 9], 4), strict=True):
        names = _names(word, 3 * rate + burst + 2)
        plan = [[0, "call", names]]
        seen = answer.run("called", rate=rate, per=per, burst=burst, plan=plan)

        told = f"{_limiter(rate, per, burst)}, where {len(names)} tasks call acquire at once"
        hint = f"The first {burst} find a token, and then one token comes each {per / rate:g} s"
        _assert_moments(seen, _expected(len(names), burst), told, EXACT, hint)
    for burst in (1, rng.choice([3, 5, 7])):
        rate, per = rng.choice(NUMBERS)
        calls = 3 * burst + 8
        seen = answer.run("one_after_the_other", rate=rate, per=per, burst=burst, calls=calls)

        told = f"{_limiter(rate, per, burst)}, where one task calls acquire {calls} times and works for a quarter of a step after each"
        hint = "A token comes each step, whether or not a task waits for it at that moment"
        _assert_moments(seen, _one_after_the_other(burst, calls), told, EXACT, hint)


def _one_after_the_other(burst, calls):
    starts, at = [], 0.0
    for call in range(calls):
        at = max(at, call - burst + 1)  # the moment at which its token came
        starts.append(at)
        at += 0.25
    return starts


def test_first_come_first_served(answer, word, rng):
    """The caller that called first is served first; a caller that calls when a token is due does not overtake those that wait."""
    for burst in (1, rng.choice([3, 5])):
        rate, per = rng.choice(NUMBERS)
        waiting = _names(word, rate + burst + 4)
        late = [f"late-{n}" for n in range(3)]
        for event, plan in (
            (
                "more tasks call 1/64 step before a token comes, and at that moment",
                [
                    [0, "call", waiting],
                    [1 - 1 / 64, "call", late[:1]],
                    [1, "call", late[1:2]],
                    [2, "call", late[2:]],
                ],
            ),
            (
                "a task computes for a whole step, so that a token is due that was given to none of them, and then it calls",
                [[0, "call", waiting], [0.5, "hold up and call", [1, late[0]]]],
            ),
        ):
            seen = answer.run("called", rate=rate, per=per, burst=burst, plan=plan)

            called = [*waiting, *(late if len(plan) > 2 else late[:1])]
            told = f"{_limiter(rate, per, burst)}, where {len(waiting)} tasks call acquire at once; {event}"
            assert seen["through"].get(waiting[-1], 0) > 0, (
                f"{told}: the first {len(waiting)} came through at once; expected them to wait for their tokens"
            )
            assert seen["order"] == called, (
                f"{told}. They came through in the order {', '.join(seen['order'])}; expected {', '.join(called)}"
            )


def test_a_cancelled_caller_takes_no_token(answer, word, rng):
    """If a waiting caller is cancelled, its acquire ends at once and takes no token, and the others move up; also if it is cancelled in the moment of its turn."""
    for victims in ([0], [1], [3], [6], [0, 1, 2], [0, 2, 4]):
        rate, per = rng.choice(NUMBERS)
        burst = rng.choice([1, 3])
        names = _names(word, burst + 9)
        gone = [names[burst + n] for n in victims]
        plan = [[0, "call", names], [0.5, "cancel", gone]]
        seen = answer.run("called", rate=rate, per=per, burst=burst, plan=plan)

        told = f"{_limiter(rate, per, burst)}, where {len(names)} tasks call acquire at once and {', '.join(gone)} are cancelled half a step later"
        for name in gone:
            at = seen["cancelled"].get(name)
            assert at is not None and abs(at - 0.5) < NEAR, (
                f"{told}: acquire of {name} {'did not raise CancelledError' if at is None else f'ended after {at:g} steps'}; "
                "expected it to raise CancelledError at once"
            )
        rest = [name for name in names if name not in gone]
        hint = "A caller that gives up leaves its token to the next one"
        _assert_moments(seen, _expected(len(rest), burst), told, NEAR, hint)
    # Both orders of the timers: only one of them shows a token that is lost between wake-up and cancellation.
    for hops, first in product(range(7), (True, False)):
        rate, per = rng.choice(NUMBERS)
        burst = rng.choice([1, 3])
        names = _names(word, burst + 5)
        victim = names[burst + rng.choice([0, 2])]
        inputs = {"names": names, "victim": victim, "hops": hops, "first": first}
        seen = answer.run("cancelled_in_its_turn", rate=rate, per=per, burst=burst, **inputs)

        told = f"{_limiter(rate, per, burst)}, where {len(names)} tasks call acquire at once and {victim} is cancelled in the moment of its turn, {hops} turns of the loop later"
        was_cancelled = victim in seen["cancelled"]
        assert was_cancelled or victim in seen["through"], (
            f"{told}: its acquire neither returned nor raised CancelledError"
        )
        told += ". It was cancelled" if was_cancelled else ". It came through"
        rest = [name for name in names if name != victim or not was_cancelled]
        hint = "Either a caller comes through, or it is cancelled and the next one has its token at that moment"
        _assert_moments(seen, _expected(len(rest), burst), told, NEAR, hint)


def test_a_held_up_loop_catches_up(answer, word, rng):
    """When the loop was held up, waiting callers get what came meanwhile, up to `burst` tokens, and later callers are not late for it."""
    for burst, came in ((3, 2), (7, 4), (9, rng.randrange(3, 7))):
        rate, per = rng.choice(NUMBERS)
        names = _names(word, burst + came + 7)
        plan = [[0, "call", names], [2.5, "hold up", came]]
        seen = answer.run("called", rate=rate, per=per, burst=burst, plan=plan)

        told = f"{_limiter(rate, per, burst)}, where {len(names)} tasks call acquire at once and code holds the loop up from step 2.5 to {2.5 + came:g}"
        end = 2.5 + came
        expected = [
            end if 2.5 < moment < end else moment for moment in _expected(len(names), burst)
        ]
        hint = f"{came} tokens came meanwhile, and {burst} can be kept"
        _assert_moments(seen, expected, told, NEAR, hint)
    rate, per = rng.choice(NUMBERS)
    names = _names(word, 3 + 2 + 9)
    plan = [[0, "call", names], [2.5, "hold up", 6]]
    seen = answer.run("called", rate=rate, per=per, burst=3, plan=plan)

    told = f"{_limiter(rate, per, 3)}, where {len(names)} tasks call acquire at once and code holds the loop up from step 2.5 to 8.5"
    _assert_at_most_burst(seen, told)


def _assert_at_most_burst(seen, told):
    """Six tokens came, and three can be kept. The next one may come half a step late: that is left open."""
    times = sorted(seen["through"].values())[5:]
    at_once = len([at for at in times if abs(at - 8.5) < NEAR])
    assert at_once == 3, (
        f"{told}: at step 8.5 {at_once} came through; expected 3, for there are never more than `burst` tokens"
    )
    rest = times[at_once:]
    steps = [later - earlier for earlier, later in pairwise(rest)]
    assert all(abs(step - 1) < NEAR for step in steps) and 9 - NEAR < rest[0] < 9.5 + NEAR, (
        f"{told}: after that callers came through at the steps {rest!r}; expected one per step from step 9 or 9.5"
    )


def test_limiters_do_not_know_of_each_other(answer, word, rng):
    """Two limiters do not know of each other."""
    first, second = rng.sample(NUMBERS, 2)
    limiters = [[*first, 1], [*second, rng.choice([3, 5])]]
    names = _names(word, 9)
    seen = answer.run("side_by_side", limiters=limiters, names=names)

    for numbers, one in zip(limiters, seen, strict=True):
        told = f"{_limiter(*numbers)} beside another limiter, where {len(names)} tasks call acquire of each at once"
        hint = "Each limiter has its own tokens and its own queue"
        _assert_moments(one, _expected(len(names), numbers[2]), told, NEAR, hint)


def test_nothing_is_left(answer, word, rng):
    """When no caller waits, no task of the limiter is left, and a caller that gave up goes on undisturbed."""
    for burst in (1, rng.choice([3, 5])):
        rate, per = rng.choice(NUMBERS)
        names = _names(word, rate + burst + 2)
        seen = answer.run("afterwards", rate=rate, per=per, burst=burst, names=names)

        told = f"{_limiter(rate, per, burst)}, where {len(names)} tasks call acquire at once, and one more under asyncio.timeout() of half a step"
        waited = max(seen["through"].values(), default=0)
        assert waited > 0, (
            f"{told}: none of them had to wait; expected them to wait for their tokens"
        )
        assert seen["gave_up"] and abs(seen["at"] - 0.5) < NEAR, (
            f"{told}: that one {'gave up' if seen['gave_up'] else 'got no TimeoutError'} after {seen['at']:g} steps; "
            "expected TimeoutError after half a step"
        )
        assert seen["is_undisturbed"], (
            f"{told}: after that, another deadline of its caller did not end in TimeoutError; expected it to"
        )
        for when, left in seen["left"].items():
            assert not left, (
                f"{told}: on the line after {when}, these tasks were still there: {', '.join(left)}; expected none"
            )
