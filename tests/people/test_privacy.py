"""Somebody asks to be erased: nothing in the database names them any more; what is counted stays."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from assessments.models import Attainment
from certificates.models import Certificate
from lms.cohorts import carry, diary
from lms.cohorts.carried_models import HomeCode
from lms.cohorts.models import Enrolment, LearnerSession
from lms.core import audit, clock
from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.text import fold, sort_key
from lms.indicators import outside_lists
from lms.indicators.outside_header import Header
from lms.indicators.snapshot_models import ReportSnapshot, SnapshotFile
from lms.ledger.models import Event
from lms.people import actions as people
from lms.people import (
    privacy_consents,
    privacy_erasing,
    privacy_requests,
    queries,
    visiting,
)
from lms.people.importing import Upload
from lms.people.models import Membership, Person, RegisterImport
from lms.people.privacy_consents import NewConsent
from lms.people.privacy_marks import Marks, hidden
from lms.people.privacy_models import DataRequest
from lms.people.privacy_requests import NewRequest
from lms.people.queries import Filter
from lms.people.rules import privacy as rules
from lms.people.visiting import NewVisit
from lms.reports import commend_actions
from lms.reports.commend_preview import preview
from lms.reports.unit_link_models import UnitRemark
from tests.cast import Cast
from tests.contract import furnish as furnishing
from tests.people.canaries import tables_with

NAME, PHONE, CITIZEN = "Hoàng Yến Canary", "0912777333", "079158000123"
WORDS = tuple(word.casefold() for word in (NAME, fold(NAME), PHONE, CITIZEN, "canary"))
HEADING = "Họ và tên,Ngày sinh,Giới tính,Thôn,Điện thoại,Số định danh"
LISTED = f"{HEADING}\n{NAME},02/03/1958,Nữ,Thôn Đông,{PHONE},{CITIZEN}\n"
DAY = date(2026, 11, 20)


def _admin(cast: Cast) -> Actor:
    return Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"])


def _officer(cast: Cast) -> Actor:
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"])


# --- the days the law gives ---------------------------------------------------------------------


@pytest.mark.pure
@pytest.mark.parametrize(
    ("received", "by"),
    [("2026-11-18", "2026-11-20"), ("2026-11-19", "2026-11-23"), ("2026-11-20", "2026-11-24"),
     ("2026-11-21", "2026-11-24"), ("2026-11-22", "2026-11-24")],
)  # fmt: skip
def test_a_request_is_acknowledged_within_two_working_days(received: str, by: str) -> None:
    assert rules.acknowledge_by(date.fromisoformat(received)) == date.fromisoformat(by)


@pytest.mark.pure
def test_each_kind_of_request_has_its_own_days() -> None:
    start = date(2026, 2, 20)
    days = {kind: (rules.answer_by(kind, start) - start).days for kind in rules.KINDS}
    assert days == {"see": 10, "copy": 10, "correct": 10, "withdraw": 15, "delete": 20}
    late = rules.due("delete", "acknowledged", start, start + timedelta(days=21))
    assert (late.what, late.late) == ("answer", True)
    assert not rules.due("delete", "acknowledged", start, start + timedelta(days=20)).late
    assert rules.due("delete", "done", start, date(2030, 1, 1)) == rules.Due("", None, False)


@pytest.mark.pure
def test_whoever_turns_sixteen_today_speaks_alone() -> None:
    today = date(2026, 11, 22)
    assert not rules.is_minor(date(2010, 11, 22), 2010, today)
    assert rules.is_minor(date(2010, 11, 23), 2010, today)
    assert rules.is_minor(None, 2010, today)
    assert rules.is_minor(None, None, today) is None


@pytest.mark.pure
def test_a_name_is_taken_out_of_a_text_whole_and_in_any_case() -> None:
    words = ("Lê Lan", "0912777333")
    assert (
        hidden("gặp LÊ LAN (0912777333), Lê Lanh ở nhà", words)
        == "gặp (đã xóa) ((đã xóa)), Lê Lanh ở nhà"
    )
    assert hidden("không có ai", words) == "không có ai"
    ways = Marks(frozenset({"Lê Lan"}), frozenset({"0912777333"})).words
    for text in ("LE LAN", "0912 777 333", "091.277.7333", "+84912777333", "84 912 777 333"):
        assert hidden(f"gọi {text} nhé", ways) == "gọi (đã xóa) nhé"


@pytest.mark.pure
def test_what_an_import_would_need_forgets_one_person_and_keeps_the_others() -> None:
    kept = {
        "people": ["a", "b"], "households": ["h"], "told_apart": [["a", "b"], ["b", "c"]],
        "parts": {"residence": {"r1": {"person_id": "a"}, "r2": {"person_id": "b"}}},
        "changed": {"person": {"a": {"phone": ["1", "2"]}}, "residence": {"r9": {"unit_id": ["u", "v"]}}},
    }  # fmt: skip
    left = privacy_erasing.without(kept, {"a", "r9"})
    assert left == {
        "people": ["b"], "households": ["h"], "told_apart": [["b", "c"]],
        "parts": {"residence": {"r2": {"person_id": "b"}}}, "changed": {"person": {}, "residence": {}},
    }  # fmt: skip


# --- erasure ------------------------------------------------------------------------------------


def _named(database: Database, keys: Keys, cast: Cast) -> None:
    """Lan gets a name of her own, and a list brings her phone and citizen ID."""
    with database.write() as session:
        lan = session.get_one(Person, (cast["TBT"], cast["lan"]))
        lan.full_name, lan.sort_key, lan.search_key = NAME, sort_key(NAME), fold(NAME)
        session.flush()
        who = _officer(cast)
        row, _plan = people.preview_register(session, who, keys, "a.csv", LISTED.encode())
        people.apply_register(session, who, keys, row.id)


def _everywhere(database: Database, keys: Keys, cast: Cast) -> None:
    """She is named wherever the product lets somebody be named."""
    who, lan, commune = _admin(cast), cast["lan"], cast["TBT"]
    with database.write() as session:
        people.preview_register(session, who, keys, "b.csv", LISTED.encode() + b",,,,,\n")
        double = Person(
            commune_id=commune, full_name=NAME.upper(), sort_key="c", search_key=fold(NAME)
        )
        session.add(double)
        session.flush()
        cast.ids["lan_2"] = double.id
        people.link(session, who, double.id, lan, f"cùng là {NAME}, {PHONE}")
        outside = Header("vneid_confirmed", "Công an xã", "Công văn 46", date(2026, 10, 1))
        upload = Upload("vneid.csv", f"Ho ten,Nam sinh\n{NAME},1958\n".encode())
        found = outside_lists.read(session, who, keys, outside, upload)
        outside_lists.keep(session, who, keys, outside, upload, found)
        diary.write(session, who, cast["k1_buoi"], f"{NAME} giúp cả lớp, gọi 0912 777 333.", 1)
        at_home = NewVisit(
            uuid7(), date(2026, 11, 3), "guide", "guided", household_id=cast["nha_lan"],
            helper_id=cast["mai"], note=f"bà {fold(NAME).upper()} vắng nhà, {PHONE}",
        )  # fmt: skip
        visiting.record(session, who, at_home)
        in_person = replace(at_home, id=uuid7(), household_id=None, person_id=lan, note=NAME)
        visiting.record(session, who, in_person)
        pack = carry.NewPack(uuid7(), cast["k1"], clock.now(), clock.now(), "0" * 64, f'["{NAME}"]')
        carry.keep(session, who, pack, [])
        session.add(
            UnitRemark(
                commune_id=commune, unit_id=cast["thon_dong"], kind="remark", text=f"thiếu {NAME.upper()}",
                shown=[["p", 1, NAME, "9"]], as_of=DAY,
            )
        )  # fmt: skip
        commend_actions.decide(session, who, cast["tieu_chi"], "leave_out", lan, f"{NAME} xin thôi")
        privacy_consents.name(session, who, lan, uuid7(), f"Con của {NAME}", "other")
        privacy_consents.give(session, who, lan, NewConsent("phone", DAY, "self", "paper"))
        asked = NewRequest(uuid7(), "correct", DAY, "self", "known", detail=f"{NAME}: số {PHONE}")
        privacy_requests.receive(session, who, lan, asked)


def _figures(database: Database, cast: Cast) -> list[object]:
    """What must stay as it is: closed periods, events, attainments, numbers of certificates."""
    with database.read() as session:
        shot = session.execute(select(ReportSnapshot.sha256, ReportSnapshot.body)).all()
        files = session.execute(
            select(SnapshotFile.sha256)
            .where(SnapshotFile.kind != "facts")
            .order_by(SnapshotFile.id)
        ).all()
        counts = [
            session.scalar(select(func.count()).select_from(t))
            for t in (Event, Attainment, Enrolment)
        ]
        numbers = session.scalars(select(Certificate.number).order_by(Certificate.number)).all()
    return [shot, files, counts, list(numbers)]


@pytest.mark.db
def test_after_erasure_no_cell_of_the_database_names_the_person(
    app: Flask, database: Database, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app is asked for, because it makes every package listen."""
    built = furnishing.build_cast

    def named(database: Database, keys: Keys) -> Cast:
        cast = built(database, keys)
        _named(database, keys, cast)
        return cast

    monkeypatch.setattr(furnishing, "build_cast", named)
    cast = furnishing.furnish(database, keys)
    _everywhere(database, keys, cast)
    before = tables_with(database, keys, WORDS)
    assert before.keys() >= {
        "person", "person_link", "register_import", "fact_list", "class_session", "visit", "class_pack",
        "unit_remark", "commend_decision", "commend_list", "representative", "data_request", "certificate",
        "certificate_form",
    }, before  # fmt: skip
    assert before["register_import"] >= {"content", "plan"}
    figures = _figures(database, cast)
    with database.write() as session:
        asked = NewRequest(uuid7(), "delete", DAY, "self", "known")
        row = privacy_requests.receive(session, _officer(cast), cast["lan"], asked)
        done = privacy_requests.finish(session, _admin(cast), keys, row.id, row.revision)
        told = dict(map(tuple, done.deeds))
    assert tables_with(database, keys, WORDS) == {}
    assert _figures(database, cast) == figures
    assert told["record"] == 2
    assert told["certificates"] == 1
    _is_closed(database, keys, cast, row.id)
    _is_not_named_for_praise(database, cast)
    if database.engine.dialect.name == "sqlite":
        _is_gone_from_the_file(database)


