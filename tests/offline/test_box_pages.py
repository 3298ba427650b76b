"""The pages of boxes, at the commune and on the laptop, and what stands below them."""

import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.cohorts import actions
from lms.core import lan
from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.settings import Settings
from lms.ledger import generation
from lms.offline.box import carrying, giving, own_pages, receiving, seal, serving, sticks
from lms.offline.box.files import NotWritten, file_name, put_file
from tests.cast import Cast
from tests.offline.laptops import begin, make_file, officer, signed_in


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Both sides are on SQLite here; the commune's half on PostgreSQL is asked in test_box_down.py."""
    shutil.copy(sqlite_template, tmp_path / "lms.db")
    return f"sqlite:///{tmp_path / 'lms.db'}"


def _office(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    client.set_cookie("lms_staff", cast.staff_tokens["oanh"])
    return client


@pytest.mark.db
def test_an_officer_makes_a_box_and_its_file_opens_with_the_code_shown_once(
    app: Flask, cast: Cast, sqlite_template: Path, tmp_path: Path
) -> None:
    office = _office(app, cast)
    asked = {"label": "Máy lớp thôn Đông", "cohort": str(cast["k1"])}
    shown = office.post("/may-lop", data=asked).get_data(as_text=True)
    code = re.search(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){3}", shown)
    key = re.search(r'name="id" value="([0-9a-f-]{36})"', shown)
    assert code
    assert key
    assert code[0] not in office.get("/may-lop").get_data(as_text=True)
    form = {**asked, "id": key[1], "code": code[0]}
    first, again = office.post("/may-lop/tep", data=form), office.post("/may-lop/tep", data=form)
    assert first.headers["Content-Disposition"] == 'attachment; filename="may-lop-thon-dong.lhs"'
    assert again.status_code == 200, "pressing twice makes one box"
    box = begin(sqlite_template, tmp_path / "may", first.data, code[0])
    assert str(box.id) == key[1]
    page = office.get("/may-lop").get_data(as_text=True)
    assert page.count("Máy lớp thôn Đông</h3>") == 1
    assert "Lớp K1" in page
    wrong = office.post("/may-lop/tep", data={**form, "code": seal.new_code()})
    assert wrong.status_code == 409
    unsure = office.post(f"/may-lop/{box.id}/ngung")
    assert unsure.status_code == 422
    assert office.post(f"/may-lop/{box.id}/ngung", data={"sure": "1"}).status_code == 303
    assert "Đã ngừng" in office.get("/may-lop").get_data(as_text=True)
    assert office.post(f"/may-lop/{box.id}/dung-lai").status_code == 303
    box.database.close()


@pytest.mark.db
def test_a_trainer_carries_work_out_on_a_stick_and_the_receipt_back(
    app: Flask, database: Database, settings: Settings, keys: Keys, cast: Cast, sqlite_template: Path,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    generation.check(database, settings)
    key, code, file = make_file(database, keys, cast, "k1")
    box = begin(sqlite_template, tmp_path / "may", file, code)
    stick = sticks.Stick(tmp_path / "usb", "KINGSTON")
    stick.path.mkdir()
    monkeypatch.setattr(own_pages.sticks, "found", lambda: [stick])
    box.run(app)
    client = signed_in(app)
    assert client.post(f"/lop-hoc/{cast['k1']}/mo-hom-nay").status_code == 303
    assert _figures(client.get("/viec-ve-xa").get_data(as_text=True)) == (0, 1)
    chosen = {"stick": str(stick.path)}
    assert "Đã chép 1 tệp" in client.post("/viec-ve-xa/usb", data=chosen).get_data(as_text=True)
    gone = client.post("/viec-ve-xa/usb", data={"stick": "/khong-co"})
    assert gone.status_code == 422
    assert "Chưa thấy USB" in gone.get_data(as_text=True)
    empty = client.post("/viec-ve-xa/nhan", data=chosen).get_data(as_text=True)
    assert "Trên USB chỉ có tệp của máy này" in empty
    (bundle,) = stick.folder.glob("viec-ve-xa-*.lhs")
    receipt = receiving.receive_bundle(database, keys, bundle.read_bytes())
    with database.write() as session:
        actions.enrol(session, officer(cast), keys, cast["k1"], cast["mai"])
        newer = giving.snapshot_for(session, officer(cast), keys, key)[1]
    put_file(stick.folder, "bien-nhan-1.lhs", receipt)
    put_file(stick.path, "ban-moi.lhs", newer)
    put_file(stick.path, "hong.lhs", newer[:-9])
    brought = client.post("/viec-ve-xa/nhan", data=chosen)
    text = brought.get_data(as_text=True)
    assert brought.status_code == 422, "a damaged file is told, and hinders none of the others"
    assert "hong.lhs: " in text
    assert "1 việc được xác nhận" in text
    assert "Đã nhận dữ liệu lớp mới" in text
    assert _figures(text) == (1, 0)
    upload = {"file": (BytesIO(newer), "ban-moi.lhs")}
    again = client.post("/viec-ve-xa/nhan", data=upload, content_type="multipart/form-data")
    assert "Không có gì mới" in again.get_data(as_text=True)
    saved = client.post("/viec-ve-xa/usb", data={"stick": "trinh-duyet"})
    assert seal.kind_of(saved.data) == "bundle"
    box.database.close()


def _figures(page: str) -> tuple[int, int]:
    home, here = re.findall(r"<strong>([\d.]+)</strong> <span>việc", page)
    return int(home), int(here)


@pytest.mark.db
def test_a_code_for_tablets_names_the_address_of_the_room(
    app: Flask, database: Database, keys: Keys, cast: Cast, sqlite_template: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from lms.cohorts.card_pages import origin

    _key, code, file = make_file(database, keys, cast, "k1")
    box = begin(sqlite_template, tmp_path / "may", file, code)
    monkeypatch.setattr(lan, "addresses", lambda: ["192.168.1.7"])
    with app.test_request_context(base_url="http://localhost:8080"):
        assert origin() == "http://localhost:8080", "at the commune nothing changes"
    box.run(app)
    with app.test_request_context(base_url="http://localhost:8080"):
        assert origin() == "http://192.168.1.7:8080"
    with app.test_request_context(base_url="http://10.42.0.1:8080"):
        assert origin() == "http://10.42.0.1:8080"
    box.database.close()


@pytest.mark.pure
def test_a_box_listens_to_its_room_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LMS_HOST", "LMS_PORT"):
        monkeypatch.delenv(name, raising=False)
    assert serving.place(Settings()) == ("0.0.0.0", 8080)  # noqa: S104 - what tablets need.
    monkeypatch.setenv("LMS_PORT", "9000")
    monkeypatch.setenv("LMS_HOST", "10.42.0.1")
    assert serving.place(Settings(host="10.42.0.1", port=9000)) == ("10.42.0.1", 9000)
    said: list[str] = []
    serving.tell("Máy lớp", "10.42.0.1", 9000, said.append)
    assert any("http://10.42.0.1:9000/" in line for line in said)
    assert "█" in said[-1]
    monkeypatch.setattr(lan, "addresses", list)
    serving.tell("Máy lớp", "0.0.0.0", 8080, said.append)  # noqa: S104 - as above.
    assert "chưa ở trong mạng nào" in said[-1]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("address", "local"),
    [("192.168.1.7", True), ("10.42.0.1", True), ("172.20.10.2", True), ("127.0.0.1", False),
     ("169.254.3.4", False), ("8.8.8.8", False)],
)  # fmt: skip
def test_only_addresses_of_a_room_are_told(
    address: str, local: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lan, "_of_interfaces", lambda: iter([address]))
    monkeypatch.setattr(lan, "_of_name", lambda: iter([address]))
    assert lan.addresses() == ([address] if local else [])


@pytest.mark.pure
def test_a_file_on_a_stick_is_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put_file(tmp_path, file_name("may-lop", "Máy lớp Cầu Mây / số 2"), b"abc")
    assert path.name == "may-lop-cau-may-so-2.lhs"
    with monkeypatch.context() as broken:
        broken.setattr(Path, "read_bytes", lambda _path: b"abd")
        with pytest.raises(NotWritten):
            put_file(tmp_path, path.name, b"xyz")
    assert path.read_bytes() == b"abc"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert [name for name, _raw in carrying.on_stick(tmp_path)] == [path.name]
