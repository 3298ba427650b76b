"""The seven kinds on the tablet: as their pages look, by touch and by keyboard alone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from courses.activities import KINDS
from courses.rules import Item
from lms.core.keys import Keys
from tests.assessments.kinds import VERSION, right, teach, wrong
from tests.browser.conftest import TABLET, Visit, Visitor, World
from tests.browser.kinds_stage import (
    MODULES,
    Stage,
    bare_tablet,
    hotspot,
    on_tablet,
    practised,
    states,
)

pytestmark = pytest.mark.browser

TITLE = ".phone__title"
FOCUS = (
    "document.activeElement.value || document.activeElement.id || document.activeElement.className"
)


@pytest.fixture(scope="module")
def hall(
    chromium: Browser, sqlite_template: Any, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visitor]:
    """One tablet for all tests here; nothing may go wrong on it."""
    with bare_tablet(chromium, sqlite_template, keys, tmp_path_factory.mktemp("screen")) as visitor:
        yield visitor


@pytest.fixture
def stage(hall: Visitor) -> Stage:
    """What stands on it."""
    return Stage(hall.page)


def by_touch(page: Page, selector: str) -> None:
    """A finger."""
    page.locator(selector).tap()


def by_keyboard(page: Page, selector: str) -> None:
    """Tab until it is reached, arrows among radio buttons, then Space."""
    here = f"document.activeElement.matches({selector!r})"
    radio = (
        "s => { const a = document.activeElement, t = document.querySelector(s);"
        " return a.type === 'radio' && t.type === 'radio' }"
    )
    for _pressed in range(60):
        if page.evaluate(here):
            break
        page.keyboard.press("ArrowDown" if page.evaluate(radio, selector) else "Tab")
    assert page.evaluate(here), f"{selector} is not reached by Tab"
    page.keyboard.press("Space")


Press = Callable[[Page, str], None]
WAYS = [pytest.param(by_touch, id="touch"), pytest.param(by_keyboard, id="keyboard")]


def act(name: str) -> str:
    """A working button."""
    return f'[name="act"][value="{name}"]'


def answer(page: Page, press: Press, item: Item, response: list[str]) -> None:
    """Do what the response says, one act after the other."""
    for token in response:
        name, mark, text = token.partition("=")
        if item.kind == "order":
            press(page, act(f"pick:{token}"))
        elif item.kind == "match":
            press(page, act(f"hold:{name}"))
            press(page, act(f"pick:{text}"))
        elif item.kind == "number":
            page.locator(".fill__box").fill(token)
        elif item.kind == "simulation" and mark:
            page.locator(f'[data-id="{name}"]').fill(text)
        elif item.kind == "simulation":
            press(page, act(f"tap:{token}"))
        else:
            press(page, f'input[value="{token}"]')


@pytest.mark.parametrize("press", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_answered_and_every_act_is_told(stage: Stage, kind: str, press: Press) -> None:
    item = practised(kind)
    stage.draw(item)
    answer(stage.page, press, item, right(item))
    assert sorted(stage.tokens) == sorted(right(item))
    assert stage.points == 1
    taps = (
        1 if kind == "number" else len([t for t in right(item) if kind == "match" or "=" not in t])
    )
    assert len(stage.heard) == taps
    assert stage.heard[-1][0] == stage.tokens
    stage.draw(item, given=wrong(item))
    assert (sorted(stage.tokens), stage.points) == (sorted(wrong(item)), 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_response_that_cannot_be_is_as_none(stage: Stage, kind: str) -> None:
    stage.draw(practised(kind), given=["=", "x=y", "nobody"])
    assert stage.tokens == (["="] if kind == "number" else [])


OUTLINE = """
root => {
  const skip = '[hidden], [type=hidden], .on-paper, .spots__drawing, svg', lines = [];
  const named = ['role', 'aria-label', 'aria-pressed', 'aria-hidden', 'aria-invalid', 'type', 'inputmode',
    'maxlength', 'tabindex', 'value', 'alt'];
  const asked = (e, name) => e.hasAttribute(name) && name !== (e.name === 'act' ? 'type' : 'value');
  const told = (e) => named.filter((name) => asked(e, name)).map((name) => `${name}=${e.getAttribute(name)}`);
  const walk = (e) => {
    if (e.matches(skip)) return;
    const own = Array.from(e.childNodes).filter((n) => n.nodeType === 3).map((n) => n.textContent.trim());
    const words = own.filter(Boolean).join(' ');
    const names = Array.from(e.classList).filter((name) => name !== 'no-print').sort().join('.');
    const state = e.tagName === 'INPUT' ? [`checked=${e.checked}`, `is=${e.value}`] : [];
    const line = [`${e.tagName}.${names}`, words, ...told(e), ...state].join('|');
    if (names || words || e.tagName !== 'DIV') lines.push(line);
    for (const child of e.children) walk(child);
  };
  for (const child of root.children) walk(child);
  return lines;
}
"""
READY = """
async () => { const page = await (await fetch('/may-hoc')).text();
  const words = new DOMParser().parseFromString(page, 'text/html').getElementById('words');
  document.body.append(document.importNode(words, true));
  document.documentElement.dataset.icons = '/assets/x/core/img/icons.svg' }
