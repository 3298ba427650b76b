"""Issuing, replacing, withdrawing: once each, whoever asks how often."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.models import AttainmentRevocation
from certificates import actions, files, press, queries, rules
from certificates.issuer import Issuer
from certificates.models import Certificate, CertificateCounter, CertificateForm, CertificatePart
from certificates.queries import class_view
from certificates.rules import Claims
from lms.core import audit, clock
from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.people import actions as people
from lms.people.models import Person, PersonLink
from tests.assessments.tablet import deliver, whole
from tests.cast import Cast
from tests.certificates.work import BASE, ISSUER, TODAY, attained, could_do, officer, trainer

pytestmark = pytest.mark.db


def issue(session: Session, cast: Cast, *people: str, class_: str = "k1") -> actions.Issued:
    chosen = [cast[f"hv_{person}"] for person in people] or None
    with clock.frozen(TODAY):
        return actions.issue(session, officer(cast), cast[class_], chosen, ISSUER)


def merge(session: Session, cast: Cast, duplicate: str, survivor: str) -> PersonLink:
    link = PersonLink(commune_id=cast["TBT"], id=uuid7(), duplicate_id=cast[duplicate],
                      survivor_id=cast[survivor], reason="cùng một người")  # fmt: skip
    session.add(link)
    session.flush()
    return link


def test_who_passed_gets_one_and_the_others_are_told_what_is_missing(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        attained(session, cast, "hung", "test_supervised")
        view = class_view(session, trainer(cast), cast["k1"])
        assert {one.person.full_name: one.state for one in view.candidates} == {
            "Nguyễn Thị Lan": "eligible", "Trần Văn Hùng": "lacking"}  # fmt: skip
        issued = issue(session, cast)
        assert [one.number for one in issued.made] == ["000001/2026/TBT"]
        refused = issue(session, cast, "hung").refused
        assert [one.why for one in refused] == ["Còn thiếu: bài thực hành “Gọi video”."]


@pytest.mark.usefixtures("app")
def test_a_test_taken_on_a_tablet_and_a_task_seen_end_in_a_certificate(
    database: Database, cast: Cast
) -> None:
    deliver(database, cast, whole(cast).texts)
    with database.write() as session:
        could_do(session, cast, "lan")
        (made,) = issue(session, cast).made
        assert queries.claims(made).proof == "task_observed"
        assert queries.claims(made).completed_on == "2026-11-20"


def test_issuing_twice_is_issuing_once(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        first = issue(session, cast).made
    with database.write() as session:
        again = issue(session, cast)
        assert again.made == ()
        assert [one.certificate.id for one in again.already if one.certificate] == [first[0].id]
        assert session.scalar(select(func.count()).select_from(Certificate)) == 1


@pytest.mark.counts("race submits, one result each", n=50)
def test_fifty_threads_issue_once_each_and_give_no_number_twice(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        for person in ("lan", "hung"):
            attained(session, cast, person)
        attained(session, cast, "mai", class_="k2")

    def press(n: int) -> int:
        with database.write() as session:
            class_ = ("k1", "k2")[n % 2]
            return len(actions.issue(session, officer(cast), cast[class_], None, ISSUER).made)

    with ThreadPoolExecutor(50) as pool:
        made = sum(pool.map(press, range(50)))
    with database.read() as session:
        rows = session.scalars(select(Certificate).order_by(Certificate.sequence)).all()
        forms = session.scalars(select(CertificateForm)).all()
        assert audit.verify(session, cast["TBT"]) == []
    assert made == len(rows) == 3
    assert Counter(row.person_id for row in rows) == dict.fromkeys(
        (cast["lan"], cast["hung"], cast["mai"]), 1
    )
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert Counter((form.certificate_id, form.kind) for form in forms) == {
        (row.id, kind): 1 for row in rows for kind in ("slip", "jwt", "ld")}  # fmt: skip


def test_a_fault_in_the_middle_leaves_nothing_and_uses_no_number(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = press.credentials_of
    calls: list[str] = []

    def breaks(claims: Claims, token: str, issuer: Issuer, code: str) -> object:
        calls.append(token)
        if len(calls) == 2:
            raise OSError("the disk is full")
        return made(claims, token, issuer, code)

    with database.write() as session:
        attained(session, cast, "lan")
        attained(session, cast, "hung")
        before = session.scalar(select(func.count(AuditEntry.id)))
    monkeypatch.setattr(press, "credentials_of", breaks)
    with pytest.raises(OSError, match="full"), database.write() as session:
        issue(session, cast)
    with database.read() as session:
        for table in (Certificate, CertificateForm, CertificatePart):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert session.scalar(select(func.count(AuditEntry.id))) == before
    monkeypatch.undo()
    with database.write() as session:
        assert [one.sequence for one in issue(session, cast).made] == [1, 2]


def test_the_database_itself_refuses_a_second_valid_certificate(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        held = issue(session, cast).made[0]
        columns = {c.key: getattr(held, c.key) for c in Certificate.__table__.columns}
    with database.session(writes=True) as session:
        session.add(Certificate(**columns | {"id": uuid7(), "sequence": 99, "token": "TBT.x"}))
        with pytest.raises(Conflict):
            press.flush(session)


def test_numbers_begin_anew_each_year_and_in_each_commune(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        attained(session, cast, "hung")
        attained(session, cast, "lan", p="xa_")
        issue(session, cast, "lan")
        with clock.frozen(datetime(2026, 12, 31, 17, 30, tzinfo=UTC)):  # 00:30 on 1/1 in Vietnam.
            new_year = actions.issue(session, officer(cast), cast["k1"], None, ISSUER)
            other = actions.issue(session, officer(cast, "xa_"), cast["xa_k1"], None, ISSUER)
        assert [one.number for one in new_year.made] == ["000001/2027/TBT"]
        assert [one.number for one in other.made] == ["000001/2027/KHA"]
        assert new_year.made[0].issued_on == date(2027, 1, 1)


def test_a_revoked_attainment_counts_no_more(database: Database, cast: Cast) -> None:
    with database.write() as session:
        key = attained(session, cast, "lan")
        session.add(AttainmentRevocation(commune_id=cast["TBT"], attainment_id=key,
                                         revoked_on=date(2026, 11, 20), reason="chấm nhầm người"))  # fmt: skip
        session.flush()
        assert issue(session, cast).made == ()


def test_a_name_with_a_letter_the_paper_lacks_is_refused_and_the_letter_named(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        attained(session, cast, "hung")
        session.get_one(Person, (cast["TBT"], cast["lan"])).full_name = "Thạch សុខ Lan"
        issued = issue(session, cast)
        assert [one.number for one in issued.made] == ["000001/2026/TBT"]
        assert [(r.candidate.person.id, "“ស”" in r.why) for r in issued.refused] == [
            (cast["lan"], True)]  # fmt: skip


def test_a_name_that_no_paper_holds_is_refused(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        session.get_one(Person, (cast["TBT"], cast["lan"])).full_name = "Nguyễn " * 60
        assert "dài quá khổ giấy" in issue(session, cast).refused[0].why


def test_shared_parts_are_kept_once(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        attained(session, cast, "hung")
        made = issue(session, cast).made
        assert made[0].parts == made[1].parts
        slips = session.scalars(select(CertificateForm).where(CertificateForm.kind == "slip")).all()
        assert slips[0].parts == slips[1].parts
        shared = {*made[0].parts.values(), *slips[0].parts.values()}
        assert set(session.scalars(select(CertificatePart.sha256))) == shared
        assert all(len(one.content or b"") <= 3072 for one in made)


def test_a_merged_person_gets_one_certificate_in_the_name_of_the_survivor(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        attained(session, cast, "hung", "test_supervised")
        could_do(session, cast, "lan")
        merge(session, cast, "hung", "lan")
        made = issue(session, cast).made
        assert [one.person_id for one in made] == [cast["lan"]]
        assert queries.claims(made[0]).name == "Nguyễn Thị Lan"
        assert issue(session, cast).made == ()


def test_a_merge_that_meets_two_keeps_both_and_marks_the_later(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        attained(session, cast, "hung")
        first, later = issue(session, cast).made
        link = merge(session, cast, "hung", "lan")
        assert issue(session, cast).made == ()
        assert (first.status, later.status, later.status_reason) == (
            "valid",
            "duplicate",
            "trùng người",
        )
        link.undone_at = TODAY
        session.flush()
        assert issue(session, cast).made == ()
        assert (first.status, later.status, later.status_reason) == ("valid", "valid", None)


@pytest.mark.usefixtures("app")
def test_a_merge_marks_the_later_one_at_once_and_its_undoing_takes_the_mark_away(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        attained(session, cast, "hung")
        first, later = issue(session, cast).made
        link = people.link(session, officer(cast), cast["hung"], cast["lan"], "cùng người")
        assert (first.status, later.status) == ("valid", "duplicate")
        assert queries.check(session, later.token) is not None
        people.undo_link(session, officer(cast), link.id)
        assert (first.status, later.status) == ("valid", "valid")
        assert audit.verify(session, cast["TBT"]) == []


def test_revoking_says_why_and_is_done_once(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        held = issue(session, cast).made[0]
        with clock.frozen(TODAY):
            actions.revoke(session, officer(cast), held.id, "Cấp nhầm người học")
            actions.revoke(session, officer(cast), held.id, "Bấm hai lần")
        assert (held.status, held.status_reason) == ("revoked", "Cấp nhầm người học")
        assert (held.status_on, held.status_by) == (date(2026, 11, 21), cast["oanh"])
        entries = session.scalars(select(AuditEntry.body)).all()
        assert sum('"verb":"revoked"' in body for body in entries) == 1


def test_a_revoked_certificate_is_never_issued_anew_by_itself(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        held = issue(session, cast).made[0]
        actions.revoke(session, officer(cast), held.id, "Cấp nhầm người học")
        assert issue(session, cast).made == ()
        assert "thu hồi" in issue(session, cast, "lan").refused[0].why
        again = actions.reissue(session, officer(cast), held.id, "Đã xác minh lại", ISSUER)
        assert (held.status, again.status, again.replaces_id) == ("revoked", "valid", held.id)


def test_a_reissue_corrects_the_name_and_names_the_old_one(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        old = issue(session, cast).made[0]
        before = files.file(session, old)
        session.get_one(Person, (cast["TBT"], cast["lan"])).full_name = "Nguyễn Thị Lân"
        new = actions.reissue(session, officer(cast), old.id, "Sửa họ tên", ISSUER)
        twice = actions.reissue(session, officer(cast), old.id, "Sửa họ tên", ISSUER)
        assert twice is new
        assert (old.status, new.status, new.number) == ("replaced", "valid", "000002/2026/TBT")
        said = queries.claims(new)
        assert (said.name, said.replaces) == ("Nguyễn Thị Lân", "000001/2026/TBT")
        assert files.file(session, old) == before
        with pytest.raises(Conflict):
            actions.revoke(session, officer(cast), old.id, "Giấy cũ rồi")


@pytest.mark.parametrize("reason", ["", "  ", "abc", "x" * 301])
def test_a_reason_is_asked_for(database: Database, cast: Cast, reason: str) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        held = issue(session, cast).made[0]
        with pytest.raises(Invalid):
            actions.revoke(session, officer(cast), held.id, reason)


def test_nobody_issues_or_withdraws_what_is_not_theirs(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        held = issue(session, cast).made[0]
        for who, refusal in (
            (Actor(Role.LEARNER, cast["TBT"], cast["hv_lan"], cohort_ids=frozenset({cast["k1"]})), Forbidden),
            (Actor(Role.TRAINER, cast["TBT"], cast["tuan"], cohort_ids=frozenset({cast["k2"]})), Forbidden),
            (Actor(Role.UNIT_REPORTER, cast["TBT"], cast["bao"]), Forbidden),
            (officer(cast, "xa_"), NotFound),
        ):  # fmt: skip
            with pytest.raises(refusal):
                actions.issue(session, who, cast["k1"], None, ISSUER)
            with pytest.raises((Forbidden, NotFound)):
                actions.revoke(session, who, held.id, "Không phải việc của tôi")
            with pytest.raises((Forbidden, NotFound)):
                actions.reissue(session, who, held.id, "Không phải việc của tôi", ISSUER)
        with pytest.raises(Forbidden):
            actions.revoke(session, trainer(cast), held.id, "Giảng viên không thu hồi")


def test_a_stranger_among_the_chosen_refuses_the_whole(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        with pytest.raises(Invalid):
            actions.issue(
                session, officer(cast), cast["k1"], [cast["hv_lan"], cast["hv_mai"]], BASE
            )
        assert session.scalar(select(func.count()).select_from(Certificate)) == 0


def test_an_erased_person_leaves_no_name_and_no_file(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        held = issue(session, cast).made[0]
        assert (
            actions.erase(session, Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"]), cast["lan"])
            == 1
        )
        assert (held.data, held.content) == ({}, None)
        assert queries.check(session, held.token) is None
        with pytest.raises(NotFound):
            queries.certificate(session, officer(cast), held.id)


def test_the_data_is_frozen_as_it_was_at_issue(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        held = issue(session, cast).made[0]
        session.get_one(Person, (cast["TBT"], cast["lan"])).full_name = "Tên khác"
        said = queries.claims(held)
        assert (said.name, said.birth_date, said.where) == (
            "Nguyễn Thị Lan", "1958-03-02", "Nhà văn hóa thôn Đông")  # fmt: skip
        assert held.data["printed"]["address"] == f"{BASE}/gcn/{held.token}"  # type: ignore[index]
        assert rules.read_code(held.token) is not None


def test_what_was_withdrawn_is_not_replaced_while_another_record_of_the_person_has_a_valid_one(
    database: Database, cast: Cast
) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        attained(session, cast, "hung")
        first, other = issue(session, cast).made
        actions.revoke(session, officer(cast), first.id, "Cấp nhầm người học")
        merge(session, cast, "hung", "lan")
        with pytest.raises(Conflict, match=other.number):
            actions.reissue(session, officer(cast), first.id, "Đã xác minh lại", ISSUER)
        merged = (cast["lan"], cast["hung"])
        rows = session.scalars(select(Certificate).where(Certificate.person_id.in_(merged))).all()
        assert sorted(row.status for row in rows) == ["revoked", "valid"]


def test_an_erased_person_leaves_no_reason_in_the_register(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        held = issue(session, cast).made[0]
        actions.revoke(session, officer(cast), held.id, "Bà Nguyễn Thị Lan nhờ con gái làm bài")
        actions.erase(session, Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"]), cast["lan"])
        assert (held.status, held.status_reason) == ("revoked", None)
        assert held.status_on is not None


def test_an_erased_person_keeps_the_mark_of_a_joined_record(database: Database, cast: Cast) -> None:
    with database.write() as session:
        attained(session, cast, "lan")
        attained(session, cast, "hung")
        _first, later = issue(session, cast).made
        merge(session, cast, "hung", "lan")
        issue(session, cast)
        actions.erase(session, Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"]), cast["hung"])
        assert (later.status, later.status_reason) == ("duplicate", rules.SAME_PERSON)


def test_a_number_and_its_day_are_of_one_year_also_when_midnight_passes_meanwhile(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_year = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # 00:00 on 1/1 in Vietnam.
    waits = press.locked_counter

    def until_midnight(session: Session, commune_id: UUID, year: int) -> CertificateCounter:
        moment[0] = new_year
        return waits(session, commune_id, year)

    moment = [new_year - timedelta(seconds=1)]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    with database.write() as session:
        attained(session, cast, "lan")
        monkeypatch.setattr(press, "locked_counter", until_midnight)
        (made,) = actions.issue(session, officer(cast), cast["k1"], None, ISSUER).made
        assert (made.number, made.issued_on) == ("000001/2026/TBT", date(2026, 12, 31))
        assert queries.claims(made).issued_on == "2026-12-31"
        moment[0] = new_year - timedelta(seconds=1)
        again = actions.reissue(session, officer(cast), made.id, "Sửa họ tên", ISSUER)
        assert (again.number, again.issued_on) == ("000002/2026/TBT", date(2026, 12, 31))
