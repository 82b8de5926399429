"""Read the little Markdown that the lint needs: what is code and what is text, headings, code blocks, a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

FENCE = re.compile(r"^\s*(?P<fence>```+|~~~+)")
HEADING = re.compile(r"^(?P<marks>#{1,6})\s+(?P<text>.+?)\s*#*$")
ITEM = re.compile(r"^(?:[-*+]|\d+[.)])\s+(?P<text>.*)$")


def lines_of(text: str) -> Iterator[tuple[str, Literal["text", "opens", "code", "closes"]]]:
    """Each line, and what it is: text, code in a fenced block, or the fence that opens or closes one."""
    fence = ""
    for line in text.splitlines():
        match = FENCE.match(line)
        if not fence:
            fence = match["fence"] if match else ""
            yield line, "opens" if fence else "text"
        elif match and line.strip() == match["fence"] and match["fence"].startswith(fence):
            fence = ""
            yield line, "closes"
        else:
            yield line, "code"


def headings(text: str) -> Iterator[tuple[int, str]]:
    """The level and the words of each heading."""
    for line, kind in lines_of(text):
        if kind == "text" and (match := HEADING.match(line)):
            yield len(match["marks"]), match["text"]


def code_blocks(text: str) -> list[str]:
    """What stands in each fenced block."""
    blocks: list[list[str]] = []
    for line, kind in lines_of(text):
        if kind == "opens":
            blocks.append([])
        elif kind == "code":
            blocks[-1].append(line)
    return ["\n".join(lines) for lines in blocks]


def items(text: str) -> list[str]:
    """The items of the first list, each on one line."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if match := ITEM.match(line):
            found.append([match["text"]])
        elif found and line.startswith(" ") and line.strip():
            found[-1].append(line)
        elif found and line.strip():
            break
    return [" ".join(" ".join(lines).split()) for lines in found]
