"""A whole import taken back, doubtful rows decided before it, several lists of one file chosen from."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Conflict
from lms.core.guard import system
from lms.core.keys import Keys
from lms.people import actions, importing, queries
from lms.people.models import Person, PersonDistinct, RegisterImport, Residence
from lms.people.plan import OTHER, SAME
from tests.cast import Cast
from tests.people import lists
from tests.people.door import ORIGIN
from tests.people.register import (
    CITIZEN_ID,
    NOW,
    TITLED,
    TWO,
    apply,
    census,
    import_rows,
    line,
    named,
    preview,
)

pytestmark = pytest.mark.db
LATER = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _held_clock() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


LAN = line("Nguyễn Thị Lan", "02/03/1958", "Nữ", Thôn="Thôn Đông", **{"Điện thoại": "0912345678"})


def take_back(database: Database, keys: Keys, cast: Cast, import_id: UUID) -> queries.Undone:
    """Undo twice; what it did."""
    for _twice in range(2):
        with clock.frozen(LATER), database.write() as session:
            row = actions.undo_import(session, system(cast["TBT"]), keys, import_id)
            told = queries.undone_of(session, row)
    assert told is not None
    return told


def everything(database: Database) -> list[tuple[Any, ...]]:
    """Persons and residences, as they stand."""
    with database.read() as session:
        p, r = Person, Residence
        people = session.execute(
            select(p.id, p.full_name, p.sort_key, p.birth_date, p.birth_year, p.phone, p.citizen_id_hmac,
                   p.citizen_id_sealed).order_by(p.id)
        )  # fmt: skip
        homes = session.execute(select(r.id, r.unit_id, r.household_id, r.to_date).order_by(r.id))
        return [*map(tuple, people), *map(tuple, homes)]


def test_an_import_taken_back_leaves_the_register_as_it_was(
    database: Database, keys: Keys, cast: Cast
) -> None:
    before, counted = everything(database), None
    with database.read() as session:
        counted = census(session)
    rows = [
        *TWO,
        line(
            "Nguyễn Thị Lan", "02/03/1958", "Nữ", Thôn="Thôn Đông", **{"Điện thoại": "0912345678"}
        ),
    ]
    import_id, plan = preview(database, keys, cast, rows)
    assert (plan.counts()["new"], plan.counts()["updated"]) == (2, 1)
    apply(database, keys, cast, import_id)
    told = take_back(database, keys, cast, import_id)
    assert (told.removed, told.restored, told.kept) == (2, 1, [])
    assert everything(database) == before
    with database.read() as session:
        assert census(session) == counted
        row = session.get_one(RegisterImport, (cast["TBT"], import_id))
        assert (row.status, row.undo, row.undone_by) == ("undone", None, None)


def test_what_an_import_keeps_for_undoing_is_sealed(
    database: Database, keys: Keys, cast: Cast
) -> None:
    import_id, _plan = preview(database, keys, cast, TWO)
    with database.read() as session:
        kept = session.get_one(RegisterImport, (cast["TBT"], import_id)).plan or b""
    apply(database, keys, cast, import_id)
    with database.read() as session:
        row = session.get_one(RegisterImport, (cast["TBT"], import_id))
        assert row.plan is None
        for sealed in (kept, row.undo or b""):
            assert sealed
            assert "Đỗ Thị Hà".encode() not in sealed
            assert b'"stamp"' not in sealed


def test_whom_a_later_act_stands_on_is_kept_and_told(
    database: Database, keys: Keys, cast: Cast
) -> None:
    import_id, _plan = preview(database, keys, cast, TWO)
    apply(database, keys, cast, import_id)
    with clock.frozen(LATER):
        import_rows(database, keys, cast, [*TITLED, line("Vũ Minh Khôi", "2013", "Nam", Thôn="Đông", **{
            "Số hộ": 7, "Điện thoại": "0912345678"})])  # fmt: skip
    told = take_back(database, keys, cast, import_id)
    assert told.removed == 1
    assert [(name, why) for _id, name, why in told.kept] == [("Vũ Minh Khôi", "edited")]


def test_a_field_changed_since_keeps_what_was_written_last(
    database: Database, keys: Keys, cast: Cast
) -> None:
    rows = [
        *TITLED,
        line(
            "Nguyễn Thị Lan", "02/03/1958", "Nữ", Thôn="Thôn Đông", **{"Điện thoại": "0912345678"}
        ),
    ]
    import_id, _plan = preview(database, keys, cast, rows)
    apply(database, keys, cast, import_id)
    with database.write() as session:
        session.get_one(Person, (cast["TBT"], cast["lan"])).phone = "0987654321"
    told = take_back(database, keys, cast, import_id)
    assert [(key, why) for key, _name, why in told.kept] == [(cast["lan"], "edited")]
    with database.read() as session:
        assert session.get_one(Person, (cast["TBT"], cast["lan"])).phone == "0987654321"


def test_nobody_gets_an_old_home_back_beside_a_new_one_that_stays(
    database: Database, keys: Keys, cast: Cast
) -> None:
    """The move that is taken back has been followed by another word on the new home."""
    import_rows(database, keys, cast, TWO)

    def moved(**more: Any) -> list[Any]:
        there = {"Thôn": "Thôn Tây", "Số CCCD": CITIZEN_ID, **more}
        return [*TITLED, line("Đỗ Thị Hà", "05/06/1961", "Nữ", **there)]

    import_id, plan = preview(database, keys, cast, moved())
    assert plan.counts()["updated"] == 1
    apply(database, keys, cast, import_id)
    with clock.frozen(LATER):
        import_rows(database, keys, cast, moved(**{"Số hộ": 9}))
    told = take_back(database, keys, cast, import_id)
    assert [(name, why) for _id, name, why in told.kept] == [("Đỗ Thị Hà", "edited")]
    with database.read() as session:
        own = Residence.person_id == named(session, "Đỗ Thị Hà").id
        homes = session.scalars(select(Residence).where(own, Residence.to_date.is_(None))).all()
        assert [one.unit_id for one in homes] == [cast["thon_tay"]]


def test_the_same_file_can_be_imported_again_after_it_was_taken_back(
    database: Database, keys: Keys, cast: Cast
) -> None:
    import_id, _plan = preview(database, keys, cast, TWO)
    with database.write() as session, pytest.raises(Conflict):
        actions.undo_import(session, system(cast["TBT"]), keys, import_id)
    apply(database, keys, cast, import_id)
    take_back(database, keys, cast, import_id)
    assert import_rows(database, keys, cast, TWO)["new"] == 2


DOUBTFUL = [*TITLED, line("Nguyễn Lan", "1958", "Nữ", Thôn="Thôn Đông")]


@pytest.mark.parametrize(("how", "people"), [(SAME, 0), (OTHER, 1), ("", 1)])
def test_a_doubtful_row_is_decided_in_the_preview(
    database: Database, keys: Keys, cast: Cast, how: str, people: int
) -> None:
    who = system(cast["TBT"])
    import_id, plan = preview(database, keys, cast, DOUBTFUL)
    (row,) = plan.rows
    assert (row.fate, row.alike and row.alike.person_id) == ("doubtful", cast["lan"])
    decisions = {(0, row.row): (how, cast["lan"])} if how else {}
    with database.write() as session:
        actions.choose_again(session, who, keys, import_id, actions.Choice(decisions=decisions))
    with database.read() as session:
        kept = queries.register_import(session, cast["TBT"], import_id)
        shown = importing.preview_of(session, keys, kept)
        assert shown.rows[0].decision == how
        before = census(session)["person"]
    apply(database, keys, cast, import_id)
    with database.read() as session:
        assert census(session)["person"] - before == people
        assert len(session.scalars(select(PersonDistinct)).all()) == (how == OTHER)


def test_a_decision_is_a_tap_on_the_page_and_can_be_taken_back(
    app: Flask, database: Database, keys: Keys, cast: Cast
) -> None:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens["oanh"])
    import_id, _plan = preview(database, keys, cast, DOUBTFUL)
    address = f"/dan-cu/nhap/{import_id}"
    assert "Là người này" in client.get(address).text
    said = {"dong": "0-4", "la": "same", "nguoi": str(cast["lan"])}
    page = client.post(f"{address}/chon", data=said, headers=ORIGIN, follow_redirects=True).text
    assert "Là một người" in page
    page = client.post(
        f"{address}/chon", data={"dong": "0-4"}, headers=ORIGIN, follow_redirects=True
    ).text
    assert "Là người khác" in page
    client.post(address, headers=ORIGIN)
    assert "Hoàn tác lần nhập này" in client.get(address).text
    client.post(f"{address}/hoan-tac", headers=ORIGIN)
    assert "Đã hoàn tác lần nhập" in client.get(address).text


def test_every_list_of_a_file_is_read_and_some_can_be_left_out(
    app: Flask, database: Database, cast: Cast
) -> None:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens["oanh"])
    head = ("Họ và tên", "Năm sinh")
    rows = [
        ("THÔN ĐÔNG",),
        head,
        ("Hồ Văn Một", 1950),
        (),
        ("THÔN TÂY",),
        head,
        ("Hồ Văn Hai", 1951),
    ]
    data = {"file": (io.BytesIO(lists.xlsx(rows)), "hai-thon.xlsx"), "home": ""}
    address = client.post("/dan-cu/nhap", data=data, headers=ORIGIN).headers["Location"]
    page = client.get(address).text
    assert "Đã đọc 2 danh sách" in page
    assert "nơi ở: Thôn Tây" in page
    client.post(f"{address}/chon", data={"bang": "1"}, headers=ORIGIN)
    client.post(address, headers=ORIGIN)
    with database.read() as session:
        hai = named(session, "Hồ Văn Hai")
        home = session.scalars(select(Residence.unit_id).where(Residence.person_id == hai.id)).one()
        assert home == cast["thon_tay"]
        assert session.scalars(select(Person).where(Person.full_name == "Hồ Văn Một")).all() == []


def test_a_long_list_shows_how_far_it_is_and_leads_on(
    app: Flask, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.people import import_pages

    monkeypatch.setattr(import_pages, "LONG_BYTES", 100)
    monkeypatch.setattr(import_pages, "LONG_ROWS", 1)
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens["oanh"])
    data = {"file": (io.BytesIO(lists.xlsx(TWO)), "dan-cu.xlsx"), "home": ""}
    page = client.post("/dan-cu/nhap", data=data, headers=ORIGIN).text
    address = page.partition("0;url=")[2].partition('"')[0]
    assert "steps-live" in page
    page = client.post(address, headers=ORIGIN).text
    assert f"0;url={address}" in page
    assert "Đã nhập danh sách" in client.get(address).text
    data = {"file": (io.BytesIO(b"PK" + b"x" * 200), "hong.xlsx"), "home": ""}
    assert "bị hỏng" in client.post("/dan-cu/nhap", data=data, headers=ORIGIN).text
