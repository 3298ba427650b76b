"""The pages and operations of certificates, and who may not open them."""

import re
from collections.abc import Iterator
from io import BytesIO
from uuid import UUID

import pypdf
import pytest
from flask import Flask
from sqlalchemy import delete, select

from certificates import actions, files, sending
from certificates.models import Certificate, CertificateForm, CertificatePart
from lms.cohorts.models import Enrolment
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.people.account_models import Account
from tests.cast import Cast
from tests.certificates.work import ISSUER, TODAY, as_staff, attained, could_do, officer, post

pytestmark = pytest.mark.db


@pytest.fixture
def held(database: Database, cast: Cast) -> Iterator[Certificate]:
    """Lan's certificate; Hùng still lacks a task."""
    with clock.frozen(TODAY):
        with database.write() as session:
            attained(session, cast, "lan")
            attained(session, cast, "hung", "test_supervised")
            made = actions.issue(session, officer(cast), cast["k1"], None, ISSUER).made
        yield made[0]


def paths(cast: Cast, held: Certificate) -> list[tuple[str, str]]:
    own, k1 = f"/giay-chung-nhan/{held.id}", f"/lop-hoc/{cast['k1']}/giay-chung-nhan"
    return [
        ("GET", k1), ("POST", k1), ("GET", f"{k1}.pdf"), ("GET", own), ("GET", f"{own}.pdf"),
        ("GET", f"{own}/phieu-a5.pdf"), ("GET", f"{own}/dong-dau.pdf"),
        ("POST", f"{own}/thu-hoi"), ("POST", f"{own}/cap-lai"),
        ("GET", f"/api/v1/certificates?cohort={cast['k1']}"), ("GET", f"/api/v1/certificates/{held.id}"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (None, {401}), ("bao", {403}), ("tinh", {403}), ("tuan", {403, 404}), ("xa_trang", {404, 403}),
        ("xa_oanh", {404}), ("xa_an", {404}),
    ],
)  # fmt: skip
def test_who_may_not(
    app: Flask, cast: Cast, held: Certificate, who: str | None, status: set[int]
) -> None:
    client = app.test_client()
    if who:
        as_staff(client, cast, who)
    for method, path in paths(cast, held):
        answer = client.open(path, method=method, data={"reason": "Không phải việc của tôi"},
                             headers={"Origin": "http://localhost"})  # fmt: skip
        if method == "GET" or "api" in path:
            answer = client.get(path)
        assert answer.status_code in status, (method, path, answer.status_code)


def test_a_learner_may_not_open_any_of_it(app: Flask, cast: Cast, held: Certificate) -> None:
    client = app.test_client()
    client.set_cookie("lms_learner", cast.learner_tokens["lan"])
    for method, path in paths(cast, held):
        answer = client.open(path, method=method, headers={"Origin": "http://localhost"})
        assert answer.status_code in (401, 403), path


def test_a_trainer_may_not_withdraw_what_she_may_print(
    app: Flask, cast: Cast, held: Certificate
) -> None:
    client = as_staff(app.test_client(), cast, "trang")
    assert client.get(f"/giay-chung-nhan/{held.id}.pdf").status_code == 200
    answer = post(client, f"/giay-chung-nhan/{held.id}/thu-hoi", reason="Giảng viên không được")
    assert answer.status_code == 403
    assert "Thu hồi giấy" not in client.get(f"/giay-chung-nhan/{held.id}").text


def test_the_class_page_says_who_has_one_and_what_the_others_lack(
    app: Flask, cast: Cast, held: Certificate
) -> None:
    page = as_staff(app.test_client(), cast, "trang").get(f"/lop-hoc/{cast['k1']}/giay-chung-nhan")
    assert page.status_code == 200
    assert "Số 000001/2026/TBT" in page.text
    assert "Bài thực hành “Gọi video”.</strong> Chưa được quan sát." in page.text
    where = f"/lop-hoc/{cast['k1']}/quan-sat?bai=goi-video#hv-{cast['hv_hung']}"
    assert f'href="{where}"' in page.text
    assert "Nguyễn Thị Lan" in page.text


