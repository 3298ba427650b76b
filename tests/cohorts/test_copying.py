"""A class like the last one: days, trainers and people are taken over, secrets are not."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select

from lms.cohorts.models import ClassSession, Cohort, CohortTrainer, Enrolment
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from tests.cast import Cast
from tests.cohorts.conftest import Browser

pytestmark = pytest.mark.db
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def _form(**changes: str) -> dict[str, str]:
    return {
        "id": str(uuid7()), "starts_on": "2026-12-04", "days": "1", "people": "all", "name": "",
    } | changes  # fmt: skip


def _add_day(database: Database, cast: Cast, number: int, day: date, **more: Any) -> None:
    with database.write() as session:
        session.add(ClassSession(commune_id=cast["TBT"], id=uuid7(), cohort_id=cast["k1"],
                                 number=number, planned_on=day, **more))  # fmt: skip


def test_a_copy_takes_days_trainers_and_people_with_new_secrets(
    browser: Browser, cast: Cast, database: Database
) -> None:
    _add_day(database, cast, 2, date(2026, 11, 24), starts_at=time(18, 30), ends_at=time(20, 30))
    _add_day(database, cast, 3, date(2026, 11, 27), cancelled_at=NOW, cancel_reason="Bão")
    trang, path, form = browser(staff="trang"), f"/lop-hoc/{cast['k1']}/chep", _form()
    with clock.frozen(NOW):
        # The old class began on a Friday and is planned until Tuesday: the next Friday after it.
        assert 'value="2026-11-27"' in trang.get(path).text
        for _ in range(2):
            made = trang.post(path, data=form)
            assert made.status_code == 303
            assert form["id"] in made.location
    with database.read() as session:
        new = session.scalars(select(Cohort).where(Cohort.copied_from == cast["k1"])).one()
        assert (new.name, new.place) == ("Lớp K1 – 12/2026", "Nhà văn hóa thôn Đông")
        days = session.scalars(
            select(ClassSession).where(ClassSession.cohort_id == new.id).order_by(ClassSession.number)
        ).all()  # fmt: skip
        assert [(f"{d.planned_on:%d/%m}", d.starts_at) for d in days] == [
            ("04/12", None), ("08/12", time(18, 30)),
        ]  # fmt: skip
        people = session.scalars(select(Enrolment).where(Enrolment.cohort_id == new.id)).all()
        assert {row.person_id for row in people} == {cast["lan"], cast["hung"]}
        assert not {row.id for row in people} & {cast["hv_lan"], cast["hv_hung"]}
        teachers = select(CohortTrainer.account_id).where(CohortTrainer.cohort_id == new.id)
        assert list(session.scalars(teachers)) == [cast["trang"]]


def test_a_copy_may_be_empty_and_a_wrong_day_is_shown_again(
    browser: Browser, cast: Cast, database: Database
) -> None:
    oanh, path = browser(staff="oanh"), f"/lop-hoc/{cast['k1']}/chep"
    with clock.frozen(NOW):
        assert oanh.post(path, data=_form(starts_on="hôm nào")).status_code == 422
        empty = _form(people="none", days="", name="Lớp sau Tết")
        assert oanh.post(path, data=empty).status_code == 303
    with database.read() as session:
        new = session.scalars(select(Cohort).where(Cohort.name == "Lớp sau Tết")).one()
        for table in (ClassSession, Enrolment):
            assert not session.scalars(select(table.id).where(table.cohort_id == new.id)).all()
