"""The picture and the phone in a real browser: by touch, by keyboard alone, and without scripts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page
from sqlalchemy import select

from assessments.models import Answer
from tests.assessments.kinds import teach
from tests.browser.conftest import TABLET, Visit, Visitor, World
from tests.browser.steps import MAIN, press, tap_main
from tests.browser.test_learner_pages import BESIDE, TARGETS
from tests.browser.test_reachable_by_all import RUN

pytestmark = pytest.mark.browser

DANGERS = ("Đường dẫn lạ trong tin", "Lời giục chuyển tiền ngay")
TRAP = "Mở tin nhắn trúng thưởng"
TITLE = ".phone__title"
IS_FOCUSED = "e => e === document.activeElement"
LESSON = "/hoc/bai/bai/{}"
"""The screens of the lesson practise the kinds in the order of the factory."""
Use = Callable[[Page, Locator], None]


def by_touch(page: Page, what: Locator) -> None:
    """A finger."""
    what.tap()


def by_keyboard(page: Page, what: Locator) -> None:
    """Tab until it is reached, then the key that presses it."""
    for _pressed in range(80):
        if what.evaluate(IS_FOCUSED):
            break
        page.keyboard.press("Tab")
    assert what.evaluate(IS_FOCUSED), "The keyboard does not reach it."
    page.keyboard.press("Space" if what.get_attribute("type") == "checkbox" else "Enter")


def and_load(page: Page, use: Use, what: Locator) -> None:
    """Press what leads to another page."""
    with page.expect_navigation():
        use(page, what)


def phone_button(page: Page, words: str) -> Locator:
    """Something to tap on the phone."""
    return page.locator(".phone__tap", has_text=words)


def on_phone(page: Page, use: Use, words: str) -> None:
    """Tap on the phone; the screen that follows has the focus, so that it is read out next."""
    and_load(page, use, phone_button(page, words))
    if page.locator(".feedback:focus").count() == 0:
        assert page.locator(TITLE).evaluate(IS_FOCUSED)


def pay(page: Page, use: Use, amount: str = "45000") -> None:
    """The right way from the first screen to the last."""
    on_phone(page, use, "Quét mã QR")
    page.get_by_label("Số tiền").fill(amount)
    on_phone(page, use, "Tiếp tục")
    on_phone(page, use, "Xác nhận")


def mark_dangers(page: Page, use: Use) -> None:
    """The two dangers, on the picture itself."""
    for label in DANGERS:
        use(page, page.get_by_label(label))
        assert page.get_by_label(label).is_checked()


@pytest.fixture
def taught(world: World) -> World:
    """Class K1 learns the programme with every kind."""
    teach(world.database, world.cast)
    return world


def sit(visit: Visit, world: World, **options: object) -> Visitor:
    """Lan at a tablet, signed in."""
    visitor = visit(TABLET, has_touch=True, **options)
    visitor.be("lms_device", world.cast.device_credentials["k1_may"])
    visitor.be("lms_learner", world.cast.learner_tokens["lan"])
    return visitor


def begin(visitor: Visitor, words: str) -> Page:
    """An attempt, at its first question."""
    press(visitor.go("/hoc/kiem-tra"), words)
    return visitor.page


def was_right(world: World, item: str) -> bool | None:
    """How the answer was marked."""
    with world.database.read() as session:
        return session.scalars(select(Answer.correct).where(Answer.item_id == item)).one()


def said(page: Page) -> str:
    """All words of the page."""
    return page.locator("main").inner_text()


def find(page: Page, what: str) -> None:
    """Go on until the question with this comes; nothing is answered on the way."""
    for _number in range(7):
        if page.locator(what).count():
            return
        tap_main(page)
    raise AssertionError(f"No question of the form shows {what}.")


WAYS = [
    pytest.param(by_touch, True, id="touch", marks=pytest.mark.long),
    pytest.param(by_keyboard, True, id="keyboard", marks=pytest.mark.long),
    pytest.param(by_touch, False, id="without scripts"),
]
PURPOSES = [
    pytest.param("Làm thử trước", "practice", id="practice"),
    pytest.param("Bắt đầu kiểm tra", "certifying", id="test"),
]


@pytest.mark.parametrize(("use", "scripts"), WAYS)
@pytest.mark.parametrize(("words", "bank"), PURPOSES)
def test_both_are_done_and_marked_right_in_an_attempt(
    visit: Visit, taught: World, use: Use, scripts: bool, words: str, bank: str
) -> None:
    page = begin(sit(visit, taught, java_script_enabled=scripts), words)
    for _number in range(7):
        if page.locator(".spots__board").count():
            mark_dangers(page, use)
            if bank == "practice":
                and_load(page, use, page.locator(MAIN).first)
                assert "Đúng rồi!" in said(page)
        elif page.locator(".phone").count():
            pay(page, use)
            end = "Đúng rồi!" if bank == "practice" else "Mời cô chú sang câu tiếp theo."
            assert end in said(page)
        and_load(page, use, page.locator(MAIN).first)
    assert page.url.endswith("/nop")
    and_load(page, use, page.locator(MAIN).first)
    assert was_right(taught, f"spot-{bank}-1")
    assert was_right(taught, f"simulation-{bank}-1")


@pytest.mark.parametrize(("use", "scripts"), WAYS)
def test_a_lesson_lets_one_go_wrong_and_begin_again(
    visit: Visit, taught: World, use: Use, scripts: bool
) -> None:
    visitor = sit(visit, taught, java_script_enabled=scripts)
    page = visitor.go(LESSON.format(7))
    on_phone(page, use, TRAP)
    assert "Dừng ở đây: chỗ này là bẫy." in said(page)
    assert "May đây chỉ là máy tập." in said(page)
    and_load(page, use, page.get_by_role("button", name="Làm lại từ đầu"))
    on_phone(page, use, "Quét mã QR")
    page.get_by_label("Số tiền").fill("450")
    on_phone(page, use, "Tiếp tục")
    assert "Số tiền chưa đúng, xem lại đề bài." in said(page)
    page.get_by_label("Số tiền").fill("45.000")
    on_phone(page, use, "Tiếp tục")
    on_phone(page, use, "Xác nhận")
    assert "Xong rồi!" in said(page)
    assert "Đúng rồi!" in said(page)


def test_enter_in_a_field_taps_nothing(visit: Visit, taught: World) -> None:
    page = begin(sit(visit, taught), "Bắt đầu kiểm tra")
    find(page, ".phone")
    on_phone(page, by_touch, "Quét mã QR")
    where = page.url
    page.get_by_label("Số tiền").fill("45000")
    with page.expect_navigation():
        page.get_by_label("Số tiền").press("Enter")
    assert page.url == where
    assert page.locator(TITLE).inner_text() == "Chuyển tiền"
    assert page.get_by_label("Số tiền").input_value() == "45000"


def test_a_test_tells_nothing_and_knows_no_way_back(visit: Visit, taught: World) -> None:
    page = begin(sit(visit, taught), "Bắt đầu kiểm tra")
    find(page, ".phone")
    where = page.url
    on_phone(page, by_touch, TRAP)
    end = page.locator(".phone").inner_html()
    assert page.get_by_role("button", name="Làm lại từ đầu").count() == 0
    assert "Tin giả" not in page.content()
    page.goto(where)
    assert page.locator(".phone").inner_html() == end
    assert "bẫy" not in page.content()


def test_what_was_explained_stays_marked_with_words(visit: Visit, taught: World) -> None:
    page = begin(sit(visit, taught), "Làm thử trước")
    find(page, ".spots__board")
    for label in ("Nút quay lại", DANGERS[0]):
        page.get_by_label(label).tap()
        tap_main(page)
    assert "Đúng, chỗ này nguy hiểm" in said(page)
    assert "Chỗ này cũng nguy hiểm" in said(page)
    assert "Chỗ này không sao" in said(page)
    assert page.get_by_label(DANGERS[1]).is_disabled()


def test_two_wrong_ways_show_the_right_one_step_by_step(visit: Visit, taught: World) -> None:
    page = begin(sit(visit, taught), "Làm thử trước")
    find(page, ".phone")
    on_phone(page, by_touch, TRAP)
    and_load(page, by_touch, page.get_by_role("button", name="Làm lại từ đầu"))
    and_load(page, by_touch, phone_button(page, TRAP))
    assert "Cách làm đúng, từng bước" in said(page)
    assert "Ở màn “Chuyển tiền”: gõ “45000” vào ô “Số tiền”" in said(page)
    assert page.get_by_role("button", name="Làm lại từ đầu").count() == 0


def faults(page: Page) -> list[str]:
    """What axe finds serious or critical, targets that are too small, and what lies beside the screen."""
    page.evaluate(AXE_SCRIPT)
    found = [
        f"{fault['id']} {node['target']}"
        for fault in page.evaluate(RUN)
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]
    for width in (800, 360, 320):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width}: {one}" for one in page.evaluate(TARGETS)]
        found += [f"{width}: too wide"] * (page.evaluate(BESIDE) > 0)
    page.set_viewport_size(TABLET)
    return [f"{page.locator('h1').first.inner_text()}: {one}" for one in found]


@pytest.mark.parametrize("theme", ["light", pytest.param("contrast", marks=pytest.mark.long)])
def test_nothing_is_in_the_way_and_every_target_is_large_enough(
    visit: Visit, taught: World, theme: str
) -> None:
    visitor = sit(visit, taught)
    visitor.be("theme", theme)
    page = begin(visitor, "Làm thử trước")
    find(page, ".spots__board")
    found = faults(page)
    for label in ("Nút quay lại", DANGERS[0]):
        page.get_by_label(label).tap()
        tap_main(page)
    assert "Chỗ này không sao" in said(page)
    found += faults(page)
    page.goto(page.url.rsplit("/", 1)[0] + "/1")
    find(page, ".phone")
    found += faults(page)
    on_phone(page, by_touch, "Quét mã QR")
    page.get_by_label("Số tiền").fill("450")
    on_phone(page, by_touch, "Tiếp tục")
    found += faults(page)
    page.get_by_label("Số tiền").fill("45000")
    on_phone(page, by_touch, "Tiếp tục")
    on_phone(page, by_touch, "Hủy")
    on_phone(page, by_touch, TRAP)
    assert found + faults(page) == []
