"""An officer copies a programme, edits it and publishes it, without a line of script."""

import re

import pytest

from tests.browser.conftest import LAPTOP, Visit
from tests.browser.steps import follow, press, sign_in_staff

pytestmark = pytest.mark.browser

TITLE, CODE = "Lớp số của xóm chợ", "xom-cho"
PHONE = {"width": 360, "height": 640}


@pytest.mark.parametrize(
    "size", [LAPTOP, pytest.param(PHONE, marks=pytest.mark.long)], ids=["laptop", "phone"]
)
def test_an_officer_copies_edits_and_publishes_without_scripts(
    visit: Visit, size: dict[str, int]
) -> None:
    officer = visit(size, java_script_enabled=False)
    sign_in_staff(officer, "oanh")
    page = officer.go("/chuong-trinh")
    follow(page, "Bản nháp của xã")
    assert page.get_by_text("Xã chưa có bản nháp nào").is_visible()
    follow(page, "Sao chép một chương trình")
    page.fill("[name=title]", TITLE)
    page.fill("[name=code]", CODE)
    press(page, "Tạo bản nháp")
    assert page.get_by_text("Sẵn sàng xuất bản").is_visible()
    draft = page.url

    follow(page, "Bài b1")
    text = page.input_value("[name=text]")
    page.fill("[name=text]", text.replace("minutes: 8", "minutes: tám"))
    press(page, "Lưu")
    assert page.get_by_text("Tệp này còn 1 lỗi").is_visible()
    assert page.locator(".remark__quote", has_text="minutes: tám").is_visible()
    line = page.locator(".remark__place").inner_text()
    number = int(re.sub(r"\D", "", line))
    assert page.input_value("[name=text]").split("\n")[number - 1] == "minutes: tám"

    page.fill("[name=text]", text.replace("minutes: 8", "minutes: 25"))
    press(page, "Lưu")
    assert page.get_by_text("Tệp này không có lỗi.").is_visible()
    follow(page, "Xem bản đã lưu")
    assert page.get_by_text("25 phút").is_visible()

    page.goto(draft)
    follow(page, "Xuất bản…")
    assert page.get_by_text("khả năng đạt nhờ đoán là").is_visible()
    press(page, "Xuất bản")
    assert page.get_by_text("Đã xuất bản", exact=True).is_visible()
    follow(page, "Xem chương trình đang dạy")
    assert page.get_by_role("heading", name=TITLE).is_visible()
    assert page.get_by_text("Chương trình của xã", exact=True).is_visible()
    assert TITLE in officer.go("/lop-hoc/moi").content()


def test_the_keyboard_leaves_the_editor_and_its_numbers_stand_beside_the_lines(
    visit: Visit,
) -> None:
    officer = visit(LAPTOP)
    sign_in_staff(officer, "oanh")
    page = officer.go("/chuong-trinh/ban-nhap/moi/khung-trong")
    page.fill("[name=title]", TITLE)
    page.fill("[name=code]", CODE)
    press(page, "Tạo bản nháp")
    page.locator(".file__name").first.click()
    editor, numbers = page.locator(".editor__text"), page.locator(".editor__lines")
    editor.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Lưu"
    inside = "e => e.scrollHeight - e.clientHeight"
    assert editor.evaluate(inside) <= 0
    tall = "e => parseFloat(getComputedStyle(e).lineHeight)"
    assert editor.evaluate(tall) == numbers.evaluate(tall)
    top = "e => e.getBoundingClientRect().top + parseFloat(getComputedStyle(e).paddingTop)"
    assert abs(editor.evaluate(top) - numbers.evaluate(top)) < 1
