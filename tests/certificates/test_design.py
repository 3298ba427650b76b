"""A commune's own design: read from a form, refused by field, kept as versions, used by the press."""

from base64 import b64decode
from dataclasses import replace
from io import BytesIO

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from certificates import actions, design_form, design_words, designs, files, forms
from certificates.design_form import SAVED, DesignForm
from certificates.designs import Kept
from certificates.models import Certificate, CertificateDesign, CertificateForm
from certificates.paper.design import DEFAULT, Design
from certificates.paper.logo_cleaning import clean_logo
from lms.cohorts.managing import Changed
from lms.core import audit, clock
from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.guard import Actor
from lms.core.keys import make_keys
from lms.core.policy import Role
from tests.cast import Cast
from tests.certificates.work import ISSUER, ORIGIN, TODAY, as_staff, attained, officer, trainer

PAGE = "/mau-giay-chung-nhan"
KEYS = make_keys()
ISSUED_BY = "ỦY BAN NHÂN DÂN XÃ TÂN BÌNH THƯỢNG, TỈNH MẪU"
OWN = replace(
    DEFAULT, title="GIẤY CHỨNG NHẬN CỦA XÃ", lead="Chứng nhận ông/bà", signatory="Nguyễn Văn Mẫu",
    basis="Căn cứ Kế hoạch phổ cập kỹ năng số của xã",
)  # fmt: skip


def picture(size: tuple[int, int] = (80, 60), kind: str = "PNG") -> bytes:
    """A file with a dark square in the middle of it."""
    out = BytesIO()
    image = Image.new("RGB", size, "white")
    image.paste((20, 60, 90), (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    image.save(out, kind)
    return out.getvalue()


def typed(design: Design = DEFAULT, opened: int = 0, **more: str) -> dict[str, str]:
    """The form as a browser sends it."""
    return {name: str(text) for name, text in design.to_plain().items()} | {
        "opened": str(opened), "carried": "",
    } | more  # fmt: skip


def read(values: dict[str, str], file: bytes = b"", base: Design = DEFAULT) -> DesignForm:
    return design_form.read(KEYS, values, file, base)


@pytest.mark.pure
def test_lines_are_read_without_odd_blanks_and_two_lines_stay_two() -> None:
    form = read(typed(title="  GIẤY   KHEN ", basis="Căn cứ một\r\n\r\n  Căn cứ hai  "))
    assert (form.design.title, form.design.basis) == ("GIẤY KHEN", "Căn cứ một\nCăn cứ hai")
    assert form.errors == {}
    assert read(typed(OWN)).design == OWN


@pytest.mark.pure
@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"title": ""}, "title", "Hãy ghi tên giấy"),
        ({"lead": "Chứng nhận សុខ"}, "lead", "“ស”"),
        ({"basis": "Căn cứ 中"}, "basis", "“中”"),
        ({"title": "GIẤY CHỨNG NHẬN " * 9}, "title", "Dài quá khổ giấy"),
        ({"basis": "một\nhai\nba"}, "basis", "Dài quá khổ giấy"),
        ({"signatory": "Nguyễn Văn " * 20}, "signatory", "Dài quá khổ giấy"),
        ({"logo": b"<svg onload='x()'>"}, "logo", "không in được"),
    ],
)
def test_what_the_paper_does_not_hold_is_told_at_its_field(
    changed: dict[str, str], field: str, said: str
) -> None:
    faults = designs.unfit(replace(DEFAULT, **changed), ISSUED_BY)  # type: ignore[arg-type]  # One of them is bytes.
    assert list(faults) == [field]
    assert said in faults[field]


@pytest.mark.pure
def test_every_fault_is_told_at_once_and_the_defaults_have_none() -> None:
    faults = designs.unfit(
        replace(DEFAULT, title="", lead="ស", basis="中", signing_as="x" * 200), ISSUED_BY
    )
    assert set(faults) == {"title", "lead", "basis", "signing_as"}
    assert designs.unfit(DEFAULT, ISSUED_BY) == designs.unfit(OWN, ISSUED_BY) == {}
    assert "GIẤY" not in "".join(
        line.help for line in design_words.lines("") if line.name == "basis"
    )


@pytest.mark.pure
@pytest.mark.parametrize(
    "file",
    [b"<svg xmlns='x'><script>1</script></svg>", b"%PDF-1.7", b"<!doctype html>", b"\x89PNG\r\n\x1a\n",
     picture() + b"<script>alert(1)</script>", picture((4100, 30)), b"x" * 1_000_001],
)  # fmt: skip
def test_a_file_that_is_no_picture_leaves_the_logo_that_was_there(file: bytes) -> None:
    base = replace(DEFAULT, logo=clean_logo(picture()))
    form = read(typed(carried=SAVED), file, base)
    assert list(form.errors) == ["logo"]
    assert form.logo == base.logo