def _is_not_named_for_praise(database: Database, cast: Cast) -> None:
    """Whoever takes that consent back is in no list of commendation from then on."""
    who = _admin(cast)
    with database.write() as session:
        asked = commend_actions.read(commend_actions.sheet(session, who, cast["tieu_chi"]))
        assert cast["hung"] in {row.id for row in preview(session, who, asked).rows}
        privacy_consents.withdraw(session, who, cast["hung"], "commend", "spoken", "self")
        assert cast["hung"] not in {row.id for row in preview(session, who, asked).rows}


def _is_gone_from_the_file(database: Database) -> None:
    """Pages that SQLite gave back hold nothing of her either."""
    with database.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = Path(str(database.engine.url.database)).read_bytes()
    assert [word for word in (NAME, PHONE, CITIZEN, NAME.upper()) if word.encode() in content] == []


def _is_closed(database: Database, keys: Keys, cast: Cast, key: UUID) -> None:
    """The register no longer finds her, nothing lets her in, the chain is whole, and twice is once."""
    who = _admin(cast)
    with database.write() as session:
        assert queries.people(session, who, Filter("canary"), DAY, 0)[1] == 0
        row = session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"]))
        assert (row.pin_hmac, row.pin_sealed, row.withdrawn_on) == ("", "", clock.today())
        mine = LearnerSession.enrolment_id == row.id
        assert None not in session.scalars(select(LearnerSession.ended_at).where(mine)).all()
        codes = select(HomeCode.id).where(HomeCode.enrolment_id == row.id)
        assert session.scalars(codes).all() == []
        assert privacy_erasing.erase(session, who, keys, cast["lan_2"]) == []
        again = privacy_requests.finish(session, who, keys, key, 1)
        assert (again.state, again.detail, again.answer) == ("done", "", "")
        still = select(DataRequest.id).where(
            DataRequest.closed_at.is_(None), DataRequest.person_id == cast["lan"]
        )
        assert session.scalars(still).all() == []
        assert audit.verify(session, cast["TBT"]) == []
        applied = select(RegisterImport).where(RegisterImport.status == "applied")
        first = session.scalars(applied).first()
        assert first is not None
        people.undo_import(session, who, keys, first.id)


