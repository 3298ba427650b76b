"""Coming in by card without scripts: by its number, by a photo; and the printed cards, read by a camera."""

import io
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from lms.cohorts import cards, rules
from lms.cohorts.models import Enrolment
from lms.core.keys import Keys
from tests.browser.conftest import LAPTOP, TABLET, Visit, Visitor, World
from tests.browser.steps import follow, press, tap_main

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 640}


def number_of(world: World, keys: Keys, who: str) -> str:
    """The ten digits of a learner's card."""
    with world.database.write() as session:
        row = session.get_one(Enrolment, (world.cast["TBT"], world.cast[who]))
        return cards.card_of(session, keys, row)


def tablet_in_class(visit: Visit, world: World, size: dict[str, int]) -> Visitor:
    """A class tablet without scripts at the pictures of K1."""
    visitor = visit(size, has_touch=True, java_script_enabled=False)
    visitor.be("lms_device", world.cast.device_credentials["k1_may"])
    visitor.go("/vao-lop")
    visitor.page.fill("[name=code]", "K1ABCD")
    tap_main(visitor.page)
    return visitor


def fits(page: Page) -> bool:
    """Nothing has to be moved sideways."""
    return bool(page.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth"))


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_the_number_of_the_card_lets_a_learner_in_without_scripts(
    visit: Visit, world: World, keys: Keys, size: dict[str, int]
) -> None:
    number = number_of(world, keys, "hv_hung")
    visitor = tablet_in_class(visit, world, size)
    page = visitor.page
    follow(page, "Dùng thẻ")
    box = page.locator("#f-card").bounding_box()
    assert box is not None
    assert box["height"] >= 56
    slip = number[:9] + str((int(number[9]) + 1) % 10)
    page.fill("#f-card", slip)
    visitor.expected.add(422)
    tap_main(page)
    page.wait_for_selector("text=Số thẻ chưa đúng, xem lại từng số")
    assert page.input_value("#f-card") == slip
    page.fill("#f-card", rules.grouped_card(number))
    tap_main(page)
    assert page.url.endswith("/hoc")
    assert "Hùng T." in page.content()


def test_a_photo_of_the_printed_card_lets_a_learner_in_without_scripts(
    visit: Visit, world: World, keys: Keys, tmp_path: Path
) -> None:
    picture = print_and_photograph(visit, world, tmp_path)
    visitor = tablet_in_class(visit, world, TABLET)
    page = visitor.page
    with page.expect_navigation():
        page.get_by_role("link", name="Lan N.").tap()
    follow(page, "Dùng thẻ")
    visitor.expected.add(422)
    page.set_input_files(
        "#f-photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"khong"}
    )
    press(page, "Gửi ảnh")
    page.wait_for_selector("text=Chưa thấy mã trên ảnh")
    page.set_input_files("#f-photo", picture)
    press(page, "Gửi ảnh")
    assert page.url.endswith("/hoc")
    assert "Lan N." in page.content()


def print_and_photograph(visit: Visit, world: World, folder: Path) -> Path:
    """Lan's card as the trainer prints it, photographed askew on a table. Returns the photo."""
    trainer = visit(LAPTOP)
    trainer.be("lms_staff", world.cast.staff_tokens["trang"])
    page = trainer.go(f"/lop-hoc/{world.cast['k1']}/the")
    press(page, "Làm thẻ cho 2 người")
    sheet = page.locator(".login-card").all()
    assert len(sheet) == 2
    lan = next(one for one in sheet if "Nguyễn Thị Lan" in one.inner_text())
    card = Image.open(io.BytesIO(lan.screenshot()))
    found = zxingcpp.read_barcodes(card)
    assert [one.text.split("#")[0] for one in found] == [f"{world.address}/the"]
    table = Image.new("RGB", (1600, 1200), (140, 120, 95))
    turned = card.convert("RGB").resize((1000, 1000 * card.height // card.width))
    table.paste(turned.rotate(14, expand=True, fillcolor=(140, 120, 95)), (250, 150))
    table.save(folder / "the.jpg", quality=70)
    return folder / "the.jpg"


def test_every_card_of_a_printed_page_can_be_read(
    visit: Visit, world: World, tmp_path: Path
) -> None:
    trainer = visit(LAPTOP)
    trainer.be("lms_staff", world.cast.staff_tokens["trang"])
    page = trainer.go(f"/lop-hoc/{world.cast['k1']}/the?loai=khach")
    page.fill("[name=count]", "9")
    press(page, "Làm thẻ khách")
    page.emulate_media(media="print")
    assert page.locator(".staff-top").is_hidden()
    boxes = [one.bounding_box() for one in page.locator(".card-page").all()]
    assert len(boxes) == 2
    # Eight cards fill what A4 leaves between the margins of the sheet, and not more.
    millimetre = 96 / 25.4
    assert boxes[0] is not None
    assert boxes[0]["width"] <= 186 * millimetre + 1
    assert boxes[0]["height"] <= 273 * millimetre
    shot = Image.open(io.BytesIO(page.locator(".card-page").first.screenshot()))
    numbers = {rules.card_in(one.text) for one in zxingcpp.read_barcodes(shot)}
    printed = {
        rules.clean_card(one.inner_text().removeprefix("Số thẻ"))
        for one in page.locator(".card-page").first.locator(".login-card__number").all()
    }
    assert numbers == printed
    assert len(numbers) == 8


def test_the_class_qr_and_the_codes_for_home_fit_a_small_phone(visit: Visit, world: World) -> None:
    trainer = visit(PHONE)
    trainer.be("lms_staff", world.cast.staff_tokens["trang"])
    page = trainer.go(f"/buoi/{world.cast['k1_buoi']}/qr")
    assert fits(page)
    shot = Image.open(io.BytesIO(page.locator("svg.qr").screenshot()))
    texts = [one.text for one in zxingcpp.read_barcodes(shot)]
    assert texts == [f"{world.address}/may-hoc#lop=TBT-K1ABCD"]
    page = trainer.go(f"/lop-hoc/{world.cast['k1']}/ma-o-nha")
    press(page, "Cấp mã cho cả lớp")
    assert page.locator(".code-slip").count() == 2
    assert fits(page)
