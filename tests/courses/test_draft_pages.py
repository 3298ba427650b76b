"""The pages on which a commune writes its own programme, by forms only."""

import io
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from courses import actions, draft_sources, drafts
from courses.draft_publication import publish_draft
from courses.packs import read_pack, write_pack
from lms.core.db import Database
from tests.cast import Cast
from tests.courses import sample
from tests.courses.drafting import CODE, HEAD, LESSON, TITLE, copy, edit, officer
from tests.factories.activities import every_kind

pytestmark = pytest.mark.db

PICTURE = sample.DRAWING.encode()
GIFT = """\
::otp::Mã OTP dùng để làm gì? {=Xác nhận giao dịch ~Nạp tiền ~Giảm giá ####Chỉ để xác nhận.}

::viet::Viết một đoạn về an toàn mạng. {}
"""


def be(app: Flask, cast: Cast, name: str = "oanh") -> FlaskClient:
    """A browser in which this person is signed in."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    client.set_cookie("lms_staff", cast.staff_tokens[name])
    return client


def made(database: Database, cast: Cast) -> str:
    """The address of a copied draft."""
    with database.write() as session:
        return f"/chuong-trinh/ban-nhap/{copy(session, cast)}"


def field(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return found[1]


def text_of(page: TestResponse) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.S)
    assert found
    return found[1].replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")


def save(client: FlaskClient, draft: str, path: str, text: str, seen: str) -> TestResponse:
    data = {"path": path, "text": text.replace("\n", "\r\n"), "seen": seen}
    return client.post(f"{draft}/tep", data=data)


def test_copy_edit_publish_by_forms(app: Flask, database: Database, cast: Cast) -> None:
    client = be(app, cast)
    assert "Xã chưa có bản nháp nào" in client.get("/chuong-trinh/ban-nhap").text
    form = {"version_id": str(cast["version"]), "code": CODE, "title": TITLE}
    answer = client.post("/chuong-trinh/ban-nhap/moi/sao-chep", data=form)
    assert answer.status_code == 303
    draft = answer.location
    assert "Sẵn sàng xuất bản" in client.get(draft).text
    page = client.get(f"{draft}/tep?path={LESSON}")
    broken = text_of(page).replace("minutes: 8", "minutes: tám")
    saved = save(client, draft, LESSON, broken, field(page, "seen"))
    page = client.get(saved.location)
    assert "Đã lưu" in page.text
    assert "Tệp này còn 1 lỗi" in page.text
    assert "<code>minutes: tám</code>" in page.text
    overview = client.get(draft).text
    assert "Còn 1 lỗi" in overview
    assert re.search(rf"{LESSON}, dòng \d+", overview)
    assert client.post(f"{draft}/xuat-ban").status_code == 422
    assert CODE not in client.get("/api/v1/programmes").text
    mended = text_of(page).replace("minutes: tám", "minutes: 25")
    assert save(client, draft, LESSON, mended, field(page, "seen")).status_code == 303
    assert "Xuất bản" in client.get(f"{draft}/xuat-ban").text
    answer = client.post(f"{draft}/xuat-ban")
    assert answer.status_code == 303
    published = client.get(answer.location).text
    assert "Đã xuất bản" in published
    programme = re.search(r'href="(/chuong-trinh/[0-9a-f-]{36})"', published)
    assert programme
    assert "Chương trình của xã" in client.get(programme[1]).text
    assert "Của xã" in client.get("/chuong-trinh").text
    assert TITLE in client.get("/lop-hoc/moi").text


def test_two_editors_are_shown_both_texts(app: Flask, database: Database, cast: Cast) -> None:
    client, draft = be(app, cast), made(database, cast)
    page = client.get(f"{draft}/tep?path={LESSON}")
    seen, text = field(page, "seen"), text_of(page)
    assert save(client, draft, LESSON, f"{text}\nBản của An.\n", seen).status_code == 303
    both = save(be(app, cast, "an"), draft, LESSON, f"{text}\nBản của Oanh.\n", seen)
    assert both.status_code == 409
    assert "Bản của An." in both.text
    assert "Bản của Oanh." in both.text
    joined = f"{text}\nBản của An.\nBản của Oanh.\n"
    assert save(client, draft, LESSON, joined, field(both, "seen")).status_code == 303
    assert "Bản của Oanh." in client.get(f"{draft}/tep?path={LESSON}").text


def test_a_refused_form_is_shown_again_and_keeps_nothing(
    app: Flask, database: Database, cast: Cast
) -> None:
    client = be(app, cast)
    form = {"version_id": str(cast["version"]), "code": "nguoi-dan", "title": "Tên đã gõ"}
    answer = client.post("/chuong-trinh/ban-nhap/moi/sao-chep", data=form)
    assert answer.status_code == 409
    assert 'value="Tên đã gõ"' in answer.text
    assert "có sẵn" in answer.text
    assert client.post("/chuong-trinh/ban-nhap/moi/goi", data={}).status_code == 422
    pack = write_pack(sample.spoilt("modules/mot/bai.md", "minutes: 8", "minutes: tám"))
    answer = client.post(
        "/chuong-trinh/ban-nhap/moi/goi", data={"file": (io.BytesIO(pack), "goi.zip")}
    )
    assert answer.status_code == 422
    assert "modules/mot/bai.md:3" in answer.text
    assert "Xã chưa có bản nháp nào" in client.get("/chuong-trinh/ban-nhap").text


def test_packs_go_out_and_come_in(app: Flask, database: Database, cast: Cast) -> None:
    client, draft = be(app, cast), made(database, cast)
    pack = client.get(f"{draft}/goi.zip")
    assert pack.headers["Content-Disposition"] == f'attachment; filename="{CODE}.zip"'
    assert read_pack(pack.data).keys() >= {HEAD, LESSON}
    shipped = client.get(f"/chuong-trinh/{cast['version']}/goi.zip")
    assert read_pack(shipped.data).keys() == read_pack(pack.data).keys()
    there = be(app, cast, "xa_oanh")
    data = {"file": (io.BytesIO(pack.data), "goi.zip")}
    answer = there.post("/chuong-trinh/ban-nhap/moi/goi", data=data)
    assert answer.status_code == 303
    assert TITLE in there.get(answer.location).text


def test_new_files_name_themselves_and_begin_without_a_problem(
    app: Flask, database: Database, cast: Cast
) -> None:
    client, draft = be(app, cast), made(database, cast)
    for sort, name, module in (
        ("lesson", "Mua hàng", "m1"), ("module", "Học phần hai", ""), ("practice", "luyện thêm", ""),
        ("certifying", "thi thêm", ""), ("task", "Gửi ảnh", ""),
    ):  # fmt: skip
        form = {"sort": sort, "name": name, "module": module}
        answer = client.post(f"{draft}/tep/moi", data=form)
        assert answer.status_code == 303, answer.text
        assert "Tệp này còn" not in client.get(answer.location).text
    page = client.get(draft).text
    assert "Sẵn sàng xuất bản" in page
    assert "modules/m1/mua-hang.md" in page
    assert "modules/hoc-phan-hai/module.yaml" in page
    assert (
        client.post(f"{draft}/tep/moi", data={"sort": "task", "name": "Gửi ảnh"}).status_code == 409
    )
    assert client.post(f"{draft}/tep/moi", data={"sort": "task", "name": "…"}).status_code == 422
    gone = client.post(f"{draft}/tep/xoa", data={"path": "tasks/gui-anh.yaml"})
    assert gone.status_code == 303
    assert "tasks/gui-anh.yaml" not in client.get(draft).text


def test_pictures_are_looked_at_before_they_are_kept(
    app: Flask, database: Database, cast: Cast
) -> None:
    client, draft = be(app, cast), made(database, cast)
    script = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>x</script></svg>'
    both = {"file": [(io.BytesIO(PICTURE), "Quầy QR.svg"), (io.BytesIO(script), "xau.svg")]}
    answer = client.post(f"{draft}/hinh", data=both)
    assert answer.status_code == 422
    assert "media/xau.svg" in answer.text
    assert client.get(f"{draft}/hinh/quay-qr.svg").status_code == 404
    one = {"file": (io.BytesIO(PICTURE), "Quầy QR.svg")}
    assert client.post(f"{draft}/hinh", data=one).status_code == 303
    picture = client.get(f"{draft}/hinh/quay-qr.svg")
    assert picture.data == PICTURE
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    other = {"file": (io.BytesIO(PICTURE.replace(b"0h4", b"0h5")), "quay-qr.svg")}
    assert client.post(f"{draft}/hinh", data=other).status_code == 409
    assert be(app, cast, "xa_oanh").get(f"{draft}/hinh/quay-qr.svg").status_code == 404


def test_a_draft_is_previewed_with_its_pictures_and_keys(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        who = officer(cast)
        loaded = every_kind()
        actions.publish(session, loaded.version, loaded.media)
        draft_id = draft_sources.copied(session, who, loaded.version.id, CODE, TITLE)
    client, draft = be(app, cast), f"/chuong-trinh/ban-nhap/{draft_id}"
    assert "Bài thử" in client.get(f"{draft}/xem").text
    lesson = client.get(f"{draft}/xem/bai").text
    assert f"{draft}/hinh/man-hinh.svg" in lesson
    assert "Quét mã QR → Nhập số tiền → Xem tên người nhận → Xác nhận" in lesson
    questions = client.get(f"{draft}/cau-hoi").text
    assert "Đường dẫn lạ trong tin; Lời giục chuyển tiền ngay" in questions
    assert "45000 đồng" in questions
    with database.write() as session:
        edit(session, who, draft_id, HEAD, "levels:", "levels")
    assert "Chưa xem trước được" in client.get(f"{draft}/xem").text
    assert client.get(f"{draft}/xem/bai").status_code == 422
    assert "Chưa xem trước được" in client.get(f"{draft}/cau-hoi").text
    assert "Chưa tải được" in client.get(f"{draft}/cau-hoi/xuat").text


def test_no_page_of_a_trainer_holds_a_question_of_a_test(
    app: Flask, database: Database, cast: Cast
) -> None:
    loaded = every_kind()
    with database.write() as session:
        actions.publish(session, loaded.version, loaded.media)
    address = f"/chuong-trinh/{loaded.version.id}"
    for name in ("trang", "bao"):
        client = be(app, cast, name)
        pages = [client.get(one) for one in ("/chuong-trinh", address, f"{address}/bai")]
        assert all(page.status_code == 200 for page in pages)
        shown = "".join(page.text for page in pages)
        assert "(practice-1)" in shown
        assert "(certifying-" not in shown
        assert "(measuring-" not in shown
        assert "Sao chép để sửa" not in shown
        assert "Bản nháp" not in shown
        assert client.get(f"{address}/goi.zip").status_code == 403
        assert client.get("/chuong-trinh/ban-nhap").status_code == 403


def test_another_commune_finds_no_page_of_an_own_version(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        version_id: UUID = publish_draft(session, officer(cast), copy(session, cast))
    pages = (f"/chuong-trinh/{version_id}", f"/chuong-trinh/{version_id}/b1",
             f"/chuong-trinh/{version_id}/goi.zip", f"/api/v1/programmes/{version_id}")  # fmt: skip
    here, there = be(app, cast), be(app, cast, "xa_oanh")
    assert [here.get(page).status_code for page in pages] == [200] * 4
    assert [there.get(page).status_code for page in pages] == [404] * 4
    assert TITLE not in there.get("/chuong-trinh").text
    assert TITLE not in there.get("/lop-hoc/moi").text
    assert TITLE not in there.get("/chuong-trinh/ban-nhap/moi/sao-chep").text
    assert TITLE in be(app, cast, "trang").get("/chuong-trinh").text


def test_questions_come_in_after_a_preview_and_go_out_with_what_is_lost(
    app: Flask, database: Database, cast: Cast
) -> None:
    client, draft = be(app, cast), made(database, cast)
    form = {
        "bank": "practice",
        "skill": "an-toan",
        "level": "basic",
        "difficulty": "1",
        "name": "Thêm",
    }
    upload = {**form, "file": (io.BytesIO(GIFT.encode()), "cau.gift")}
    preview = client.post(f"{draft}/cau-hoi/nhap", data=upload)
    assert preview.status_code == 200
    assert "Đọc được 1 câu" in preview.text
    assert "Cả câu không mang theo được" in preview.text
    assert "items/them.yaml" not in client.get(draft).text
    confirm = {"path": field(preview, "path"), "text": text_of(preview)}
    answer = client.post(f"{draft}/cau-hoi/ghi", data=confirm)
    assert answer.status_code == 303
    assert client.post(f"{draft}/cau-hoi/ghi", data=confirm).status_code == 303
    assert "them: câu luyện, 1 câu" in client.get(draft).text
    assert "Sẵn sàng xuất bản" in client.get(draft).text
    out = client.get(f"{draft}/cau-hoi/xuat?dang=gift&ngan-hang=practice")
    assert "không mang theo được" in out.text
    gift = client.get(f"{draft}/cau-hoi/tai?dang=gift&ngan-hang=practice")
    assert "Mã OTP dùng để làm gì?" in gift.text
    assert gift.headers["Content-Disposition"].endswith('.gift"')
    assert b"<quiz>" in client.get(f"{draft}/cau-hoi/tai?dang=moodle").data
    assert client.get(f"{draft}/cau-hoi/xuat?dang=la").status_code == 422


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [({"skill": "khac"}, 422, "kỹ năng"), ({"bank": "khac"}, 422, "chọn"),
     ({"file": (b"<!DOCTYPE a [<!ENTITY b 'c'>]><quiz>&b;</quiz>", "a.xml")}, 422, "a.xml"),
     ({"file": (b"", "")}, 422, "Chưa chọn tệp")],
)  # fmt: skip
def test_a_file_of_questions_that_cannot_be_read_changes_nothing(
    changed: dict[str, object], status: int, words: str, app: Flask, database: Database, cast: Cast
) -> None:
    client, draft = be(app, cast), made(database, cast)
    form = {"bank": "practice", "skill": "an-toan", "level": "basic", "difficulty": "1", "name": ""}
    body, name = changed.get("file", (GIFT.encode(), "cau.gift"))  # type: ignore[misc]  # A pair.
    data = {**form, **changed, "file": (io.BytesIO(body), name)}
    answer = client.post(f"{draft}/cau-hoi/nhap", data=data)
    assert answer.status_code == status
    assert words in answer.text
    assert "items/cau.yaml" not in client.get(draft).text


def test_a_preview_writes_nothing_but_questions_and_pictures(
    app: Flask, database: Database, cast: Cast
) -> None:
    client, draft = be(app, cast), made(database, cast)
    for path, body in (
        (HEAD, "format: 1\n"),
        ("items/../x.yaml", "a: b\n"),
        ("media/x.svg", "<svg/>"),
    ):
        answer = client.post(f"{draft}/cau-hoi/ghi", data={"path": path, "text": body})
        assert answer.status_code == 422, path
    assert client.post(f"{draft}/cau-hoi/ghi", data={}).status_code == 422
    assert "Sẵn sàng xuất bản" in client.get(draft).text


def test_a_draft_is_deleted_only_when_the_box_says_so(
    app: Flask, database: Database, cast: Cast
) -> None:
    client, draft = be(app, cast), made(database, cast)
    assert client.post(f"{draft}/xoa").status_code == 422
    assert client.get(draft).status_code == 200
    assert client.post(f"{draft}/ten", data={"code": "moi", "title": "Mới"}).status_code == 303
    assert client.post(f"{draft}/ten", data={"code": "Ð!", "title": "Mới"}).status_code == 422
    assert client.post(f"{draft}/xoa", data={"sure": "1"}).status_code == 303
    assert client.get(draft).status_code == 404
    with database.read() as session:
        assert drafts.drafts_of(session, officer(cast)) == []
