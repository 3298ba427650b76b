"""Tablets are let in by a QR code: each code once, for minutes, one after the other with their names."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.cohorts import invites
from lms.cohorts.models import Device
from lms.core import clock, web
from lms.core.db import Database
from tests.assessments.people import post, staff
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db


def screen(app: Flask, cast: Cast, **form: str) -> tuple[FlaskClient, str]:
    """The trainer's browser and the page with the code."""
    trang = staff(app, cast, "trang")
    return trang, post(trang, "/may/ma-dang-ky", **form).location


def code_on(client: FlaskClient, path: str) -> str:
    """The code that the page draws: the QR is checked in the browser, here its address is asked for."""
    app = client.application
    with app.test_request_context(), web.database().read() as session:
        row = session.scalars(
            select(invites.TabletInvite).where(
                invites.TabletInvite.id == UUID(path.rsplit("/", 1)[1])
            )
        ).one()
        return invites.code(session, web.keys(), row)


def test_ten_tablets_in_a_row_are_named_and_stand_in_the_class(
    app: Flask, database: Database, cast: Cast
) -> None:
    with clock.frozen(OPENED + timedelta(minutes=1)):
        trang, path = screen(app, cast, session_id=str(cast["k1_buoi"]))
        tags = set()
        for n in range(1, 4):
            page = trang.get(path)
            tags.add(page.headers["ETag"])
            assert f"Máy {n:02d}" in page.text
            tablet = app.test_client()
            address = f"/dang-ky-may/{code_on(trang, path)}"
            assert f"Máy này sẽ là Máy {n:02d}" in tablet.get(address).text
            came = post(tablet, address)
            assert came.location == "/vao-lop"
            # It stands in the class at once: the pictures, no code to type.
            assert tablet.get("/vao-lop").location.startswith("/vao-lop/ten")
            # The same code again: this tablet is one already, another one is told to scan anew.
            assert "là Máy" in tablet.get(address).text
            other = app.test_client()
            assert "vừa dùng cho máy khác" in other.get(address).text
            refused = post(other, address)
            assert refused.status_code == 409
            assert "Quét lại" in refused.text or "quét lại" in refused.text
        assert len(tags) == 3
    with database.read() as session:
        rows = session.scalars(select(Device).where(Device.label.like("Máy %"))).all()
    assert {(row.label, row.class_session_id) for row in rows} == {
        (f"Máy {n:02d}", cast["k1_buoi"]) for n in range(1, 4)
    }


def test_a_code_lives_for_minutes_and_dies_when_the_trainer_is_done(
    app: Flask, database: Database, cast: Cast
) -> None:
    with clock.frozen(OPENED):
        trang, path = screen(app, cast)
        code = code_on(trang, path)
        assert screen(app, cast)[1] == path
    with clock.frozen(OPENED + timedelta(minutes=16)):
        assert "hết hạn" in app.test_client().get(f"/dang-ky-may/{code}").text
        assert post(app.test_client(), f"/dang-ky-may/{code}").status_code == 409
        trang, path = screen(app, cast)
        code = code_on(trang, path)
        post(trang, f"{path}/xong")
        assert post(app.test_client(), f"/dang-ky-may/{code}").status_code == 409
    with database.read() as session:
        assert session.scalars(select(Device).where(Device.label.like("Máy %"))).all() == []


@pytest.mark.parametrize("code", ["TBT.x", "TBT." + "A" * 46, "KHONG", "."])
def test_a_code_that_was_never_made_opens_nothing(app: Flask, cast: Cast, code: str) -> None:
    client = app.test_client()
    assert client.get(f"/dang-ky-may/{code}").status_code == 404
    assert post(client, f"/dang-ky-may/{code}").status_code == 404


def test_only_staff_let_tablets_in(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    client.set_cookie("lms_learner", cast.learner_tokens["lan"])
    assert post(client, "/may/ma-dang-ky").status_code == 403
    assert post(staff(app, cast, "tuan"), "/may/ma-dang-ky",
                session_id=str(cast["k1_buoi"])).status_code == 403  # fmt: skip
