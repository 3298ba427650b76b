"""`lms init`: a commune's first day, and everything that may be wrong with it."""

import json
import re
import stat
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.core.keys import as_text, load_keys
from lms.ledger.models import StoreGeneration
from lms.people.account_models import Account, OneTimeLink
from lms.people.models import Commune, Unit
from tests.cli.place import Place

ORIGIN = {"Origin": "http://localhost"}
PASSWORD = "mot-hai-ba-con-ga"


def link_in(output: str) -> str:
    """The path of the one-time link that a command printed."""
    return re.search(r"http://127\.0\.0\.1:8000(/mat-khau/\S+)", output).group(1)


def nothing_is_saved(place: Place) -> bool:
    """No folder, no keys, no database."""
    return not place.data.exists()


def signed_in(app: Flask, login: str, password: str) -> TestResponse:
    """The answer to the sign-in form."""
    form = {"login": login, "password": password}
    return app.test_client().post("/dang-nhap", data=form, headers=ORIGIN)


@pytest.mark.db
def test_a_commune_begins_with_units_plans_keys_a_sheet_and_a_link(place: Place) -> None:
    output = place.ok(*place.order("--plan", "thuan-an", "--plan", "hung-chau"))
    assert "xã Tân Bình Thượng, 3 đơn vị, 2 kế hoạch" in output
    assert "/mat-khau/TBT." in output
    assert (place.data / "phieu-khoi-phuc.pdf").exists()
    with place.looking() as session:
        commune = session.scalars(select(Commune)).one()
        urban = session.scalars(select(Unit.code).where(Unit.is_urban)).all()
        accounts = session.scalars(select(Account.login)).all()
    assert (commune.short_code, commune.is_sample) == ("TBT", False)
    assert (urban, accounts) == (["to-1"], ["binhan"])


@pytest.mark.db
def test_the_prompts_ask_for_whatever_was_not_given(place: Place) -> None:
    answers = ["phuong", "Khánh An", "Tỉnh Mẫu", "KHA", str(place.units()), "binhan", "Đỗ Bình An"]
    output = place.ok("init", given="\n".join(answers) + "\n")
    assert "phường Khánh An, 3 đơn vị, 0 kế hoạch" in output


@pytest.mark.db
def test_a_second_run_says_so_and_changes_nothing(commune: Place) -> None:
    keys = (commune.settings.keys / "keys.json").read_bytes()
    (commune.data / "phieu-khoi-phuc.pdf").unlink()
    said = commune.refused(*commune.order(name="Tên Khác", admin_login="ke-khac"))
    assert "Mã TBT đã được khởi tạo cho xã Tân Bình Thượng, không có gì thay đổi" in said
    assert (commune.settings.keys / "keys.json").read_bytes() == keys
    assert not (commune.data / "phieu-khoi-phuc.pdf").exists()
    with commune.looking() as session:
        counts = [session.scalar(select(func.count()).select_from(table))
                  for table in (Commune, Account, OneTimeLink, StoreGeneration, Unit)]  # fmt: skip
    assert counts == [1, 1, 1, 1, 3]


@pytest.mark.db
def test_the_link_sets_the_password_once_and_lets_the_administrator_in(place: Place) -> None:
    link = link_in(place.ok(*place.order()))
    form = {"password": PASSWORD, "again": PASSWORD}
    with place.app() as app:
        client, stranger = app.test_client(), app.test_client()
        assert client.get(link).status_code == 200
        assert client.post(link, data=form, headers=ORIGIN).status_code in (200, 303)
        assert stranger.get(link).status_code == 404
        assert stranger.post(link, data=form, headers=ORIGIN).status_code == 404
        signed = signed_in(app, "binhan", PASSWORD)
    assert signed.status_code == 303


