"""The behaviours of request, tag and ContextPool, each proven by one check."""

NONE = "-"


def _ids(word, count):
    return [f"r{n}-{word}" for n in range(count)]


def _assert_ids(lines, expected, told):
    """Each message was logged once, and its record carried this id."""
    got = dict(map(tuple, lines))
    for message, request_id in expected.items():
        assert message in got, f"{told}: no record says {message!r}; expected one"
        assert got[message] == request_id, (
            f"{told}: the record {message!r} carried {got[message]!r} as its request_id; expected {request_id!r}"
        )
    more = [message for message in got if message not in expected]
    assert not more and len(lines) == len(expected), (
        f"{told}: {len(lines)} records came, {more[:3]!r} among them; expected one for each of {len(expected)} messages"
    )


def test_a_block_has_its_id(answer, word):
    """In the block records carry its id; after it, however it ends, they carry the id from before, "-" if there was none; blocks nest."""
    for first, second in (_ids(word, 2), [f"r-{word}", ""], ["0", f"r-{word}"]):
        lines = answer.run("blocks", first=first, second=second)

        inside = ["in first", "first after second", "first in first", "first after first"]
        inside += ["first after an error", "first after a return"]
        expected = dict.fromkeys(["before", "after", "after a cancellation"], NONE)
        expected |= dict.fromkeys(inside, first) | dict.fromkeys(["in second", "returning"], second)
        _assert_ids(lines, expected, f"request({second!r}) in request({first!r})")


def test_requests_on_one_loop_are_told_apart(answer, word):
    """Fifty requests that take turns on one loop are told apart, also in tasks and callbacks that began in them, even after the block has ended."""
    ids = _ids(word, 50)
    lines = answer.run("turns", ids=ids)

    expected = {
        f"{name}: {what}": name
        for name in ids
        for what in ("begins", "goes on", "task", "callback")
    }
    expected |= {f"{name}: after": NONE for name in ids}
    _assert_ids(lines, expected, "fifty requests on one loop")


def test_to_thread_keeps_the_request(answer, word, rng):
    """The same holds for `asyncio.to_thread`: the records of each call carry the id of its request."""
    ids = _ids(word, rng.randrange(7, 9))
    lines = answer.run("in_threads", ids=ids)

    told = f"{len(ids)} requests call asyncio.to_thread, each of them twice"
    outside = [line for line in lines if line[0] == "outside"]
    twice = [tuple(line) for line in lines if line[0] != "outside"]
    wrong = [line for line in twice if line[0] != f"{line[1]}: thread"]
    assert not wrong, (
        f"{told}: the record {wrong[0][0]!r} carried {wrong[0][1]!r}; expected {wrong[0][0].partition(':')[0]!r}"
    )
    assert len(twice) == 2 * len(ids), f"{told}: {len(twice)} records came; expected {2 * len(ids)}"
    _assert_ids(outside, {"outside": NONE}, told)


def test_a_job_carries_the_id_of_its_request(answer, word):
    """A job of a ContextPool carries the id of the request that submitted it, by submit, map or `run_in_executor`. It does not matter which request started the thread, or whether the submitting request has ended."""
    first, second = _ids(word, 2)
    lines = answer.run("given", first=first, second=second)

    expected = {
        "starts the thread": first,
        "submit order=17": second,
        "map 1": second,
        "map 2": second,
        "run_in_executor": second,
        "outside": NONE,
        "again": first,
    }
    told = f"a pool of one thread, started by request {first!r}, with jobs that are named for how they were submitted"
    _assert_ids(lines, expected, told)


def test_a_job_runs_in_a_copy_of_the_context(answer, word):
    """A job runs in a copy of its submitter's context: it sees the other context variables, and its own changes reach neither the submitter nor the next job."""
    first, inner = _ids(word, 2)
    got = answer.run("copies", first=first, inner=inner)

    told = "five jobs in a pool of one thread, two of them by map, each of which sets a context variable"
    expected = {
        "job 1": "tea house",
        "the submitter": "rice house",
        "job 2": "rice house",
        "job 3": "rice house",
        "job 4": "rice house",
        "job 5": "no tenant",
    }
    for who, value in expected.items():
        seen = got["seen"].get(who)
        assert seen == value, (
            f"{told}: {who} found {seen!r} in it; expected {value!r}, as the submitter had it when it submitted the job"
        )
    ids = dict.fromkeys(["job 1", "job 2", "job 3", "job 4"], first) | {"job 5": NONE}
    expected = {f"{job} {what}": ids[job] for job in ids for what in ("begins", "ends")}
    expected |= {f"{job} in a block": inner for job in ids}
    _assert_ids(got["lines"], expected, f"{told} and opens a block of its own")


