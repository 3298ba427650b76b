"""A province reader's pages: sums over plans, nobody ranked, nobody named, missing reports listed."""

import io
import re
import time
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms.cli import lms
from lms.core import clock
from lms.core.db import Base, Database
from lms.core.errors import Forbidden
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.settings import Settings
from lms.core.text import fold
from lms.indicators import actions, queries, snapshots
from lms.indicators.closing_period import closable
from lms.indicators.figure_cells import count_id
from lms.indicators.figure_models import FigureCell, FigureCount
from lms.indicators.figure_sums import keep_current
from lms.indicators.models import PlanAdoption
from lms.people import accounts
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Commune
from lms.reports import province_queries as province
from lms.reports.province_duties import Standing, duties
from tests.cast import Cast
from tests.indicators.commune import Village
from tests.indicators.test_pages_plans import signed_in

pytestmark = [pytest.mark.db, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
TAKEN_UP = datetime(2026, 1, 5, 5, 0, tzinfo=UTC)


@pytest.fixture
def two(database: Database, cast: Cast) -> None:
    """TBT works with Thuận An's plan, KHA with Việt Trì's: both count adults alike."""
    with clock.frozen(TAKEN_UP), database.write() as session:
        actions.adopt_shipped(session, system(cast["TBT"]), "thuan-an")
        actions.adopt_shipped(session, system(cast["KHA"]), "viet-tri")
    with clock.frozen(NOON), database.write() as session:
        village = Village(session, cast)
        for n in range(3):
            who = village.person(f"Đặng Văn {n}", date(1980, 1, 1))
            village.home(who)
            village.attained(who, date(2026, 6, 1), proof="task_observed", level="proficient")
    with clock.frozen(NOON):
        keep_current(database, today=TODAY)
    with database.write() as session:
        known = FigureCell.denominator.is_not(None)
        session.execute(
            update(FigureCell)
            .where(FigureCell.commune_id == cast["KHA"], known)
            .values(numerator=2)
        )


def test_the_same_indicator_of_two_plans_is_summed_and_the_targets_are_told(
    app: Flask, database: Database, cast: Cast, two: None
) -> None:
    with database.read() as session:
        found = province.works(session, "Tỉnh Mẫu", TODAY)
        sums = province.same(session, "Tỉnh Mẫu", found, TODAY)
    adults = next(
        one for one in sums if len(one.parts) == 2 and one.population == "người dân đủ 18 tuổi"
        and "xác nhận" not in one.measure and "khai báo" not in one.measure
    )  # fmt: skip
    assert sorted(part.plan for part in adults.parts) == ["thuan-an", "viet-tri"]
    assert adults.numerator == sum(part.numerator or 0 for part in adults.parts) == 5
    assert adults.size == sum(part.size or 0 for part in adults.parts) == 9
    assert adults.rate == "55,5%"
    with clock.frozen(NOON):
        tinh = signed_in(app, cast, "tinh")
        page = tinh.get("/tinh").text
        detail = tinh.get(f"/tinh/chi-tieu?ma={adults.digest}").text
    assert "5 / 9" in page
    assert "Tân Bình Thượng" in detail
    assert "Khánh An" in detail
    assert "Đặng Văn" not in page + detail


def test_a_commune_with_two_plans_that_count_the_same_is_in_the_sum_once(
    database: Database, cast: Cast, two: None
) -> None:
    with clock.frozen(NOON), database.write() as session:
        actions.adopt_shipped(session, system(cast["TBT"]), "viet-tri")
    with clock.frozen(NOON):
        keep_current(database, today=TODAY)
    with database.read() as session:
        found = province.works(session, "Tỉnh Mẫu", TODAY)
        sums = province.same(session, "Tỉnh Mẫu", found, TODAY)
    twice = [one for one in sums if any(part.repeats for part in one.parts)]
    assert twice
    for one in twice:
        communes = [part.code for part in one.inside]
        assert len(communes) == len(set(communes))
        assert one.places == len({part.code for part in one.parts})
        assert (one.numerator or 0) == sum(part.numerator or 0 for part in one.inside)


def test_a_number_of_last_year_is_no_part_of_a_sum_within_this_year(
    database: Database, cast: Cast, two: None
) -> None:
    """After New Year a commune that was not recounted yet still has the classes of the old year."""
    with clock.frozen(NOON), database.write() as session:
        actions.adopt_shipped(session, system(cast["TBT"]), "viet-tri")
    with clock.frozen(NOON):
        keep_current(database, today=TODAY)
    with database.write() as session:
        session.execute(update(FigureCell).values(numerator=7))
        old = update(FigureCount).where(FigureCount.commune_id == cast["KHA"])
        session.execute(old.values(as_of=date(2025, 12, 31)))
    with database.read() as session:
        found = province.works(session, "Tỉnh Mẫu", TODAY)
        sums = province.same(session, "Tỉnh Mẫu", found, TODAY)
    within = [one for one in sums if '"window":"year"' in one.key]
    assert {part.code for one in within for part in one.inside} == {"TBT"}
    for one in within:
        assert "KHA" in [part.code for part in one.outside]
        assert one.numerator in (7, None)


def test_communes_stand_by_name_however_many_they_reached(
    app: Flask, database: Database, cast: Cast, two: None
) -> None:
    with clock.frozen(NOON):
        tinh = signed_in(app, cast, "tinh")
        for digest in set(re.findall(r"ma=([0-9a-f]{12})", tinh.get("/tinh").text)):
            text = tinh.get(f"/tinh/chi-tieu?ma={digest}").text
            rows = re.findall(r'<th scope="row"[^>]*><span>\s*(\S[^<]*)', text)
            assert rows == sorted(rows, key=lambda title: fold(title.partition(" ")[2]))
        assert "xếp hạng" in text


def test_missing_and_late_reports_are_listed(
    app: Flask, database: Database, cast: Cast, two: None
) -> None:
    oanh = Actor(Role.OFFICER, cast["TBT"], cast["oanh"], "Lê Kim Oanh")
    with clock.frozen(TAKEN_UP), database.write() as session:
        actions.adopt_shipped(session, oanh, "dien-sanh")
    with clock.frozen(datetime(2026, 9, 14, 5, 0, tzinfo=UTC)), database.write() as session:
        plan = queries.adopted(session, cast["TBT"], "dien-sanh").plan
        third = next(one for one in closable(plan, date(2026, 9, 14)) if one.ends.month == 9)
        closing = snapshots.Closing(third, in_spite="Số liệu để thử, chốt muộn.")
        snapshots.close(session, oanh, "dien-sanh", closing)
    with database.read() as session:
        works = province.works(session, "Tỉnh Mẫu", TODAY)
        found = [d for d in duties(session, "Tỉnh Mẫu", works, TODAY) if d.plan == "dien-sanh"]
    by_month = {one.last_day.month: one for one in found if one.last_day}
    assert (by_month[9].standing, by_month[9].days) == (Standing.LATE, 4)
    assert by_month[6].standing is Standing.MISSING
    assert by_month[6].days == (TODAY - date(2026, 6, 10)).days
    assert by_month[12].standing is Standing.COMING
    with clock.frozen(NOON):
        text = signed_in(app, cast, "tinh").get("/tinh/bao-cao?tinh-trang=late").text
    assert "10/09/2026" in text
    assert "10/06/2026" not in text


def test_the_files_hold_the_same_numbers(app: Flask, cast: Cast, two: None) -> None:
    with clock.frozen(NOON):
        tinh = signed_in(app, cast, "tinh")
        book = CalamineWorkbook.from_filelike(io.BytesIO(tinh.get("/tinh/so-lieu.xlsx").data))
        text = tinh.get("/tinh/so-lieu.csv").data.decode("utf-8-sig")
    assert book.sheet_names == ["Cộng toàn tỉnh", "Từng xã, phường", "Báo cáo"]
    assert "xã Tân Bình Thượng" in text
    assert "Đặng Văn" not in text


@pytest.mark.parametrize("url", ["/tinh", "/tinh/bao-cao", "/tinh/ke-hoach", "/tinh/so-lieu.csv"])
def test_only_a_province_reader_opens_them(app: Flask, cast: Cast, url: str) -> None:
    assert signed_in(app, cast, "tinh").get(url).status_code == 200
    for name in ("oanh", "an", "trang"):
        assert signed_in(app, cast, name).get(url).status_code == 403


def test_another_province_is_not_read(
    app: Flask, database: Database, cast: Cast, two: None
) -> None:
    with database.write() as session:
        session.get_one(Commune, cast["KHA"]).province = "Tỉnh Khác"
    with clock.frozen(NOON):
        tinh = signed_in(app, cast, "tinh")
        assert "Khánh An" not in tinh.get("/tinh/ke-hoach").text
        assert tinh.get("/tinh/ke-hoach/viet-tri").status_code == 404


def test_a_hundred_communes_take_less_than_a_second(
    app: Flask, database: Database, cast: Cast, two: None
) -> None:
    with database.write() as session:
        _copied(session, cast, 98)
    with clock.frozen(NOON):
        tinh = signed_in(app, cast, "tinh")
        tinh.get("/tinh")
        began = time.process_time()
        text = tinh.get("/tinh").text
        assert time.process_time() - began < 1
    assert ">100<" in text


def _copied(session: Session, cast: Cast, times: int) -> None:
    """More communes with the plan and the count of KHA."""
    row = queries.newest_adoption(session, cast["KHA"], "viet-tri")
    count = session.get_one(FigureCount, (cast["KHA"], count_id("viet-tri")))
    cells = session.query(FigureCell).filter_by(commune_id=cast["KHA"]).all()
    for n in range(times):
        key = uuid7()
        tables = (
            (Commune, [{"id": key, "short_code": f"X{n:03d}", "kind": "xa", "name": f"Mẫu {n}",
                        "province": "Tỉnh Mẫu", "is_sample": False}]),
            (PlanAdoption, [_of(row, key)]), (FigureCount, [_of(count, key)]),
            (FigureCell, [_of(cell, key) for cell in cells]),
        )  # fmt: skip
        for table, values in tables:
            session.execute(insert(table), values)


def _of(row: Base, commune: UUID) -> dict[str, object]:
    columns = row.__table__.columns
    return {c.key: getattr(row, c.key) for c in columns} | {"commune_id": commune}


def test_only_a_command_on_the_server_makes_a_province_reader(
    database: Database, settings: Settings, keys: Keys, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    an = Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"], "Đỗ Bình An")
    with database.write() as session, pytest.raises(Forbidden):
        accounts.grant_role(session, an, cast["oanh"], "province_reader")
    monkeypatch.setenv("LMS_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LMS_DATABASE_URL", settings.database_url or "")
    command = [
        "--commune",
        "TBT",
        "province",
        "reader",
        "--login",
        "tinh.moi",
        "--name",
        "Lê Văn Tỉnh",
    ]
    made = CliRunner().invoke(lms, command)
    assert made.exit_code == 0, made.output
    assert "/mat-khau/TBT." in made.output
    again = CliRunner().invoke(lms, command)
    assert "Đã thêm vai" in again.output
    with database.read() as session:
        account = session.scalar(select(Account.id).where(Account.login == "tinh.moi"))
        held = session.scalars(select(RoleGrant.role).where(RoleGrant.account_id == account)).all()
    assert held == ["province_reader"]
