"""Writes of classes and learners: each checks that this actor may, and none commits."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import queries as courses
from lms.cohorts import box_meetings, limits, queries, rules
from lms.cohorts.access import end_of_learner
from lms.cohorts.models import ClassSession, Cohort, CohortTrainer, Enrolment
from lms.cohorts.pictures import colours, drawings
from lms.core import audit, clock
from lms.core.db import box_of
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require, require_cohort
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.text import clean
from lms.people.account_models import RoleGrant
from lms.people.models import Person, Unit

MANAGERS = (Role.OFFICER, Role.ADMINISTRATOR)
TEACHERS = (Role.TRAINER, *MANAGERS)


@dataclass(frozen=True)
class NewCohort:
    """What is asked when a class is made."""

    code: str
    name: str
    version_id: UUID
    level: str
    unit_id: UUID
    place: str
    starts_on: date
    ends_on: date | None = None
    trainer_ids: Sequence[UUID] = ()
    id: UUID | None = None
    """Made by the client, so that a repeat makes no second class."""


def create_cohort(session: Session, who: Actor, new: NewCohort) -> Cohort:
    """Make a class, pinned to one programme version. A trainer becomes its trainer."""
    require(who, *TEACHERS)
    made = session.get(Cohort, (who.commune, new.id)) if new.id else None
    if made is not None:
        require_cohort(who, made.id)
        return made
    _check_cohort(session, who, new)
    version = courses.visible(session, who.commune, new.version_id)
    cohort = Cohort(
        commune_id=who.commune, id=new.id or uuid7(), code=clean(new.code), name=clean(new.name),
        programme_code=version.code, version_id=new.version_id, level=new.level,
        unit_id=new.unit_id, place=clean(new.place), starts_on=new.starts_on, ends_on=new.ends_on,
    )  # fmt: skip
    session.add(cohort)
    session.flush()
    own = [who.key] if who.role is Role.TRAINER else []
    for account_id in dict.fromkeys([*own, *new.trainer_ids]):
        add_trainer(session, who, cohort.id, account_id)
    audit.record(session, who, "create", "cohort", cohort.id)
    return cohort


def _check_cohort(session: Session, who: Actor, new: NewCohort) -> None:
    wrong: dict[str, list[str]] = {}
    if not clean(new.code) or not clean(new.name) or not clean(new.place):
        wrong["name"] = [_("Hãy ghi đủ mã lớp, tên lớp và nơi học.")]
    if new.level not in rules.LEVELS:
        wrong["level"] = [_("Hãy chọn mức cơ bản hoặc thành thạo.")]
    if session.get(Unit, (who.commune, new.unit_id)) is None:
        wrong["unit_id"] = [_("Không có đơn vị này trong xã. Hãy chọn từ danh sách.")]
    if new.ends_on and new.ends_on < new.starts_on:
        wrong["ends_on"] = [_("Ngày kết thúc phải sau ngày bắt đầu.")]
    same = select(Cohort.id).where(Cohort.commune_id == who.commune, Cohort.code == clean(new.code))
    if session.scalar(same) is not None:
        wrong["code"] = [_("Mã lớp này đã có. Hãy đặt mã khác.")]
    if wrong:
        raise Invalid(_("Chưa tạo được lớp. Hãy sửa các chỗ được chỉ ra."), fields=wrong)


def add_trainer(session: Session, who: Actor, cohort_id: UUID, account_id: UUID) -> None:
    """Let an account that has the role of a trainer in the commune teach the class; Invalid for any other."""
    teaches = select(RoleGrant.id).where(
        RoleGrant.commune_id == who.commune,
        RoleGrant.account_id == account_id,
        RoleGrant.role == Role.TRAINER.value,
        RoleGrant.revoked_at.is_(None),
    )
    if session.scalar(teaches.limit(1)) is None:
        words = _("Người này chưa được giao vai trò giảng viên trong xã.")
        raise Invalid(words, fields={"trainer_ids": [words]})
    session.add(CohortTrainer(commune_id=who.commune, cohort_id=cohort_id, account_id=account_id))
    session.flush()


def enrol(session: Session, who: Actor, keys: Keys, cohort_id: UUID, person_id: UUID) -> Enrolment:
    """Put a person into a class with a drawing, a colour and a PIN. Twice is once; it ends a leave."""
    teach(session, who, cohort_id)
    person = session.get(Person, (who.commune, person_id))
    if person is None or person.erased_on is not None:
        raise NotFound(_("Không thấy người này trong danh sách dân cư của xã."))
    found = session.scalar(
        select(Enrolment).where(
            Enrolment.commune_id == who.commune,
            Enrolment.cohort_id == cohort_id,
            Enrolment.person_id == person_id,
        )
    )
    if found is None:
        found = _enrolled(session, who, keys, cohort_id, person_id)
    if found.withdrawn_on is not None:
        found.withdrawn_on, found.withdraw_reason, found.moved_to = None, None, None
        audit.record(session, who, "take_back", "enrolment", found.id)
    session.flush()
    return found


def _enrolled(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, person_id: UUID
) -> Enrolment:
    key, taken = uuid7(), _in_class(session, who.commune, cohort_id)
    pictures = queries.pictures_taken(session, who.commune, cohort_id)
    pair = rules.draw_picture(pictures, list(drawings()), list(colours()))
    if pair is None:
        raise Conflict(_("Lớp này đã hết hình để giao. Hãy mở thêm một lớp nữa."))
    pin = rules.draw_pin(secrets.randbelow, {printed_pin(keys, e) for e in taken})
    row = Enrolment(
        commune_id=who.commune, id=key, cohort_id=cohort_id, person_id=person_id,
        picture=pair[0], colour=pair[1], pin_hmac=keys.digest("pin", f"{key}:{pin}"),
        pin_sealed=keys.seal(pin, str(key)), enrolled_on=clock.today(),
    )  # fmt: skip
    session.add(row)
    audit.record(session, who, "enrol", "enrolment", key, cohort=cohort_id)
    return row


def _in_class(session: Session, commune_id: UUID, cohort_id: UUID) -> Sequence[Enrolment]:
    return session.scalars(
        select(Enrolment).where(
            Enrolment.commune_id == commune_id, Enrolment.cohort_id == cohort_id
        )
    ).all()


def printed_pin(keys: Keys, enrolment: Enrolment) -> str:
    """The PIN for the login card."""
    return keys.open(enrolment.pin_sealed, str(enrolment.id))


def withdraw(
    session: Session, who: Actor, enrolment_id: UUID, on: date, reason: str = ""
) -> Enrolment:
    """A learner leaves the class; what was learned stays. Whoever is signed in there is signed out."""
    row = _learner(session, who, enrolment_id)
    if row.withdrawn_on is None:
        row.withdrawn_on, row.withdraw_reason = on, clean(reason)[:500] or None
        end_of_learner(session, who.commune, row.id)
        audit.record(session, who, "withdraw", "enrolment", row.id)
    session.flush()
    return row


def new_pin(session: Session, who: Actor, keys: Keys, enrolment_id: UUID) -> str:
    """Give a learner another PIN, unlock, and end what is signed in with the old one."""
    row = _learner(session, who, enrolment_id)
    taken = {printed_pin(keys, e) for e in _in_class(session, who.commune, row.cohort_id)}
    pin = rules.draw_pin(secrets.randbelow, taken)
    row.pin_hmac = keys.digest("pin", f"{row.id}:{pin}")
    row.pin_sealed = keys.seal(pin, str(row.id))
    limits.unlock(session, who.commune, row.id)
    end_of_learner(session, who.commune, row.id)
    audit.record(session, who, "new_pin", "enrolment", row.id)
    return pin


def unlock(session: Session, who: Actor, enrolment_id: UUID) -> None:
    """Let a learner who missed the PIN five times try again."""
    row = _learner(session, who, enrolment_id)
    if row.id in limits.locked_learners(session, who.commune, [row.id]):
        audit.record(session, who, "unlock", "enrolment", row.id)
    limits.unlock(session, who.commune, row.id)


def plan_session(session: Session, who: Actor, cohort_id: UUID, planned_on: date) -> ClassSession:
    """Plan the next meeting of a class; the same day twice is one meeting. A box plans none of its own."""
    cohort = teach(session, who, cohort_id)
    if box_of(session) is not None:
        return box_meetings.next_to_hold(session, who.commune, cohort.id)
    mine = (ClassSession.commune_id == who.commune) & (ClassSession.cohort_id == cohort_id)
    same_day = session.scalars(
        select(ClassSession).where(mine, ClassSession.planned_on == planned_on)
    )
    found = rules.next_of_day(same_day.all())
    if found is not None:
        return refuse_cancelled(found)
    refuse_stopped(cohort)
    return new_meeting(session, who, cohort_id, planned_on)


def new_meeting(session: Session, who: Actor, cohort_id: UUID, planned_on: date) -> ClassSession:
    """One more meeting, with the next number. A number is never given twice nor changed: it is on paper."""
    mine = (ClassSession.commune_id == who.commune) & (ClassSession.cohort_id == cohort_id)
    highest = session.scalar(select(func.max(ClassSession.number)).where(mine)) or 0
    row = ClassSession(
        commune_id=who.commune, id=uuid7(), cohort_id=cohort_id, number=highest + 1,
        planned_on=planned_on,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def refuse_cancelled(meeting: ClassSession) -> ClassSession:
    """The meeting, unless it was cancelled: then Conflict says why and what to do."""
    if meeting.cancelled_at is None:
        return meeting
    raise Conflict(
        _(
            "Buổi %(n)s đã hủy: %(reason)s. Muốn học buổi này, hãy bỏ hủy ở phần “Lịch và nhật ký”.",
            n=meeting.number, reason=meeting.cancel_reason or "",
        )
    )  # fmt: skip


def refuse_stopped(cohort: Cohort) -> None:
    """Conflict for a class that was cancelled or ended: nothing new begins in it."""
    if cohort.cancelled_at is not None:
        words = _(
            "Lớp này đã hủy: %(reason)s. Hãy bỏ hủy lớp trước.", reason=cohort.cancel_reason or ""
        )
        raise Conflict(words)
    if cohort.closed_at is not None:
        raise Conflict(_("Lớp này đã kết thúc. Muốn học tiếp, hãy mở lại lớp ở phần “Sửa lớp”."))


def teach(session: Session, who: Actor, cohort_id: UUID) -> Cohort:
    """The class, for those who may work in it: its trainers, officers and administrators."""
    require(who, *TEACHERS)
    cohort = queries.cohort(session, who.commune, cohort_id, lock=True)
    require_cohort(who, cohort.id)
    return cohort


def _learner(session: Session, who: Actor, enrolment_id: UUID) -> Enrolment:
    require(who, *TEACHERS)
    row = queries.enrolment(session, who.commune, enrolment_id)
    require_cohort(who, row.cohort_id)
    return row


def teach_session(session: Session, who: Actor, session_id: UUID) -> ClassSession:
    """The class session, for those who may work in its class."""
    require(who, *TEACHERS)
    row = queries.class_session(session, who.commune, session_id)
    teach(session, who, row.cohort_id)
    session.refresh(row)
    return row


def check_accommodations(allowed: Collection[str]) -> list[str]:
    """The accommodations in their fixed order; Invalid for one that is not known."""
    if unknown := set(allowed) - set(rules.ACCOMMODATIONS):
        words = _("Không có kiểu hỗ trợ này: %(names)s.", names=", ".join(sorted(unknown)))
        raise Invalid(words, fields={"accommodations": [words]})
    return [name for name in rules.ACCOMMODATIONS if name in allowed]
