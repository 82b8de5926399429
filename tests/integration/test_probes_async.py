"""Answers that run on an event loop, through the real engine: each style is right, each mistake is seen, at once.

Two tiny exercises: `budget` calls an operation with a deadline for each try and one for all, `elapsed` starts a loop of its
own. Deadlines are half a minute, so that none of them decides anything here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pypatterns.course import catalog
from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Course
from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.report.model import Report, Verdict

TOML = """
title = "A course on the virtual clock"
[[lesson]]
stem = "01_time"
title = "Time"
minutes = 1
[[lesson.exercise]]
name = "budget"
title = "Budget"
minutes = 1
points = 3
call_deadline = 30
preload = ["anyio._backends._asyncio", "pypatterns.course.checking.probes.tasks"]
[[lesson.exercise]]
name = "elapsed"
title = "Elapsed"
minutes = 1
points = 1
call_deadline = 30
"""
BUDGET = {
    "signature.pyi": "async def budget(op: object, *, tries: int, per_try: float, total: float) -> object: ...\n",
    "drive.py": '''
"""Drivers."""
from pypatterns.course.checking.probes.virtual_clock import virtual_time
from pypatterns.course.checking.probes.errors import described
from pypatterns.course.checking.probes.journal import Journal
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.tasks import run_virtual

@prepared(virtual_time)
def slow_once(answer, value):
    """The first call of op takes longer than a try may; the second returns."""
    journal = Journal()
    calls = iter([journal.operation(takes=None), journal.operation(takes=1, gives=value)])
    ran = run_virtual(answer.budget(lambda: next(calls)(), tries=3, per_try=2.5, total=60))
    return {"value": ran.get(), "starts": journal.times("started")}

@prepared(virtual_time)
def always_slow(answer, tries, per_try, total):
    """op never returns."""
    journal = Journal()
    op = journal.operation("op", takes=None)
    ran = run_virtual(answer.budget(op, tries=tries, per_try=per_try, total=total))
    return {"error": described(ran.error), "at": ran.at, "told": journal.told()}

@prepared(virtual_time)
def caller_cancelled(answer, after):
    """The caller is cancelled after {after} s, while op runs, which takes half a second to clean up."""
    journal = Journal()
    op = journal.operation("op", takes=None, cleanup=0.5)
    ran = run_virtual(answer.budget(op, tries=2, per_try=10, total=20), cancel_at=after)
    return {"error": described(ran.error), "running": journal.running, "left": ran.left.tasks}
''',
    "test_budget.py": '''
"""Checks."""

def test_second_try(answer, word):
    """A try that takes too long is cancelled, and the next starts at once."""
    seen = answer.run("slow_once", value=word)
    assert seen["value"] == word, f"{seen}"
    assert len(seen["starts"]) == 2 and abs(seen["starts"][1] - 2.5) < 0.025, f"{seen}"

def test_total(answer, rng):
    """TimeoutError comes out when all the time is used up."""
    total = rng.randrange(20, 40) / 4
    seen = answer.run("always_slow", tries=9, per_try=3, total=total)
    assert seen["error"] and seen["error"]["type"] == "TimeoutError", f"it ended with {seen['error']}"
    assert abs(seen["at"] - total) <= total / 100, f"it took {seen['at']:g} s of {total:g}"

def test_cancel(answer):
    """Cancelling the caller cancels op and waits for it."""
    seen = answer.run("caller_cancelled", after=1.5)
    assert seen["error"] and seen["error"]["type"] == "CancelledError", f"it ended with {seen['error']}"
    assert not seen["running"], f"still in its clean-up: {seen['running']}"
    assert not seen["left"], f"still running: {seen['left']}"
''',
}
ELAPSED = {
    "signature.pyi": "def elapsed(delays: list[float]) -> float: ...\n",
    "drive.py": '''
"""Drivers."""
from pypatterns.course.checking.probes.virtual_clock import now, virtual_time
from pypatterns.course.checking.probes.prepare import prepared

@prepared(virtual_time)
def took(answer, delays):
    """elapsed() is asked how long it takes to sleep."""
    return {"value": round(answer.elapsed(delays), 5), "took": now()}
''',
    "test_elapsed.py": '''
"""Checks."""

def test_sum(answer):
    """It takes as long as all delays together."""
    seen = answer.run("took", delays=[60, 1.25, 3600])
    assert seen == {"value": 3661.25, "took": 3661.25}, f"{seen}"
''',
}

# The bodies of `async def budget(op, *, tries, per_try, total)`.
RIGHT = {
    "nested timeouts": """
    async with asyncio.timeout(total):
        for _ in range(tries):
            try:
                async with asyncio.timeout(per_try) as limit:
                    return await op()
            except TimeoutError:
                if not limit.expired(): raise
    raise TimeoutError
