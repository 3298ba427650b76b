"""Writes of commendation: criteria, single decisions with a reason, and the list that is decided.

Each is audited. A form sent twice writes once; who saves over a newer state is told and loses nothing.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.core.text import clean
from lms.people import queries as register
from lms.people.models import Household, Unit
from lms.reports.commend_models import CommendCriteria, CommendDecision, CommendList
from lms.reports.commend_reading import criteria_of, data_of
from lms.reports.commend_rules import Criteria, Subject
from lms.reports.commend_sources import trainers

KEEPERS = (Role.OFFICER, Role.ADMINISTRATOR)
SHORTEST, LONGEST = 5, 500


# --- reads --------------------------------------------------------------------------------------


def sheet(session: Session, who: Actor, criteria_id: UUID) -> CommendCriteria:
    """Criteria of the actor's commune, or NotFound."""
    require(who, *KEEPERS)
    row = session.get(CommendCriteria, (who.commune, criteria_id))
    if row is None:
        raise NotFound(_("Không tìm thấy tiêu chí này. Hãy mở lại trang khen thưởng."))
    return row


def sheets(session: Session, who: Actor) -> Sequence[CommendCriteria]:
    """All criteria of the commune, those in use first, the newest first."""
    require(who, *KEEPERS)
    rows = session.scalars(
        select(CommendCriteria)
        .where(CommendCriteria.commune_id == who.commune)
        .order_by(CommendCriteria.made_at.desc(), CommendCriteria.id.desc())
    ).all()
    return sorted(rows, key=lambda row: row.put_away_at is not None)


def read(row: CommendCriteria) -> Criteria:
    """The criteria as they are judged by."""
    return criteria_of(row.source, clock.today())


def decisions(session: Session, row: CommendCriteria) -> list[CommendDecision]:
    """The single decisions that stand."""
    query = select(CommendDecision).where(
        CommendDecision.commune_id == row.commune_id,
        CommendDecision.criteria_id == row.id,
        CommendDecision.undone_at.is_(None),
    )
    return list(session.scalars(query.order_by(CommendDecision.id)))


def _held(session: Session, who: Actor, criteria_id: UUID) -> CommendCriteria:
    """The criteria as they stand while nobody else writes: read before, they may have changed since."""
    audit.lock_chain(session, who.commune)
    row = sheet(session, who, criteria_id)
    session.refresh(row)
    return row


# --- criteria -----------------------------------------------------------------------------------


def write(session: Session, who: Actor, key: UUID, criteria: Criteria) -> CommendCriteria:
    """New criteria under the form's own key: twice is once."""
    require(who, *KEEPERS)
    audit.lock_chain(session, who.commune)
    known = session.get(CommendCriteria, (who.commune, key))
    if known is not None:
        return known
    row = CommendCriteria(
        commune_id=who.commune, id=key, name=criteria.name, subject=criteria.subject.value,
        starts=criteria.starts, ends=criteria.ends, source=data_of(criteria), revision=1,
        made_by=who.id, changed_by=who.id, changed_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "write", "commend_criteria", row.id, revision=1)
    return row


def change(
    session: Session, who: Actor, criteria_id: UUID, revision: int, criteria: Criteria
) -> CommendCriteria:
    """Other criteria in place of these. Conflict when somebody changed them since they were read."""
    row = _held(session, who, criteria_id)
    if row.source == data_of(criteria):
        return row
    if row.revision != revision:
        raise Conflict(
            _("Một người khác vừa sửa tiêu chí này. Bản vừa lưu hiện ở dưới; hãy xem rồi lưu lại.")
        )
    if row.subject != criteria.subject:
        words = _("Không đổi được đối tượng của danh sách. Hãy lập tiêu chí mới.")
        raise Invalid(words, fields={"subject": [words]})
    row.name, row.starts, row.ends = criteria.name, criteria.starts, criteria.ends
    row.source, row.revision = data_of(criteria), revision + 1
    row.changed_by, row.changed_at = who.id, clock.now()
    session.flush()
    audit.record(session, who, "change", "commend_criteria", row.id, revision=row.revision)
    return row


