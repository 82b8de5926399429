"""The demonstration of lesson 03: what waits in a pipeline, and what a learner reads when it stands still."""

from __future__ import annotations

import asyncio
import re

import pytest

from pypatterns.course.lab.figures import queue_depth
from pypatterns.course.lab.figures.queue_depth import Measured, demo, measure, shown


async def naive(source, work, *, workers, maxsize):
    """The pipeline of the lesson: its main body reads, and nothing watches the consumers."""
    queue = asyncio.Queue(maxsize)

    async def consume():
        while True:
            item = await queue.get()
            await work(item)
            queue.task_done()

    consumers = [asyncio.create_task(consume()) for _ in range(workers)]
    async for item in source:
        await queue.put(item)
    await queue.join()
    for consumer in consumers:
        consumer.cancel()


async def watched(source, work, *, workers, maxsize):
    """A group notices the first consumer that dies."""
    queue = asyncio.Queue(maxsize)

    async def consume():
        while True:
            await work(await queue.get())
            queue.task_done()

    async with asyncio.TaskGroup() as group:
        consumers = [group.create_task(consume()) for _ in range(workers)]
        async for item in source:
            await queue.put(item)
        await queue.join()
        for consumer in consumers:
            consumer.cancel()


async def broken(source, work, *, workers, maxsize):
    """Does not run."""
    raise NoSuchName  # noqa: F821


@pytest.fixture(scope="module")
def calm() -> Measured:
    """Twenty items per second for four workers that do four each, and a bound of ten."""
    return measure(naive, producer=20, consumer=4, workers=4, maxsize=10)


@pytest.fixture(scope="module")
def dead() -> Measured:
    """The same, and the workers die."""
    return measure(naive, die=True)


def test_a_bound_makes_the_producer_wait(calm: Measured) -> None:
    """What waits is the queue's bound and one item in the reader's hand; the memory stays small."""
    assert calm.deepest == 11
    assert calm.done == calm.read < 20 * 60
    assert calm.stuck_at is None


def test_without_a_bound_the_depth_grows_with_the_time(calm: Measured) -> None:
    """A surplus of four items per second for a minute, and the memory that they take."""
    measured = measure(naive, producer=20, consumer=4, workers=4, maxsize=0)

    assert measured.read == measured.done == 20 * 60
    assert 230 < measured.deepest < 250
    assert measured.peak > 1000 * measured.deepest
    assert measured.peak > calm.peak + 200_000


@pytest.mark.parametrize(
    ("maxsize", "line"),
    [
        (10, "`await queue.put(item)` — for Queue.put()"),
        (0, "`await queue.join()` — for Queue.join()"),
    ],
    ids=["bounded", "unbounded"],
)
def test_a_dead_pipeline_is_told_with_the_line_at_which_it_waits(maxsize: int, line: str) -> None:
    """The naive form stands still, no error comes out, and the autopsy names one task and its line."""
    measured = measure(naive, maxsize=maxsize, die=True)

    assert measured.stuck_at is not None
    assert measured.error == ""
    assert [entry.partition(": ")[2] for entry in measured.autopsy] == [line]
    assert measured.autopsy[0] in shown(measured).text


def test_a_pipeline_that_watches_its_workers_ends() -> None:
    """Its error comes out at the first item after second 20, and there is nothing to dissect."""
    measured = measure(watched, die=True)

    assert (measured.stuck_at, measured.error) == (None, "ExceptionGroup")
    assert 20 <= measured.ended < 21
    assert measured.autopsy == []


def test_the_line_is_the_one_in_the_cell(dead: Measured) -> None:
    """The first line of the function is line 1, as in the cell that a learner sees."""
    [where] = dead.autopsy

    assert re.search(r"waits in naive, line 13: ", where)


def test_an_error_of_the_pipeline_itself_is_told() -> None:
    """A learner who edits the cell may misspell a name."""
    assert measure(broken).error == "NameError"


def test_a_pipeline_that_never_waits_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is killed, and the learner reads why."""
    monkeypatch.setattr(queue_depth, "PATIENCE", 0.01)

    with pytest.raises(RuntimeError, match=r"did not end within 0\.01 s"):
        measure(naive)


@pytest.mark.parametrize("which", ["calm", "dead"])
def test_text_and_picture_say_the_same(which: str, request: pytest.FixtureRequest) -> None:
    """One sentence, above the text, below the picture and in its description."""
    measured = request.getfixturevalue(which)

    page = shown(measured)

    assert page.text.startswith(f"{measured.sentence}\n")
    assert f"<figcaption>{measured.sentence}</figcaption>" in page.html
    assert f'alt="Items that wait. {measured.sentence}"' in page.html
    assert ("The autopsy" in page.html) == (which == "dead")


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        ("producer", 10, "10 items per second in"),
        ("consumer", 8, "4 times 8 out"),
        ("workers", 8, "8 times 4 out"),
        ("maxsize", 50, "maxsize 50: at most 51 waited"),
        ("die", True, "Nothing has moved since 20"),
    ],
    ids=["producer", "consumer", "workers", "maxsize", "die"],
)
def test_every_control_measures_anew(
    control: str, value: object, words: str, calm: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its new value; figure, text and status are those of the new measurement."""
    asked = []
    monkeypatch.setattr(queue_depth, "measure", lambda *_, **how: asked.append(how) or calm)
    live = demo(naive)
    before = live.shown
    monkeypatch.setattr(
        queue_depth, "measure", lambda what, **how: asked.append(how) or measure(what, **how)
    )

    live.controls[control].value = value

    assert asked[1:] == [{name: each.value for name, each in live.controls.items()}]
    assert words in live.shown.text
    assert live.shown.text != before.text
    assert live.shown.html != before.html
    assert live.status == live.shown.text.partition("\n")[0]


def test_a_slider_measures_when_it_is_released() -> None:
    """A measurement must not start at every pixel."""
    sliders = [each for each in demo(naive).controls.values() if hasattr(each, "continuous_update")]

    assert len(sliders) == 4
    assert not any(each.continuous_update for each in sliders)
