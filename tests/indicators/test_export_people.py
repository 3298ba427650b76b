"""A list of people as a file: what it is for stands on it and in the log, and nobody's work waits for it."""

import csv
import io
import json
import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.indicators.evidence_texts import evidence_texts
from lms.people.models import Person
from tests.cast import Cast
from tests.indicators.test_pages_figures import FIGURE, office
from tests.indicators.test_pages_plans import DAY, signed_in

pytestmark = pytest.mark.db
assert office, "the commune of the drill-down pages"
SAME = {"Origin": "http://localhost"}
PURPOSE = "mời ra lớp tối thứ năm"


def ask(app: Flask, cast: Cast, who: str = "oanh", /, **form: str) -> Any:
    """The answer to the form below the list."""
    sent = {"as_of": DAY.isoformat(), "purpose": PURPOSE, "form": "csv", **form}
    return signed_in(app, cast, who).post(f"{FIGURE}/danh-sach", data=sent, headers=SAME)


def table(answer: Any) -> list[list[str]]:
    """The rows of a csv file below its purpose line."""
    assert answer.status_code == 200, answer.text[-400:]
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def entries(database: Database) -> list[dict[str, Any]]:
    """What the log says of lists that were sent."""
    with database.read() as session:
        bodies = session.scalars(select(AuditEntry.body).order_by(AuditEntry.seq)).all()
    return [body["facts"] for body in map(json.loads, bodies) if body["kind"] == "people_list"]


def test_a_list_has_the_rows_of_the_page_and_the_log_says_who_took_it_and_what_for(
    app: Flask, office: Cast, database: Database
) -> None:
    with database.write() as session:
        hung = session.get_one(Person, (office["TBT"], office["hung"]))
        hung.phone, hung.citizen_id_sealed = "0912000111", "sealed"
        session.get_one(Person, (office["TBT"], office["mai"])).full_name = "=Lê Ngọc Mai"
    purpose, heads, *rows = table(ask(app, office, state="missing"))
    assert PURPOSE in purpose[0]
    assert "Người xuất:" in purpose[0]
    assert [row[1] for row in rows] == ["Trần Văn Hùng", "'=Lê Ngọc Mai"], "from door to door"
    assert heads == [
        "STT", "Họ tên", "Sinh", "Giới", "Hộ", "Nơi ở", "Căn cứ hoặc đã có gì"
    ]  # fmt: skip
    assert rows[0][-1].startswith("làm được việc thật")
    _purpose, heads, *rows = table(
        ask(app, office, state="missing", tim="hung", with_phone="1", gioi="nam")
    )
    assert (heads[-1], [row[-1] for row in rows]) == ("Điện thoại", ["0912000111"])
    first, second = entries(database)
    assert (first["rows"], first["phone"], first["purpose"]) == ("2", "0", PURPOSE)
    assert (second["rows"], second["phone"], second["by_gioi"]) == ("1", "1", "nam")
    assert "hung" not in json.dumps(second), "a name that was searched is not kept"


def test_a_workbook_of_homes_names_their_members(app: Flask, office: Cast) -> None:
    import python_calamine

    sent = {"as_of": DAY.isoformat(), "purpose": PURPOSE, "form": "xlsx", "state": "all"}
    answer = signed_in(app, office, "oanh").post(
        "/ke-hoach/viet-tri/vi.2/danh-sach", data=sent, headers=SAME
    )
    assert answer.status_code == 200
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_index(0).to_python()
    assert any(PURPOSE in str(row[0]) for row in rows)
    top = next(n for n, row in enumerate(rows) if row[0] == "STT")
    assert rows[top][1:3] == ["Đối tượng", "Thành viên"]
    assert rows[top + 1][0] == 1
    assert str(rows[top + 1][1]).startswith("Hộ ")


def test_a_list_without_a_purpose_or_for_somebody_else_is_refused_and_leaves_no_trace(
    app: Flask, office: Cast, database: Database
) -> None:
    for purpose in ("", "abc", "x" * 201):
        answer = ask(app, office, purpose=purpose)
        assert answer.status_code == 422
        assert "dùng để làm gì" in answer.text
    for who in ("trang", "bao"):
        assert ask(app, office, who).status_code == 403
    assert entries(database) == []


def test_a_writer_does_not_wait_for_a_list_and_a_browser_may_leave(
    app: Flask, office: Cast, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go_on = threading.Event(), threading.Event()
    real = evidence_texts

    def slow(*args: Any) -> Any:
        reading.set()
        assert go_on.wait(20)
        return real(*args)

    monkeypatch.setattr("lms.indicators.export_people.evidence_texts", slow)
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(ask(app, office, state="all")))
    asking.start()
    assert reading.wait(20)
    with database.write() as session:
        session.get_one(Person, (office["TBT"], office["lan"])).phone = "0912000222"
    go_on.set()
    asking.join(20)
    answers[0].close()
    assert entries(database)[0]["rows"] == "3"
