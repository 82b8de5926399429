"""What the panel looks like: in both themes, at 200 % and by its names, as a screen reader has them.

Each test leaves a screenshot in its temporary folder and prints where.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.conftest import Notebook

# Texts whose contrast with what lies behind them is below the 4.5 to 1 that WCAG 2.2 asks for (1.4.3), with the ratio.
TOO_FAINT = """panel => {
  const rgba = colour => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const behind = element => {
    if (!element) return [255, 255, 255, 1];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
  };
  const light = colour => {
    const [r, g, b] = colour.slice(0, 3).map(c => c / 255).map(
      c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [more, less] = [light(one), light(other)].sort((a, b) => b - a);
    return (more + 0.05) / (less + 0.05);
  };
  const texts = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const words = texts.currentNode.data.trim(), element = texts.currentNode.parentElement;
    if (!words || element.closest('style') || !element.getClientRects().length) continue;
    const style = getComputedStyle(element), under = behind(element);
    const colour = element.closest('svg') ? style.fill : style.color;
    found.push([words, ratio(over(rgba(colour), under), under)]);
  }
  if (found.length < 20) return ['too little text to judge', found.length];
  return found.filter(([, contrast]) => contrast < 4.5);
}"""
# Boxes of the panel that reach beyond it, or hold more than they show. (Inline text may hang over by a space.)
TOO_WIDE = """panel => {
  const { left, right } = panel.getBoundingClientRect();
  const outside = box => box.width > 0 && (box.left < left - 1 || box.right > right + 1);
  return [panel, ...panel.querySelectorAll('*')]
    .filter(element => getComputedStyle(element).display !== 'inline')
    .filter(element => outside(element.getBoundingClientRect())
      || element.scrollWidth > Math.ceil(element.clientWidth) + 1 && !element.closest('svg'))
    .map(element => `${element.tagName}: ${element.textContent.slice(0, 60)}`);
}"""
OPEN_ALL = "panel => panel.querySelectorAll('details').forEach(each => { each.open = true; })"


@pytest.fixture(scope="module")
def deadlock(notebook: Notebook, known: Callable[[str], str]) -> Notebook:
    """A panel with all that there can be: a cause, what holds, what does not, a picture, hints and a solution, all open."""
    print_it = known("wrong_one_lock_round_loader").replace(
        "value = self._load(key)", "value = self._load(key); print('loaded', key)"
    )
    notebook.try_out(print_it)
    expect(notebook.panel).to_contain_text("DEADLOCK")
    notebook.panel.evaluate(OPEN_ALL)
    return notebook


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_every_word_can_be_read_in_either_theme(
    deadlock: Notebook, theme: str, tmp_path: Path
) -> None:
    """Text, code and picture stand out from what lies behind them by 4.5 to 1."""
    _choose(deadlock, theme)

    faint = deadlock.panel.evaluate(TOO_FAINT)

    _shoot(deadlock, tmp_path / f"{theme}.png")
    assert faint == []


@pytest.mark.parametrize("width", [640, 480], ids=["200 % of 1280 pixels", "a narrow window"])
def test_nothing_is_lost_where_there_is_little_room(
    deadlock: Notebook, width: int, tmp_path: Path
) -> None:
    """Twice as large, or half as wide, every line breaks instead of leaving its panel."""
    page, before = deadlock.page, deadlock.panel.bounding_box()
    page.set_viewport_size({"width": width, "height": 800})
    deadlock.wait_until(lambda: deadlock.panel.bounding_box() != before, "the panel is narrower")

    outside = deadlock.panel.evaluate(TOO_WIDE)

    _shoot(deadlock, tmp_path / f"{width}.png")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert outside == []


def test_a_screen_reader_hears_what_others_see(deadlock: Notebook) -> None:
    """The group, the verdict as a status, a name for each sign, and what can be opened says whether it is open."""
    tree = deadlock.panel.aria_snapshot()

    assert tree.startswith('- group "Checks of single_flight_cache":')
    assert "- status:" in tree
    for name in ("holds", "does not hold"):
        assert f'- img "{name}"' in tree
    assert 'img "Who waits for what. caller 1: self._lock, held by caller 1."' in tree
    assert "Hint 1 of" in tree
    assert "- heading" not in tree
    assert deadlock.panel.locator("[id]").count() == 0
    assert deadlock.panel.get_attribute("lang") == "en"


def _choose(notebook: Notebook, theme: str) -> None:
    """Choose a theme from the menu."""
    page = notebook.page
    page.locator(".lm-MenuBar-itemLabel", has_text="Settings").click()
    page.locator(".lm-Menu-itemLabel", has_text="Theme").first.hover()
    page.locator(".lm-Menu-itemLabel").get_by_text(theme, exact=True).click()
    is_light = str("Light" in theme).lower()
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", is_light)
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", theme)
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)


def _shoot(notebook: Notebook, file: Path) -> None:
    notebook.panel.evaluate("panel => panel.scrollIntoView({ block: 'start' })")
    notebook.page.screenshot(path=file)
    print(f"screenshot: {file}")  # noqa: T201 - for whoever wants to look: pytest -rP shows it
