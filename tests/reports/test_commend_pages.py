"""Pages of commendation: the form of criteria, two officers at once, what a row opens, who may look."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from lms.core import clock
from lms.core.db import Database
from lms.indicators import actions as plans
from lms.people.models import Household
from tests.cast import Cast
from tests.indicators.commune import Village
from tests.indicators.test_pages_plans import signed_in
from tests.reports.test_commend_lists import decided, officer, villagers, written

pytestmark = pytest.mark.db
ORIGIN = {"Origin": "http://localhost"}


def form(**more: Any) -> dict[str, Any]:
    base = {"key": str(uuid4()), "subject": "person", "name": "Danh sách thử", "from": "2026-01-01",
            "to": "2026-12-31", "order": "0", "c1-kind": "attained", "c1-proof": "test_passed",
            "c1-level": "basic", "c1-span": "period", "do": "save"}  # fmt: skip
    return base | more


def test_an_officer_writes_criteria_adds_a_condition_and_sees_the_list(
    app: Flask, cast: Cast, database: Database
) -> None:
    with database.write() as session:
        villagers(session, cast)
    client = signed_in(app, cast, "oanh")
    added = client.post("/khen-thuong/moi", data=form(do="add", kind="mentees"), headers=ORIGIN)
    assert 'name="c2-kind" value="mentees"' in added.text
    bad = client.post(
        "/khen-thuong/moi", data=form(**{"c2-kind": "mentees", "c2-least": "x"}), headers=ORIGIN
    )
    assert bad.status_code == 422
    assert 'href="#f-c2-least"' in bad.text
    once = form()
    places = {
        client.post("/khen-thuong/moi", data=once, headers=ORIGIN).headers["Location"] for _ in "ab"
    }
    (place,) = places
    text = client.get(place).text
    assert "Đủ điều kiện: 3" in text
    assert "dưới 16 tuổi: không nêu tên công khai" in text
    assert client.get("/khen-thuong").text.count("Danh sách thử") >= 1
    decide = client.post(f"{place}/chot", data={"key": str(uuid4()), "seen": "old"}, headers=ORIGIN)
    assert decide.status_code == 409
    assert "đã đổi từ khi bạn mở trang" in decide.text


def test_a_row_opens_what_it_stands_on(app: Flask, cast: Cast, database: Database) -> None:
    asked = {"kind": "indicator_rate", "least": 1, "plan": "hung-chau", "indicator": "c"}
    with database.write() as session:
        village = Village(session, cast)
        plans.adopt_shipped(session, officer(cast), "hung-chau")
        home = village._add(
            Household(commune_id=village.commune, code="H77", unit_id=cast["thon_dong"])
        )
        village.home(village.person("An", date(1960, 1, 1)), "thon_dong", household=home)
        village.attained(village.ids["An"], clock.today(), level="proficient")
        unit = written(session, cast, asked, subject="unit", group="residential").id
        family = written(session, cast, {"kind": "home_adults"}, subject="household", group="").id
    client = signed_in(app, cast, "oanh")
    text = client.get(f"/khen-thuong/{unit}").text
    opened = f"/ke-hoach/hung-chau/c?as_of={clock.today()}"
    assert f'href="{opened}"' in text
    assert client.get(opened).status_code == 200
    assert f'href="/dan-cu/{village.ids["An"]}"' in client.get(f"/khen-thuong/{family}").text


def test_of_two_officers_the_second_sees_both_texts(
    app: Flask, cast: Cast, database: Database
) -> None:
    with database.write() as session:
        key = written(session, cast).id
    client = signed_in(app, cast, "oanh")
    first = form(revision="1", name="Tên của người thứ nhất")
    second = form(revision="1", name="Tên của người thứ hai")
    assert client.post(f"/khen-thuong/{key}/sua", data=first, headers=ORIGIN).status_code == 303
    answer = client.post(f"/khen-thuong/{key}/sua", data=second, headers=ORIGIN)
    assert answer.status_code == 409
    assert "Tên của người thứ nhất" in answer.text
    assert "Tên của người thứ hai" in answer.text
    assert 'name="revision" value="2"' in answer.text


def test_nobody_but_the_office_sees_lists(app: Flask, cast: Cast, database: Database) -> None:
    with database.write() as session:
        villagers(session, cast)
        row = written(session, cast)
        paths = ["", f"/{row.id}", f"/danh-sach/{decided(session, cast, row).id}"]
    for name in ("trang", "bao", "tinh", None):
        client = signed_in(app, cast, name)
        for path in paths:
            assert client.get(f"/khen-thuong{path}").status_code in (401, 403), (name, path)