@pytest.mark.pure
def test_a_chosen_logo_comes_along_until_it_is_saved_and_nobody_else_can_put_one_in() -> None:
    form = read(typed(), picture(kind="JPEG"))
    assert form.logo == clean_logo(picture(kind="JPEG"))
    again = read(typed(carried=form.carried))
    assert (again.logo, again.carried) == (form.logo, form.carried)
    mark, _point, data = form.carried.partition(".")
    for forged in (data, f".{data}", f"{'0' * 64}.{data}", f"{mark}.{data[:-8]}AAAAAAA=", "x"):
        assert read(typed(carried=forged)).logo == b""
    assert b64decode(data) == form.logo
    assert read(typed(carried=form.carried, no_logo="1")).logo == b""
    kept = Kept(3, replace(OWN, logo=b"another"))
    form.carried = SAVED
    design_form.put_onto(KEYS, form, kept)
    assert read(typed(carried=form.carried), base=kept.design).logo == form.logo


@pytest.mark.db
def test_a_design_is_kept_as_a_version_and_the_same_again_is_none(
    database: Database, cast: Cast
) -> None:
    who = officer(cast)
    with database.write() as session:
        assert designs.save(session, who, DEFAULT, 0).version == designs.FIRST
        first = designs.save(session, who, OWN, 0)
        assert designs.save(session, who, OWN, 0) == first
        other = replace(OWN, lead="Chứng nhận")
        with pytest.raises(Changed):
            designs.save(session, who, other, 0)
        second = designs.save(session, who, other, 1)
        third = designs.take_again(session, who, 1, 2)
        assert designs.take_again(session, who, 1, 2) == third
        assert [one.version for one in (first, second, third)] == [1, 2, 3]
        assert third.design == OWN
        entries = designs.versions(session, trainer(cast))
        assert [(one.version, one.made_by != "") for one in entries] == [
            (3, True), (2, True), (1, True), (0, False)]  # fmt: skip
        with pytest.raises(Invalid):
            designs.save(session, who, replace(OWN, title=""), 3)
        with pytest.raises(NotFound):
            designs.version(session, officer(cast, "xa_"), 1)
        assert designs.newest(session, cast["KHA"]).version == designs.FIRST
        assert audit.verify(session, cast["TBT"]) == []


@pytest.mark.db
def test_who_may_not_save_a_design(database: Database, cast: Cast) -> None:
    reporter = Actor(Role.UNIT_REPORTER, cast["TBT"], cast["bao"])
    with database.write() as session:
        for who in (trainer(cast), reporter):
            with pytest.raises(Forbidden):
                designs.save(session, who, OWN, 0)
            with pytest.raises(Forbidden):
                designs.take_again(session, who, 0, 0)
        with pytest.raises(Forbidden):
            designs.version(session, reporter, 0)
        assert session.scalar(select(func.count(CertificateDesign.id))) == 0


def issue(database: Database, cast: Cast, person: str) -> Certificate:
    with clock.frozen(TODAY), database.write() as session:
        attained(session, cast, person)
        chosen = [cast[f"hv_{person}"]]
        return actions.issue(session, officer(cast), cast["k1"], chosen, ISSUER).made[0]


