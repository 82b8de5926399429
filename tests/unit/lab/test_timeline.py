"""The recorder: what threads and tasks did, as it stood at the end, in an order that does not depend on luck."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count

from pypatterns.course.lab.timeline import Recorder

BOUND = 5  # seconds; ends a hang, decides nothing


def ticking() -> Recorder:
    """A recorder whose clock goes on by a second each time it is read: 0 as it is made, 1 as it is entered."""
    return Recorder(clock=map(float, count()).__next__)


def test_spans_are_seconds_since_the_start() -> None:
    """Of each block: its lane, its label, its kind, and when it began and ended."""
    with ticking() as rec:
        with rec.span("worker 1", "fetch tea", "waits"):
            pass
        with rec.span("worker 1", "sum"):
            pass

    assert [(s.label, s.kind, s.start, s.end, s.over) for s in rec.spans] == [
        ("fetch tea", "waits", 1.0, 2.0, True),
        ("sum", "runs", 3.0, 4.0, True),
    ]


def test_lanes_come_in_the_order_of_their_names() -> None:
    """Whichever thread was first; numbers by their value, and given lanes before all others."""
    rec = Recorder(["shop", "till"])
    for lane in ("worker 10", "shop", "worker 2", "anna"):
        with rec.span(lane, "work"):
            pass

    assert rec.lanes == ("shop", "till", "anna", "worker 2", "worker 10")
    assert [span.lane for span in rec.spans] == ["shop", "anna", "worker 2", "worker 10"]


def test_threads_that_meet_are_seen_to_meet() -> None:
    """Four that wait for each other are four at once; one lock is held by one at a time."""
    four, lock = threading.Barrier(4), threading.Lock()

    def work(number: int) -> None:
        with rec.span(f"worker {number}", "meet", "waits"):
            four.wait(BOUND)
        with lock, rec.span(f"worker {number}", "book", "holds"):
            pass

    with Recorder() as rec, ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert rec.at_once("waits") == 4
    assert rec.at_once("holds") == 1
    assert len(rec.spans) == 8


def test_how_a_span_ended_is_its_kind() -> None:
    """Cancelled, failed, or what it was; the exception goes on."""

    async def child(name: str, seconds: float) -> None:
        with rec.span(name, "fetch", "waits"):
            await asyncio.sleep(seconds)
            if name == "fails":
                raise OSError("closed")

    async def parent() -> list[BaseException | None]:
        tasks = [
            asyncio.create_task(child(n, s)) for n, s in (("ends", 0), ("fails", 0), ("goes", 60))
        ]
        await asyncio.wait(tasks[:2])
        tasks[2].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    with Recorder() as rec:
        ended = asyncio.run(parent())

    assert [type(each) for each in ended] == [type(None), OSError, asyncio.CancelledError]
    assert [(s.lane, s.kind) for s in rec.spans] == [
        ("ends", "waits"), ("fails", "failed"), ("goes", "cancelled"),
    ]  # fmt: skip


def test_what_goes_on_at_the_end_is_drawn_as_it_stood() -> None:
    """A span that is cancelled after the recording was not cancelled in it."""
    rec = ticking()
    with suppress(asyncio.CancelledError), rec.span("sibling", "fetch", "waits"):
        with rec, rec.span("parent", "gather"):
            pass
        raise asyncio.CancelledError

    assert [(s.lane, s.kind, s.over) for s in rec.spans] == [
        ("parent", "runs", True),
        ("sibling", "waits", False),
    ]
    assert rec.spans[1].end == 3.0


def test_a_recording_may_be_read_while_it_runs() -> None:
    """Up to now; nothing has to be over."""
    with ticking() as rec, rec.span("worker 1", "fetch tea", "waits"):
        now = rec.spans

    assert [(s.end, s.over) for s in now] == [(2.0, False)]


def test_text_and_picture_say_the_same() -> None:
    """The bundle has both, and the sentence stands in each."""
    with ticking() as rec, rec.span("worker 1", "fetch tea", "waits"):
        pass

    bundle = rec._repr_mimebundle_()

    sentence = "1 bar in 1 lane, 2.000 s, at most 1 at once."
    assert str(bundle["text/plain"]).endswith(sentence)
    assert f"<figcaption>{sentence}</figcaption>" in str(bundle["text/html"])
    assert f'alt="Timeline. {sentence}"' in str(bundle["text/html"])
    assert repr(rec) == bundle["text/plain"]
