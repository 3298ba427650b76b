"""From a closed period to the files an office sends: words, letterhead, templates, each issue kept once."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.core.command import Context
from lms.core.db import Database
from lms.core.errors import Unavailable
from lms.core.guard import system
from lms.core.settings import Settings
from lms.indicators import actions, restating, snapshots
from lms.indicators import snapshot_queries as held
from lms.indicators.closing_period import free_day
from lms.indicators.snapshot_body import sha256
from lms.indicators.snapshot_models import ReportSnapshot
from lms.reports import document_issue as issue
from lms.reports import document_texts as texts
from lms.reports.document_cli import document
from lms.reports.document_docx import base_template
from lms.reports.document_models import ReportDocument
from tests.cast import Cast
from tests.indicators.test_pages_plans import signed_in
from tests.reports.test_document_files import changed

pytestmark = [pytest.mark.db, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

DAY = date(2026, 11, 15)
KEY = "|2026-11-15"


@pytest.fixture
def closing(database: Database, cast: Cast) -> UUID:
    """A closed day of Hùng Châu's plan."""
    who = system(cast["TBT"])
    with database.write() as session:
        actions.adopt_shipped(session, who, "hung-chau")
        closed = snapshots.Closing(free_day(DAY), in_spite="Số liệu để thử.")
        return snapshots.close(session, who, "hung-chau", closed).id


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def officer(app: Flask, cast: Cast, name: str = "oanh") -> FlaskClient:
    client = signed_in(app, cast, name)
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client


def typed(page: str, **words: str) -> dict[str, str]:
    """A form as the page gave it, with words typed into it."""
    seen = page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]
    marks = {
        name: page.split(f'name="read_{name}" value="')[1].split('"', maxsplit=1)[0]
        for name in texts.FIELDS
    }
    return {"ky": KEY, "seen": seen, **{f"read_{k}": v for k, v in marks.items()}, **words}


def test_an_officer_writes_makes_and_takes_the_report_and_it_never_changes(
    app: Flask, database: Database, cast: Cast, closing: UUID
) -> None:
    oanh, here = officer(app, cast), f"/bao-cao/ky/{closing}"
    assert here in oanh.get(f"/ke-hoach/ban-chot/{closing}").text
    assert oanh.post(f"{here}/lap").status_code == 422
    page = "/bao-cao/loi-van/hung-chau"
    first = oanh.get(f"{page}?ky={KEY}").text
    drafted = oanh.post(page, data=typed(first, take="draft")).text
    assert "{chỉ tiêu a: kết quả và đánh giá}" in drafted
    assert "Chưa lưu lời nào" in oanh.get(f"{page}?ky={KEY}").text
    wrong = oanh.post(page, data=typed(first, results="{chỉ tiêu z: tỷ lệ}"))
    assert (wrong.status_code, "Dòng 1" in wrong.text) == (422, True)
    saved = oanh.post(page, data=typed(first, results="Đạt {chỉ tiêu a: tỷ lệ}."))
    assert saved.status_code == 303
    answers = [oanh.post(f"{here}/lap") for _ in range(2)]
    assert answers[0].location == answers[1].location
    file = f"{here}/van-ban/1/docx"
    sent = oanh.get(file)
    assert sent.headers["ETag"].strip('"') == sha256(sent.data)
    assert oanh.get(f"{here}/van-ban/1/pdf").data.startswith(b"%PDF")
    again = oanh.get(f"{page}?ky={KEY}").text
    oanh.post(page, data=typed(again, results="Viết lại."))
    assert "lời báo cáo" in oanh.get(here).text.split("Từ báo cáo trước đã đổi")[1][:60]
    oanh.post(f"{here}/lap")
    assert oanh.get(file).data == sent.data
    assert oanh.get(f"{here}/van-ban/2/docx").data != sent.data
    assert signed_in(app, cast, "bao").get(here).status_code == 403
    assert officer(app, cast, "trang").post(f"{here}/lap").status_code == 403


def test_two_officers_at_once_both_texts_are_seen_and_none_is_lost(
    app: Flask, cast: Cast, closing: UUID
) -> None:
    oanh, an = officer(app, cast), officer(app, cast, "an")
    page = "/bao-cao/loi-van/hung-chau"
    both = [client.get(f"{page}?ky={KEY}").text for client in (oanh, an)]
    assert oanh.post(page, data=typed(both[0], results="Của Oanh.")).status_code == 303
    late = an.post(page, data=typed(both[1], results="Của An.", proposals="Thêm máy."))
    assert late.status_code == 409
    assert "Của Oanh." in late.text.split('class="both"')[1]
    assert ">Của An.</textarea>" in late.text
    assert "Của Oanh." in oanh.get(f"{page}?ky={KEY}").text
    merged = typed(late.text, results="Của Oanh. Của An.", proposals="Thêm máy.")
    assert an.post(page, data=merged).status_code == 303
    twice = oanh.post(page, data=typed(both[0], results="Của Oanh. Của An.", proposals="Thêm máy."))
    assert twice.status_code == 303


def test_words_may_be_written_before_the_closing_and_taken_over_the_next_time(
    app: Flask, cast: Cast, database: Database, closing: UUID
) -> None:
    oanh, page = officer(app, cast), "/bao-cao/loi-van/hung-chau"
    first = oanh.get(f"{page}?ky={KEY}").text
    oanh.post(page, data=typed(first, results="Kỳ này.", difficulties="Mạng yếu."))
    open_day = oanh.get(f"{page}?ky=|2026-11-20").text
    assert "Kỳ chưa chốt" in open_day
    taken = oanh.post(
        page, data=typed(open_day, difficulties="Mưa.", take="last") | {"ky": "|2026-11-20"}
    )
    assert ">Mưa.\nMạng yếu.</textarea>" in taken.text
    assert oanh.get(f"{page}?ky=quy|2031-01-01").status_code == 404


