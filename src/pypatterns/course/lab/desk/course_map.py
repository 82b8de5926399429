"""The course as a map: its lessons, what each builds on, how long they take, and what you have done.

>>> course_map()
00_welcome                 10 min + exercises  5 min   done
01_threads_and_processes   75 min + exercises 85 min   1 of 4 exercises   after —
…
"""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from pypatterns.course import catalog
from pypatterns.course.catalog import Course, Lesson
from pypatterns.course.lab.desk.diary import Diary
from pypatterns.course.lab.drawing.shown import Shown, figure

BOX, GAP = (142, 94), (26, 14)  # width and height, in units of the picture
LINE_LENGTH = 18  # characters of the bold face that fit into a box
LINES, LEADING = 5, 17  # that fit into a box, and units from one to the next
INK, PAPER, LINE, GREEN, GREY = "#1a1a1a", "#ffffff", "#7a7a7a", "#d8f0dd", "#e8e8e8"


@dataclass(frozen=True, slots=True)
class Stop:
    """One lesson on the map: `column` counts the lessons that it builds on one after the other, `row` tells paths apart."""

    lesson: Lesson
    done: int
    column: int
    row: int

    @property
    def number(self) -> str:
        """The lesson's number: "01"."""
        return self.lesson.stem.partition("_")[0]

    @property
    def minutes(self) -> str:
        """What the lesson and its exercises take, as course.toml estimates it."""
        exercises = sum(exercise.minutes for exercise in self.lesson.exercises)
        return f"{self.lesson.minutes} min" + (f" + {exercises} min" if exercises else "")

    @property
    def state(self) -> str:
        """How far you are: "done", "1 of 4 exercises", "in preparation"."""
        there, of = self.lesson.notebook.is_file(), len(self.lesson.exercises)
        if not there and not of:
            return "in preparation"
        if of and self.done == of:
            return "done"
        return f"{self.done} of {of} exercise{'s' * (of > 1)}" if of else "ready"


def course_map(course: Course | None = None) -> Shown:
    """The map, with the exercises of this course folder that have passed."""
    course = course or catalog.load()
    found = stops(course.lessons, Diary(course.work).passed())
    alt = (
        "Lessons as boxes, each with an arrow from what it builds on: the list below says the same."
    )
    picture = figure(as_svg(found), alt=alt)
    return Shown(as_text(found), f"{picture}<pre>{html.escape(as_text(found))}</pre>")


def stops(lessons: Sequence[Lesson], passed: Collection[str] = ()) -> tuple[Stop, ...]:
    """Each lesson with its place: right of all that it builds on, beside the first of them where that is free."""
    placed: dict[str, Stop] = {}
    taken: set[tuple[int, int]] = set()
    for lesson in lessons:
        before = [placed[stem] for stem in lesson.after]
        column = 1 + max((stop.column for stop in before), default=-1)
        row = before[0].row if before else 1 + max((row for _, row in taken), default=-1)
        while (column, row) in taken:
            row += 1
        taken.add((column, row))
        done = sum(exercise.name in passed for exercise in lesson.exercises)
        placed[lesson.stem] = Stop(lesson, done, column, row)
    return tuple(placed.values())


def as_text(found: Sequence[Stop]) -> str:
    """A line a lesson."""
    width = max(len(stop.lesson.stem) for stop in found)
    rows = [
        (stop.lesson.stem, stop.minutes, stop.state, _after(stop.lesson, found)) for stop in found
    ]
    return "\n".join(
        f"{stem:<{width}}  {minutes:<16}  {state:<18}  {after}".rstrip()
        for stem, minutes, state, after in rows
    )


def as_svg(found: Sequence[Stop]) -> str:
    """The picture, readable on a light and on a dark page: every box brings its own paper."""
    width = (1 + max(stop.column for stop in found)) * (BOX[0] + GAP[0]) - GAP[0] + 4
    height = (1 + max(stop.row for stop in found)) * (BOX[1] + GAP[1]) - GAP[1] + 4
    parts = [*_arrows(found), *(part for stop in found for part in _box(stop))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        'font-family="sans-serif" font-size="11"><defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" '
        f'markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="{LINE}"/></marker></defs>'
        f"{''.join(parts)}</svg>"
    )


def _after(lesson: Lesson, found: Sequence[Stop]) -> str:
    numbers = [stop.number for stop in found if stop.lesson.stem in lesson.after]
    return f"after {', '.join(numbers)}" if numbers else ""


def _arrows(found: Sequence[Stop]) -> Iterator[str]:
    places = {stop.lesson.stem: stop for stop in found}
    for stop in found:
        x, y = _corner(stop)
        for stem in stop.lesson.after:
            left, top = _corner(places[stem])
            right, middle = left + BOX[0], top + BOX[1] // 2
            yield (  # along its own row, and down or up only right before the arrow's head
                f'<path d="M{right} {middle}H{x - GAP[0] // 2}V{y + BOX[1] // 2}H{x - 1}" fill="none" '
                f'stroke="{LINE}" stroke-width="1.5" marker-end="url(#a)"/>'
            )


def _box(stop: Stop) -> Iterator[str]:
    x, y = _corner(stop)
    paper = {"done": GREEN, "in preparation": GREY}.get(stop.state, PAPER)
    dashes = ' stroke-dasharray="4 3"' if stop.state == "in preparation" else ""
    yield f'<rect x="{x}" y="{y}" width="{BOX[0]}" height="{BOX[1]}" rx="6" fill="{paper}" stroke="{LINE}"{dashes}/>'
    lines = list(_lines(stop))
    top = (
        y + (BOX[1] - LEADING * len(lines)) / 2 + 12.5
    )  # the first line's foot, with as much room above as below
    for number, (text, weight) in enumerate(lines):
        place = f'x="{x + 8}" y="{top + LEADING * number:g}"'
        yield f'<text {place} fill="{INK}" font-weight="{weight}">{html.escape(text)}</text>'


def _lines(stop: Stop) -> Iterator[tuple[str, str]]:
    """What stands in a box, with the weight of its face."""
    title = f"{stop.number} {stop.lesson.title}"
    for line in wrap(title, LINE_LENGTH, max_lines=LINES - 2, placeholder="…"):
        yield line, "bold"
    yield stop.minutes, "normal"
    yield ("✓ " if stop.state == "done" else "") + stop.state, "normal"


def _corner(stop: Stop) -> tuple[int, int]:
    return 2 + stop.column * (BOX[0] + GAP[0]), 2 + stop.row * (BOX[1] + GAP[1])