def put_away(session: Session, who: Actor, criteria_id: UUID, away: bool) -> CommendCriteria:
    """Use the criteria no longer, or again; their lists stay. Twice is once."""
    row = _held(session, who, criteria_id)
    if (row.put_away_at is not None) != away:
        row.put_away_at = clock.now() if away else None
        session.flush()
        audit.record(session, who, "put_away" if away else "take_up", "commend_criteria", row.id)
    return row


# --- single decisions ---------------------------------------------------------------------------


def decide(
    session: Session, who: Actor, criteria_id: UUID, kind: str, subject_id: UUID, reason: str
) -> CommendDecision:
    """Leave somebody out (`leave_out`) or put somebody in (`add`), with a written reason."""
    row = _held(session, who, criteria_id)
    words = clean(reason)
    if kind not in ("leave_out", "add"):
        raise Invalid(_("Không hiểu việc cần làm. Hãy mở lại trang."), fields={"kind": [kind[:20]]})
    if not SHORTEST <= len(words) <= LONGEST:
        wrong = _("Hãy ghi lý do, từ 5 đến 500 chữ; lý do được lưu cùng danh sách.")
        raise Invalid(wrong, fields={"reason": [wrong]})
    columns = _subject(session, who, row, subject_id)
    old = next((one for one in decisions(session, row) if one.subject_id == subject_id), None)
    if old is not None and (old.kind, old.reason) == (kind, words):
        return old
    if old is not None:
        _end(session, who, old)
    return _decided(session, who, row, kind, subject_id, words, columns)


def _decided(
    session: Session, who: Actor, row: CommendCriteria, kind: str, subject_id: UUID, words: str,
    columns: dict[str, UUID],
) -> CommendDecision:  # fmt: skip
    made = CommendDecision(
        commune_id=who.commune, id=uuid7(), criteria_id=row.id, kind=kind, subject_id=subject_id,
        reason=words, made_by=who.id, **columns,
    )  # fmt: skip
    session.add(made)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(
            _("Một người khác vừa quyết định về dòng này. Hãy mở lại trang để xem.")
        ) from None
    audit.record(session, who, kind, "commend_decision", made.id, criteria=row.id)
    return made


def _subject(
    session: Session, who: Actor, row: CommendCriteria, key: UUID
) -> dict[str, UUID]:  # fmt: skip
    """The column that names the subject; NotFound when it is none of the commune."""
    if row.subject == Subject.PERSON:
        register.person(session, who, key, clock.today())
        return {"person_id": key}
    if row.subject == Subject.TRAINER and key.hex in trainers(session, who.commune):
        return {"account_id": key}
    if row.subject == Subject.HOUSEHOLD and _is_there(session, who, Household, key):
        return {"household_id": key}
    if row.subject in (Subject.TEAM, Subject.UNIT) and _is_there(session, who, Unit, key):
        return {"unit_id": key}
    raise NotFound(_("Không tìm thấy trong danh sách của xã. Hãy tìm lại."))


def _is_there(session: Session, who: Actor, table: Any, key: UUID) -> bool:
    return session.get(table, (who.commune, key)) is not None


def undo(session: Session, who: Actor, criteria_id: UUID, decision_id: UUID) -> CommendCriteria:
    """Take a single decision back; it stays written down. Twice is once."""
    row = _held(session, who, criteria_id)
    made = session.get(CommendDecision, (who.commune, decision_id))
    if made is None or made.criteria_id != row.id:
        raise NotFound(_("Không tìm thấy quyết định này. Hãy mở lại trang."))
    if made.undone_at is None:
        _end(session, who, made)
    return row


def _end(session: Session, who: Actor, made: CommendDecision) -> None:
    made.undone_at, made.undone_by = clock.now(), who.id
    session.flush()
    audit.record(session, who, "undo", "commend_decision", made.id, criteria=made.criteria_id)


def lists(session: Session, who: Actor, criteria_id: UUID | None = None) -> Sequence[CommendList]:
    """The lists that were decided, the newest first."""
    require(who, *KEEPERS)
    query = select(CommendList).where(CommendList.commune_id == who.commune)
    if criteria_id is not None:
        query = query.where(CommendList.criteria_id == criteria_id)
    return session.scalars(query.order_by(CommendList.decided_at.desc())).all()
