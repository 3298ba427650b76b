"""The learner's way into the player, and out again: nothing of a learner stays for the next one."""

import io
import re

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from lms.cohorts import cards, devices, home_codes
from lms.cohorts.models import Device, Enrolment
from lms.core.guard import system
from lms.core.keys import Keys
from lms.people.models import Commune
from tests.browser.conftest import TABLET, Visit, World
from tests.browser.player import (
    CODE,
    FACES,
    MAIN_BUTTON,
    NEXT_PERSON,
    choose,
    enter_class,
    enter_digits,
    heading,
    kept,
    next_person,
    open_player,
    sign_in,
    turns,
    type_digits,
)

pytestmark = pytest.mark.browser


def card_of(world: World, keys: Keys, name: str) -> str:
    """The ten digits on a learner's card."""
    with world.database.write() as session:
        return cards.card_of(
            session, keys, session.get_one(Enrolment, (world.cast["TBT"], world.cast[f"hv_{name}"]))
        )


# Code, face, PIN.


def test_a_wrong_code_says_what_to_do_and_the_right_one_shows_the_faces(
    visit: Visit, world: World
) -> None:
    tablet = open_player(visit, world, code="")
    tablet.expected = {422}
    page = tablet.page
    page.fill(CODE, "SAIMAS")
    page.locator(MAIN_BUTTON).tap()
    expect(page.locator(".field__error")).to_contain_text("Xin xem lại mã thầy/cô viết trên bảng")
    enter_class(page, "k1 abcd")
    heading(page, "Chạm vào hình và tên của mình")
    assert page.locator(".person-tile__name").all_inner_texts() == ["Hùng T.", "Lan N."]


def test_a_tablet_that_stands_in_a_class_opens_at_its_faces(visit: Visit, world: World) -> None:
    page = open_player(visit, world).page
    page.reload()
    page.locator(FACES).wait_for()
    page.get_by_role("button", name="Vào lớp khác").tap()
    expect(page.locator(CODE)).to_be_visible()
    page.get_by_role("button", name="Về lớp đang học").tap()
    page.locator(FACES).wait_for()


def test_a_wrong_pin_is_told_and_the_fifth_locks_until_the_trainer_unlocks(
    visit: Visit, world: World
) -> None:
    tablet = open_player(visit, world)
    tablet.expected = {422, 429}
    page = tablet.page
    choose(page)
    for _ in range(4):
        enter_digits(page, "0000")
        expect(page.locator(".field__error")).to_contain_text("Mã số chưa đúng")
        expect(page.locator("#f-pin")).to_have_value("")
    enter_digits(page, "0000")
    page.wait_for_function("() => document.querySelector('#f-pin').value === ''")
    enter_digits(page, "4827")
    expect(page.locator(".alert")).to_contain_text("Giơ tay gọi thầy/cô mở khóa")
    page.get_by_role("button", name="Không phải tôi").tap()
    expect(page.locator(".person-tile", has_text="Lan N.")).to_contain_text("Đang khóa")


def test_the_keys_take_back_and_take_four_digits_only(visit: Visit, world: World) -> None:
    page = open_player(visit, world).page
    choose(page)
    type_digits(page, "12345")
    expect(page.locator("#f-pin")).to_have_value("1234")
    page.get_by_role("button", name="Xóa", exact=True).tap()
    expect(page.locator("#f-pin")).to_have_value("123")
    page.get_by_role("button", name="Xóa hết").tap()
    expect(page.locator("#f-pin")).to_have_value("")
    page.keyboard.type("48x27")
    page.locator("#f-pin").focus()
    page.keyboard.type("48x27")
    page.keyboard.press("Enter")
    page.locator(NEXT_PERSON).wait_for()


# Card.


