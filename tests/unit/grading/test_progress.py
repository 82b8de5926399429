"""What a run says of itself while it lasts."""

from __future__ import annotations

import io

import pytest

from pypatterns.course.grading.progress import Progress, lasting, line


@pytest.mark.parametrize(
    ("seconds", "said"), [(4.4, "4 s"), (147, "2 min 27 s"), (11_100, "3 h 5 min"), (0, "0 s")]
)
def test_a_duration_is_said_as_people_do(seconds: float, said: str) -> None:
    """In the two units that matter."""
    assert lasting(seconds) == said


def test_rate_and_time_left_are_those_of_what_was_graded_now() -> None:
    """What an earlier run has done says nothing of this one's speed."""
    now = 0.0
    stream = io.StringIO()
    progress = Progress(stream=stream, clock=lambda: now)
    progress.begin(102)
    progress.step(reused=True)
    progress.step(reused=True)
    now = 20.0

    for _ in range(12):
        progress.step()
        now += 1 / 3600

    assert stream.getvalue().splitlines()[0] == line(1, 100, seconds=20.0)
    assert "of 100 submissions" in stream.getvalue()


def test_a_log_is_not_flooded() -> None:
    """A line in ten seconds is enough where nobody watches."""
    now = 0.0
    stream = io.StringIO()
    progress = Progress(stream=stream, clock=lambda: now)
    progress.begin(1000)

    for _ in range(1000):
        now += 0.1
        progress.step()

    assert 5 <= len(stream.getvalue().splitlines()) <= 10
