"""An officer with a phone in the field: from the plan to a person and why, and a period closed by keys."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PLAN, Visit, World
from tests.browser.steps import follow, press, sign_in_staff
from tests.browser.test_reachable_by_all import BESIDE
from tests.indicators.commune import Village

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 640}
HIDDEN = """() => [...document.querySelectorAll('.table-frame')]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent.slice(0, 40))"""
"""Tables with a column that is seen only by scrolling sideways."""


def test_a_figure_is_explained_in_two_taps_and_a_period_closed_with_keys(
    visit: Visit, world: World
) -> None:
    with world.database.write() as session:
        Village(session, world.cast).attained(world.cast["hung"], date(2026, 6, 1))
    visitor = visit(PHONE)
    page = visitor.page
    sign_in_staff(visitor, "oanh")
    visitor.go(f"/ke-hoach/{PLAN}")
    assert page.evaluate(BESIDE) == 0
    follow(page, "Người dân tuổi trưởng thành đã đạt")
    assert page.evaluate(BESIDE) == 0
    page.set_viewport_size(LAPTOP)
    assert page.evaluate(HIDDEN) == []
    page.set_viewport_size(PHONE)
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("Vì sao.*Lan")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nguyễn Thị Lan")
    expect(page.locator("main")).to_contain_text("Thế nào là đạt")
    assert page.evaluate(BESIDE) == 0

    visitor.go(f"/ke-hoach/{PLAN}/chot-so-lieu")
    page.select_option("#f-ky", label="Báo cáo quý III/2026 (01/07/2026 – 30/09/2026)")
    press(page, "Xem kỳ này")
    expect(page.locator("#thieu-gi")).to_contain_text("Báo cáo quý III/2026")
    expect(page.locator("#ky")).to_contain_text("đã lấy ngày 09/09/2026")
    page.locator("#f-in_spite").focus()
    page.keyboard.type("Danh sách của Công an xã đến sau.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bản chốt số 1")
    expect(page.locator("main")).to_contain_text("Đang có hiệu lực")
    assert page.evaluate(BESIDE) == 0