""",
    "absolute deadlines": """
    now = asyncio.get_running_loop().time
    end = now() + total
    for _ in range(tries):
        try:
            async with asyncio.timeout_at(min(end, now() + per_try)):
                return await op()
        except TimeoutError:
            if now() >= end: break
    raise TimeoutError
""",
    "wait_for and a budget of time.monotonic": """
    end = monotonic() + total
    for _ in range(tries):
        left = end - monotonic()
        if left <= 0: break
        try:
            return await asyncio.wait_for(op(), min(per_try, left))
        except TimeoutError:
            pass
    raise TimeoutError
""",
    "asyncio.wait and a budget of time.perf_counter_ns": """
    end = time.perf_counter_ns() + int(total * 1e9)
    for _ in range(tries):
        task = asyncio.create_task(op())
        try:
            await asyncio.wait([task], timeout=min(per_try, (end - time.perf_counter_ns()) / 1e9))
            if task.done(): return task.result()
        finally:
            task.cancel()
            await asyncio.wait([task])
        if time.perf_counter_ns() >= end: break
    raise TimeoutError
""",
    "call_later and call_at": """
    loop = asyncio.get_running_loop()
    end = loop.time() + total
    for _ in range(tries):
        task = loop.create_task(op())
        alarms = [loop.call_later(per_try, task.cancel), loop.call_at(end, task.cancel)]
        try:
            await asyncio.wait([task])
        finally:
            for alarm in alarms: alarm.cancel()
            task.cancel()
            await asyncio.wait([task])
        if not task.cancelled(): return task.result()
        if loop.time() >= end: break
    raise TimeoutError
""",
    "anyio": """
    with anyio.fail_after(total):
        for _ in range(tries):
            with anyio.move_on_after(per_try) as limit:
                return await op()
            if not limit.cancelled_caught: break
    raise TimeoutError
""",
    "anyio, a task group and a scope's deadline": """
    got = []
    async def one(scope):
        got.append(await op())
        scope.cancel()
    with anyio.CancelScope(deadline=anyio.current_time() + total) as all_tries:
        for _ in range(tries):
            async with anyio.create_task_group() as group:
                group.start_soon(one, group.cancel_scope)
                await anyio.sleep(per_try)
                group.cancel_scope.cancel()
            if got: return got[0]
    raise TimeoutError
""",
    "to_thread between the tries": """
    async with asyncio.timeout(total):
        for number in range(tries):
            try:
                async with asyncio.timeout(per_try):
                    return await op()
            except TimeoutError:
                await asyncio.to_thread(sum, range(number))
    raise TimeoutError
""",
    "a thread that sleeps is the alarm": """
    end = time.time() + total
    for _ in range(tries):
        task = asyncio.ensure_future(op())
        alarm = asyncio.ensure_future(asyncio.to_thread(time.sleep, min(per_try, end - time.time())))
        try:
            await asyncio.wait([task, alarm], return_when="FIRST_COMPLETED")
            if task.done(): return task.result()
        finally:
            for each in task, alarm: each.cancel()
            await asyncio.wait([task, alarm])
        if time.time() >= end: break
    raise TimeoutError
""",
    "polling": """
    end = monotonic() + total
    for _ in range(tries):
        task, limit = asyncio.create_task(op()), min(end, monotonic() + per_try)
        try:
            while not task.done() and monotonic() < limit: await asyncio.sleep(0.01)
            if task.done(): return task.result()
        finally:
            task.cancel()
            await asyncio.wait([task])
        if monotonic() >= end: break
    raise TimeoutError
