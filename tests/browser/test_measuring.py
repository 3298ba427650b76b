"""Entry form, lesson, exit form at a tablet, and the trainer's page after it, with scripts and without."""

import pytest
from playwright.sync_api import Page

from tests.assessments.measuring import no_sitting
from tests.browser.conftest import TABLET, Visit, Visitor, World
from tests.browser.steps import (
    SCRIPTS,
    enrol_tablet,
    follow,
    press,
    sign_in_learner,
    sign_in_staff,
    take_lesson,
    tap_main,
)

pytestmark = pytest.mark.browser


def words(page: Page) -> str:
    """What the page says."""
    return page.locator("main").inner_text()


def answer_all(page: Page, right: int) -> None:
    """Twelve questions one by one, then hand in."""
    asked = 0
    while page.locator("label.answer").count():
        label = "Cách 0" if asked < right else "Cách 1"
        page.locator("label.answer", has_text=label).tap()
        asked += 1
        tap_main(page)
        assert "Đáp án" not in words(page)
    assert asked == 12
    tap_main(page)


def at_a_tablet(visit: Visit, world: World, scripts: bool) -> Visitor:
    """Bà Lan on her own page; the class only learns today."""
    no_sitting(world.database, world.cast)
    tablet = visit(TABLET, has_touch=True, java_script_enabled=scripts)
    enrol_tablet(tablet)
    sign_in_learner(tablet)
    return tablet


@pytest.mark.parametrize("scripts", SCRIPTS)
def test_a_learner_is_measured_before_and_after(visit: Visit, world: World, scripts: bool) -> None:
    tablet = at_a_tablet(visit, world, scripts)
    page = tablet.page
    assert "Vài câu đầu vào" in words(page)
    assert "Không chấm điểm, không ai trượt." in words(page)
    tap_main(page)
    answer_all(page, right=4)
    assert "Cảm ơn cô chú đã làm xong" in words(page)
    assert "Kỹ năng này nên học kỹ:" in words(page)
    assert "4/12" not in words(page)

    tablet.go("/hoc")
    assert take_lesson(page) == 4
    tablet.go("/hoc/kiem-tra")
    press(page, "Làm 12 câu này")
    answer_all(page, right=9)
    assert "Đầu khóa đúng 4/12, cuối khóa 9/12." in words(page)
    assert "đạt bài kiểm tra" not in words(page)

    trainer = visit(java_script_enabled=scripts)
    sign_in_staff(trainer, "trang")
    shown = words(trainer.go(f"/lop-hoc/{world.cast['k1']}/ket-qua"))
    assert "Chưa đủ dữ liệu: mới có 1 người làm đủ cả hai lần, cần ít nhất 20." in shown
    follow(trainer.page, "Thay đổi năng lực")
    assert "1 làm cả đầu khóa và cuối khóa" in words(trainer.page)


@pytest.mark.parametrize("scripts", SCRIPTS)
def test_a_learner_may_learn_first(visit: Visit, world: World, scripts: bool) -> None:
    tablet = at_a_tablet(visit, world, scripts)
    page = tablet.page
    follow(page, "Để sau, vào học luôn")
    tap_main(page)
    tablet.go("/hoc")
    assert page.get_by_role("link", name="Để sau, vào học luôn").count() == 0
    assert page.locator(".next-step__title").inner_text() == "Bài b1"
    follow(page, "Mở phần Làm bài")
    assert "Vài câu đầu vào" in words(page)
    tablet.go("/hoc")
    take_lesson(page)
    assert "phần đầu vào không cần làm nữa" in words(tablet.go("/hoc/kiem-tra"))