@pytest.mark.db
def test_another_one_of_the_same_name_keeps_it_in_texts(
    database: Database, keys: Keys, cast: Cast
) -> None:
    who = _admin(cast)
    with database.write() as session:
        hung = session.get_one(Person, (cast["TBT"], cast["hung"]))
        lan = session.get_one(Person, (cast["TBT"], cast["lan"]))
        hung.full_name, hung.search_key = lan.full_name, lan.search_key
        diary.write(session, who, cast["k1_buoi"], f"{lan.full_name} đến muộn.", 1)
        told = dict(privacy_erasing.erase(session, who, keys, lan.id))
        assert told["look"] == 1
        assert "texts" not in told
        assert session.get_one(Person, (cast["TBT"], cast["hung"])).full_name == "Nguyễn Thị Lan"


# --- requests -----------------------------------------------------------------------------------


@pytest.mark.db
def test_a_request_is_taken_in_once_and_answered_once(
    database: Database, keys: Keys, cast: Cast
) -> None:
    who, other = _officer(cast), _admin(cast)
    asked = NewRequest(uuid7(), "see", DAY, "self", "paper")
    with database.write() as session:
        row = privacy_requests.receive(session, who, cast["lan"], asked)
        assert privacy_requests.receive(session, who, cast["lan"], asked).number == row.number == 1
        with pytest.raises(Conflict):
            privacy_requests.receive(session, who, cast["hung"], asked)
        privacy_requests.acknowledge(session, who, row.id)
        privacy_requests.acknowledge(session, other, row.id)
        assert row.acknowledged_by == cast["oanh"]
        with pytest.raises(Conflict):
            privacy_requests.refuse(session, other, row.id, 1, "không rõ ai hỏi")
        with pytest.raises(Invalid):
            privacy_requests.finish(session, who, keys, row.id, row.revision, " ")
        privacy_requests.finish(session, who, keys, row.id, row.revision, "Đã cho xem tại trụ sở.")
        with pytest.raises(Conflict):
            privacy_requests.refuse(session, other, row.id, row.revision, "không rõ ai hỏi")
        bodies = session.scalars(select(audit.AuditEntry.body)).all()
    assert sum("data_request" in body for body in bodies) == 3


