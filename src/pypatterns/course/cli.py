"""The commands: `pypatterns --help` lists them. Each only calls a function of another module, where its tests are, too.

Exit codes: 0 done and passed, 1 something did not pass, 2 wrong use, 3 our own checking failed and nothing is marked.
"""

from __future__ import annotations

# What a command needs is imported in it: `pypatterns --help` and completion answer at once.
# ruff: noqa: PLC0415
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from pypatterns.course import catalog
from pypatterns.course.errors import CourseError

if TYPE_CHECKING:
    from pypatterns.course.lab.setup.doctor import Finding


class Box(StrEnum):
    """What an answer runs in."""

    auto = "auto"
    bwrap = "bwrap"
    none = "none"


CORES = min(os.cpu_count() or 1, 8)  # each judge takes some 60 MB
FALLBACK = str.maketrans({"✔": "+", "✘": "x", "○": "o", "…": "~", "—": "-"})


class Sentences(TyperGroup):
    """Shows an error that a person should read as its sentence, without a traceback."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run the command."""
        try:
            return super().invoke(ctx)
        except CourseError as error:
            note(str(error))
            raise typer.Exit(2) from None


app = typer.Typer(
    name="pypatterns",
    cls=Sentences,
    help="Advanced Python Patterns: open the course, check answers, look after the course.",
    epilog="Exit codes: 0 done and passed, 1 something did not pass, 2 wrong use, "
    "3 our own checking failed and nothing is marked.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, on stdout.")]
Seed = Annotated[int | None, typer.Option(help="Repeat a run with its inputs.")]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Start over instead of going on where a stopped run was.")
]
Names = Annotated[list[str] | None, typer.Argument(help="Lessons or exercises; all by default.")]


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog="All other options go to JupyterLab: --no-browser prints the address, --port 9000, …",
)
def lab(
    ctx: typer.Context,
    another: Annotated[
        bool, typer.Option("--another", help="Start a second server beside a running one.")
    ] = False,
) -> None:
    """Lay out missing starters in work/ and open JupyterLab on the course.

    If JupyterLab already runs on this course, its page is shown instead of starting a second one.
    """
    from pypatterns.course.lab.setup import server

    raise typer.Exit(server.lab(catalog.load(), ctx.args, another=another, say=note))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what is missing here, and the command that mends it."""
    from pypatterns.course.lab.setup.doctor import examine

    findings = examine()
    say(json.dumps([asdict(each) for each in findings], indent=2) if as_json else table(findings))
    raise typer.Exit(int(any(finding.blocks for finding in findings)))


@app.command()
def check(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="Notebooks, .py files, folders; or exercises and lessons, which are looked for in "
            "work/. Without any: all of work/."
        ),
    ] = None,
    as_json: Json = False,
    seed: Seed = None,
) -> None:
    """Check answers and say what holds and what does not."""
    from pypatterns.course.checking.client import Judge
    from pypatterns.course.lab.desk import check_command

    course = catalog.load()
    with Judge(course) as judge:
        hears = None if as_json else say
        outcome = check_command.check(course, what or [], judge, seed=seed, say=hears)
    say(outcome.to_json() if as_json else outcome.summary())
    for reason in outcome.refused:
        note(reason)
    raise typer.Exit(outcome.exit_code)


@app.command()
def reset(
    exercises: Annotated[list[str], typer.Argument(help="The exercises to begin anew.")],
) -> None:
    """Put an exercise's starter back in work/; the old answer is kept in work/earlier/, dated."""
    from pypatterns.course.lab.desk import layout

    course = catalog.load()
    for exercise in [course.exercise(name) for name in exercises]:
        say(layout.reset(course, exercise, now=datetime.now().astimezone()).said)


@app.command()
def build(
    lessons: Annotated[list[str] | None, typer.Argument(help="Lessons; all by default.")] = None,
    execute: Annotated[
        bool, typer.Option(help="Run lessons and solutions; without, only derive the exercises.")
    ] = True,
) -> None:
    """For authors: run lessons and solutions, and derive exercises/ from solutions/."""
    course = catalog.load()
    chosen = [course.lesson(name) for name in lessons] if lessons else None

    from pypatterns.course.authoring.build import build as build_lessons

    build_lessons(course, chosen, execute=execute, on_progress=note)


@app.command()
def verify(
    names: Names = None,
    *,
    as_json: Json = False,
    jobs: Annotated[int, typer.Option(min=1, help="Answers checked at once.")] = CORES,
    repeat: Annotated[int, typer.Option(min=1, help="Prove everything that often.")] = 1,
    busy: Annotated[bool, typer.Option("--busy", help="Keep all cores busy meanwhile.")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="ANSWER", help="Only this one: solution, wrong_lru_cache, …"),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="As the tests do: a wrong answer for each check.")
    ] = False,
    all_right: Annotated[
        bool, typer.Option("--all-right", help="With --quick: every right answer all the same.")
    ] = False,
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Check small changes of the right answers instead.")
    ] = False,
    causes: Annotated[
        bool, typer.Option("--causes", help="Measure how well the likely causes fit instead.")
    ] = False,
    fresh: Fresh = False,
) -> None:
    """For authors: prove the checks with answers that are known to be right or wrong.

    A run with --repeat, --mutants or --causes can be stopped: the same command goes on where it was.
    """
    course = catalog.load()
    chosen = course.select(names or [])
    if mutants or causes:
        if as_json or only or quick or all_right or busy or repeat > 1 or (mutants and causes):
            raise typer.BadParameter(
                "--mutants and --causes go with NAMES, --jobs and --fresh, and not with each other"
            )
        ask = _verify_mutants if mutants else _verify_causes
        raise typer.Exit(ask(course, chosen, jobs=jobs, fresh=fresh))

    from pypatterns.course.authoring.verify import verify as prove
    from pypatterns.course.checking.client import JudgePool

    with JudgePool(course, jobs=jobs) as judge:
        proof = prove(
            course,
            chosen,
            judge=judge,
            jobs=jobs,
            repeat=repeat,
            busy=busy,
            only=only or (),
            quick=quick,
            all_right=all_right,
            resume=repeat > 1,
            fresh=fresh,
            on_result=note,
        )
    if as_json:
        say(proof.to_json())
    for complaint in proof.complaints:
        note(complaint)
    note(f"{len(proof.results)} answers checked, {len(proof.complaints)} complaints.")
    raise typer.Exit(int(not proof.holds))


