"""The behaviours of parallel_map, each proven by one check."""

import math

import pytest

WORKERS, CHUNK = 2, 3
MOST = (2 * WORKERS + 2) * CHUNK  # items beyond those yielded, or beyond the one that failed


def test_results_come_in_order_from_other_processes(answer, rng):
    """Results come in input order, every item is worked on once, and in other processes."""
    numbers = rng.sample(range(1000), 11)

    seen = answer.run("mapped", numbers=numbers, workers=WORKERS, chunk=CHUNK)

    assert seen["got"] == numbers, (
        f"fn gives back what it gets, and was given {numbers}; expected the same list, but got {seen['got']}. The first "
        "item took longest: what is done first must wait for those before it"
    )
    assert not seen["at_home"], (
        "fn ran in the process that called parallel_map; expected other processes only. Threads share one GIL, so they "
        "compute one after the other"
    )
    assert seen["ran"] == len(numbers), f"fn ran {seen['ran']} times for {len(numbers)} items"

    assert answer.run("nothing") == [], "parallel_map of no items gave something; expected nothing"


def test_a_chunk_is_one_message(answer, rng):
    """n items travel to the processes in ceil(n/chunk) messages."""
    items, chunk = rng.choice([(23, 5), (17, 4), (10, 10)])
    expected = math.ceil(items / chunk)

    seen = answer.run("messages", items=items, workers=WORKERS, chunk=chunk)

    assert sorted(seen["got"]) == list(range(items)), (
        f"got {seen['got']}; expected 0 to {items - 1}"
    )
    assert seen["messages"] == expected, (
        f"{items} items with chunk={chunk} travelled in {seen['messages']} messages; expected {expected}. Each message "
        "costs a pickle, a pipe and a wake-up: send `chunk` items together, each of them once"
    )


def test_items_are_taken_as_they_are_needed(answer):
    """At no time have more than (2*workers+2)*chunk items been taken beyond the results that were yielded."""
    takes = CHUNK + 2

    seen = answer.run("ahead", workers=WORKERS, chunk=CHUNK, most=MOST, takes=takes)

    assert len(seen["got"]) == takes, (
        f"the items go on without end, and {len(seen['got'])} results came; expected {takes}"
    )
    assert seen["furthest"] <= MOST, (
        f"with workers={WORKERS} and chunk={CHUNK}, {seen['furthest']} items had been taken beyond the results yielded; "
        f"expected {MOST} at most. The items may be endless, or a file larger than your memory: hand out a few chunks, "
        "and the next one when a result has been taken"
    )
    assert seen["generator"], (
        "parallel_map gave no generator: whoever stops early has nothing to close"
    )


def test_the_first_error_says_its_item(answer, rng):
    """When fn raises, all chunks before it are yielded, then ItemError comes out with the item and the error."""
    bad = rng.choice([2, 3]) * CHUNK + rng.randrange(1, CHUNK)  # not the first of its chunk
    whole = bad // CHUNK * CHUNK

    seen = answer.run("failing", items=30, bad=bad, workers=WORKERS, chunk=CHUNK)

    assert seen["is_item_error"], (
        f"fn raised NoPrice for item {bad}; expected parallel_map to raise ItemError({bad}, NoPrice(…)), but it "
        f"{_ended(seen)}. Whoever reads the log needs to know which of a million items it was"
    )
    assert (seen["item"], seen["of"]) == (bad, "NoPrice"), (
        f"fn raised NoPrice for item {bad}; expected an ItemError with item={bad} and an error of type NoPrice, but it "
        f"had item={seen['item']} and an error of type {seen['of']}"
    )
    assert seen["got"] == list(range(max(whole, len(seen["got"])))) and len(seen["got"]) <= bad, (
        f"fn raised for item {bad}, in the chunk that begins with {whole}; expected 0 to {whole - 1} to be yielded "
        f"first, but {seen['got']} came. What was computed before the error is not its fault"
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

    seen = answer.run("killed", items=items, victim=victim, workers=WORKERS, chunk=chunk)

    assert not seen["hangs"], (
        f"the process that worked on item {victim} of {items} was killed (as the kernel does when memory is short), and "
        "parallel_map waits for its result for ever; expected a RuntimeError, such as BrokenProcessPool"
    )
    assert seen["is_runtime_error"], (
        f"the process that worked on item {victim} of {items} was killed; expected a RuntimeError, such as "
        f"BrokenProcessPool, but parallel_map {_ended(seen)}"
    )


@pytest.mark.parametrize(
    "end", ["read to its end", "read until fn raises", "closed after two results"]
)
def test_no_process_is_left(answer, end):
    """When the generator is exhausted, has raised, or was closed, no child process is left."""
    seen = answer.run("left_behind", items=30, workers=WORKERS, chunk=CHUNK, end=end)

    assert seen["ran"], (
        f"parallel_map was {end}, and fn was never called; expected it to run for items"
    )
    assert seen["left"] == 0, (
        f"parallel_map was {end}, and {seen['left']} child processes are still there; expected none. Put the clean-up into a "
        "`finally`: a generator that is closed raises GeneratorExit where it stands"
    )


def _ended(seen):
    return (
        f"ended without an error, after {seen['got']}"
        if seen["raised"] == "None"
        else f"raised {seen['raised']}"
    )