def test_the_card_lets_in_by_its_ten_digits(visit: Visit, world: World, keys: Keys) -> None:
    number = card_of(world, keys, "hung")
    tablet = open_player(visit, world)
    tablet.expected = {422}
    page = tablet.page
    page.get_by_role("button", name="Vào bằng thẻ").tap()
    enter_digits(page, number[:9])
    expect(page.locator(".field__error")).to_contain_text("Thẻ có đủ 10 số")
    type_digits(page, number[9])
    expect(page.locator("#f-card")).to_have_value(f"{number[:4]} {number[4:8]} {number[8:]}")
    wrong = str((int(number[9]) + 1) % 10)
    page.get_by_role("button", name="Xóa", exact=True).tap()
    enter_digits(page, wrong)
    expect(page.locator(".field__error")).to_be_visible()
    page.get_by_role("button", name="Xóa", exact=True).tap()
    enter_digits(page, number[9])
    expect(page.locator(".learner-top__name")).to_have_text("Hùng T.")
    next_person(page)
    assert ("turn.began", "card") in turns(world)


def test_a_photo_of_the_card_is_read_by_the_service(visit: Visit, world: World, keys: Keys) -> None:
    code = zxingcpp.create_barcode(
        f"{world.address}/the#{card_of(world, keys, 'lan')}", zxingcpp.BarcodeFormat.QRCode
    )
    file = io.BytesIO()
    Image.fromarray(code.to_image(scale=12)).convert("RGB").save(file, "PNG")
    page = open_player(visit, world).page
    page.get_by_role("button", name="Vào bằng thẻ").tap()
    page.set_input_files(
        "input[type=file]", {"name": "the.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    page.locator(NEXT_PERSON).wait_for()
    expect(page.locator(".learner-top__name")).to_have_text("Lan N.")


def test_the_cards_own_address_lets_in_and_stays_in_no_address(
    visit: Visit, world: World, keys: Keys
) -> None:
    number = card_of(world, keys, "lan")
    tablet = open_player(visit, world)
    page = tablet.go(f"/the#{number}")
    page.locator(NEXT_PERSON).wait_for()
    assert number not in page.url
    assert number not in kept(page)


# A learner's own phone.


def test_an_own_phone_joins_by_the_class_code_and_the_card(
    visit: Visit, world: World, keys: Keys
) -> None:
    phone = visit({"width": 360, "height": 640}, has_touch=True)
    phone.expected = {401, 422}
    page = phone.go("/may-hoc#lop=TBT-K1ABCD")
    expect(page.locator("#f-class")).to_have_value("TBT-K1ABCD")
    assert "#" not in page.url
    page.fill("#f-own-card", "1234567890")
    page.locator(MAIN_BUTTON).tap()
    expect(page.locator(".field__error")).to_be_visible()
    page.fill("#f-own-card", card_of(world, keys, "lan"))
    page.locator(MAIN_BUTTON).tap()
    expect(page.locator(".learner-top__name")).to_have_text("Lan N.")
    expect(page.locator(NEXT_PERSON)).to_have_text("Ra khỏi lớp")
    page.locator(NEXT_PERSON).tap()
    heading(page, "Vào lớp bằng điện thoại của mình")
    assert "Lan" not in kept(page)


def test_a_code_from_the_trainer_opens_a_phone_at_home_for_its_learner(
    visit: Visit, world: World, keys: Keys
) -> None:
    with world.database.write() as session:
        who = system(world.cast["TBT"])
        made = home_codes.make_for_learner(session, who, keys, world.cast["hv_lan"])
        code = home_codes.spelled(keys, session.get_one(Commune, world.cast["TBT"]), made)
    phone = visit({"width": 360, "height": 640}, has_touch=True)
    phone.expected = {401, 422}
    page = phone.go("/may-hoc#nha")
    page.fill("#f-home", "TBT-0000-0000")
    page.locator(MAIN_BUTTON).tap()
    expect(page.locator(".field__error")).to_be_visible()
    page.fill("#f-home", code)
    page.locator(MAIN_BUTTON).tap()
    heading(page, "Xin chào, Lan N.")
    # It is the learner's own: nobody is next, and it opens at the learner's page again.
    assert page.locator(NEXT_PERSON).count() == 0
    page.reload()
    page.locator(".entry-resume, .learner-top__name").first.wait_for()


# Machines that are not of the class.


def test_an_unknown_machine_says_what_to_do(visit: Visit, world: World) -> None:
    stranger = open_player(visit, world, tablet="", code="")
    stranger.expected = {401}
    heading(stranger.page, "Máy này chưa là máy của lớp")
    assert stranger.page.locator("form[action='/vao-lop/may-thu']").count() == 0
    stranger.page.get_by_role("button", name="Tôi học ở nhà").tap()
    expect(stranger.page.locator("#f-home")).to_be_visible()
    stranger.page.get_by_role("button", name="Quay lại").tap()
    heading(stranger.page, "Máy này chưa là máy của lớp")


def test_a_tablet_that_is_revoked_in_the_middle_ends_at_that_word_and_loses_nothing(
    visit: Visit, world: World, keys: Keys
) -> None:
    tablet = open_player(visit, world)
    tablet.expected = {401}
    page = tablet.page
    sign_in(page)
    with world.database.write() as session:
        devices.revoke_device(session, system(world.cast["TBT"]), world.cast["k1_may"])
    page.locator(NEXT_PERSON).tap()
    heading(page, "Máy này chưa là máy của lớp")
    assert "Lan" not in kept(page)
    assert "turn.ended" in kept(page)
    page.reload()
    heading(page, "Máy này chưa là máy của lớp")


def test_a_class_that_closed_leads_back_to_the_code(visit: Visit, world: World) -> None:
    tablet = open_player(visit, world)
    tablet.expected = {409}
    with world.database.write() as session:
        row = session.get_one(Device, (world.cast["TBT"], world.cast["k1_may"]))
        row.class_session_id = None
    choose(tablet.page)
    enter_digits(tablet.page, "4827")
    expect(tablet.page.locator(".field__error")).to_contain_text("Lớp chưa mở hoặc đã kết thúc")


# Browsers.

ZALO = (
    "Mozilla/5.0 (Linux; Android 11; SM-T295 Build/RP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/103.0.0.0 Mobile Safari/537.36 Zalo android/12240042"
)


def test_inside_another_app_it_says_how_to_open_chrome(visit: Visit, world: World) -> None:
    inside = visit({"width": 360, "height": 640}, has_touch=True, user_agent=ZALO)
    inside.be("lms_device", world.cast.device_credentials["k1_may"])
    page = inside.go("/may-hoc#lop=TBT-K1ABCD")
    heading(page, "Hãy mở bằng Chrome")
    expect(page.get_by_role("textbox")).to_have_value(re.compile("#lop=TBT-K1ABCD$"))
    page.get_by_role("button", name="Vẫn học ở đây").tap()
    page.locator(FACES).wait_for()


def test_a_browser_without_a_store_is_led_to_the_plain_pages(visit: Visit, world: World) -> None:
    private = visit(TABLET, has_touch=True)
    private.be("lms_device", world.cast.device_credentials["k1_may"])
    private.page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    page = private.go("/may-hoc")
    heading(page, "Trình duyệt này không giữ được bài")
    page.locator(MAIN_BUTTON).tap()
    page.wait_for_url("**/vao-lop?kieu=trang")
    page.fill("[name=code]", "K1ABCD")


def test_the_way_in_leads_to_the_player_unless_plain_pages_were_asked_for(
    visit: Visit, world: World
) -> None:
    tablet = visit(TABLET, has_touch=True)
    tablet.be("lms_device", world.cast.device_credentials["k1_may"])
    tablet.go("/vao-lop").wait_for_url("**/may-hoc")
    plain = visit(TABLET, has_touch=True)
    plain.be("lms_device", world.cast.device_credentials["k1_may"])
    plain.go("/vao-lop?kieu=trang").wait_for_load_state("networkidle")
    assert plain.go("/vao-lop").locator("[name=code]").count() == 1
    plain.page.wait_for_load_state("networkidle")
    assert plain.page.url.endswith("/vao-lop")
    bare = visit(TABLET, has_touch=True, java_script_enabled=False)
    bare.be("lms_device", world.cast.device_credentials["k1_may"])
    assert bare.go("/vao-lop").url.endswith("/vao-lop")