def test_a_trainer_issues_from_the_class_page_and_pressing_again_does_nothing(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    with database.write() as session:
        could_do(session, cast, "hung")
    client = as_staff(app.test_client(), cast, "trang")
    path = f"/lop-hoc/{cast['k1']}/giay-chung-nhan"
    assert "Cấp cho 1 người đủ điều kiện" in client.get(path).text
    assert "Đã cấp 1 giấy chứng nhận." in post(client, path).text
    assert "Không có giấy nào cần cấp thêm." in post(client, path).text
    with database.read() as session:
        made = session.scalars(select(Certificate).order_by(Certificate.sequence)).all()
    assert [row.sequence for row in made] == [1, 2]
    assert made[1].data["printed"]["address"] == f"http://localhost/gcn/{made[1].token}"  # type: ignore[index]


def test_only_the_ticked_are_issued_to_and_no_tick_is_said(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    with database.write() as session:
        could_do(session, cast, "hung")
    client = as_staff(app.test_client(), cast, "trang")
    path = f"/lop-hoc/{cast['k1']}/giay-chung-nhan"
    nobody = post(client, path, cho="chon")
    assert (nobody.status_code, "Chưa đánh dấu ai" in nobody.text) == (422, True)
    assert "Đã cấp 1 giấy" in post(client, path, cho="chon", enrolment=str(cast["hv_hung"])).text
    assert "Chỉ 2 giấy cấp hôm nay" in client.get(path).text


def test_a_class_is_printed_by_day_and_as_slips_and_a_broken_download_goes_on(
    app: Flask, cast: Cast, held: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_staff(app.test_client(), cast, "trang")
    path = f"/lop-hoc/{cast['k1']}/giay-chung-nhan.pdf"
    whole = client.get(f"{path}?kho=a4")
    assert int(whole.headers["Content-Length"]) == len(whole.data)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert client.get(f"{path}?ngay=2026-11-21").data == whole.data
    assert client.get(f"{path}?ngay=2026-11-20").status_code == 409
    assert client.get(f"{path}?ngay=hom-nay").status_code == 422
    slips = client.get(f"{path}?kho=a5")
    assert "Nguyễn Thị Lan" in pypdf.PdfReader(BytesIO(slips.data)).pages[0].extract_text()
    tag, size = whole.headers["ETag"], len(whole.data)
    monkeypatch.setattr(sending, "_IN_MEMORY", 1000)
    for asked, status, body in (
        ({"Range": "bytes=1000-", "If-Range": tag}, 206, whole.data[1000:]),
        ({"Range": "bytes=1000-1999"}, 206, whole.data[1000:2000]),
        ({"Range": "bytes=1000-", "If-Range": '"another"'}, 200, whole.data),
        ({"If-None-Match": tag}, 304, b""),
    ):
        with client.get(f"{path}?kho=a4", headers=asked) as answer:
            assert (answer.status_code, answer.data) == (status, body), asked
    with client.get(f"{path}?kho=a4", headers={"Range": f"bytes={size}-"}) as beyond:
        assert beyond.status_code == 416


def test_slips_that_were_never_made_are_no_empty_file(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    with database.write() as session:
        session.execute(delete(CertificateForm))
    client = as_staff(app.test_client(), cast, "trang")
    path = f"/lop-hoc/{cast['k1']}/giay-chung-nhan.pdf"
    for query in ("kho=a5", "kho=a5&ngay=2026-11-21"):
        answer = client.get(f"{path}?{query}")
        assert (answer.status_code, "Hãy in giấy A4" in answer.text) == (409, True)
    assert client.get(f"{path}?kho=a4").status_code == 200


def test_a_certificate_of_another_class_is_named_and_opened_only_by_who_may(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    """Lan got hers in K1 and learns in K2 again: Tuấn sees that she has one, and where it is printed."""
    with database.write() as session:
        learner = session.get_one(Enrolment, (cast["TBT"], cast["hv_mai"]))
        learner.person_id = cast["lan"]
    path, own = f"/lop-hoc/{cast['k2']}/giay-chung-nhan", f"/giay-chung-nhan/{held.id}"
    page = as_staff(app.test_client(), cast, "tuan").get(path).text
    assert "Số 000001/2026/TBT" in page
    assert "Cấp ở lớp khác" in page
    assert own not in page
    assert own in as_staff(app.test_client(), cast, "oanh").get(path).text


def test_a_certificate_shows_its_forms_and_what_became_of_it(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    client = as_staff(app.test_client(), cast, "oanh")
    own = f"/giay-chung-nhan/{held.id}"
    slip = client.get(f"{own}/phieu-a5.pdf")
    assert "Nguyễn Thị Lan" in pypdf.PdfReader(BytesIO(slip.data)).pages[0].extract_text()
    post(client, f"{own}/thu-hoi", reason="Cấp nhầm người học")
    page = client.get(own).text
    with database.read() as session:
        name = session.get_one(Account, cast["oanh"]).display_name
    for said in ("phieu-a5.pdf", ".jwt", f"21/11/2026: Cấp giấy ({name})", "N. T. Lan",
                 f"21/11/2026: Thu hồi ({name}) – Cấp nhầm người học", "In theo lời có sẵn"):  # fmt: skip
        assert said in page, said
    with database.write() as session:
        session.execute(delete(CertificateForm))
    assert "được cấp trước khi có phiếu A5" in client.get(own).text
    refused = client.get(f"{own}/phieu-a5.pdf")
    assert (refused.status_code, "giữ nguyên, không thêm bớt" in refused.text) == (409, True)


def test_a_broken_choice_is_refused_in_words(app: Flask, cast: Cast, held: Certificate) -> None:
    client = as_staff(app.test_client(), cast, "oanh")
    path = f"/lop-hoc/{cast['k1']}/giay-chung-nhan"
    assert post(client, path, enrolment="khong-phai-ma").status_code == 422
    assert post(client, path, enrolment=str(uuid7())).status_code == 422
    assert client.get(f"/lop-hoc/{uuid7()}/giay-chung-nhan").status_code == 404


def test_an_officer_withdraws_and_the_check_page_says_so(
    app: Flask, cast: Cast, held: Certificate
) -> None:
    client = as_staff(app.test_client(), cast, "oanh")
    own = f"/giay-chung-nhan/{held.id}"
    for deed, id_ in (("thu-hoi", "reason-off"), ("cap-lai", "reason-new")):
        refused = post(client, f"{own}/{deed}", reason="Sai")
        assert refused.status_code == 422
        assert refused.text.count("Hãy ghi lý do, từ 5 đến 300 chữ cái.") == 1
        assert re.search(rf'id="f-{id_}"[^>]*>Sai</textarea>', refused.text)
        assert refused.text.count('class="disclosure" open') == 1
    assert len(re.findall(r'id="f-reason-\w+"', client.get(own).text)) == 2
    done = post(client, f"/giay-chung-nhan/{held.id}/thu-hoi", reason="Cấp nhầm người học")
    assert done.status_code == 303
    told = client.get(done.location).text
    assert "từ ngày 21/11/2026 – Cấp nhầm người học" in told
    assert "Đừng in hay trao bản nào của giấy này nữa" in told
    page = app.test_client().get(f"/gcn/{held.token}").text
    assert "đã bị thu hồi" in page
    assert "Thu hồi ngày 21/11/2026. Lý do: Cấp nhầm người học" in page


def test_a_replaced_certificate_names_the_new_one(
    app: Flask, cast: Cast, held: Certificate
) -> None:
    client = as_staff(app.test_client(), cast, "an")
    done = post(client, f"/giay-chung-nhan/{held.id}/cap-lai", reason="Sửa họ tên")
    told = client.get(done.location).text
    assert "Đã cấp giấy số 000002/2026/TBT thay giấy số 000001/2026/TBT" in told
    assert "không có dấu số" not in told
    page = app.test_client().get(f"/gcn/{held.token}").text
    assert "Thay ngày 21/11/2026 bằng giấy số 000002/2026/TBT" in page


def test_the_file_is_served_as_it_was_issued_and_checked_at_each_download(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    client = as_staff(app.test_client(), cast, "oanh")
    answer = client.get(f"/giay-chung-nhan/{held.id}.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert "giay-chung-nhan-000001-2026-TBT.pdf" in answer.headers["Content-Disposition"]
    assert "Nguyễn Thị Lan" in pypdf.PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    with database.write() as session:
        row = session.get_one(Certificate, (cast["TBT"], held.id))
        row.content = (row.content or b"").replace(b"/Length", b"/Lengtg", 1)
    damaged = client.get(f"/giay-chung-nhan/{held.id}.pdf")
    assert damaged.status_code == 409
    assert "không còn nguyên vẹn" in damaged.text
    assert client.get(f"/lop-hoc/{cast['k1']}/giay-chung-nhan.pdf").status_code == 409


def test_a_shared_part_that_was_damaged_is_told_by_the_number_of_the_paper(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    with database.write() as session:
        for part in session.scalars(select(CertificatePart)):
            part.body = part.body + b" "
    files._bodies.clear()
    answer = as_staff(app.test_client(), cast, "trang").get(f"/giay-chung-nhan/{held.id}.pdf")
    assert answer.status_code == 409
    assert f"{held.number} không còn nguyên vẹn" in answer.text


def test_the_class_file_holds_every_certificate_that_counts(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    with database.write() as session:
        could_do(session, cast, "hung")
        actions.issue(session, officer(cast), cast["k1"], None, ISSUER)
    client = as_staff(app.test_client(), cast, "trang")
    pages = pypdf.PdfReader(
        BytesIO(client.get(f"/lop-hoc/{cast['k1']}/giay-chung-nhan.pdf").data)
    ).pages
    names = [re.search(r"Chứng nhận học viên\n(.*)\n", page.extract_text()) for page in pages]
    assert [name and name[1] for name in names] == ["Trần Văn Hùng", None, "Nguyễn Thị Lan", None]


def test_the_api_lists_ids_and_states_without_names(
    app: Flask, cast: Cast, held: Certificate
) -> None:
    client = as_staff(app.test_client(), cast, "trang")
    answer = client.get(f"/api/v1/certificates?cohort={cast['k1']}&page_size=1")
    assert answer.status_code == 200
    (row,) = answer.json or []
    assert (row["number"], row["status"], row["proof"]) == (
        "000001/2026/TBT",
        "valid",
        "task_observed",
    )
    assert UUID(row["person_id"]) == cast["lan"]
    assert "Lan" not in answer.text
    assert held.token not in answer.text
    assert '"total": 1' in answer.headers["X-Pagination"]
    assert client.get(f"/api/v1/certificates/{held.id}").json == row
    assert client.get("/api/v1/certificates?cohort=abc").status_code == 422


def test_a_trainer_lists_the_own_classes_only(app: Flask, cast: Cast, held: Certificate) -> None:
    assert (
        len(as_staff(app.test_client(), cast, "trang").get("/api/v1/certificates").json or []) == 1
    )
    assert as_staff(app.test_client(), cast, "tuan").get("/api/v1/certificates").json == []
    assert as_staff(app.test_client(), cast, "xa_oanh").get("/api/v1/certificates").json == []