def test_jobs_run_at_once(answer, word, rng):
    """As many jobs as there are workers run at once, also those of one request."""
    workers = rng.randrange(7, 9)
    got = answer.run("at_once", workers=workers, request_id=word)

    told = f"{workers} jobs that one request submits to a ContextPool of {workers} workers and that wait for each other"
    assert not got["errors"], (
        f"{told}: {len(got['errors'])} of them raised {got['errors'][0]}; expected none to. A context cannot be entered "
        "twice at once: each job needs a copy of its own"
    )
    assert got["met"] == 1, (
        f"{told}: at most {got['highest']} ran at the same time; expected all {workers}"
    )
    _assert_ids(got["lines"], {f"job {n}": word for n in range(workers)}, told)


def test_all_records_carry_an_id(answer, word):
    """The records of a tagged handler all carry an id: of any logger, made before or after, with propagate off, of any level, with `extra` or `exc_info`; the rest of the record is as it was."""
    request_id = f"r-{word}"
    got = answer.run("tagged", request_id=request_id)

    expected = [
        ["root", request_id, "root", 20, None, None],
        ["made before", request_id, "made.before", 30, None, None],
        ["made after", request_id, "made.after", 20, None, None],
        ["level 5", request_id, "made.after", 5, None, None],
        ["critical", request_id, "made.after", 50, None, None],
        ["args of 2", request_id, "made.after", 20, None, None],
        ["with extra", request_id, "made.after", 20, None, 17],
        ["with exc_info", request_id, "made.after", 40, "Sold", None],
        ["adapter", request_id, "made.after", 20, None, 18],
        ["outside", NONE, "made.after", 20, None, None],
        ["propagate off", request_id, "alone", 40, None, None],
    ]
    parts = "message, request_id, logger, level, exception and the extra attribute order"
    rows = {row[0]: row for row in got["rows"]}
    for row in expected:
        assert rows.get(row[0]) == row, (
            f"a tagged handler got the record {row[0]!r} as {rows.get(row[0])!r}; expected {row!r} ({parts})"
        )
    more = [message for message in rows if message not in {row[0] for row in expected}]
    assert not more and len(got["rows"]) == len(expected), (
        f"tagged handlers got {len(got['rows'])} records, {more!r} among them; expected {len(expected)}. A filter that a handler had "
        "before still holds"
    )
    assert got["text"] == f"{request_id} formatted\n", (
        f"a tagged handler with the format '%(request_id)s %(message)s' wrote {got['text']!r}; expected {request_id + ' formatted'!r} and the end of the line"
    )


def test_it_is_a_thread_pool(answer, word):
    """In all else a ContextPool is a ThreadPoolExecutor: arguments, results, errors, cancel, shutdown, `thread_name_prefix`."""
    inputs = {"request_id": f"r-{word}", "prefix": f"pool-{word}", "word": word}
    seen = answer.run("pooled", **inputs)

    expected = {
        "is_executor": (True, "isinstance(pool, ThreadPoolExecutor)"),
        "args": (True, "that fn got the very arguments of submit"),
        "more": (
            {
                "order": 17,
                "timeout": 1,
                "fn": 2,
                "self": 3,
                "context": 4,
                "args": 5,
                "kwargs": 6,
            },
            "that fn got the keyword arguments of submit, also those with the name of a parameter",
        ),
        "prefix": (True, "that the job ran in a thread whose name begins with thread_name_prefix"),
        "raised": (True, "future.exception() to be the very error that the job raised"),
        "mapped": ([["x", 3, word], ["y", 2, word], ["z", 1, word]], "the results of map in order"),
        "waited": (True, "the end of the with block to wait for the last job"),
        "initialized": (True, "the initializer to be called in the thread"),
        "cancelled": (True, "cancel() to cancel a job that has not begun"),
        "shut_down": (True, "submit to raise RuntimeError after shutdown"),
    }
    for name, (value, what) in expected.items():
        assert seen[name] == value, f"ContextPool: got {seen[name]!r}; expected {what} ({value!r})"
