"""What somebody is allowed in a test may be said before it opens, and goes with the class."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms.cohorts.models import Sitting
from lms.core.db import Database
from tests.assessments.people import post, staff
from tests.cast import Cast

pytestmark = pytest.mark.db


def test_an_allowance_said_before_the_test_is_on_every_sitting_that_opens(
    app: Flask, database: Database, cast: Cast
) -> None:
    trang, at = staff(app, cast, "trang"), f"/lop-hoc/{cast['k1']}/giam-sat"
    lan = str(cast["hv_lan"])
    post(trang, f"{at}/ket-thuc")
    assert post(trang, f"{at}/ho-tro", enrolment_id=lan, allowed="oral").status_code == 303
    page = trang.get(f"/lop-hoc/{cast['k1']}/kiem-tra").text
    assert 'value="oral" checked' in page
    for allowed in ({"allowed": "oral"}, {}):
        post(trang, at)
        with database.read() as session:
            newest = session.scalars(select(Sitting).where(Sitting.closed_at.is_(None),
                Sitting.cohort_id == cast["k1"])).one()  # fmt: skip
        assert newest.accommodations == ({lan: ["oral"]} if allowed else {})
        post(trang, f"{at}/ho-tro", enrolment_id=lan)
        post(trang, f"{at}/ket-thuc")
    assert post(staff(app, cast, "tuan"), f"{at}/ho-tro", enrolment_id=lan,
                allowed="oral").status_code == 403  # fmt: skip
