"""The behaviours of parallel_map, each proven by one check."""

import math

import pytest

from pypatterns.course.checking.judge.failures import CallFailed
from pypatterns.course.checking.report.model import Verdict

WORKERS, CHUNK = 2, 3
AT_HOME = "fn ran in the process that called parallel_map"
MOST = (2 * WORKERS + 2) * CHUNK  # items beyond those yielded, or beyond the one that failed
WHY = {
    "KeyError": "Whoever reads the log needs to know which of a million items it was",
    "StopIteration": "A StopIteration of fn is an error as any other, and ends no iteration of yours but by mistake",
    "ItemError": "fn may use parallel_map itself: the item in its ItemError is none of yours",
}
ENDS = {
    "read to its end": {"read to its end": {"items": 30}},
    "read until it raises": {
        "read until fn raised": {"items": 30, "bad": CHUNK - 1, "lasting": CHUNK},
        "read until items raised": {"items": CHUNK + 1, "breaks": True, "lasting": 0},
    },
    "closed early": {
        "closed after two results": {"items": 30, "takes": 2, "lasting": CHUNK},
        "closed before its first result": {"items": 30, "takes": 0, "lasting": 0},
    },
}
WHY_IT_RUNS = (
    "A pool that is told to stop goes on for a while: wait for its end, as shutdown() does without wait=False, and start "
    "it when the first result is asked for, as a generator that never ran has no `finally`"
)


def test_results_come_in_order_from_other_processes(answer, rng):
    """Results come in input order, every item is worked on once, and in other processes."""
    numbers = rng.sample(range(1000), 11)

    seen = answer.run("mapped", numbers=numbers, workers=WORKERS, chunk=CHUNK)

    assert seen["got"] == numbers, (
        f"fn gives back what it gets, and was given {numbers}; expected the same list, but got {seen['got']}. The first "
        "item took longest: what is done first must wait for those before it"
    )
    assert not seen["at_home"], (
        f"{AT_HOME}; expected other processes only. Threads share one GIL, so they compute one after the other"
    )
    assert seen["ran"] == len(numbers), f"fn ran {seen['ran']} times for {len(numbers)} items"

    seen = answer.run("given_back", workers=1)

    assert seen["got"] == seen["given"], (
        f"fn gives back what it gets, and was given [{', '.join(seen['given'])}]; expected the same list, but got "
        f"[{', '.join(seen['got'])}]. None is an item as any other, and what fn returns is a result, whatever it is"
    )
    assert not seen["at_home"], (
        f"with workers=1, chunk=9 and nine items, {AT_HOME}; expected another one. One process beside yours is what the "
        "caller asked for: fn may take a gigabyte, or crash"
    )

    seen = answer.run("short", workers=WORKERS, chunk=CHUNK)

    assert seen["got"] == [[], [7]], (
        f"fn gives back what it gets; for [] and [7] expected the same, but got {seen['got']}"
    )
    assert not seen["at_home"], f"for the single item of [7], {AT_HOME}; expected another one"


def test_a_chunk_is_one_message(answer, rng):
    """n items travel to the processes in ceil(n/chunk) messages."""
    for items, chunk in (rng.choice([(23, 5), (17, 4)]), (10, 10), (9, 12)):
        expected = math.ceil(items / chunk)

        seen = answer.run("messages", items=items, workers=WORKERS, chunk=chunk)

        assert sorted(seen["got"]) == list(range(items)), (
            f"got {seen['got']}; expected 0 to {items - 1}"
        )
        number = seen["messages"]
        assert number or not seen["at_home"], (
            f"{items} items with chunk={chunk}: {AT_HOME}; the items travelled nowhere. Expected "
            f"{_messages(expected)} to another process"
        )
        assert number == expected, (
            f"{items} items with chunk={chunk} travelled in {_messages(number)}"
            f"{', each item in its own' if number == items else ''}; expected {expected}. Each message costs a pickle, a "
            "pipe and a wake-up: send `chunk` items together, each of them once"
        )


def test_items_are_taken_as_they_are_needed(answer):
    """At no time have more than (2*workers+2)*chunk items been taken beyond the results that were yielded."""
    takes, workers = (
        CHUNK + 2,
        WORKERS + 1,
    )  # of two workers, three chunks for each are just allowed
    most = (2 * workers + 2) * CHUNK

    seen = answer.run("ahead", workers=workers, chunk=CHUNK, most=most, takes=takes)

    assert len(seen["got"]) == takes, (
        f"the items go on without end, and {len(seen['got'])} results came; expected {takes}"
    )
    assert seen["furthest"] <= most, (
        f"with workers={workers} and chunk={CHUNK}, {seen['furthest']} items had been taken beyond the results yielded; "
        f"expected {most} at most. The items may be endless, or a file larger than your memory: hand out a few chunks, "
        "and the next one when a result has been taken"
    )
    assert seen["generator"], (
        "parallel_map gave no generator: whoever stops early has nothing to close"
    )