@pytest.mark.db
def test_an_officer_does_not_delete_and_another_commune_sees_nothing(
    database: Database, keys: Keys, cast: Cast
) -> None:
    with database.write() as session:
        asked = NewRequest(uuid7(), "delete", DAY, "self", "known")
        row = privacy_requests.receive(session, _officer(cast), cast["lan"], asked)
        with pytest.raises(Forbidden):
            privacy_requests.finish(session, _officer(cast), keys, row.id, row.revision)
        foreign = Actor(Role.ADMINISTRATOR, cast["KHA"], cast["xa_an"])
        with pytest.raises(Exception, match="Không tìm thấy"):
            privacy_requests.finish(session, foreign, keys, row.id, row.revision)
        assert session.get_one(DataRequest, (cast["TBT"], row.id)).state == "received"


@pytest.mark.db
def test_a_child_asks_and_agrees_through_a_representative(database: Database, cast: Cast) -> None:
    who, minh = _officer(cast), cast["minh"]
    asked = NewRequest(uuid7(), "copy", DAY, "self", "known")
    with database.write() as session:
        with pytest.raises(Invalid, match="16"):
            privacy_requests.receive(session, who, minh, asked)
        for_child = replace(asked, asked_by="representative", recognised="authority")
        with pytest.raises(Invalid, match="đại diện"):
            privacy_requests.receive(session, who, minh, for_child)
        key = uuid7()
        privacy_consents.name(session, who, minh, key, "Phạm Văn Cha", "father")
        privacy_consents.name(session, who, minh, key, "Phạm Văn Cha", "father")
        row = privacy_requests.receive(session, who, minh, for_child)
        assert row.representative == "Phạm Văn Cha (Cha)"
        with pytest.raises(Invalid, match="16"):
            privacy_consents.give(session, who, minh, NewConsent("phone", DAY, "self", "paper"))
        privacy_consents.end(session, who, key)
        assert privacy_consents.standing(session, cast["TBT"], minh) == []


@pytest.mark.db
def test_taking_a_consent_back_stops_what_rests_on_it(
    database: Database, keys: Keys, cast: Cast
) -> None:
    who, lan, commune = _officer(cast), cast["lan"], cast["TBT"]
    with database.write() as session:
        session.get_one(Person, (commune, lan)).phone = PHONE
        session.add(Membership(commune_id=commune, person_id=lan, kind="disabled"))
        session.flush()
        given = privacy_consents.give(session, who, lan, NewConsent("phone", DAY, "self", "paper"))
        for purpose in ("phone", "disability", "commend"):
            asked = NewRequest(uuid7(), "withdraw", DAY, "self", "known", purpose=purpose)
            row = privacy_requests.receive(session, who, lan, asked)
            privacy_requests.finish(session, who, keys, row.id, row.revision)
        assert given.withdrawn_on == clock.today()
        session.expire_all()
        assert session.get_one(Person, (commune, lan)).phone is None
        kinds = session.scalars(select(Membership.kind).where(Membership.person_id == lan)).all()
        assert "disabled" not in kinds
        assert privacy_consents.withdrawn(session, commune, "commend") == {lan}
        privacy_consents.give(session, who, lan, NewConsent("commend", DAY, "self", "spoken"))
        assert privacy_consents.withdrawn(session, commune, "commend") == set()
