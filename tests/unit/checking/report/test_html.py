"""A report as HTML: the words of the text, one for one, and nothing that an answer could make of it."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from pypatterns.course.checking.report import html, text
from pypatterns.course.checking.report.model import Cause, CheckResult, Report, Verdict
from pypatterns.course.checking.shared.locations import Line, Location

HOSTILE = (
    '<script>alert(1)</script></pre></div><img src=x onerror="alert(1)">'
    "\" onclick=alert(1) ' &lt; &amp; `a<b>` \x1b[2J\x00\r\u202e\u2066\ud800 " + "x" * 5000
)
HOLDS = CheckResult("test_one_load", "Cold callers share one load.", Verdict.PASS)
FAILS = CheckResult(
    "test_two_keys",
    "Two keys load at the same time.",
    Verdict.FAIL,
    message="get('tea') came back after get('oil'); expected both at once",
    lines=(Line(12, "value = self._load(key)", "get"),),
    output="loading tea\nloading oil\n",
)
LOCATIONS = (
    Location("caller 1", "thread", 9, "with self._b:", "move", "self._b", "caller 2"),
    Location("caller 2", "thread", 9, "with self._b:", "move", "self._b", "caller 1"),
    Location("MainThread", "thread", None, "", ""),
)
STUCK = CheckResult(
    "test_stuck",
    "A load may ask for another key.",
    Verdict.DEADLOCK,
    called="get('tea') is called; its load calls get('rate').",
    message="The call can never end.",
    locations=LOCATIONS,
)
LOCKS = Cause(
    "wrong_lock", "One lock is `enough`.", "Hold it only to look up the key.\n\nThen let go."
)
REFUSED = {"lines": (Line(3, "x = nothing"),), "locations": LOCATIONS[:1], "output": "so far\n"}
REPORTS = {
    "pass": Report("cache", Verdict.PASS, (HOLDS,), notes=("The marker stands twice.",)),
    "fail": Report("cache", Verdict.FAIL, (HOLDS, FAILS), causes=(LOCKS,)),
    "deadlock": Report("cache", Verdict.DEADLOCK, (STUCK, FAILS, HOLDS), causes=(LOCKS,)),
    "timeout": Report(
        "cache",
        Verdict.TIMEOUT,
        (
            dataclasses.replace(STUCK, verdict=Verdict.TIMEOUT),
            dataclasses.replace(STUCK, name="test_again", verdict=Verdict.TIMEOUT),
        ),
    ),
    "error": Report(
        "cache", Verdict.ERROR, message="It raised X:\n  as\n  code\nPut it in.", **REFUSED
    ),
    "hanging import": Report("cache", Verdict.DEADLOCK, message="The import hangs.", **REFUSED),
    "not started": Report("cache", Verdict.NOT_STARTED, (HOLDS,), message="still the starter"),
    "our fault": Report(
        "cache",
        Verdict.INFRASTRUCTURE,
        (CheckResult("test_x", "It holds.", Verdict.INFRASTRUCTURE, message="drive.py: 1 / 0"),),
        message="It ended early.",
    ),
}
NAMES = {
    Verdict.PASS: "holds",
    Verdict.NOT_STARTED: "not started",
    Verdict.INFRASTRUCTURE: "not checked",
}
BLOCKS = {"div", "p", "ul", "li", "pre", "figure", "figcaption", "details", "summary", "br"}
EMPTY = {"img", "br", "hr", "input", "link", "meta", "rect", "path", "polygon"}


class Page(HTMLParser):
    """What a page says to whoever reads it, and what it is made of."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.said += " " if tag in BLOCKS else ""
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "every element is closed where it should be"

    def handle_data(self, data: str) -> None:
        if not {"style", "svg"} & set(self.open):
            self.said += data


def read(source: str) -> str:
    """All that is visible, as one line."""
    page = Page(source)
    assert page.open == []
    return " ".join(page.said.split())


def hostile(report: Report) -> Report:
    """The same report, with text that an answer chose in every place where there can be some."""
    line, location = Line(1, HOSTILE, HOSTILE), Location(*[HOSTILE] * 2, 1, *[HOSTILE] * 4)
    evil = {"message": HOSTILE, "lines": (line,), "locations": (location,), "output": HOSTILE}
    checks = tuple(dataclasses.replace(each, called=HOSTILE, **evil) for each in report.checks)
    if not report.message:
        del evil["message"]
    return dataclasses.replace(report, checks=checks, notes=(HOSTILE,), **evil)


every_verdict = pytest.mark.parametrize("report", REPORTS.values(), ids=list(REPORTS))


@every_verdict
def test_it_says_what_the_text_says(report: Report) -> None:
    """Word for word and in the same order; only the sign before the headline is more."""
    told = re.sub(r"^  \| ", "", text.text(report), flags=re.MULTILINE).replace("`", "")

    assert read(html.panel(report)) == f"{text.sign(report.verdict)} {' '.join(told.split())}"