def _verify_mutants(
    course: catalog.Course, chosen: Sequence[catalog.Exercise], *, jobs: int, fresh: bool
) -> int:
    from pypatterns.course.authoring.mutation_run import run
    from pypatterns.course.checking.client import JudgePool

    with JudgePool(course, jobs=jobs) as judge:
        outcome = run(course, chosen, judge=judge, jobs=jobs, fresh=fresh, say=note)
    for complaint in outcome.complaints:
        note(complaint)
    say(outcome.summary())
    note(f"{len(outcome.complaints)} complaints.")
    return int(not outcome.holds)


def _verify_causes(
    course: catalog.Course, chosen: Sequence[catalog.Exercise], *, jobs: int, fresh: bool
) -> int:
    from pypatterns.course.authoring.causes import measure
    from pypatterns.course.checking.client import JudgePool

    with JudgePool(course, jobs=jobs) as judge:
        shares = measure(course, chosen, judge=judge, jobs=jobs, fresh=fresh, say=note)
    for missed in shares.missed:
        note(missed)
    say(shares.said())
    return int(not shares.holds)


@app.command()
def prose() -> None:
    """For authors: list the sentences that open with a what- or who-clause, and count nobody, somebody and everybody."""
    from pypatterns.course.authoring.prose import survey

    found = [each for each in survey(catalog.load()) if each.openings or each.actors]
    for each in found:
        say(f"{each.file}: {len(each.openings)} openings, {each.actors_per_thousand:.1f} per 1,000")
        for opening in each.openings:
            say(f"    {opening.sentence}")
    openings, actors = sum(len(each.openings) for each in found), sum(e.actors for e in found)
    note(f"{openings} sentences open with a what- or who-clause; {actors} nobodies and the like.")


@app.command()
def grade(
    submissions: Annotated[
        Path, typer.Argument(help="A folder or a zip: a folder, zip or file for each learner.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the results go.")],
    *,
    jobs: Annotated[int, typer.Option(min=1, help="Submissions graded at once.")] = CORES,
    sandbox: Annotated[
        Box, typer.Option(help="What answers run in; auto refuses where there is no sandbox.")
    ] = Box.auto,
    lesson: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only this lesson or exercise; may be repeated."),
    ] = None,
    checks: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Your own checks, laid out like tests/exercises."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Grade what has not changed, too.")
    ] = False,
    seed: Seed = None,
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="A Dask scheduler, whose workers do the work.")
    ] = "",
    as_json: Json = False,
) -> None:
    """For instructors: grade a class. What is graded is kept; the same command goes on after a stop."""
    from pypatterns.course.grading import run
    from pypatterns.course.grading.progress import Progress

    wishes = run.Wishes(
        submissions, out, jobs, sandbox.value, tuple(lesson or ()), checks, fresh, seed, scheduler
    )
    outcome = run.grade(catalog.load(), wishes, Progress())
    say(outcome.to_json() if as_json else outcome.summary())
    raise typer.Exit(outcome.exit_code)


@app.command()
def release(
    to: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
) -> None:
    """For instructors: copy the course for a graded class, without solutions, known answers and checks."""
    from pypatterns.course.grading.release import released

    say(released(catalog.load(), to).said)


def table(findings: Iterable[Finding]) -> str:
    """A line for each finding; what mends it stands on a line of its own, to be copied whole."""
    signs = {"ok": "✔", "missing": "✘", "stale": "!", "optional": "○"}
    lines: list[str] = []
    for each in findings:
        lines.append(f"{signs[each.state]} {each.state:8} {each.name:9} {each.found}")
        lines += [f"             {each.mend}"] if each.mend else []
    return "\n".join(lines)


def say(words: object) -> None:
    """What was asked for, on stdout."""
    if str(words):
        typer.echo(within(str(words), sys.stdout.encoding))


def note(words: object) -> None:
    """All else, on stderr: progress, warnings, errors."""
    typer.echo(within(str(words), sys.stderr.encoding), err=True)


def within(words: str, encoding: str | None) -> str:
    """The words in an encoding that may lack our signs, as Windows' may when output goes to a file."""
    encoding = encoding or "utf-8"
    try:
        words.encode(encoding)
    except UnicodeEncodeError:
        return words.translate(FALLBACK).encode(encoding, "backslashreplace").decode(encoding)
    return words


if __name__ == "__main__":
    app()