@pytest.mark.db
def test_a_certificate_is_drawn_with_the_design_of_its_day_and_stays_so(
    database: Database, cast: Cast
) -> None:
    old = issue(database, cast, "lan")
    with database.write() as session:
        before = files.file(session, old), forms.slip(session, old)
        designs.save(session, officer(cast), replace(OWN, logo=clean_logo(picture())), 0)
    new = issue(database, cast, "hung")
    with database.write() as session:
        assert (files.file(session, old), forms.slip(session, old)) == before
        assert (old.design_version, new.design_version) == (None, 1)
        front, *_back = pypdf.PdfReader(BytesIO(files.file(session, new))).pages
        words = front.extract_text()
        for said in ("GIẤY CHỨNG NHẬN CỦA XÃ", "Chứng nhận ông/bà", "Nguyễn Văn Mẫu", "Căn cứ"):
            assert said in words
        assert new.data["design"]["title"] == "GIẤY CHỨNG NHẬN CỦA XÃ"  # type: ignore[index]
        held = session.get_one(Certificate, (cast["TBT"], old.id))
        again = actions.reissue(session, officer(cast), held.id, "Đổi mẫu mới", ISSUER)
        assert again.design_version == 1
        slip = pypdf.PdfReader(BytesIO(forms.slip(session, again))).pages[0].extract_text()
        assert "Nguyễn Thị Lan" in slip
        session.flush()
        actions.erase(session, Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"]), cast["lan"])
        query = select(CertificateForm.body).where(
            CertificateForm.certificate_id.in_([old.id, again.id])
        )
        assert set(session.scalars(query)) == {None}


def send(client: FlaskClient, path: str, values: dict[str, str], file: bytes = b"") -> TestResponse:
    form: dict[str, object] = {**values, "logo": (BytesIO(file), "lo-go.png")}
    return client.post(path, data=form, headers=ORIGIN, content_type="multipart/form-data")


@pytest.mark.db
def test_the_page_keeps_what_was_typed_shows_conflicts_and_previews_without_saving(
    app: Flask, cast: Cast, database: Database
) -> None:
    client = as_staff(app.test_client(), cast, "oanh")
    shown = client.get(PAGE).text
    assert "Giấy đã cấp không đổi" in shown
    assert 'formaction="/mau-giay-chung-nhan/xem-truoc"' in shown
    wrong = send(client, PAGE, typed(OWN, title="", lead="Chứng nhận ស"), picture())
    assert wrong.status_code == 422
    for said in ("Hãy ghi tên giấy", "“ស”", "Căn cứ Kế hoạch phổ cập", "Lô-gô vừa chọn còn giữ"):
        assert said in wrong.text, said
    three = send(client, PAGE, typed(OWN, basis="một\nhai\nba", signing_note="dài " * 60))
    for said in ("Căn cứ: Nhiều nhất 2 dòng", "Dòng nhắc ở chỗ ký: Dài quá khổ giấy"):
        assert said in three.text, said
    script = send(client, PAGE, typed(OWN), b"<svg onload='alert(1)'/>")
    assert (script.status_code, "không phải ảnh" in script.text) == (422, True)
    looked = send(client, f"{PAGE}/xem-truoc", typed(OWN), picture())
    assert looked.content_type == "application/pdf"
    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(looked.data)).pages]
    assert len(pages) == 2
    assert "GIẤY CHỨNG NHẬN CỦA XÃ" in pages[0]
    assert "XEM TRƯỚC – KHÔNG CÓ GIÁ TRỊ" in pages[0]
    assert send(client, f"{PAGE}/xem-truoc?kho=a5", typed(OWN)).content_type == "application/pdf"
    assert send(client, f"{PAGE}/xem-truoc", typed(OWN, title="ស")).status_code == 422
    with database.read() as session:
        assert session.scalar(select(func.count(CertificateDesign.id))) == 0
    for _twice in range(2):
        assert send(client, PAGE, typed(OWN), picture()).status_code == 303
    other = send(as_staff(app.test_client(), cast, "an"), PAGE, typed(OWN, lead="Chứng nhận bà"))
    assert other.status_code == 409
    for said in ("Người khác vừa lưu mẫu số 1", "bản của bạn “Chứng nhận bà”", 'value="1"'):
        assert said in other.text, said
    again = client.post(f"{PAGE}/0/dung-lai", data={"opened": "1"}, headers=ORIGIN)
    assert again.status_code == 303
    assert "Đã lưu mẫu số 2" in client.get(again.location).text
    with database.read() as session:
        bodies = session.scalars(select(AuditEntry.body)).all()
    assert sum('"kind":"certificate_design"' in body for body in bodies) == 2


@pytest.mark.db
def test_trainers_look_at_designs_and_strangers_do_not(app: Flask, cast: Cast) -> None:
    send(as_staff(app.test_client(), cast, "oanh"), PAGE, typed(OWN), picture())
    looks = (PAGE, f"{PAGE}/1", f"{PAGE}/1.pdf", f"{PAGE}/1/lo-go.png")
    does = (PAGE, f"{PAGE}/xem-truoc", f"{PAGE}/1/dung-lai")
    trang = as_staff(app.test_client(), cast, "trang")
    answers = [trang.get(path) for path in looks]
    assert [one.status_code for one in answers] == [200] * 4
    assert '<form method="post" action="/mau' not in answers[0].text
    assert answers[3].content_type == "image/png"
    assert [trang.post(path, headers=ORIGIN).status_code for path in does] == [403] * 3
    for name, refusal in (("", 401), ("bao", 403), ("tinh", 403)):
        client = as_staff(app.test_client(), cast, name) if name else app.test_client()
        assert {client.get(path).status_code for path in looks} == {refusal}
        assert {client.post(path, headers=ORIGIN).status_code for path in does} == {refusal}
    foreign = as_staff(app.test_client(), cast, "xa_oanh")
    assert {foreign.get(path).status_code for path in looks[1:]} == {404}
    assert "GIẤY CHỨNG NHẬN CỦA XÃ" not in foreign.get(PAGE).text