def test_the_first_error_says_its_item(answer, rng):
    """When fn raises, all chunks before it are yielded, then ItemError comes out with the item and the error."""
    later = rng.choice([2, 3]) * CHUNK + rng.randrange(1, CHUNK)  # not the first of its chunk
    for error, bad in (
        ("KeyError", later),
        ("StopIteration", 2 * CHUNK - 1),
        ("ItemError", later),
    ):
        early, whole = error == "StopIteration", bad // CHUNK * CHUNK

        seen = answer.run(
            "raising",
            items=30,
            bad=bad,
            error=error,
            early=early,
            workers=WORKERS,
            chunk=CHUNK,
        )

        given, got = seen["given"], seen["got"]
        what = f"fn raised {given} for item {bad}"
        assert seen["is_item_error"], (
            f"{what}; expected parallel_map to raise ItemError({bad}, {given}), but it {_ended(seen)}. {WHY[error]}"
        )
        assert (seen["item"], seen["of"]) == (bad, given), (
            f"{what}; expected an ItemError with item={bad} and error={given}, but it had "
            f"item={seen['item']!r}{', the first of its chunk,' if seen['item'] == whole else ''} and "
            f"error={seen['of']}. {WHY[error]}"
        )
        slow = ". The first item took longer than that" if early else ""
        assert got == list(range(max(whole, len(got)))) and len(got) <= bad, (
            f"{what}, in the chunk that begins with {whole}; expected 0 to {whole - 1} to be yielded first, but {got} "
            f"came{slow}. What was handed out before the error is not its fault"
        )


def test_little_runs_after_an_error(answer):
    """After the item that failed, at most (2*workers+2)*chunk further items run."""
    items, bad = 40 * CHUNK, 1

    seen = answer.run("failing", items=items, bad=bad, workers=WORKERS, chunk=CHUNK)

    assert seen["failed"], (
        f"fn was to raise for item {bad} of {items}, and was never called for it: parallel_map {_ended(seen)}"
    )
    assert seen["after"] <= MOST, (
        f"fn raised for item {bad} of {items}, and {seen['after']} later items were worked on; expected {MOST} at most. "
        "Nobody will look at these results: stop handing out work, and take back what has not begun"
    )


@pytest.mark.parametrize("chunk", [CHUNK, 1], ids=["chunks", "single items"])
def test_a_killed_worker_is_an_error(answer, chunk):
    """If a worker process is killed, a RuntimeError comes out: no hang, and no result is left out in silence."""
    items, victim = 12, 4

    what = f"the process that worked on item {victim} of {items} was killed"
    try:
        seen = answer.run("killed", items=items, victim=victim, workers=WORKERS, chunk=chunk)
    except CallFailed as failed:
        if failed.verdict is Verdict.TIMEOUT:
            failed.message = f"{failed.message} Before that, {what}: look whether it is alive where you wait for it."
        raise

    assert not seen["hangs"], (
        f"{what} (as the kernel does when memory is short), and parallel_map waits for its result for ever; expected a "
        "RuntimeError, such as BrokenProcessPool"
    )
    twice = f"; items {seen['twice']} were worked on twice" if seen["twice"] else ""
    lost = "; what is missing was left out in silence" if _lacks_some(seen, items) else ""
    assert seen["is_runtime_error"], (
        f"{what}; expected a RuntimeError, such as BrokenProcessPool, but parallel_map {_ended(seen)}{lost or twice}"
    )
    assert not twice, (
        f"{what}{twice}; expected each item to be worked on once. Whether fn may run again, only the caller knows"
    )


def _lacks_some(seen, items):
    return seen["raised"] == "None" and len(seen["got"]) < items


@pytest.mark.parametrize("end", ENDS)
def test_no_process_is_left(answer, end):
    """When the generator is exhausted, has raised, or was closed, no child process is left."""
    for way, asked in ENDS[end].items():
        seen = answer.run("left_behind", workers=WORKERS, chunk=CHUNK, **asked)

        assert seen["ran"] or seen["broke"] or asked.get("takes") == 0, (
            f"parallel_map was {way}, and fn was never called{_after_all(seen)}; expected it to run for items"
        )
        assert seen["left"] == 0, (
            f"parallel_map was {way}, and child processes are still there: {seen['left']}; expected none. Put the clean-up "
            "into a `finally`: a generator that is closed raises GeneratorExit where it stands"
        )
        assert seen["overtaken"] == 0, (
            f"parallel_map was {way}, and then other processes still worked on {seen['overtaken']} items, for nobody; "
            f"expected all of them to have ended. {WHY_IT_RUNS}"
        )


def _ended(seen):
    return (
        f"ended without an error, after {seen['got']}"
        if seen["raised"] == "None"
        else f"raised {seen['raised']}"
    )


def _after_all(seen):
    return "" if seen["ended"] == "None" else f" ({seen['ended']} came out)"


def _messages(number):
    return "1 message" if number == 1 else f"{number} messages"
