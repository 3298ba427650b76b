"""The tablet's questions are large, apart and whole: on small phones, enlarged, spaced out, in both themes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser

from courses.activities import KINDS
from courses.rules import Item
from lms.core.keys import Keys
from tests.browser.conftest import TABLET, Visitor
from tests.browser.kinds_stage import Stage, bare_tablet, practised, states
from tests.browser.test_learner_pages import BESIDE, TARGETS
from tests.browser.test_reachable_by_all import RUN

pytestmark = pytest.mark.browser

SMALL, NARROW = {"width": 360, "height": 640}, {"width": 320, "height": 568}
HALF = {"width": 400, "height": 640}
"""What is left of a tablet's screen at 200% zoom."""
LONG = (
    "Ễ Ộ Ậ Ỡ Ự: nghiêng nghiêng chuyện đường phố nghèo thưởng thức, chẳng ai gọi điện đòi mật khẩu"
)
HIGH = """
([apart, phone]) => {
  const wrong = [], least = {
    '.answer': 88, '.tap': 88, '.spots__label': 88, '.placed__one': 88, '.pair': 88, '.fill__box': 88,
    '.phone__tap': phone, '.phone__input': 64,
  };
  for (const [selector, px] of Object.entries(least)) {
    const seen = [...document.querySelectorAll(`main ${selector}`)].map((e) => e.getBoundingClientRect())
      .filter((r) => r.height);
    for (const r of seen) if (r.height < px - 0.1) wrong.push(`${selector} is ${r.height} px high`);
    for (const a of seen) {
      for (const b of seen) {
        const gap = b.top - a.bottom, isUnder = a.left < b.right && b.left < a.right;
        if (isUnder && gap > -1 && gap < apart - 0.1) wrong.push(`${selector}: ${gap} px apart`);
      }
    }
  }
  return wrong;
}
"""
CLIPPED = """
() => {
  const card = '.answer, .tap, .placed__one, .pair, .spots__label, .phone__tap, .phone__bubble, .phone__title,'
    + ' .phone__notice, .button', wrong = [], main = document.querySelector('main');
  for (const e of main.querySelectorAll('*')) {
    const cuts = getComputedStyle(e).overflowX !== 'visible';
    if (cuts && !e.matches('input, svg, img')) wrong.push(`${e.className} cuts off`);
  }
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode, range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const text = range.getBoundingClientRect(), box = parentElement.closest(card);
    if (!text.height) continue;
    const around = (box || main).getBoundingClientRect();
    if (box && (text.top < around.top - 1 || text.bottom > around.bottom + 1)) wrong.push(`"${data}" is cut`);
    if (text.left < around.left - 1 || text.right > around.right + 1) wrong.push(`"${data}" is beside`);
  }
  return wrong;
}
"""
SPACED = """
on => { const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important;'
    + ' word-spacing: 0.16em !important } p { margin-bottom: 2em !important }');
  document.adoptedStyleSheets = on ? [sheet] : [] }
"""


@pytest.fixture(scope="module")
def hall(
    chromium: Browser, sqlite_template: Any, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visitor]:
    """One tablet for all tests here."""
    with bare_tablet(chromium, sqlite_template, keys, tmp_path_factory.mktemp("fit")) as visitor:
        yield visitor


@pytest.fixture
def stage(hall: Visitor) -> Iterator[Stage]:
    """The tablet upright, in the plain theme, with usual letters."""
    hall.page.set_viewport_size(TABLET)
    yield Stage(hall.page)
    hall.page.evaluate("() => { document.documentElement.dataset.theme = 'light' }")
    hall.page.evaluate("() => { document.documentElement.style.fontSize = '' }")
    hall.page.evaluate(SPACED, False)


def crowded(item: Item) -> Item:
    """The same with long words full of marks."""
    return replace(
        item,
        prompt=f"{item.prompt} {LONG}?",
        options=tuple(replace(one, text=f"{one.text} {LONG}") for one in item.options),
        sequence=tuple(replace(one, text=f"{one.text} {LONG}") for one in item.sequence),
        pairs=tuple(replace(one, left=f"{one.left} {LONG}") for one in item.pairs),
        spots=tuple(replace(one, label=f"{one.label} {LONG}") for one in item.spots),
    )


def in_all_states(stage: Stage) -> Iterator[str]:
    """Every kind drawn in every state, with usual words and with long ones."""
    for kind in KINDS:
        for item in (practised(kind), crowded(practised(kind))):
            for number, (_query, told) in enumerate(states(item)):
                stage.draw(item, **told)
                yield f"{kind} {number} {'long' if item.prompt.endswith('?') else ''}"


@pytest.mark.parametrize("theme", ["light", pytest.param("contrast", marks=pytest.mark.long)])
def test_nothing_serious_stands_in_the_way(stage: Stage, theme: str) -> None:
    stage.page.evaluate(AXE_SCRIPT)
    stage.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    found = [
        f"{where}: {fault['id']} {node['target']}"
        for where in in_all_states(stage)
        if "long" not in where
        for fault in stage.page.evaluate(RUN)
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]
    assert found == []


LOOKS = [
    pytest.param(TABLET, 88, True, id="tablet, spaced out"),
    pytest.param(HALF, 72, False, id="tablet at 200 percent", marks=pytest.mark.long),
    pytest.param(NARROW, 72, False, id="320 pixels", marks=pytest.mark.long),
    pytest.param(NARROW, 72, True, id="320 pixels, spaced out"),
    *(
        pytest.param(*look, marks=pytest.mark.long)
        for look in ((TABLET, 88, False), (HALF, 72, True), (SMALL, 72, False), (SMALL, 72, True))
    ),
]


@pytest.mark.parametrize(("size", "phone", "spaced"), LOOKS)
def test_everything_is_large_apart_and_whole(
    stage: Stage, size: dict[str, int], phone: int, spaced: bool
) -> None:
    stage.page.set_viewport_size(size)
    stage.page.evaluate(SPACED, spaced)
    wrong = []
    for where in in_all_states(stage):
        found = [*stage.page.evaluate(HIGH, [16, phone]), *stage.page.evaluate(CLIPPED)]
        found += stage.page.evaluate(TARGETS)
        beside = stage.page.evaluate(BESIDE)
        wrong += [
            f"{where}: {one}" for one in [*found, *([f"{beside} px too wide"] * (beside > 0))]
        ]
    assert wrong == []


def test_letters_twice_as_large_still_fit(stage: Stage) -> None:
    stage.page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    wrong = []
    for where in in_all_states(stage):
        beside = stage.page.evaluate(BESIDE)
        wrong += [f"{where}: {one}" for one in stage.page.evaluate(CLIPPED)]
        wrong += [f"{where}: {beside} px too wide"] if beside > 0 else []
    assert wrong == []


def test_the_measures_find_what_is_small_close_or_cut(stage: Stage) -> None:
    stage.draw(practised("order"))
    assert len(stage.page.evaluate(HIGH, [17, 88])) == 3
    stage.page.evaluate("() => { document.querySelector('.tap').style.height = '40px' }")
    stage.page.evaluate("() => { document.querySelector('.tap').style.minHeight = '0' }")
    stage.page.evaluate("() => { document.querySelector('.tap').style.lineHeight = '90px' }")
    assert [one.partition(" is")[2] for one in stage.page.evaluate(HIGH, [16, 88])] == [
        " 40 px high"
    ]
    assert len(stage.page.evaluate(CLIPPED)) == 1
