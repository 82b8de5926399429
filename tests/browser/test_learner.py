"""The way of a learner through one real exercise: wrong, stuck, stopped, helped, right, and back the next day."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.conftest import Lab, Notebook

Known = Callable[[str], str]
NAME = "single_flight_cache"
# Right, but for one value; added to a right answer.
HANGS_ON_NONE = """

import time

_get = SingleFlightCache.get


def _endless(self, key):
    while _get(self, key) is None:
        time.sleep(0.01)
    return _get(self, key)


SingleFlightCache.get = _endless
"""
HANGS = """
import time


class SingleFlightCache:
    def __init__(self, load, *, ttl, max_size, clock):
        pass

    def get(self, key):
        time.sleep(1000)
"""


def test_nothing_stands_between_a_learner_and_the_notebook(notebook: Notebook) -> None:
    """No dialog, no notification and no error covers the page at the beginning."""
    expect(notebook.page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)
    expect(notebook.page.locator(".jp-OutputArea-output")).to_have_count(0)


def test_a_wrong_answer_is_told_with_its_cause(notebook: Notebook, known: Known) -> None:
    """The verdict, why it may be, and the behaviour that is missing among those that hold."""
    notebook.try_out(known("wrong_check_then_act"))

    panel = notebook.panel
    expect(panel).to_contain_text(f"{NAME}: FAIL")
    expect(panel).to_contain_text("A likely cause is this belief: “A dict is thread-safe")
    expect(panel.get_by_role("img", name="does not hold")).to_have_count(2)  # and the headline's
    expect(panel.get_by_role("listitem").first).to_contain_text("The names and parameters")


def test_hints_come_one_by_one(notebook: Notebook, known: Known) -> None:
    """Each hint offers the next one; the last one has none."""
    notebook.try_out(known("wrong_check_then_act"))
    hint = notebook.panel.get_by_text(re.compile(r"^Hint \d of \d: "))
    count = int(hint.first.inner_text().split()[3].rstrip(":"))

    for number in range(count):
        expect(hint.locator("visible=true")).to_have_count(number + 1)
        hint.nth(number).click()

    expect(notebook.panel.get_by_text("almost the answer")).to_be_visible()
    expect(hint.locator("visible=true")).to_have_count(count)


def test_a_solution_stands_beside_the_answer(notebook: Notebook, known: Known) -> None:
    """Folded away, until somebody wants to see it."""
    notebook.try_out(known("wrong_check_then_act"))
    solution = notebook.panel.locator("figure", has_text="A solution")
    expect(solution).not_to_be_visible()

    notebook.panel.get_by_text("Compare with a solution").click()

    expect(solution).to_be_visible()
    expect(solution).to_contain_text("def get(self, key: K) -> V:")
    expect(notebook.panel.locator("figure", has_text="Your answer")).to_be_visible()


def test_a_deadlock_is_drawn(notebook: Notebook, known: Known) -> None:
    """Who waits for what, as a picture and in words."""
    notebook.try_out(known("wrong_one_lock_round_loader"))

    expect(notebook.panel).to_contain_text(f"{NAME}: DEADLOCK")
    picture = notebook.panel.get_by_role("img", name=re.compile("^Who waits for what"))
    expect(picture).to_be_visible()
    expect(picture).to_contain_text("self._lock")
    expect(notebook.panel).to_contain_text("caller 1 waits in get, line")


def test_a_call_without_end_is_a_timeout(notebook: Notebook, known: Known) -> None:
    """While it runs a line says which check that is; in the end the panel stands in its place."""
    notebook.begin(known("right_lock_per_key") + HANGS_ON_NONE)

    line = re.compile(r"^\s*checking \d of \d: None is cached like any other value.\s*$")
    expect(notebook.panel).to_have_text(line)
    expect(notebook.panel).to_contain_text(f"{NAME}: TIMEOUT")
    expect(notebook.panel).to_have_count(1)
    expect(notebook.panel).to_contain_text("after 2 s, and was stopped")


def test_an_endless_cell_is_stopped_and_not_checked(notebook: Notebook, known: Known) -> None:
    """The stop button ends what the cell itself does; the panel says why there is no verdict."""
    notebook.begin(known("right_lock_per_key") + "\nprint('begun', flush=True)\nwhile True: pass")
    expect(notebook.answer.get_by_text("begun", exact=True)).to_be_visible()

    notebook.click("notebook:interrupt-kernel")

    said = f"{NAME}: not checked, because you interrupted the cell."
    expect(notebook.panel).to_contain_text(said)


def test_a_check_is_stopped_by_two_keys(notebook: Notebook, lab: Lab) -> None:
    """I, I ends the checks: one line says how to go on, and no process is left."""
    notebook.begin(HANGS)
    expect(notebook.panel).to_contain_text("checking")

    notebook.page.keyboard.press("Escape")
    notebook.page.keyboard.press("i")
    notebook.page.keyboard.press("i")

    said = f"{NAME}: the check was interrupted. Run the cell again to check it."
    expect(notebook.panel).to_have_text(re.compile(rf"^\s*{re.escape(said)}\s*$"))
    notebook.wait_until(lambda: not lab.judges(), "all processes of the judge have ended")


def test_a_kernel_is_restarted_while_it_checks(notebook: Notebook, lab: Lab, known: Known) -> None:
    """What was under way ends with the old kernel, and the new one checks as if nothing had been."""
    notebook.begin(HANGS)
    expect(notebook.panel).to_contain_text("checking")
    old = lab.judges()

    notebook.click("notebook:restart-kernel")
    notebook.page.locator(".jp-Dialog .jp-mod-accept").click()

    notebook.wait_until(lambda: not any(map(_runs, old)), "the old judge's processes have ended")
    notebook.load()
    notebook.try_out(known("right_lock_per_key"))
    expect(notebook.panel).to_contain_text(f"{NAME}: PASS")
    assert old


def test_a_mended_answer_passes_and_only_its_panel_is_stored(
    notebook: Notebook, known: Known
) -> None:
    """What was shown on the way is gone: the file holds one output, with the text and its HTML."""
    notebook.try_out(known("wrong_check_then_act"))
    notebook.try_out(known("right_lock_per_key"))
    expect(notebook.panel).to_contain_text(f"{NAME}: PASS")

    (output,) = notebook.save()

    assert output["output_type"] == "display_data"
    assert sorted(output["data"]) == ["text/html", "text/plain"]
    assert "".join(output["data"]["text/plain"]).startswith(f"{NAME}: PASS")
    assert "checking" not in json.dumps(output)


@pytest.mark.parametrize("trusted", [True, False], ids=["the next day", "on another computer"])
def test_a_saved_panel_reads_well_when_it_is_opened_again(
    notebook: Notebook, lab: Lab, known: Known, trusted: bool
) -> None:
    """Also without a kernel, and where Jupyter trusts nothing in the file: what is folded can still be opened."""
    notebook.try_out(known("wrong_one_lock_round_loader"))
    notebook.save()

    page = notebook.page.context.new_page()
    page.goto(lab.page_of(notebook.path if trusted else _from_elsewhere(notebook)))
    if not trusted:
        page.locator(".jp-Dialog").get_by_role("button", name="No Kernel").click()

    output = page.locator(".jp-OutputArea-output", has_text=f"{NAME}: DEADLOCK")
    expect(output).to_contain_text("A likely cause is this belief: “One lock around all of get")
    expect(output).to_contain_text("caller 1 waits in get")
    expect(output.locator("svg")).to_have_count(1 if trusted else 0)
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    output.get_by_text("Compare with a solution").click()
    expect(output.get_by_text("A solution", exact=True)).to_be_visible()
    page.close()


def test_all_of_it_by_keyboard(notebook: Notebook, known: Known) -> None:
    """Open, move, write, run, read on and open a hint: without a mouse, and always seeing where one is."""
    keys = notebook.page.keyboard
    notebook.open()
    _move_to(notebook, "%load_ext pypatterns")
    keys.press("Shift+Enter")
    _move_to(notebook, f"# exercise: {NAME}")
    keys.press("Enter")
    keys.press("Control+a")
    keys.insert_text(f"# exercise: {NAME}\n{known('wrong_check_then_act')}")
    keys.press("Shift+Enter")
    expect(notebook.panel).to_contain_text(f"{NAME}: FAIL")
    keys.press("Escape")
    keys.press("ArrowUp")

    focused = notebook.page.locator("summary:focus")
    for _ in range(10):
        keys.press("Tab")
        if focused.count():
            break
    expect(focused).to_contain_text("Hint 1 of")
    assert focused.evaluate("element => parseFloat(getComputedStyle(element).outlineWidth)") >= 2
    keys.press("Enter")

    expect(notebook.panel.get_by_text("Hint 2 of")).to_be_visible()
    expect(notebook.page.locator(".jp-Notebook.jp-mod-editMode")).to_have_count(0)
    keys.press("Tab")
    expect(focused).to_contain_text("Hint 2 of")


def _move_to(notebook: Notebook, text: str) -> None:
    """Press the arrow down until a cell with this text is the active one."""
    for _ in range(10):
        active = notebook.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
        if text in active.inner_text():
            return
        notebook.page.keyboard.press("ArrowDown")
    raise AssertionError(f"no cell with {text!r} below")


def _from_elsewhere(notebook: Notebook) -> Path:
    """A copy of the notebook as somebody sends it whose kernel is not installed here: to Jupyter another file."""
    data = json.loads(notebook.path.read_text(encoding="utf-8"))
    data["metadata"]["kernelspec"] |= {"name": "gone", "display_name": "Gone"}
    data["metadata"]["language_info"] = {"name": "other"}
    copy = notebook.path.with_name("elsewhere.ipynb")
    copy.write_text(json.dumps(data), encoding="utf-8")
    return copy


def _runs(process) -> bool:
    return process.is_running() and process.status() != "zombie"