@pytest.mark.db
def test_only_the_owner_reads_the_keys_and_the_sheet(laptop: Place) -> None:
    laptop.ok(*laptop.order())
    for path in (laptop.settings.keys / "keys.json", laptop.data / "phieu-khoi-phuc.pdf"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


BAD_UNITS = {
    "không có cột loại": ("ma,ten\nthon-1,Thôn Một\n", ["thiếu cột loai", "dòng 1"]),
    "tệp trống": ("", ["thiếu cột ma, ten, loai"]),
    "chỉ có tiêu đề": ("ma,ten,loai,do_thi\n", ["chưa có đơn vị nào"]),
    "loại lạ": ("ma,ten,loai\nthon-1,Thôn Một,lang\n", ["dòng 2: cột loai là 'lang'"]),
    "mã lặp, có dòng trống ở giữa": (
        "ma,ten,loai\nt1,Thôn Một,thon\n\nt1,Thôn Hai,thon\n",
        ["mã 't1' bị lặp ở các dòng 2, 4"],
    ),
    "tên trống": ("ma,ten,loai\nt1,,thon\n", ["dòng 2: cột ten để trống"]),
    "ngày lạ": (
        "ma,ten,loai,tu_ngay\nt1,Thôn Một,thon,31/02/2025\n",
        ["dòng 2: cột tu_ngay là '31/02/2025'"],
    ),
    "đô thị lạ": ("ma,ten,loai,do_thi\nt1,Thôn Một,thon,phố\n", ["dòng 2: cột do_thi là 'pho'"]),
    "mã tiếng Việt cũ": (
        "ma,ten,loai\nt1,Thôn Đình,thon\n".encode("cp1258", "replace"),
        ["không phải UTF-8", "CSV UTF-8"],
    ),
    "UTF-16 của Excel": ("ma,ten,loai\nt1,Thôn,thon\n".encode("utf-16"), ["không phải UTF-8"]),
    "hai mươi lỗi và hơn": (
        "ma,ten,loai\n" + "".join(f"t{n},Thôn {n},lang\n" for n in range(30)),
        ["dòng 21:", "… và 10 chỗ nữa"],
    ),
}


@pytest.mark.db
@pytest.mark.parametrize("case", BAD_UNITS)
def test_a_bad_file_of_units_is_named_and_nothing_is_written(laptop: Place, case: str) -> None:
    content, said = BAD_UNITS[case]
    output = laptop.refused(*laptop.order(units=content))
    assert [words for words in said if words not in output] == []
    assert nothing_is_saved(laptop)


@pytest.mark.db
@pytest.mark.parametrize(
    "content",
    [
        "\ufeffma;ten;loai;do_thi\r\nt1;Thôn Một;thon;\r\ntdp1;Tổ 1;to_dan_pho;x\r\n",
        "Tên,Mã,Loại,Đô thị\nThôn Một,t1,Thôn,\nTổ 1,tdp1,Tổ dân phố,Có\n",
    ],
    ids=["chấm phẩy của Excel", "tiêu đề có dấu, cột đảo chỗ"],
)
def test_files_as_offices_write_them_are_read(laptop: Place, content: str) -> None:
    laptop.ok(*laptop.order(units=content))
    with laptop.looking() as session:
        rows = session.execute(
            select(Unit.code, Unit.kind, Unit.is_urban).order_by(Unit.code)
        ).all()
    assert [tuple(row) for row in rows] == [("t1", "thon", False), ("tdp1", "to_dan_pho", True)]


@pytest.mark.db
@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("code", "tbt", "3–6 chữ in hoa"),
        ("code", "TB", "3–6 chữ in hoa"),
        ("code", "TÂN", "3–6 chữ in hoa"),
        ("name", " ", "--name: hãy ghi tên"),
        ("name", "Xã Tân Bình", "không kèm chữ “xã”"),
        ("province", "", "--province"),
        ("admin_login", "a", "--admin-login: Tên đăng nhập có 3 đến 40"),
        ("admin_name", "  ", "--admin-name: Hãy ghi họ tên"),
    ],
)
def test_a_bad_answer_is_named_and_nothing_is_written(
    laptop: Place, option: str, value: str, said: str
) -> None:
    assert said in laptop.refused(*laptop.order(**{option: value}))
    assert nothing_is_saved(laptop)


@pytest.mark.db
def test_several_bad_answers_are_named_together(laptop: Place) -> None:
    output = laptop.refused(*laptop.order(code="x", province="", admin_login="?"))
    assert [w for w in ("--code", "--province", "--admin-login") if w not in output] == []


@pytest.mark.db
def test_an_unknown_plan_is_refused_with_the_five_that_there_are(laptop: Place) -> None:
    result = laptop.run(*laptop.order("--plan", "ha-noi"))
    assert result.exit_code == 2
    assert "viet-tri" in result.output
    assert nothing_is_saved(laptop)


@pytest.mark.db
def test_a_second_commune_of_a_server_may_not_take_a_login_that_is_taken(commune: Place) -> None:
    commune.refused(*commune.order(code="KHA", name="Khánh An"))
    with commune.looking() as session:
        assert session.scalars(select(Commune.short_code)).all() == ["TBT"]
    assert "Khánh An" in commune.ok(
        *commune.order(code="KHA", name="Khánh An", admin_login="khanh")
    )


@pytest.mark.db
def test_the_sheet_carries_the_keys_as_text(laptop: Place) -> None:
    laptop.ok(*laptop.order())
    text = PdfReader(laptop.data / "phieu-khoi-phuc.pdf").pages[0].extract_text()
    lines = [line for line in text.splitlines() if line]
    start = next(n for n, line in enumerate(lines) if line.startswith("{"))
    printed = json.loads("".join(lines[start:]))
    assert "PHIẾU KHÔI PHỤC KHÓA" in text
    assert "xã Tân Bình Thượng" in text
    assert printed == as_text(load_keys(laptop.settings.keys))


@pytest.mark.office
def test_a_phone_reads_the_keys_from_the_printed_sheet(laptop: Place, tmp_path: Path) -> None:
    laptop.ok(*laptop.order())
    page = tmp_path / "trang"
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile",
                    laptop.data / "phieu-khoi-phuc.pdf", page], check=True)  # fmt: skip
    with Image.open(page.with_suffix(".png")) as image:
        found = zxingcpp.read_barcodes(image)
    assert [json.loads(one.text) for one in found] == [as_text(load_keys(laptop.settings.keys))]