""",
}
NEVER_ENDS = {
    "endless retry": """
    while True:
        with suppress(TimeoutError):
            return await asyncio.wait_for(op(), per_try)
""",
    "turning without a pause": """
    task = asyncio.create_task(op())
    while not task.done(): await asyncio.sleep(0)
    return task.result()
""",
}
WRONG = {
    "a limit for each try only": (
        """
    for _ in range(tries):
        with suppress(TimeoutError):
            return await asyncio.wait_for(op(), per_try)
    raise TimeoutError
""",
        "test_total",
        "it took 27 s of",
    ),
    "tries are abandoned": (
        """
    async with asyncio.timeout(total):
        for _ in range(tries):
            task = asyncio.create_task(op())
            done, _ = await asyncio.wait([task], timeout=per_try)
            if done: return task.result()
    raise TimeoutError
""",
        "test_cancel",
        "still in its clean-up: ['op']",
    ),
    "cancelled and not awaited": (
        """
    async with asyncio.timeout(total):
        for _ in range(tries):
            task = asyncio.create_task(op())
            try:
                done, _ = await asyncio.wait([task], timeout=per_try)
                if done: return task.result()
            finally:
                task.cancel()
    raise TimeoutError
""",
        "test_cancel",
        "still in its clean-up: ['op']",
    ),
    "something else is left running": (
        """
    asyncio.create_task(asyncio.Event().wait(), name="watchdog")
"""
        + RIGHT["nested timeouts"],
        "test_cancel",
        "still running: ['watchdog (Event.wait)']",
    ),
    "the loop is blocked": (
        """
    async with asyncio.timeout(total):
        task = asyncio.create_task(op())
        for _ in range(tries):
            time.sleep(per_try)
            await asyncio.sleep(0)
            if task.done(): return task.result()
    raise TimeoutError
""",
        "test_total",
        "it took",
    ),
}
DEADLOCKED = {
    "all tasks wait for each other": """
    async def after(other): return await other[0]
    one, two = [], []
    one.append(asyncio.create_task(after(two)))
    two.append(asyncio.create_task(after(one)))
    return await one[0]
""",
    "the loop waits for a thread that waits for the loop": """
    return await asyncio.to_thread(threading.Event().wait)
""",
}
OWN_LOOP = {
    "asyncio.run": """
async def main(delays):
    began = asyncio.get_running_loop().time()
    for delay in delays: await asyncio.sleep(delay)
    return asyncio.get_running_loop().time() - began
def elapsed(delays): return asyncio.run(main(delays))
""",
    "a Runner": """
async def main(delays):
    for delay in delays: await asyncio.sleep(delay)
def elapsed(delays):
    began = monotonic()
    with asyncio.Runner() as runner:
        for delay in delays: runner.run(main([delay]))
    return monotonic() - began
""",
    "anyio.run": """
async def main(delays):
    began = time.time()
    for delay in delays: await anyio.sleep(delay)
    return time.time() - began
def elapsed(delays): return anyio.run(main, delays)
""",
    "a loop made at import, and its clock": """
loop = asyncio.new_event_loop()
clock = loop.time
def elapsed(delays):
    began = clock()
    for delay in delays: loop.run_until_complete(asyncio.sleep(delay))
    return clock() - began
""",
    "a loop in a thread": """
