"""Login cards: the numbers, whose they are, what is printed, and reading one from a photo."""

import io
import re

import pytest
import segno
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from lms.cohorts import actions, cards, limits, rules, scanning
from lms.cohorts.carried_models import SpareCard
from lms.cohorts.models import Enrolment
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Conflict, Invalid, TooLarge, Unavailable
from lms.core.guard import system
from lms.core.keys import Keys
from tests.cast import PIN, Cast
from tests.cohorts.conftest import Browser

API = "/api/v1"
NINE = st.integers(0, 10**9 - 1)


def drawn(nine: int) -> str:
    return rules.draw_card(lambda _below: nine)


@pytest.mark.pure
@given(NINE, st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_digit_is_always_noticed(nine: int, place: int, digit: int) -> None:
    number = drawn(nine)
    assert rules.is_card(number)
    wrong = number[:place] + str(digit) + number[place + 1 :]
    assert rules.is_card(wrong) == (wrong == number)


@pytest.mark.pure
@given(NINE, st.integers(0, 8))
def test_two_neighbours_that_changed_places_are_always_noticed(nine: int, place: int) -> None:
    number = drawn(nine)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert rules.is_card(swapped) == (swapped == number)


@pytest.mark.pure
def test_a_number_is_read_as_people_write_it_and_as_the_code_says_it() -> None:
    number = drawn(482719340)
    # Damm's own example: the check digit of 572 is 4.
    assert rules.check_digit("572") == "4"
    assert rules.grouped_card(number) == f"{number[:4]} {number[4:8]} {number[8:]}"
    for typed in (rules.grouped_card(number), ".".join(number), f" {number}\n"):
        assert rules.clean_card(typed) == number
    for text in (f"http://lop.xa.example/the#{number}", number, rules.grouped_card(number)):
        assert rules.card_in(text) == number
    for text in ("", "http://lop.xa.example/the", f"{number}1", "48271934O5", "٤٨٢٧١٩٣٤٠٣"):
        assert rules.card_in(text) is None
    assert rules.split_code("tbt-k1 abcd", 6) == ("TBT", "K1ABCD")
    assert rules.split_code("k1abcd", 6) == ("", "K1ABCD")


@pytest.mark.pure
def test_the_digest_in_a_pack_is_slow_and_salted() -> None:
    digest = cards.pack_digest("muoi", "4827193403")
    assert digest == "a328059015e6d25685bd6dea2ace1cb96537334ad6d88648267a2e5e7ae12df4"
    assert digest != cards.pack_digest("khac", "4827193403")


@pytest.mark.db
def test_a_card_is_made_once_and_found_in_its_commune_only(
    cast: Cast, database: Database, keys: Keys
) -> None:
    with database.write() as session:
        lan = session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"]))
        number = cards.card_of(session, keys, lan)
        assert cards.card_of(session, keys, lan) == number
        assert number not in (lan.card_digest or "") + (lan.card_sealed or "")
    with database.read() as session:
        found = cards.find_card(session, keys, cast["TBT"], number)
        assert found is not None
        assert found.enrolment is not None
        assert found.enrolment.id == cast["hv_lan"]
        assert cards.find_card(session, keys, cast["KHA"], number) is None


@pytest.mark.db
def test_spare_cards_take_no_drawing_of_the_class_and_nobody_takes_theirs(
    cast: Cast, database: Database, keys: Keys
) -> None:
    who = system(cast["TBT"])
    with database.write() as session:
        free = cards.spare_cards(session, who, keys, cast["k1"], 5)
        assert [cards.spare_label(one) for one in free] == [f"Thẻ khách 0{n}" for n in range(1, 6)]
        # Asked for again, those that are still free are enough.
        assert len(cards.spare_cards(session, who, keys, cast["k1"], 4)) == 5
        actions.enrol(session, who, keys, cast["k1"], cast["mai"])
        rows = session.scalars(select(Enrolment).where(Enrolment.cohort_id == cast["k1"])).all()
        pairs = [(one.picture, one.colour) for one in [*free, *rows]]
        assert len(set(pairs)) == len(pairs) == 8
        for count in (0, cards.SPARES_AT_ONCE + 1):
            with pytest.raises(Invalid):
                cards.spare_cards(session, who, keys, cast["k1"], count)


@pytest.mark.db
def test_who_was_given_a_spare_card_keeps_its_number_until_it_is_lost(
    cast: Cast, database: Database, keys: Keys
) -> None:
    who = system(cast["TBT"])
    with database.write() as session:
        spare = cards.spare_cards(session, who, keys, cast["k1"], 1)[0]
        number = cards.spare_number(keys, spare)
        found = cards.find_card(session, keys, cast["TBT"], number)
        assert found is not None
        assert (found.spare, found.enrolment) == (spare, None)
        linked = Enrolment(
            commune_id=cast["TBT"], id=spare.id, cohort_id=cast["k1"], person_id=cast["minh"],
            picture=spare.picture, colour=spare.colour, pin_hmac="x", pin_sealed="x",
            enrolled_on=clock.today(),
        )  # fmt: skip
        session.add(linked)
        session.flush()
        found = cards.find_card(session, keys, cast["TBT"], number)
        assert found is not None
        assert found.enrolment == linked
        assert cards.card_of(session, keys, linked) == number
        assert cards.new_card(session, who, keys, linked.id) != number
        assert cards.find_card(session, keys, cast["TBT"], number) is None


@pytest.mark.db
def test_a_trainer_has_one_card_at_a_time(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    trainer = browser(staff="trang")
    assert "Làm thẻ của tôi" in trainer.get("/the/cua-toi").get_data(as_text=True)
    trainer.post("/the/cua-toi")
    with database.read() as session:
        row = cards.standing_staff_card(session, cast["TBT"], cast["trang"])
        assert row is not None
        first = cards.staff_number(keys, row)
    trainer.post("/the/cua-toi")
    assert rules.grouped_card(first) in trainer.get("/the/cua-toi").get_data(as_text=True)
    trainer.post("/the/cua-toi", data={"thay": "1"})
    with database.write() as session:
        assert cards.find_card(session, keys, cast["TBT"], first) is None
        second = cards.staff_card(session, keys, cast["TBT"], cast["trang"])
        found = cards.find_card(session, keys, cast["TBT"], second)
        assert found is not None
        assert found.account_id == cast["trang"]
    assert second != first


# The sheets


def numbers_on(page: str) -> list[str]:
    return re.findall(r"\d{4} \d{4} \d{2}", re.sub("Mã QR của thẻ [0-9 ]+", "", page))


@pytest.mark.db
def test_the_sheet_holds_everybodys_card_once_they_are_made(browser: Browser, cast: Cast) -> None:
    trainer, address = browser(staff="trang"), f"/lop-hoc/{cast['k1']}/the"
    page = trainer.get(address).get_data(as_text=True)
    assert "2 học viên chưa có thẻ" in page
    assert numbers_on(page) == []
    for _n in range(2):
        assert trainer.post(address).location == address
    page = trainer.get(address).get_data(as_text=True)
    assert len(numbers_on(page)) == 2
    for words in ("Nguyễn Thị Lan", "Trần Văn Hùng", "Xã Tân Bình Thượng", "Lớp K1", PIN, "<svg"):
        assert words in page
    alone = trainer.get(f"{address}?chon={cast['hv_lan']}").get_data(as_text=True)
    assert len(numbers_on(alone)) == 1
    assert trainer.get(f"{address}?chon={cast['hv_mai']}").status_code == 404
    assert trainer.get(f"{address}?chon=x").status_code == 422


@pytest.mark.db
def test_spare_cards_are_made_as_many_as_are_asked_for(
    browser: Browser, cast: Cast, database: Database
) -> None:
    trainer, address = browser(staff="trang"), f"/lop-hoc/{cast['k1']}/the/khach"
    answer = trainer.post(address, data={"count": "3"})
    assert len(numbers_on(trainer.get(answer.location).get_data(as_text=True))) == 3
    for count in ("0", "25", "-1", "ba", "", "99999"):
        again = trainer.post(address, data={"count": count})
        assert again.status_code == 422
        assert "Hãy chọn từ 1 đến 24" in again.get_data(as_text=True)
    with database.read() as session:
        assert len(session.scalars(select(SpareCard.id)).all()) == 3


@pytest.mark.db
def test_a_class_that_has_no_drawing_left_makes_no_more_spare_cards(
    cast: Cast, database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "SPARES_OF_CLASS", 2)
    with database.write() as session, pytest.raises(Conflict):
        cards.spare_cards(session, system(cast["TBT"]), keys, cast["k1"], 3)


@pytest.mark.db
def test_the_codes_for_home_are_printed_until_they_are_used_or_taken_back(
    browser: Browser, cast: Cast
) -> None:
    trainer, address = browser(staff="trang"), f"/lop-hoc/{cast['k1']}/ma-o-nha"
    for _n in range(2):
        assert trainer.post(address).location == address
    page = trainer.get(address).get_data(as_text=True)
    codes = re.findall(r'__code">([^<]+)<', page)
    assert len(codes) == len(set(codes)) == 2
    assert all(re.fullmatch("TBT-[A-Z2-9]{4}-[A-Z2-9]{4}", code) for code in codes)
    browser().post(f"{API}/homes", json={"code": codes[0]})
    trainer.post(address)
    page = trainer.get(address).get_data(as_text=True)
    assert re.findall(r'__code">([^<]+)<', page) == codes[1:]
    assert "đã có máy ở nhà" in page
    taken = re.findall(r'action="(/ma-o-nha/[^"]+)"', page)
    assert len(taken) == 1
    for who, status in (("tuan", 403), ("xa_an", 404), ("bao", 403), ("", 401), ("trang", 303)):
        assert browser(staff=who).post(taken[0]).status_code == status, who
    assert "Chưa có mã nào" in trainer.get(address).get_data(as_text=True)


@pytest.mark.db
def test_the_qr_of_a_class_is_there_while_it_meets(browser: Browser, cast: Cast) -> None:
    trainer, address = browser(staff="trang"), f"/buoi/{cast['k1_buoi']}/qr"
    page = trainer.get(address).get_data(as_text=True)
    assert "TBT-K1ABCD" in page
    image = trainer.get(address + ".svg")
    assert (image.mimetype, image.data[:5]) == ("image/svg+xml", b"<svg ")
    trainer.post(f"/buoi/{cast['k1_buoi']}/dong")
    assert "Buổi học này chưa mở" in trainer.get(address).get_data(as_text=True)
    assert trainer.get(address + ".svg").status_code == 404


@pytest.mark.db
def test_the_code_of_a_card_leads_to_the_player(browser: Browser) -> None:
    answer = browser().get("/the")
    # Browsers keep what stands after '#' when they are sent on, so the card's number arrives.
    assert (answer.status_code, answer.location) == (303, "/may-hoc")


# Without scripts, and from a photo


def photo(number: str, form: str = "JPEG") -> bytes:
    drawing, out = io.BytesIO(), io.BytesIO()
    segno.make_qr(f"http://lop.xa.example/the#{number}", error="m").save(drawing, "png", scale=8)
    table = Image.new("RGB", (2000, 1500), (150, 140, 120))
    code = Image.open(drawing).convert("RGB").rotate(9, expand=True, fillcolor=(150, 140, 120))
    table.paste(code, (700, 500))
    table.save(out, form)
    return out.getvalue()


def in_class(browser: Browser) -> FlaskClient:
    client = browser(device="k1_may")
    client.post("/vao-lop", data={"code": "K1ABCD"})
    return client


def number_of(database: Database, keys: Keys, cast: Cast, who: str) -> str:
    with database.write() as session:
        return cards.card_of(session, keys, session.get_one(Enrolment, (cast["TBT"], cast[who])))


@pytest.mark.db
def test_a_form_takes_the_number_or_the_photo(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    number = number_of(database, keys, cast, "hv_lan")
    client = in_class(browser)
    assert "Dùng thẻ" in client.get("/vao-lop/ten").get_data(as_text=True)
    assert "Dùng thẻ" in client.get(f"/vao-lop/pin/{cast['hv_lan']}").get_data(as_text=True)
    assert client.get("/vao-lop/the").status_code == 200
    typed = client.post("/vao-lop/the", data={"card": rules.grouped_card(number)})
    assert (typed.status_code, typed.location) == (303, "/hoc")
    shown = client.post("/vao-lop/the", data={"photo": (io.BytesIO(photo(number)), "the.jpg")})
    assert (shown.status_code, shown.location) == (303, "/hoc")


@pytest.mark.db
def test_a_wrong_card_is_said_on_the_page_and_counted(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    client, mai = in_class(browser), number_of(database, keys, cast, "hv_mai")
    slip = client.post("/vao-lop/the", data={"card": "1234567890"})
    assert slip.status_code == 422
    assert "Số thẻ chưa đúng, xem lại từng số" in slip.get_data(as_text=True)
    for _n in range(limits.PER_TABLET.tries):
        assert client.post("/vao-lop/the", data={"card": mai}).status_code == 422
    assert client.post("/vao-lop/the", data={"card": mai}).status_code == 429
    empty = client.post("/vao-lop/the", data={"photo": (io.BytesIO(b"GIF89a"), "the.jpg")})
    assert empty.status_code == 422
    assert "Chưa thấy mã trên ảnh" in empty.get_data(as_text=True)


@pytest.mark.db
def test_a_browser_that_is_no_tablet_gets_no_form_for_a_card(
    browser: Browser, cast: Cast, database: Database, keys: Keys
) -> None:
    number = number_of(database, keys, cast, "hv_lan")
    for client in (browser(), browser(staff="trang"), browser(device="k1_may")):
        assert client.get("/vao-lop/the").location == "/vao-lop"
        assert client.post("/vao-lop/the", data={"card": number}).location == "/vao-lop"


@pytest.mark.db
def test_a_photo_is_read_for_the_player(browser: Browser, cast: Cast) -> None:
    number = drawn(482719340)
    for client in (browser(), browser(device="k1_may"), browser(learner="lan")):
        sent = {"photo": (io.BytesIO(photo(number)), "the.jpg")}
        answer = client.post(f"{API}/cards/scan", data=sent)
        assert (answer.status_code, answer.json) == (200, {"card": number})
    assert browser().post(f"{API}/cards/scan", data={}).status_code == 422
    assert browser().post(f"{API}/cards/scan", data={"photo": "khong-phai-tep"}).status_code == 422


@pytest.mark.pure
@pytest.mark.parametrize("form", scanning.FORMATS)
def test_photos_of_phones_are_read(form: str) -> None:
    number = drawn(123456789)
    assert scanning.card_on_photo(io.BytesIO(photo(number, form)), known=True) == number


def broken(name: str) -> bytes:
    whole, out = photo(drawn(1)), io.BytesIO()
    if name == "cut":
        return whole[: len(whole) // 2]
    if name == "noise":
        return whole[:600] + bytes(range(256)) * 40
    if name == "other code":
        segno.make_qr("http://lop.xa.example/khac#1234567890").save(out, "png", scale=8)
    elif name == "empty":
        Image.new("L", (400, 300), 255).save(out, "JPEG")
    elif name == "another format":
        Image.new("L", (400, 300), 255).save(out, "TIFF")
    return out.getvalue()


@pytest.mark.pure
@pytest.mark.parametrize(
    "name", ["nothing", "noise", "cut", "other code", "empty", "another format"]
)
def test_what_is_no_photo_of_a_card_is_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(Invalid, match="chụp gần hơn"):
        scanning.card_on_photo(io.BytesIO(broken(name)), known=True)


@pytest.mark.pure
def test_a_photo_is_bounded_in_bytes_and_pixels() -> None:
    with pytest.raises(TooLarge, match="8 MB"):
        scanning.card_on_photo(io.BytesIO(b"x" * (scanning.MOST_BYTES + 1)), known=True)
    for side in (4_100, 8_000, 20_000):
        bomb = io.BytesIO()
        Image.new("1", (side, side)).save(bomb, "PNG")
        bomb.seek(0)
        with pytest.raises(TooLarge, match="điểm ảnh"):
            scanning.card_on_photo(bomb, known=True)


@pytest.mark.pure
def test_strangers_wait_for_each_other_and_not_the_class_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scanning, "WAIT", 0.01)
    number = drawn(5)
    with scanning._turn(known=False):
        with pytest.raises(Unavailable):
            scanning.card_on_photo(io.BytesIO(photo(number)), known=False)
        assert scanning.card_on_photo(io.BytesIO(photo(number)), known=True) == number


@pytest.mark.pure
def test_strangers_with_photos_hold_two_workers_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "WAIT", 3600)
    stream = io.BytesIO(photo(drawn(5)))
    # One is read and one waits: whoever comes third is answered at once, not in an hour.
    with (
        scanning._turn(known=False),
        scanning._SEATS[False],
        pytest.raises(Unavailable) as refused,
    ):
        scanning.card_on_photo(stream, known=False)
    assert refused.value.retry_after == 3