"""
BESIDE_THE_PAGE = f"""
async ([address, item, told]) => {{
  const {{ KINDS }} = await import('{MODULES}/kinds/index.js'), outline = {OUTLINE};
  const page = new DOMParser().parseFromString(await (await fetch(address)).text(), 'text/html');
  const box = document.createElement('div');
  const usual = {{ name: 'chon', level: 3, media: () => '' }};
  box.append(KINDS[item.kind].draw(item, Object.assign(usual, told)));
  return [outline(page.getElementById('practice')), outline(box)] }}
"""


def test_every_kind_looks_and_reads_as_on_its_page_in_every_state(
    visit: Visit, world: World
) -> None:
    teach(world.database, world.cast)
    visitor = visit(TABLET)
    visitor.be("lms_learner", world.cast.learner_tokens["lan"])
    page = visitor.go("/hoc")
    page.evaluate(READY)
    for number, kind in enumerate(KINDS, 1):
        item = practised(kind)
        for query, told in states(item):
            address = f"/hoc/bai/bai/{number}?{query}"
            want, got = page.evaluate(BESIDE_THE_PAGE, [address, on_tablet(item), told])
            assert [address, *got] == [address, *want]
            assert len(want) > 5


def test_after_each_tap_the_focus_is_where_one_goes_on_and_the_tap_is_said(stage: Stage) -> None:
    item, page = practised("order"), stage.page
    first, second, third, fourth = right(item)
    stage.draw(item)
    status = page.get_by_role("status").first
    for step in (first, second):
        by_touch(page, act(f"pick:{step}"))
    assert status.inner_text() == "Bước 2: Nhập số tiền"
    assert str(page.evaluate(FOCUS)).startswith("pick:")
    by_touch(page, act(f"drop:{first}"))
    assert (status.inner_text(), page.evaluate(FOCUS)) == ("Đã bỏ ra: Quét mã QR", f"pick:{first}")
    assert stage.tokens == [second]
    for step in (first, third, fourth):
        by_touch(page, act(f"pick:{step}"))
    assert page.evaluate(FOCUS) == "main-action"
    assert page.locator(".placed__number").all_inner_texts() == ["1", "2", "3", "4"]
    by_touch(page, act("clear"))
    assert (status.inner_text(), stage.tokens) == ("Đã bỏ ra hết.", [])
    assert [told for _tokens, told in stage.heard][-1] == "clear"


def test_a_left_side_waits_and_pairs_come_apart_again(stage: Stage) -> None:
    item, page = practised("match"), stage.page
    stage.draw(item)
    status = page.get_by_role("status").first
    waits = page.locator('[aria-pressed="true"]')
    first, second, _third = (token.split("=") for token in right(item))
    assert waits.count() == 1
    by_touch(page, act(f"hold:{second[0]}"))
    assert status.inner_text().startswith("Đang nối: ")
    assert stage.heard == []
    by_touch(page, act(f"pick:{second[1]}"))
    assert status.inner_text().startswith("Đã nối: ")
    assert page.locator(act(f"pick:{second[1]}")).is_hidden()
    assert page.evaluate(FOCUS) == waits.get_attribute("value")
    by_touch(page, act(f"drop:{second[0]}"))
    assert (stage.tokens, waits.get_attribute("value")) == ([], f"hold:{second[0]}")
    assert page.locator(act(f"pick:{second[1]}")).is_visible()
    for token in right(item):
        answer(page, by_touch, item, [token])
    assert page.evaluate(FOCUS) == "main-action"
    assert page.get_by_label("Bên phải").is_hidden()
    by_touch(page, act("clear"))
    assert (status.inner_text(), stage.tokens) == ("Đã tách ra hết.", [])
    assert waits.count() == 1
    assert first[0] != second[0]


def test_a_right_side_that_may_serve_twice_stays_in_the_list(stage: Stage) -> None:
    asked = practised("match")
    one, two, three = asked.pairs
    item = replace(asked, pairs=(one, replace(two, right_id=one.right_id, right=one.right), three))
    stage.draw(item)
    answer(stage.page, by_touch, item, right(item))
    assert (stage.points, sorted(stage.tokens)) == (1, sorted(right(item)))
    by_touch(stage.page, act(f"drop:{one.id}"))
    assert stage.page.locator(act(f"pick:{one.right_id}")).is_visible()


def test_what_was_tried_wrong_is_closed_and_not_answered_again(stage: Stage) -> None:
    item = practised("multiple")
    stage.draw(item, given=[*wrong(item), right(item)[0]], tried=wrong(item))
    assert stage.tokens == right(item)[:1]
    assert stage.page.locator(".answer--wrong input:disabled").count() == len(wrong(item))
    assert stage.page.locator(".answer--right").count() == 0


def test_a_number_is_told_at_every_letter_and_enter_is_the_main_button(stage: Stage) -> None:
    item, page = practised("number"), stage.page
    stage.draw(item)
    page.locator(".fill__box").tap()
    page.keyboard.type("4 5")
    assert stage.heard == [[["4"], "fill"], [["4"], "fill"], [["4 5"], "fill"]]
    page.keyboard.press("Enter")
    assert page.evaluate("stage.pressed") == 1
    stage.draw(item, given=["bốn"], trouble="“bốn” chưa đọc được thành số.")
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    assert page.get_by_label(item.prompt).get_attribute("aria-describedby") == (
        "f-choice-loi f-choice-don-vi f-choice-how"
    )


@pytest.mark.parametrize("press", WAYS)
def test_a_practice_phone_helps_stops_at_a_trap_and_begins_anew(stage: Stage, press: Press) -> None:
    item, page = practised("simulation"), stage.page
    scan, amount, on, confirm = right(item)
    field = amount.partition("=")[0]
    stage.draw(item)
    answer(page, press, item, [scan, f"{field}=4500", on])
    assert "Số tiền chưa đúng, xem lại đề bài." in stage.said
    assert page.evaluate(FOCUS) == "phone__title"
    assert page.get_by_label("Số tiền").input_value() == "4500"
    page.get_by_label("Số tiền").fill("45.000")
    page.keyboard.press("Enter")
    assert stage.tokens == [scan, f"{field}=4500", on, f"{field}=45.000"]
    answer(page, press, item, [on, confirm])
    assert ("Xong rồi!" in stage.said, stage.points) == (True, 1)
    assert page.locator(".phone-again").count() == 0
    stage.draw(item)
    answer(page, press, item, wrong(item))
    assert "Dừng ở đây: chỗ này là bẫy." in stage.said
    assert item.explanation in stage.said
    press(page, act("restart"))
    assert (stage.tokens, page.locator(TITLE).inner_text()) == ([], "Ngân hàng của tôi")
    assert [told for _tokens, told in stage.heard] == [f"tap:{wrong(item)[0]}", "restart"]


def test_a_secret_phone_leads_on_whatever_is_typed_and_tells_no_end(stage: Stage) -> None:
    item = VERSION.item("simulation-certifying-1")
    scan, amount, on, confirm = right(item)
    for log in ([scan, f"{amount.partition('=')[0]}=1", on, confirm], wrong(item)):
        stage.draw(item, secret=True)
        answer(stage.page, by_touch, item, log)
        assert stage.tokens == log
        assert stage.points is None
        assert stage.page.locator(TITLE).inner_text() == "Đã ghi lại"
        assert "Mời cô chú sang câu tiếp theo." in stage.said
        assert stage.page.locator(".phone-again, .phone-after, .phone__tap").count() == 0


def test_a_phone_takes_no_more_acts_than_the_service_keeps(stage: Stage) -> None:
    item, page = practised("simulation"), stage.page
    assert item.simulation is not None
    item = replace(item, simulation=replace(item.simulation, most=999))
    there_and_back = [right(item)[0], hotspot(item, "Quay lại")]
    stage.draw(item, given=there_and_back * 40)
    assert len(stage.tokens) == 80
    by_touch(page, act(f"tap:{there_and_back[0]}"))
    assert (len(stage.tokens), stage.heard) == (80, [])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_explained_cannot_be_changed(stage: Stage, kind: str) -> None:
    stage.draw(practised(kind), given=wrong(practised(kind)), reveal=True)
    box = stage.page.locator("main")
    assert box.locator("input:not(:disabled):not([readonly])").count() == 0
    assert box.locator("button:not(:disabled)").count() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_question_shows_no_key_even_when_asked_to(stage: Stage, kind: str) -> None:
    item = VERSION.item(f"{kind}-certifying-1")
    stage.draw(item, given=right(item), reveal=True, secret=True)
    assert (
        stage.page.locator('[class*="--right"], [class*="--wrong"], [class*="--missed"]').count()
        == 0
    )
    assert item.explanation not in stage.said


def test_whatever_can_be_read_aloud_carries_its_words(stage: Stage) -> None:
    body = "() => [...document.querySelectorAll('main [data-say]')].map((e) => e.dataset.say)"
    for kind in KINDS:
        item = practised(kind)
        stage.draw(item)
        spoken = stage.page.evaluate(body)
        assert spoken[0] == item.prompt
        assert set(texts(item)) <= set(spoken)


def texts(item: Item) -> list[str]:
    """The words of each answer, of a phone those of its first screen."""
    found = [one.text for one in (*item.options, *item.sequence, *item.decoys)]
    found += [side for pair in item.pairs for side in (pair.left, pair.right)]
    found += [spot.label for spot in item.spots]
    plan = item.simulation
    return found + ([part.text for part in plan.screen(plan.start).hotspots] if plan else [])
