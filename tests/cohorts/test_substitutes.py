"""A trainer who teaches one meeting for another: in on that day and while it is open, and never else."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from lms.cohorts.carried_models import ClassPack
from lms.cohorts.models import ClassSession
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from tests.cast import Cast
from tests.cohorts.conftest import Browser

pytestmark = pytest.mark.db
DAY = date(2026, 11, 26)
MORNING = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)


@pytest.fixture
def planned(database: Database, cast: Cast) -> ClassSession:
    """A meeting of Trang's class on Thursday; the one of the cast is closed."""
    with database.write() as session:
        session.get_one(ClassSession, (cast["TBT"], cast["k1_buoi"])).code = None
        held = session.get_one(ClassSession, (cast["TBT"], cast["k1_buoi"]))
        held.closed_at = MORNING - timedelta(days=6)
        row = ClassSession(
            commune_id=cast["TBT"], id=uuid7(), cohort_id=cast["k1"], number=2, planned_on=DAY
        )
        session.add(row)
    return row


def test_the_class_is_open_to_the_substitute_on_the_day_and_while_it_meets(
    browser: Browser, cast: Cast, planned: ClassSession
) -> None:
    tuan, trang = browser(staff="tuan"), browser(staff="trang")
    page, way = f"/lop-hoc/{cast['k1']}", f"/buoi-hoc/{planned.id}"
    with clock.frozen(MORNING - timedelta(days=3)):
        assert tuan.get(page).status_code == 403
        for _ in range(2):
            answer = trang.post(f"{way}/day-thay", data={"account_id": str(cast["tuan"])})
            assert answer.status_code == 303
        assert "dạy thay: Tuan" in trang.get(f"{page}/lich").text
    # The last second of the day before, the first and last of the day, and the first of the next.
    midnight = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
    second, day = timedelta(seconds=1), timedelta(days=1)
    for at, status in ((midnight - second, 403), (midnight, 200), (midnight + day - second, 200),
                       (midnight + day, 403)):  # fmt: skip
        with clock.frozen(at):
            assert tuan.get(page).status_code == status, at
            assert (str(cast["k1"]) in tuan.get("/lop-hoc").text) == (status == 200)
    with clock.frozen(MORNING):
        assert tuan.post(f"/buoi/{planned.id}/mo").status_code == 303
    with clock.frozen(MORNING + 2 * day):
        assert tuan.get(page).status_code == 403, "a meeting left open is no way to stay"
    with clock.frozen(MORNING + day):
        assert tuan.get(page).status_code == 200
        assert tuan.post(f"/buoi/{planned.id}/dong").status_code == 303
        assert tuan.get(page).status_code == 403
    with clock.frozen(MORNING):
        assert tuan.get(page).status_code == 200
        trang.post(f"{way}/thoi-day-thay", data={"account_id": str(cast["tuan"])})
        assert tuan.get(page).status_code == 403


def test_a_substitute_teaches_and_does_not_decide_on_the_class(
    browser: Browser, cast: Cast, planned: ClassSession
) -> None:
    tuan, trang, k1 = browser(staff="tuan"), browser(staff="trang"), f"/lop-hoc/{cast['k1']}"
    with clock.frozen(MORNING):
        trang.post(f"/buoi-hoc/{planned.id}/day-thay", data={"account_id": str(cast["tuan"])})
        may = ("/lich", "/sua", "/diem-danh", "/hoc-vien", "/so-dau-bai", "/da-thoi-hoc")
        assert {tuan.get(k1 + path).status_code for path in may} == {200}
        assert "Sửa lớp" not in tuan.get(f"{k1}/lich").text
        diary = {"diary": "Đã học quét mã QR.", "revision": "1"}
        assert tuan.post(f"/buoi-hoc/{planned.id}/nhat-ky", data=diary).status_code == 303
        form = {"reason": "thử", "name": "Lớp của tôi", "place": "Đây", "starts_on": "2026-11-02",
                "unit_id": str(cast["thon_dong"]), "cohort_id": str(cast["k2"]), "revision": "1",
                "account_id": str(cast["tuan"]), "planned_on": "2026-11-27"}  # fmt: skip
        for path in (
            f"{k1}/sua", f"{k1}/huy", f"{k1}/da-xong", f"{k1}/lich", f"{k1}/chep",
            f"/buoi-hoc/{planned.id}/sua", f"/buoi-hoc/{planned.id}/huy",
            f"/buoi-hoc/{planned.id}/day-thay", f"/buoi-hoc/{planned.id}/thoi-day-thay",
            f"/ghi-danh/{cast['hv_lan']}/thoi-hoc", f"/ghi-danh/{cast['hv_lan']}/chuyen-lop",
        ):  # fmt: skip
            assert tuan.post(path, data=form).status_code == 403, path


def test_only_another_trainer_of_the_commune_may_stand_in(
    browser: Browser, cast: Cast, planned: ClassSession
) -> None:
    trang, way = browser(staff="trang"), f"/buoi-hoc/{planned.id}"
    with clock.frozen(MORNING):
        for who in ("oanh", "xa_tuan", "trang"):
            answer = trang.post(f"{way}/day-thay", data={"account_id": str(cast[who])})
            assert answer.status_code == 422, who
        trang.post(f"{way}/day-thay", data={"account_id": str(cast["tuan"])})
        trang.post(f"{way}/huy", data={"reason": "Mưa to"})
        assert browser(staff="tuan").get(f"/lop-hoc/{cast['k1']}").status_code == 403
        refused = trang.post(f"{way}/day-thay", data={"account_id": str(cast["tuan"])})
        assert (refused.status_code, "Mưa to" in refused.text) == (409, True)


def test_a_carried_class_knows_the_substitute_of_all_its_days_only(
    browser: Browser, cast: Cast, planned: ClassSession, database: Database
) -> None:
    trang = browser(staff="trang")
    with clock.frozen(MORNING - timedelta(days=1)):
        trang.post(f"/buoi-hoc/{planned.id}/day-thay", data={"account_id": str(cast["tuan"])})
        for days, names in ((["2026-11-26"], ["Trang", "Tuan"]),
                            (["2026-11-26", "2026-11-27"], ["Trang"])):  # fmt: skip
            form = {"id": str(uuid7()), "day": days, "spares": "0"}
            assert trang.post(f"/lop-hoc/{cast['k1']}/mang-di", data=form).status_code == 303
            with database.read() as session:
                pack = session.get_one(ClassPack, (cast["TBT"], UUID(str(form["id"]))))
                told = json.loads(pack.body or "{}")["trainers"]
            assert [one["name"] for one in told] == names
        page = trang.get(f"/buoi-hoc/{planned.id}/sua").text
        assert "nằm trong gói lớp đã mang đi" in page