@every_verdict
def test_a_sign_has_a_name(report: Report) -> None:
    """Who hears the panel hears "holds" or "does not hold", not a check mark's name."""
    signs = [attrs for tag, attrs in Page(html.panel(report)).tags if tag == "span"]

    assert all(sign["role"] == "img" and sign["aria-label"] for sign in signs)
    assert signs[0]["aria-label"] == NAMES.get(report.verdict, "does not hold")


def test_every_behaviour_has_its_sign() -> None:
    """What holds and what does not is told apart without seeing colours."""
    signs = [attrs for tag, attrs in Page(html.panel(REPORTS["fail"])).tags if tag == "span"]

    assert [sign["aria-label"] for sign in signs[1:]] == ["holds", "does not hold"]


@every_verdict
def test_a_notebook_stays_what_its_author_made_it(report: Report) -> None:
    """No heading joins its outline, no id or script its page, and the language is said."""
    page = Page(html.panel(report))
    (_, box), *_ = (each for each in page.tags if each[0] == "div")

    assert not {tag for tag, _ in page.tags} & {"h1", "h2", "h3", "h4", "h5", "h6", "script", "a"}
    assert not [attrs for _, attrs in page.tags if "id" in attrs]
    assert (box["role"], box["lang"], box["aria-label"]) == ("group", "en", "Checks of cache")


@every_verdict
def test_nothing_that_an_answer_chose_is_obeyed(report: Report) -> None:
    """Tags, quotes, control characters and half characters are shown, each in its place."""
    harmless, evil = Page(html.panel(report)), Page(html.panel(hostile(report)))

    source = html.panel(hostile(report))
    assert {tag for tag, _ in evil.tags} <= {tag for tag, _ in harmless.tags} | {
        *("p", "pre", "details", "summary", "figure", "figcaption", "ul", "li", "code"),
        *("svg", "text", "rect", "path", "polygon"),
    }
    assert not [name for _, attrs in evil.tags for name in attrs if name.startswith("on")]
    assert evil.open == []
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\u2066\ud800]", source)
    assert source.encode("utf-8")


def test_the_likely_cause_comes_first() -> None:
    """Who reads only the beginning reads what helps most; one guess, not two."""
    other = Cause("wrong_other", "Something else.", "Do another thing.")
    report = dataclasses.replace(REPORTS["fail"], causes=(LOCKS, other))

    said = read(html.panel(report))

    assert said.index("A likely cause") < said.index(HOLDS.behaviour)
    assert "Something else" not in said


def test_what_was_printed_is_folded_and_bounded() -> None:
    """A thousand prints wait behind one line, and do not fill the notebook's file."""
    report = dataclasses.replace(REPORTS["error"], output="tick\n" * 1000)

    source = html.panel(report)

    folded = source[source.index("<details>") : source.index("</details>")]
    assert "Your answer printed:" in folded
    assert folded.count("tick") == source.count("tick") == html.OUTPUT_LINES
    assert f"lines left out: {1000 - html.OUTPUT_LINES}" in folded


def test_a_deadlock_is_drawn_and_a_timeout_is_not() -> None:
    """The picture shows who waits for whom; where that is not proven there is none."""
    assert html.panel(REPORTS["deadlock"]).count("<svg") == 1
    assert html.panel(REPORTS["hanging import"]).count("<svg") == 1
    assert "<svg" not in html.panel(REPORTS["timeout"])


def test_a_solution_that_passes_leaves_one_small_line() -> None:
    """Solutions are stored with what they show: no style that a later change would have to be stored in them all."""
    passed = html.panel(Report("cache", Verdict.PASS, (HOLDS,)))

    assert "<style>" not in passed
    assert len(passed) < 500
    assert "<style>" in html.panel(REPORTS["fail"])


def test_it_is_the_same_from_run_to_run() -> None:
    """No seed, time or place in memory: what is stored stays true."""
    one, other = (dataclasses.replace(REPORTS["deadlock"], seed=seed) for seed in (1, 2))

    assert html.panel(one) == html.panel(other)


def test_what_follows_is_in_the_same_box() -> None:
    """Hints and a solution belong to the verdict that they follow."""
    source = html.panel(REPORTS["pass"], html.fold("Open <me>", html.code("a < b")))

    assert read(source).endswith("Open <me> a < b")
    assert source.endswith("</details>\n</div>")


@pytest.mark.parametrize("fold", ["printed", "by hand"])
def test_jupyterlab_leaves_its_keys_alone(fold: str) -> None:
    """Enter on what can be opened opens it; JupyterLab would begin to edit the cell."""
    source = html.panel(REPORTS["fail"]) if fold == "printed" else html.fold("Open", "")

    assert all(
        "data-lm-suppress-shortcuts" in attrs
        for tag, attrs in Page(source).tags
        if tag == "summary"
    )
    assert "<summary" in source


def test_a_sentence_without_a_report_has_a_box_too() -> None:
    """Why nothing was checked looks like what it replaces."""
    source = html.message("twice: not checked, see `%load_ext`.")

    assert read(source) == "twice: not checked, see %load_ext."
    assert "<code>%load_ext</code>" in source
