"""The days of a class: planned many at once, moved, cancelled with a reason, and what gets in their way."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select

from lms.cohorts import timetable
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.timetable_forms import Form
from lms.cohorts.timetable_rules import (
    Clash,
    Slot,
    clash_of,
    days_on,
    next_first,
    proposed_name,
    shifted,
)
from lms.core import clock
from lms.core.db import Database
from tests.cast import Cast
from tests.cohorts.conftest import Browser

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


@pytest.mark.pure
def test_days_follow_the_chosen_weekdays() -> None:
    def days(weekdays: list[int], count: int) -> list[str]:
        return [f"{day:%d/%m}" for day in days_on(MONDAY, weekdays, count)]

    assert days([2, 5], 3) == ["24/11", "27/11", "01/12"]
    assert days([1], 2) == ["23/11", "30/11"]
    assert days([], 3) == ["23/11", "30/11", "07/12"]
    assert days([7, 6], 2) == ["28/11", "29/11"]
    assert days([3], 0) == []
    assert len(days([1], 60)) == 60


@pytest.mark.pure
def test_a_copy_keeps_the_distances_and_the_weekday() -> None:
    old = [date(2026, 11, 3), date(2026, 11, 6), date(2026, 11, 10)]
    first = next_first(old, MONDAY)
    assert first == date(2026, 11, 24)
    assert [f"{day:%d/%m}" for day in shifted(old, first)] == ["24/11", "27/11", "01/12"]
    assert next_first(old, date(2026, 11, 1)) == date(2026, 11, 17)
    assert next_first([], MONDAY) == date(2026, 11, 24)
    assert shifted([], MONDAY) == []


@pytest.mark.pure
def test_a_class_nobody_named_is_called_after_what_where_and_when() -> None:
    assert proposed_name("Kỹ năng số", "Thôn Đông", MONDAY) == "Kỹ năng số – Thôn Đông – 11/2026"
    assert len(proposed_name("K" * 300, "Đ" * 100, MONDAY)) <= 200


def _slot(
    key: str, starts: int | None, ends: int | None, place: str, who: str, day: date = MONDAY
) -> Slot:
    hours = [None if hour is None else time(hour) for hour in (starts, ends)]
    return Slot(key, day, hours[0], hours[1], place, frozenset(who))


@pytest.mark.pure
def test_only_the_same_trainer_or_place_at_the_same_time_gets_in_the_way() -> None:
    mine = _slot("mine", 18, 20, "nha van hoa", "a")
    cases = [
        (_slot("x", 19, 21, "nha van hoa", "a"), Clash("x", True, True, True)),
        (_slot("x", 19, 21, "truong", "ab"), Clash("x", True, False, True)),
        (_slot("x", 17, 19, "nha van hoa", "b"), Clash("x", False, True, True)),
        (_slot("x", 20, 22, "nha van hoa", "a"), None),
        (_slot("x", 16, 18, "nha van hoa", "a"), None),
        (_slot("x", 18, 20, "truong", "b"), None),
        (_slot("x", 18, 20, "nha van hoa", "a", date(2026, 11, 24)), None),
        (_slot("x", None, None, "nha van hoa", "b"), Clash("x", False, True, False)),
        (_slot("x", 17, None, "truong", "a"), Clash("x", True, False, False)),
        (_slot("x", 20, None, "truong", "a"), None),
        (_slot("x", 19, 21, "", "b"), None),
    ]
    for other, clash in cases:
        assert clash_of(mine, other) == clash, other
    assert clash_of(_slot("y", 8, 9, "", "b"), _slot("x", 8, 9, "", "c")) is None


@pytest.mark.pure
def test_hours_are_read_as_people_write_them() -> None:
    for typed, hour in [
        ("18:30", time(18, 30)), ("18h30", time(18, 30)), ("18h", time(18)), ("8 giờ 5", None),
        ("8 giờ 05", time(8, 5)), ("18.30", time(18, 30)), ("24:00", None), ("sáng", None),
    ]:  # fmt: skip
        form = Form({"starts_at": typed})
        assert form.hour("starts_at") == hour, typed
        assert bool(form.errors) == (hour is None), typed
    for hours, field in (({"starts_at": "20:00", "ends_at": "18:00"}, "ends_at"),
                         ({"ends_at": "18:00"}, "starts_at")):  # fmt: skip
        form = Form(dict(hours))
        form.hours()
        assert list(form.errors) == [field]


def _meetings(database: Database, cohort: UUID) -> list[ClassSession]:
    with database.read() as session:
        query = select(ClassSession).where(ClassSession.cohort_id == cohort)
        return list(session.scalars(query.order_by(ClassSession.number)))


def _plan(**changes: Any) -> dict[str, Any]:
    return {
        "starts_on": "2026-11-24", "count": "3", "weekdays": ["2", "5"],
        "starts_at": "18:30", "ends_at": "20:30", "meeting_place": "",
    } | changes  # fmt: skip


@pytest.mark.db
def test_many_meetings_are_planned_in_one_go_and_clashes_are_told_not_refused(
    browser: Browser, cast: Cast, database: Database
) -> None:
    with clock.frozen(NOW):
        oanh, path = browser(staff="oanh"), f"/lop-hoc/{cast['k1']}/lich"
        for _ in range(2):
            assert oanh.post(path, data=_plan()).status_code == 303
        rows = _meetings(database, cast["k1"])
        assert [f"{row.planned_on:%d/%m}" for row in rows] == ["20/11", "24/11", "27/11", "01/12"]
        assert {row.starts_at for row in rows[1:]} == {time(18, 30)}
        assert "trùng" not in oanh.get(path).text
        # The other class, of another trainer, is planned into the same hall at an hour that overlaps.
        other = f"/lop-hoc/{cast['k2']}/lich"
        answer = oanh.post(other, data=_plan(count="1", starts_at="20:00", ends_at="21:00"))
        assert answer.status_code == 303
        assert "trùng nơi học với Lớp K2, 20:00–21:00" in oanh.get(path).text
        assert "trùng nơi học với Lớp K1, 18:30–20:30" in oanh.get(other).text
        for wrong, words in (({"count": "99"}, "từ 0 đến 60"), ({"starts_on": ""}, "Hãy chọn ngày"),
                             ({"starts_on": "2206-11-24"}, "quá xa")):  # fmt: skip
            refused = oanh.post(path, data=_plan(**wrong))
            assert (refused.status_code, words in refused.text) == (422, True), wrong


@pytest.mark.db
def test_two_trainers_who_move_one_meeting_see_both_plans(
    browser: Browser, cast: Cast, database: Database
) -> None:
    with clock.frozen(NOW):
        oanh, trang = browser(staff="oanh"), browser(staff="trang")
        oanh.post(f"/lop-hoc/{cast['k1']}/lich", data=_plan(count="1"))
        row = _meetings(database, cast["k1"])[1]
        path = f"/buoi-hoc/{row.id}/sua"
        first = {"revision": "1", "planned_on": "2026-11-25", "starts_at": "18:30",
                 "ends_at": "20:30", "meeting_place": "Trường tiểu học"}  # fmt: skip
        for _ in range(2):
            assert oanh.post(path, data=first).status_code == 303
        second = first | {"planned_on": "2026-11-26", "meeting_place": "Nhà văn hóa thôn Đông"}
        shown = trang.post(path, data=second)
        assert shown.status_code == 409
        for words in ("2026-11-25", "2026-11-26", "Trường tiểu học", "Lưu bản của tôi"):
            assert words in shown.text, words
        assert _meetings(database, cast["k1"])[1].planned_on == date(2026, 11, 25)
        assert trang.post(path, data=second | {"revision": "2"}).status_code == 303
        saved = _meetings(database, cast["k1"])[1]
        assert (saved.planned_on, saved.place, saved.revision) == (date(2026, 11, 26), None, 3)
        held = f"/buoi-hoc/{cast['k1_buoi']}/sua"
        assert trang.post(held, data=second).status_code == 409


@pytest.mark.db
def test_a_cancelled_meeting_opens_nowhere_and_stays_in_the_list_with_its_reason(
    browser: Browser, cast: Cast, database: Database
) -> None:
    with clock.frozen(NOW):
        trang, page = browser(staff="trang"), f"/lop-hoc/{cast['k1']}/lich"
        trang.post(page, data=_plan(starts_on="2026-11-23", count="1", weekdays=""))
        trang.post(f"/buoi/{cast['k1_buoi']}/dong")
        row = _meetings(database, cast["k1"])[1]
        path = f"/buoi-hoc/{row.id}"
        assert "Hãy ghi lý do" in trang.post(f"{path}/huy", data={"reason": " "}).text
        for _ in range(2):
            assert trang.post(f"{path}/huy", data={"reason": "Bão số 12"}).status_code == 303
        assert "Bão số 12" in trang.get(page).text
        for refused in (f"/buoi/{row.id}/mo", f"/lop-hoc/{cast['k1']}/mo-hom-nay"):
            answer = trang.post(refused)
            assert (answer.status_code, "Bão số 12" in answer.text) == (409, True)
        assert "Buổi tới" not in trang.get("/hom-nay").text
        carried = trang.post(f"/lop-hoc/{cast['k1']}/mang-di", data={"day": MONDAY.isoformat()})
        assert (carried.status_code, "Bão số 12" in carried.text) == (409, True)
        for _ in range(2):
            assert trang.post(f"{path}/bo-huy").status_code == 303
        assert trang.post(f"/buoi/{row.id}/mo").status_code == 303
        assert trang.post(f"{path}/huy", data={"reason": "Muộn rồi"}).status_code == 409


@pytest.mark.db
def test_the_timetable_takes_the_same_few_reads_however_long_it_is(
    cast: Cast, database: Database
) -> None:
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    counts = []
    event.listen(database.engine, "before_cursor_execute", note)
    with clock.frozen(NOW):
        for days in (range(2, 4), range(4, 30)):
            with database.write() as session:
                session.add_all(_meeting(cast, n) for n in days)
            with database.read() as session:
                cohort = session.get_one(Cohort, (cast["TBT"], cast["k1"]))
                asked.clear()
                rows = timetable.timetable(session, cohort)
                counts.append(len(asked))
    event.remove(database.engine, "before_cursor_execute", note)
    assert [row.state for row in rows] == ["open", *["planned"] * 28]
    assert counts[0] == counts[1] <= 7


def _meeting(cast: Cast, n: int) -> ClassSession:
    day = MONDAY + timedelta(days=n)
    return ClassSession(commune_id=cast["TBT"], cohort_id=cast["k1"], number=n, planned_on=day)


ROUTES = {
    "GET": ["/lop-hoc/{k1}/lich", "/buoi-hoc/{k1_buoi}/sua", "/lop-hoc/{k1}/sua",
            "/lop-hoc/{k1}/da-thoi-hoc", "/ghi-danh/{hv_lan}/thoi-hoc",
            "/ghi-danh/{hv_lan}/chuyen-lop", "/lop-hoc/{k1}/chep", "/lop-hoc/{k1}/so-dau-bai",
            "/buoi-hoc/{k1_buoi}/nhat-ky"],
    "POST": ["/lop-hoc/{k1}/lich", "/buoi-hoc/{k1_buoi}/sua", "/buoi-hoc/{k1_buoi}/huy",
             "/buoi-hoc/{k1_buoi}/bo-huy", "/buoi-hoc/{k1_buoi}/day-thay",
             "/buoi-hoc/{k1_buoi}/thoi-day-thay", "/lop-hoc/{k1}/sua", "/lop-hoc/{k1}/huy",
             "/lop-hoc/{k1}/bo-huy", "/lop-hoc/{k1}/da-xong", "/lop-hoc/{k1}/mo-lai",
             "/ghi-danh/{hv_lan}/thoi-hoc", "/ghi-danh/{hv_lan}/hoc-lai",
             "/ghi-danh/{hv_lan}/chuyen-lop", "/lop-hoc/{k1}/chep", "/buoi-hoc/{k1_buoi}/nhat-ky"],
}  # fmt: skip
NEVER = {"tuan": 403, "xa_an": 404}
"""Everybody else is asked in the access matrix."""


@pytest.mark.db
def test_who_may_not_touch_the_days_of_a_class(app: Flask, browser: Browser, cast: Cast) -> None:
    form = {"reason": "thử", "account_id": str(cast["tuan"]), "cohort_id": str(cast["k2"]),
            "revision": "1", "diary": "x", "id": str(cast["k1"]), "planned_on": "2026-11-25"}  # fmt: skip
    clients = {who: browser(staff=who) for who in NEVER}
    for method, paths in ROUTES.items():
        for path in paths:
            url = path.format(**cast.ids)
            for who, client in clients.items():
                answer = client.open(url, method=method, data=form)
                assert answer.status_code == NEVER[who], (who, method, url)
    paths = [*ROUTES["GET"], *ROUTES["POST"]]
    named = {path.split("{")[0] + "|" + path.rsplit("/", 1)[1] for path in paths}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in ("timetable", "managing", "copying", "diary"):
            head, tail = rule.rule.split("<")[0], rule.rule.rsplit("/", 1)[1]
            assert f"{head}|{tail}" in named, rule.rule