def test_a_letterhead_is_kept_in_versions_and_a_second_officer_sees_the_first(
    app: Flask, cast: Cast, closing: UUID
) -> None:
    oanh, an, page = officer(app, cast), officer(app, cast, "an"), "/bao-cao/mau/ubnd"
    assert "Chưa đối chiếu" in oanh.get("/bao-cao/mau").text
    form = {"seen": "0", "signer": "Đỗ Bình An", "agency": "ỦY BAN NHÂN DÂN\nXÃ THỬ"}
    assert [oanh.post(page, data=form).status_code for _ in range(2)] == [303, 303]
    late = an.post(page, data=form | {"signer": "Người Khác"})
    assert (late.status_code, "Đỗ Bình An" in late.text) == (409, True)
    empty = an.post(page, data=form | {"seen": "1", "position": ""})
    assert (empty.status_code, "Hãy ghi chức vụ" in empty.text) == (422, True)
    assert an.get(f"{page}/xem-thu.pdf").data.startswith(b"%PDF")


def test_a_template_of_the_commune_is_used_beside_the_standard_one(
    app: Flask, cast: Cast, closing: UUID
) -> None:
    oanh, page = officer(app, cast), "/bao-cao/mau/ubnd"
    base = oanh.get(f"{page}/mau-goc.docx").data
    broken = changed(base, "word/document.xml", "{{ mo_dau }}", "{{ mo_dao }}")
    own = changed(base, "word/document.xml", "BÁO CÁO", "BÁO CÁO NHANH")
    refused = _sent(oanh, page, broken)
    assert (refused.status_code, "mo_dao" in refused.text) == (422, True)
    assert [_sent(oanh, page, own).status_code for _ in range(2)] == [303, 303]
    assert oanh.post(f"{page}/chon", data={"number": "1"}).status_code == 303
    assert oanh.get(f"{page}/ban/1/xem-thu.docx").status_code == 200
    oanh.post("/bao-cao/loi-van/hung-chau", data={"ky": KEY, "seen": "0", "results": "Đã mở lớp."})
    here = f"/bao-cao/ky/{closing}"
    oanh.post(f"{here}/lap")
    kinds = {kind: oanh.get(f"{here}/van-ban/1/{kind}").status_code for kind in issue.KINDS}
    assert kinds == {"docx": 200, "pdf": 200, "template_docx": 200, "template_pdf": 404}


def _sent(client: FlaskClient, page: str, content: bytes):  # type: ignore[no-untyped-def]
    import io

    return client.post(f"{page}/tai-len", data={"file": (io.BytesIO(content), "mau.docx")})


def test_a_restatement_after_the_closing_is_named_and_a_changed_file_is_not_sent(
    session: Session, cast: Cast, closing: UUID
) -> None:
    who = system(cast["TBT"])
    row = session.get_one(ReportSnapshot, (cast["TBT"], closing))
    about, words = texts.about(row), texts.tidied({"results": "Đã mở lớp."})
    texts.save(session, who, about, words, 0, texts.frozen_figures(held.body_of(row)))
    made = issue.make(session, who, closing)
    actions.declare_population(session, who, "adults", 40, DAY, "Công an xã, để thử")
    found = restating.compared(session, row)
    restating.publish(session, who, closing, "Có mẫu số mới.", found.paper.sha256)
    later = issue.make(session, who, closing)
    assert (made.number, later.number) == (1, 2)
    notes = issue.body_of(later)["paper"]["annex"]["notes"]
    assert "Có mẫu số mới." in notes[0]
    assert (
        issue.body_of(made)["paper"]["annex"]["rows"]
        == issue.body_of(later)["paper"]["annex"]["rows"]
    )
    session.execute(text("UPDATE report_document_file SET content = x'00' WHERE kind = 'pdf'"))
    session.expire_all()
    with pytest.raises(Unavailable):
        issue.file(session, made, "pdf")
    assert len(issue.faults_of(session, made, row)) == 1


def test_commands_make_list_and_verify(
    settings: Settings, database: Database, cast: Cast, closing: UUID
) -> None:
    context, run = Context(settings, "TBT"), CliRunner()
    refused = run.invoke(document, ["make", "hung-chau"], obj=context)
    assert "Chưa viết phần kết quả" in refused.output
    with database.write() as session:
        row = session.get_one(ReportSnapshot, (cast["TBT"], closing))
        figures = texts.frozen_figures(held.body_of(row))
        texts.save(
            session,
            system(cast["TBT"]),
            texts.about(row),
            texts.tidied({"results": "Rồi."}),
            0,
            figures,
        )
    out = settings.data_dir / "ra"
    made = run.invoke(document, ["make", "hung-chau", "--out", str(out)], obj=context)
    assert sorted(one.suffix for one in out.iterdir()) == [".docx", ".pdf"], made.output
    assert "báo cáo 1" in run.invoke(document, ["list"], obj=context).output
    assert "1 báo cáo và 2 tệp" in run.invoke(document, ["verify"], obj=context).output
    with database.write() as session:
        session.query(ReportDocument).update({"body": "{}"})
    assert "đã bị thay đổi" in run.invoke(document, ["verify"], obj=context).output
    assert base_template("ubnd")