def elapsed(delays):
    loop, began = asyncio.new_event_loop(), time.perf_counter()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    for delay in delays: asyncio.run_coroutine_threadsafe(asyncio.sleep(delay), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    return time.perf_counter() - began
""",
    "no loop": """
def elapsed(delays):
    began = time.monotonic_ns()
    for delay in delays: time.sleep(delay)
    return (time.monotonic_ns() - began) / 1e9
""",
}
HEAD = "import anyio, asyncio, threading, time\nfrom contextlib import suppress\nfrom time import monotonic\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course of two exercises."""
    root = tmp_path_factory.mktemp("course")
    (root / "course.toml").write_text(TOML)
    for name, files in (("budget", BUDGET), ("elapsed", ELAPSED)):
        folder = root / "tests" / "exercises" / "01_time" / name
        folder.mkdir(parents=True)
        for file, text in files.items():
            (folder / file).write_text(text)
    return catalog.load(Path(root))


@pytest.fixture(scope="module")
def judge(course: Course) -> Iterator[Judge]:
    """One warm judge for all answers."""
    with Judge(course) as judge:
        yield judge


def check(judge: Judge, course: Course, name: str, source: str) -> Report:
    return judge.check(Answer(name, HEAD + source, "a test"), course.exercise(name))


def check_budget(judge: Judge, course: Course, body: str) -> Report:
    return check(
        judge, course, "budget", f"async def budget(op, *, tries, per_try, total):\n{body}"
    )


def words(report: Report) -> str:
    """All that the report says of what did not hold."""
    failed = [
        f"{each.name}: {each.message}" for each in report.checks if each.verdict is not Verdict.PASS
    ]
    return "\n".join([report.message, *failed])


@pytest.mark.parametrize(
    ("body", "replaced"),
    [
        ("    return nothing", ""),
        ("    time.time = None\n    return nothing", "had replaced time.time,"),
    ],
    ids=["a slip", "a slip of one who stops the clock"],
)
def test_our_own_clock_is_not_held_against_an_answer(
    judge: Judge, course: Course, body: str, replaced: str
) -> None:
    """Virtual time takes the place of the clocks, which is nothing that the answer has done."""
    report = check_budget(judge, course, body)

    message = report.checks[1].message
    assert message.startswith("It raised NameError: name 'nothing' is not defined")
    assert ("had replaced" in message) is bool(replaced)
    assert replaced in message


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT.keys())
def test_every_style_of_deadline_is_right(judge: Judge, course: Course, body: str) -> None:
    """Whatever an answer measures time with, and waits in, it is on the one clock."""
    report = check_budget(judge, course, body)

    assert report.verdict is Verdict.PASS, words(report)


@pytest.mark.parametrize(("body", "failed", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_seen(judge: Judge, course: Course, body: str, failed: str, said: str) -> None:
    """The check of that behaviour fails, with what came instead."""
    report = check_budget(judge, course, body)
    messages = {each.name: each.message for each in report.checks if each.verdict is Verdict.FAIL}

    assert report.verdict is Verdict.FAIL, words(report)
    assert said in messages[failed], words(report)


@pytest.mark.parametrize("body", NEVER_ENDS.values(), ids=NEVER_ENDS.keys())
def test_what_never_ends_fails_with_the_line_it_is_at(
    judge: Judge, course: Course, body: str
) -> None:
    """No hang and no fault of ours: the answer's failure, told with its own line."""
    report = check_budget(judge, course, body)
    failed = {each.name: each for each in report.checks}["test_total"]

    assert failed.verdict is Verdict.FAIL, words(report)
    assert failed.message.startswith("It raised NeverEnds: The c"), words(report)
    assert [line.function for line in failed.lines] == ["budget"]


@pytest.mark.parametrize("body", DEADLOCKED.values(), ids=DEADLOCKED.keys())
def test_a_deadlock_of_tasks_is_proven(judge: Judge, course: Course, body: str) -> None:
    """Nothing is scheduled, nobody can act: DEADLOCK, with where each task waits."""
    report = check_budget(judge, course, body)
    locations = report.checks[1].locations

    assert report.verdict is Verdict.DEADLOCK, words(report)
    assert ("the call", "task", "budget") in [
        (each.who, each.kind, each.function) for each in locations
    ], [str(stand) for stand in locations]


@pytest.mark.parametrize("source", OWN_LOOP.values(), ids=OWN_LOOP.keys())
def test_a_loop_that_the_answer_starts_is_on_the_clock(
    judge: Judge, course: Course, source: str
) -> None:
    """An hour passes at once, whoever makes the loop, and wherever it runs."""
    report = check(judge, course, "elapsed", source)

    assert report.verdict is Verdict.PASS, words(report)


def test_a_sync_answer_is_no_fault_of_ours(judge: Judge, course: Course) -> None:
    """What is handed over instead of a coroutine is taken as the result, and fails."""
    report = check(judge, course, "budget", "def budget(op, *, tries, per_try, total): return []")

    assert report.verdict is Verdict.FAIL, words(report)
