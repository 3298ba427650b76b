"""Questions that are tapped, ordered, matched and filled in: by touch, by keyboard alone, without scripts."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page
from sqlalchemy import select

from assessments.models import Answer, Attempt
from assessments.rules import form_from_plain
from courses.rules import Item
from tests.assessments.kinds import VERSION, number_of, right, teach, wrong
from tests.browser.conftest import TABLET, Visit, Visitor, World
from tests.browser.steps import SCRIPTS
from tests.browser.test_learner_pages import BESIDE, TARGETS
from tests.browser.test_reachable_by_all import RUN

pytestmark = pytest.mark.browser
KINDS = ("single", "multiple", "order", "match", "number")
SMALL = {"width": 360, "height": 640}
MAIN = ".learner-dock__main button"
GAPS = """
() => [...document.querySelectorAll('.taps')].flatMap(list => {
  const seen = [...list.querySelectorAll('.tap')].map(e => e.getBoundingClientRect()).filter(r => r.height);
  return seen.slice(1).map((r, i) => r.top - seen[i].bottom).filter(gap => gap < 15.9) })
"""


class Hand:
    """Somebody who answers; `page` goes on by what is pressed."""

    def __init__(self, visitor: Visitor, scripts: bool) -> None:
        self.page, self.scripts = visitor.page, scripts

    def press(self, selector: str) -> None:
        """Tap it; without scripts a working button loads the page anew."""
        self._go(lambda: self.page.locator(selector).tap(), selector)

    def send(self) -> None:
        """The main button."""
        with self.page.expect_navigation():
            self.page.locator(MAIN).tap()

    def write(self, text: str) -> None:
        """Type into the box."""
        self.page.locator(".fill__box").tap()
        self.page.keyboard.type(text)

    def _go(self, do: Any, selector: str) -> None:
        if self.scripts or "act" not in selector:
            do()
            return
        with self.page.expect_navigation():
            do()


class Keyboard(Hand):
    """The same with Tab, Space and Enter alone."""

    def press(self, selector: str) -> None:
        """Walk to it by Tab and press Space; radio buttons are one stop and walked by arrows."""
        self._reach(selector)
        self._go(lambda: self.page.keyboard.press("Space"), selector)

    def send(self) -> None:
        """Walk to the main button and press Enter."""
        self._reach(MAIN)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, text: str) -> None:
        """Walk to the box and type."""
        self._reach(".fill__box")
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def _reach(self, selector: str) -> None:
        here = f"s => document.activeElement.matches({selector!r})"
        for _ in range(60):
            if self.page.evaluate(here):
                return
            is_radio = self.page.evaluate(
                "s => { const a = document.activeElement, t = document.querySelector(s);"
                " return a.type === 'radio' && t.type === 'radio' && a.name === t.name }",
                selector,
            )
            self.page.keyboard.press("ArrowDown" if is_radio else "Tab")
        raise AssertionError(f"{selector} is not reached by Tab")


def answer(hand: Hand, item: Item, response: list[str]) -> None:
    """Do what the response says, tap by tap."""
    if item.kind == "number":
        hand.write(response[0])
    for token in response if item.kind in ("single", "multiple") else ():
        hand.press(f'input[value="{token}"]')
    for token in response if item.kind == "order" else ():
        hand.press(f'[name=act][value="pick:{token}"]')
    for token in response if item.kind == "match" else ():
        left, partner = token.split("=")
        hand.press(f'[name=act][value="hold:{left}"]')
        hand.press(f'[name=act][value="pick:{partner}"]')
    hand.send()


WAYS = [
    pytest.param(Hand, True, id="by touch", marks=pytest.mark.long),
    pytest.param(Keyboard, True, id="by keyboard", marks=pytest.mark.long),
    pytest.param(Hand, False, id="without scripts"),
    pytest.param(Keyboard, False, id="by keyboard without scripts", marks=pytest.mark.long),
]


def sit(visit: Visit, world: World, scripts: bool = True, size: dict[str, int] = TABLET) -> Visitor:
    """Lan at a tablet, in a class that learns every kind of question."""
    teach(world.database, world.cast)
    tablet = visit(size, has_touch=True, java_script_enabled=scripts)
    tablet.be("lms_learner", world.cast.learner_tokens["lan"])
    return tablet


def begin(tablet: Visitor, world: World, kind: str) -> tuple[str, Any]:
    """Begin an attempt by the form; its address and its form."""
    page = tablet.go("/hoc/kiem-tra")
    name = "begin-test" if kind == "certifying" else "begin-practice"
    with page.expect_navigation():
        page.locator(f"[form={name}]").tap()
    with world.database.read() as session:
        held: Any = session.scalars(select(Attempt)).one()
        return page.url.rsplit("/", 1)[0], form_from_plain(VERSION, held.form)


def stored(world: World) -> dict[str, Answer]:
    """Item → the answer that stands."""
    with world.database.read() as session:
        return {row.item_id: row for row in session.scalars(select(Answer))}


def said(page: Page) -> str:
    """What the page says in its main part."""
    return page.locator("main").inner_text()


@pytest.mark.parametrize(("way", "scripts"), WAYS)
def test_every_kind_is_answered_right_and_marked_right(
    visit: Visit, world: World, way: type[Hand], scripts: bool
) -> None:
    tablet = sit(visit, world, scripts)
    path, form = begin(tablet, world, "certifying")
    for kind in KINDS:
        number = number_of(form, kind)
        item = form.items[number - 1].item
        tablet.page.goto(f"{path}/{number}")
        answer(way(tablet, scripts), item, right(item))
        held = stored(world)[item.id]
        assert (held.correct, sorted(held.response)) == (True, sorted(right(item))) or (
            kind == "number" and held.correct
        )
    assert len(stored(world)) == len(KINDS)


@pytest.mark.parametrize(("way", "scripts"), WAYS)
def test_practice_hints_explains_and_says_well_done(
    visit: Visit, world: World, way: type[Hand], scripts: bool
) -> None:
    tablet = sit(visit, world, scripts)
    path, form = begin(tablet, world, "practice")
    page = tablet.page
    for kind in KINDS:
        number = number_of(form, kind)
        item = form.items[number - 1].item
        page.goto(f"{path}/{number}")
        hand = way(tablet, scripts)
        answer(hand, item, wrong(item))
        assert item.hints[0] in said(page)
        assert page.evaluate("document.activeElement.id") == "ket-qua"
        if kind in ("order", "match"):
            hand.press("[name=act][value=clear]")
        if kind == "number":
            page.locator(".fill__box").fill("")
        answer(hand, item, right(item))
        assert "Đúng rồi!" in said(page)
        assert item.explanation in said(page)


@pytest.mark.parametrize("scripts", SCRIPTS)
def test_after_each_tap_the_focus_is_where_one_goes_on_and_the_tap_is_said(
    visit: Visit, world: World, scripts: bool
) -> None:
    tablet = sit(visit, world, scripts)
    hand, page = Hand(tablet, scripts), tablet.page
    focus = "document.activeElement.value || document.activeElement.textContent.trim()"
    item = VERSION.item("order-practice-1")
    first, second, third, fourth = right(item)
    tablet.go("/hoc/bai/bai/3")
    for step in (first, second):
        hand.press(f'[value="pick:{step}"][name=act]')
    assert page.get_by_role("status").last.inner_text() == "Bước 2: Nhập số tiền"
    assert page.evaluate(focus).startswith("pick:")
    hand.press(f'[value="drop:{first}"][name=act]')
    assert page.evaluate(focus) == f"pick:{first}"
    assert page.get_by_role("status").last.inner_text() == "Đã bỏ ra: Quét mã QR"
    assert page.locator(".placed__one:visible .placed__number").all_inner_texts() == ["1"]
    for step in (first, third, fourth):
        hand.press(f'[value="pick:{step}"][name=act]')
    assert page.evaluate(focus) == "Trả lời"
    item = VERSION.item("match-practice-1")
    tokens = [token.split("=") for token in right(item)]
    tablet.go("/hoc/bai/bai/4")
    hand.press(f'[value="hold:{tokens[1][0]}"][name=act]')
    hand.press(f'[value="pick:{tokens[1][1]}"][name=act]')
    assert page.get_by_role("status").last.inner_text().startswith("Đã nối: ")
    held = page.evaluate(focus)
    assert held.startswith("hold:")
    assert page.locator("[aria-pressed=true]:visible").get_attribute("value") == held
    hand.press(f'[value="drop:{tokens[1][0]}"][name=act]')
    assert page.evaluate(focus) == f"hold:{tokens[1][0]}"


@pytest.mark.parametrize("scripts", SCRIPTS)
def test_going_back_and_forward_and_reloading_lose_no_tap(
    visit: Visit, world: World, scripts: bool
) -> None:
    tablet = sit(visit, world, scripts)
    hand, page = Hand(tablet, scripts), tablet.page
    path, form = begin(tablet, world, "certifying")
    number = number_of(form, "order")
    first, second, *_rest = right(form.items[number - 1].item)
    page.goto(f"{path}/{number}")
    for step in (first, second):
        hand.press(f'[value="pick:{step}"][name=act]')
    page.reload()
    assert page.locator(".placed__one:visible").count() == 2
    page.goto(f"{path}/nop")
    page.go_back(wait_until="commit")
    page.locator(".placed__one:visible").first.wait_for()
    assert page.locator(".placed__one:visible").count() == 2
    with page.expect_navigation():
        page.locator(".learner-back").first.tap()
    assert [row.response for row in stored(world).values()] == [[first, second]]
    page.goto(f"{path}/{number}")
    assert page.locator(".placed__one:visible").count() == 2


def test_enter_in_the_box_sends_the_answer_and_does_not_go_back(visit: Visit, world: World) -> None:
    tablet = sit(visit, world, scripts=False)
    page = tablet.page
    path, form = begin(tablet, world, "practice")
    number = number_of(form, "number")
    page.goto(f"{path}/{number}")
    page.locator(".fill__box").fill("bốn lăm nghìn")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "chưa đọc được thành số" in said(page)
    assert page.evaluate("document.activeElement.value") == "bốn lăm nghìn"
    page.locator(".fill__box").fill("45 000")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{path}/{number}"
    assert "Đúng rồi!" in said(page)


@pytest.mark.long
@pytest.mark.parametrize(
    "size",
    [pytest.param(TABLET, id="tablet"), pytest.param(SMALL, id="small phone")],
)
def test_every_state_is_large_enough_and_reads_for_all(
    visit: Visit, world: World, size: dict[str, int]
) -> None:
    tablet = sit(visit, world, size=size)
    page, troubles = tablet.page, []
    for screen, kind in enumerate(KINDS[:4], 1):
        troubles += _look(page, world, kind, f"/hoc/bai/bai/{screen}")
    troubles += _look(page, world, "number", "/hoc/bai/bai/6")
    assert troubles == []


def _look(page: Page, world: World, kind: str, path: str) -> list[str]:
    item = VERSION.item(f"{kind}-practice-1")
    query = {"chon": wrong(item)}
    states: list[dict[str, Any]] = [{}, {"chon": right(item)}, query, {**query, "xem": "1"}]
    if kind in ("order", "match"):
        states += [
            {"chon": right(item)[:1]},
            {"chon": right(item)[:2], "dang": "1", "vua": "clear"},
        ]
    found: list[str] = []
    for state in states:
        pairs = [(k, v) for k, vs in state.items() for v in (vs if isinstance(vs, list) else [vs])]
        page.goto(f"{world.address}{path}?" + "&".join(f"{k}={v}" for k, v in pairs))
        found += page.evaluate(TARGETS) + [f"{gap} px apart" for gap in page.evaluate(GAPS)]
        found += ["too wide"] if page.evaluate(BESIDE) > 0 else []
        page.evaluate(AXE_SCRIPT)
        found += [
            f"{kind} {state}: {fault['id']} {node['target']}"
            for fault in page.evaluate(RUN)
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]
    return found


def test_on_paper_there_are_boxes_blanks_and_letters_and_no_buttons(
    visit: Visit, world: World
) -> None:
    tablet = sit(visit, world)
    page = tablet.page
    page.emulate_media(media="print")
    for screen in (1, 2, 3, 4, 6):
        tablet.go(f"/hoc/bai/bai/{screen}")
        assert page.locator("button:visible, .tap:visible").count() == 0
    tablet.go("/hoc/bai/bai/1")
    assert page.locator(".answer__mark:visible").count() == 4
    tablet.go("/hoc/bai/bai/3")
    assert page.locator(".on-paper__blank:visible").count() == 4
    tablet.go("/hoc/bai/bai/4")
    assert page.locator(".on-paper__blank:visible").count() == 3
    assert [text[:2] for text in page.locator(".on-paper--sides ul").last.inner_text().split("\n")] == [
        "A.", "B.", "C.", "D.",
    ]  # fmt: skip
    tablet.go("/hoc/bai/bai/6")
    assert (
        page.locator(".fill__box").evaluate("e => getComputedStyle(e).borderBottomStyle") == "solid"
    )
