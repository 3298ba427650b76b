"""The pages of closed periods: from the plan to the people behind a cause of a restatement."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.indicators import actions
from lms.indicators.snapshot_body import sha256
from tests.cast import Cast
from tests.indicators.commune import Village
from tests.indicators.test_pages_plans import signed_in
from tests.indicators.test_snapshots import PLAN, WHY, adult_code, passed

pytestmark = [pytest.mark.db, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def _two_persons(an: Any, oanh: Any, database: Database, cast: Cast, ids: Any, here: str) -> None:
    """The next restatement waits for somebody else, who sees who proposed it and why."""
    an.environ_base["HTTP_ORIGIN"] = "http://localhost"
    an.post("/ke-hoach/chot-so-lieu/hai-nguoi", data={"two_persons": "1"})
    with database.write() as session:
        passed(Village(session, cast), ids[2], date(2026, 9, 1))
    page = oanh.get(f"{here}/dieu-chinh").text
    assert "Đề nghị điều chỉnh" in page
    form = {"reason": "Thêm một bài.", "seen": page.split('name="seen" value="')[1][:64]}
    assert oanh.post(f"{here}/dieu-chinh", data=form).location == f"{here}/dieu-chinh"
    own, other = (one.get(f"{here}/dieu-chinh").text for one in (oanh, an))
    assert "Đang chờ người thứ hai" in own
    assert ("Rút đề nghị" in own, "Công bố điều chỉnh</" in own) == (True, False)
    assert "Trả lại đề nghị" in other
    assert "Oanh đề nghị" in other
    done = an.post(f"{here}/dieu-chinh", data={"seen": form["seen"]})
    assert "Người đề nghị" in an.get(done.location).text


def test_the_pages_lead_from_the_plan_to_the_people_behind_a_cause(
    app: Flask, database: Database, cast: Cast
) -> None:
    oanh = signed_in(app, cast, "oanh")
    oanh.environ_base["HTTP_ORIGIN"] = "http://localhost"
    with database.write() as session:
        who = Actor(Role.OFFICER, cast["TBT"], cast["oanh"], "Lê Kim Oanh")
        actions.adopt_shipped(session, who, PLAN)
        village = Village(session, cast)
        ids = [village.person(f"Vũ Thị {n}", date(1980, 1, 1)) for n in range(4)]
        for each in ids:
            village.home(each)
        passed(village, ids[0], date(2026, 9, 1))
        code = adult_code(session, village)
    page = f"/ke-hoach/{PLAN}/chot-so-lieu"
    form = {"ky": "", "as_of": "2026-11-15", "key": str(uuid7())}
    refused = oanh.post(page, data=form)
    assert refused.status_code == 422
    assert "Vì sao vẫn chốt" in refused.text
    answers = [oanh.post(page, data={**form, "in_spite": WHY}) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    here = answers[0].location
    assert answers[1].location == here
    assert "/ban-chot/" in oanh.get(f"/ke-hoach/{PLAN}").text
    file = oanh.get(f"{here}/tep/xlsx")
    assert file.headers["ETag"].strip('"') == sha256(file.data)
    assert "Vũ Thị 0" in oanh.get(f"{here}/chi-tieu/{code}?state=in").text
    with database.write() as session:
        passed(Village(session, cast), ids[1], date(2026, 9, 1))
    assert "1 về muộn" in oanh.get(f"{here}/dieu-chinh").text
    opened = oanh.get(f"{here}/dieu-chinh?chi-tieu={code}&do=ve-muon").text
    assert "Vũ Thị 1" in opened
    seen = opened.split('name="seen" value="')[1][:64]
    made = oanh.post(f"{here}/dieu-chinh", data={"reason": "Bài về muộn.", "seen": seen})
    assert "Bài về muộn." in oanh.get(made.location).text
    assert "Vũ Thị 1" in oanh.get(f"{made.location}?chi-tieu={code}&do=ve-muon").text
    assert oanh.get(f"/ke-hoach/{PLAN}/so-sanh").status_code == 200
    assert signed_in(app, cast, "bao").get(here).status_code == 403
    _two_persons(signed_in(app, cast, "an"), oanh, database, cast, ids, here)
