"""A page for each learner: the marks, which behaviours hold, and what is missing. One file, without scripts, to send or print.

>>> ledger.write("feedback/Ana Lopez.html", page(record))

It is made of checking/report/html.py's elements, as the panel in the notebook is. Where an instructor's own checks decided, it holds
nothing of what they asked with (record.report_of).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from pypatterns.course.checking.report import html
from pypatterns.course.checking.report.blocks import visible
from pypatterns.course.grading.gradebook import number
from pypatterns.course.grading.record import report_of

Data = Mapping[str, Any]

LOOK = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}
th,td{padding:.25rem 1rem .25rem 0;text-align:left;border-bottom:1px solid #8886}
td.points{text-align:right;font-variant-numeric:tabular-nums}
section{margin:2rem 0}
pre{overflow-x:auto}
"""
NOTHING_THERE = "No answer to this exercise was handed in."
LEFT_OUT = (
    "Your instructor checked this with checks of their own, so the page says which behaviours hold, and not with which "
    "values they were asked for."
)


def page(record: Data) -> str:
    """The whole page."""
    title = f"{escape(visible(record['course']))}: {escape(visible(record['learner']))}"
    sections = "\n".join(_section(each) for each in record["exercises"])
    refused = "".join(html.prose(f"Not read: {reason}") for reason in record["refused"])
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>{LOOK}</style>
{html.STYLE}
</head>
<body>
<main>
<h1>{title}</h1>
{_total(record)}
{refused}
{_table(record)}
{sections}
</main>
</body>
</html>
"""


def _total(record: Data) -> str:
    if record["points"] is None:
        return "<p><strong>Not decided yet:</strong> an exercise below has no mark.</p>"
    return f"<p><strong>{number(record['points'])} of {number(record['max_points'])} points</strong></p>"


def _table(record: Data) -> str:
    rows = "\n".join(
        f'<tr><th scope="row">{escape(each["exercise"])}</th><td>{escape(_said(each))}</td>'
        f'<td class="points">{number(each["points"]) or "no mark"} of {number(each["max_points"])}</td></tr>'
        for each in record["exercises"]
    )
    head = '<tr><th scope="col">exercise</th><th scope="col">verdict</th><th scope="col">points</th></tr>'
    return f"<table>\n<thead>{head}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _said(exercise: Data) -> str:
    if exercise["report"] is not None:
        return str(exercise["report"]["verdict"])
    return "not decided" if exercise["problem"] else "not handed in"


def _section(exercise: Data) -> str:
    inside = "\n".join(_inside(exercise))
    return f"<section>\n<h2>{escape(exercise['exercise'])}</h2>\n{inside}\n</section>"


def _inside(exercise: Data) -> Iterator[str]:
    report = report_of(exercise, for_learner=True)
    if report is None:
        yield html.prose(exercise["problem"] or NOTHING_THERE)
        return
    yield html.prose(f"Your answer: {exercise['origin']}")
    yield html.body(report)
    if exercise["private"]:
        yield html.prose(LEFT_OUT)
