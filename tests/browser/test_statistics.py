"""The authors' figures in a browser: read by everybody, on a laptop, on a phone, in both themes."""

import random

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.assessments.tablet import VERSION
from tests.browser.conftest import LAPTOP, Visit, Visitor, World
from tests.browser.steps import sign_in_staff
from tests.browser.test_reachable_by_all import BESIDE, RUN
from tests.factories.attempts import Hall

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 640}


def crowded(world: World, people: int = 200) -> list[str]:
    """So many people were tested; the addresses of the form's page and of a question's."""
    with world.database.write() as session:
        hall = Hall(session, world.cast["TBT"], world.cast["thon_dong"], VERSION)
        hall.crowd(people, random.Random(757))
        hall.save()
    home = f"/chuong-trinh/{VERSION.id}/thong-ke"
    return [home, f"{home}/{next(item.id for item in VERSION.items if item.certifying)}"]


def serious(visitor: Visitor) -> list[str]:
    """What axe finds serious or critical on the page."""
    visitor.page.evaluate(AXE_SCRIPT)
    found = visitor.page.evaluate(RUN)
    return [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")]


@pytest.mark.long
def test_figures_are_in_nobodys_way(visit: Visit, world: World) -> None:
    paths = crowded(world)
    visitor = visit(LAPTOP)
    sign_in_staff(visitor, "oanh")
    for theme in ("light", "contrast"):
        visitor.be("theme", theme)
        for path in paths:
            visitor.go(path)
            assert serious(visitor) == []
    visitor.page.set_viewport_size(PHONE)
    assert {path: visitor.go(path).evaluate(BESIDE) for path in paths} == dict.fromkeys(paths, 0)


def test_the_chart_is_told_in_words_and_in_a_table(visit: Visit, world: World) -> None:
    visitor = visit(LAPTOP)
    sign_in_staff(visitor, "oanh")
    page = visitor.go(crowded(world)[0])
    drawn = page.get_by_role("img", name="Phân bố điểm, đề Bài kiểm tra")
    assert drawn.is_visible()
    assert drawn.locator("rect").count() == VERSION.blueprint("certifying").count + 1
    page.get_by_text("Xem bảng số của hình").click()
    assert page.get_by_role("table", name="Số người theo số câu đúng").is_visible()


def test_from_the_programme_to_a_question_with_the_keyboard(visit: Visit, world: World) -> None:
    crowded(world)
    visitor = visit(LAPTOP)
    sign_in_staff(visitor, "oanh")
    page = visitor.go(f"/chuong-trinh/{VERSION.id}")
    page.get_by_role("link", name="Thống kê câu hỏi").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/thong-ke")
    page.locator("#cau-hoi a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/thong-ke/*")
    assert page.get_by_role("heading", name="Mọi người đã chọn gì").is_visible()
