"""A device tells of itself, and the trainer sees on every page whether its work has come home."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.cohorts.models import ClassSession, Device
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import Keys
from tests.assessments.people import post, staff
from tests.assessments.tablet import deliver, whole
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db
REPORT = "/api/v1/sync/report"


def told(**more: Any) -> dict[str, Any]:
    """A report of a tablet on which all is well."""
    return {"unsent": 0, "made": {"e1": 14}, "pack": None, "app": "1", "persisted": True,
            "usage": 1000, "quota": 10**9, "emptied": False} | more  # fmt: skip


def bearer(cast: Cast, device: str = "k1_may") -> dict[str, str]:
    return {"Authorization": f"Bearer {cast.device_credentials[device]}"}


def report(app: Flask, cast: Cast, device: str = "k1_may", **more: Any) -> Any:
    """Send a report."""
    return app.test_client().put(REPORT, json=told(**more), headers=bearer(cast, device))


def words(app: Flask, cast: Cast, path: str = "/may") -> str:
    """A page as Trang sees it."""
    return staff(app, cast, "trang").get(path).get_data(as_text=True)


@pytest.fixture
def sent(app: Flask, database: Database, cast: Cast) -> Cast:
    """Lan's test came in from the tablet: 14 events of epoch e1; it stands in class K1."""
    deliver(database, cast, whole(cast).texts)
    with database.write() as session:
        row = session.get_one(Device, (cast["TBT"], cast["k1_may"]))
        row.class_session_id = cast["k1_buoi"]
    return cast


def test_the_answer_tells_the_time_and_the_report_is_kept(
    app: Flask, cast: Cast, database: Database
) -> None:
    answer = report(app, cast)
    assert answer.status_code == 200
    assert abs(answer.get_json()["server_time"] - clock.now().timestamp() * 1000) < 60_000
    with database.read() as session:
        row = session.get_one(Device, (cast["TBT"], cast["k1_may"]))
        assert row.report is not None
        assert row.report["made"] == {"e1": 14}
        assert row.reported_at is not None
        assert session.get_one(Device, (cast["TBT"], cast["k2_may"])).report is None


def test_everything_came_home(app: Flask, sent: Cast) -> None:
    report(app, sent)
    for path in ("/may", f"/lop-hoc/{sent['k1']}"):
        page = words(app, sent, path)
        assert "14/14 việc đã về xã" in page
        assert "chưa gửi" not in page


def test_what_is_not_sent_yet_and_what_nobody_will_send(app: Flask, sent: Cast) -> None:
    report(app, sent, unsent=3, made={"e1": 19})
    page = words(app, sent)
    assert "14/19 việc đã về xã" in page
    assert "còn 3 việc chưa gửi" in page
    assert "thiếu 2 việc" in page


def test_an_emptied_memory_is_told_for_good(app: Flask, sent: Cast) -> None:
    assert "bộ nhớ từng bị xóa" not in words(app, sent)
    report(app, sent, emptied=True)
    report(app, sent, emptied=False)
    assert "bộ nhớ từng bị xóa" in words(app, sent)


def test_a_tablet_that_is_nearly_full_is_told(app: Flask, sent: Cast) -> None:
    report(app, sent, usage=10**9 - 1000)
    assert "sắp đầy bộ nhớ" in words(app, sent)


def test_a_class_that_lacks_something_closes_but_not_as_complete(app: Flask, sent: Cast) -> None:
    report(app, sent, unsent=3, made={"e1": 17})
    page = words(app, sent, f"/lop-hoc/{sent['k1']}")
    assert "Còn việc trên máy chưa về xã" in page
    trang = staff(app, sent, "trang")
    assert post(trang, f"/buoi/{sent['k1_buoi']}/dong").status_code == 303
    page = words(app, sent, f"/lop-hoc/{sent['k1']}")
    assert "Kết thúc, còn thiếu" in page
    assert "Đã xong, đủ việc" not in page
    report(app, sent)
    page = words(app, sent, f"/lop-hoc/{sent['k1']}")
    assert "Kết thúc, còn thiếu" not in page
    assert "Đã xong, đủ việc" in page


def test_a_tablet_that_moved_on_still_counts_for_the_meeting_it_was_used_in(
    app: Flask, sent: Cast, database: Database
) -> None:
    report(app, sent, unsent=1, made={"e1": 15})
    with database.write() as session:
        # Lan is signed in there, as the cast has it; the tablet itself stands elsewhere by now.
        row = session.get_one(Device, (sent["TBT"], sent["k1_may"]))
        row.class_session_id = None
        meeting = session.get_one(ClassSession, (sent["TBT"], sent["k1_buoi"]))
        meeting.closed_at, meeting.code = OPENED + timedelta(hours=2), None
    assert "Kết thúc, còn thiếu" in words(app, sent, f"/lop-hoc/{sent['k1']}")


def test_learners_own_phones_are_listed_apart_and_for_their_trainer_only(
    app: Flask, sent: Cast, database: Database, keys: Keys
) -> None:
    with database.write() as session:
        session.add(
            Device(
                commune_id=sent["TBT"], id=uuid7(), label="Máy ở nhà ABCDEF", kind="home",
                credential_digest=keys.digest("device", "TBT.nha"), enrolment_id=sent["hv_lan"],
            )
        )  # fmt: skip
    headers = {"Authorization": "Bearer TBT.nha"}
    body = told(made={"n": 2}, unsent=2)
    assert app.test_client().put(REPORT, json=body, headers=headers).status_code == 200
    page = words(app, sent)
    assert "Điện thoại riêng của học viên" in page
    assert "Nguyễn Thị Lan" in page
    other = staff(app, sent, "tuan").get("/may").get_data(as_text=True)
    assert "Nguyễn Thị Lan" not in other


@pytest.mark.parametrize(
    "wrong",
    [
        {"unsent": -1}, {"unsent": "3"}, {"made": {"e 1": 3}}, {"made": {"e": -1}}, {"made": []},
        {"made": {str(n): 1 for n in range(2001)}}, {"pack": "x"}, {"name": "Lan"},
    ],
)  # fmt: skip
def test_a_report_that_makes_no_sense_is_refused(app: Flask, cast: Cast, wrong: Any) -> None:
    assert report(app, cast, **wrong).status_code == 422


def test_only_a_device_reports(app: Flask, cast: Cast) -> None:
    assert app.test_client().put(REPORT, json=told()).status_code == 401
    client: FlaskClient = staff(app, cast, "an")
    answer = client.put(REPORT, json=told(), headers={"Origin": "http://localhost"})
    assert answer.status_code == 403
