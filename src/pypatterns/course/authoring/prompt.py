"""The prompt of an exercise: the Markdown cell above its answer, held against course.toml, the stub and the checks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pypatterns.course.authoring import markdown, testfile
from pypatterns.course.authoring.findings import Finding
from pypatterns.course.authoring.plant import functions
from pypatterns.course.catalog import Exercise

LABEL = re.compile(r"^\*\*(?P<name>[^*]+?)[:.]?\*\*[:.]?\s*(?P<rest>.*)$")
MINUTES = re.compile(r"\b(\d+)\s*min")
HINTS = 2
MEND_ONE = "Mend one of the two."


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt taken apart: its heading, the text below it, and each bold label with its text (in lower case)."""

    heading: str
    situation: str
    parts: dict[str, str]
    hints: int
    closed: int


def parse(source: str) -> Prompt:
    """Take a prompt's Markdown apart."""
    heading = next((text for _, text in markdown.headings(source)), "")
    parts: dict[str, list[str]] = {"": []}
    label = ""
    for line, kind in markdown.lines_of(source):
        match = LABEL.match(line) if kind == "text" else None
        if match:
            label = match["name"].strip().lower()
            parts[label] = [match["rest"]]
        elif kind != "text" or not markdown.HEADING.match(line):
            parts[label].append(line)
    texts = {label: "\n".join(lines).strip() for label, lines in parts.items()}
    hints, closed = source.count("<details"), source.count("</details>")
    return Prompt(heading, texts.pop(""), texts, hints, closed)


def findings(
    prompt: Prompt, exercise: Exercise, stub: ast.Module, checks: Sequence[testfile.Check]
) -> Iterator[Finding]:
    """What is missing from a prompt, or says something else than course.toml, the stub and the checks."""
    yield from _heading(prompt, exercise)
    yield from _signature(prompt.parts.get("signature", ""), stub)
    if not markdown.code_blocks(prompt.parts.get("example", "")):
        mend = "Show one call and what comes back."
        yield Finding("**Example** with a fenced block", "none", mend)
    yield from _must_hold(prompt.parts.get("what must hold", ""), checks)
    if not prompt.parts.get("out of scope"):
        yield Finding("**Out of scope** with its text", "none", "Say what no check asks for.")
    if prompt.hints < HINTS or prompt.hints != prompt.closed:
        got = f"{prompt.hints} opened and {prompt.closed} closed"
        mend = "Fold hints from nudge to near-answer."
        yield Finding(f"at least {HINTS} hints in <details> … </details>", got, mend)


def _heading(prompt: Prompt, exercise: Exercise) -> Iterator[Finding]:
    minutes = MINUTES.search(prompt.heading) or MINUTES.search(prompt.situation)
    if not minutes or int(minutes[1]) != exercise.minutes:
        expected = f"'({exercise.minutes} min)' in the heading, as course.toml has it"
        yield Finding(expected, f"{minutes[1]} min" if minutes else "no minutes", MEND_ONE)
    if exercise.title not in prompt.heading:
        expected = f"the title {exercise.title!r} in the heading, as course.toml has it"
        yield Finding(expected, repr(prompt.heading), MEND_ONE)
    if not prompt.situation:
        mend = "Say who needs it and what hurts."
        yield Finding("a situation from work below the heading", "nothing", mend)


def _signature(text: str, stub: ast.Module) -> Iterator[Finding]:
    blocks = markdown.code_blocks(text)
    if not blocks:
        mend = "State what the answer must define."
        yield Finding("**Signature** with a fenced block", "none", mend)
        return
    try:
        stated = shapes(ast.parse(blocks[0]))
    except SyntaxError as error:
        got = f"line {error.lineno}: {error.msg}"
        mend = "Write it like the stub, each body as '...'."
        yield Finding("Python in the **Signature** block", got, mend)
        return
    wanted = shapes(stub)
    if not wanted and ast.get_docstring(stub) is not None:  # no names are asked for
        return
    for name in dict.fromkeys([*wanted, *stated]):
        said, got = wanted.get(name, f"no {name}"), stated.get(name, f"no {name}")
        if said != got:
            yield Finding(f"the **Signature** of signature.pyi: {said}", got, MEND_ONE)


def shapes(tree: ast.Module) -> dict[str, str]:
    """Each class and function of a stub by name, as one line; bodies, bases and docstrings do not count."""
    found = {
        each.name: f"class {each.name}" for each in tree.body if isinstance(each, ast.ClassDef)
    }
    for name, function in functions(tree):
        prefix = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
        returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
        marks = "".join(f"@{ast.unparse(each)} " for each in function.decorator_list)
        found[name] = f"{marks}{prefix} {name}({ast.unparse(function.args)}){returns}"
    return found


def _must_hold(text: str, checks: Sequence[testfile.Check]) -> Iterator[Finding]:
    stated = markdown.items(text)
    behaviours = [check.behaviour for check in checks]
    if not stated:
        mend = "List the checks' docstrings, in their order."
        yield Finding("**What must hold** with a list", "none", mend)
        return
    for said in stated:
        if said not in behaviours:
            expected = "only checks' docstrings under **What must hold**"
            yield Finding(expected, repr(said), "Say it as the check does.")
    for behaviour in behaviours:
        if behaviour not in stated:
            expected = f"{behaviour!r} under **What must hold**"
            yield Finding(expected, "no such item", "Say it as the check does.")
    if sorted(stated) == sorted(behaviours) and stated != behaviours:
        expected = "**What must hold** in the order of the checks"
        yield Finding(expected, "another order", "Sort it like the test file.")
