"""What a person agreed to, who acts for them, and what stops when a consent is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import clean
from lms.people import queries
from lms.people.models import Membership, Person
from lms.people.privacy_models import Consent, Representative
from lms.people.rules.privacy import is_minor

OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class NewConsent:
    """A consent to be written down."""

    purpose: str
    given_on: date
    given_by: str
    form: str


def standing(session: Session, commune_id: UUID, person_id: UUID) -> Sequence[Representative]:
    """Who acts for a person today."""
    query = select(Representative).where(
        Representative.commune_id == commune_id,
        Representative.person_id.in_(queries.same_person(session, commune_id, person_id)),
        (Representative.to_date.is_(None)) | (Representative.to_date > clock.today()),
    )
    return session.scalars(query.order_by(Representative.made_at)).all()


def consents(session: Session, commune_id: UUID, person_id: UUID) -> Sequence[Consent]:
    """Every consent of a person, the newest first."""
    query = select(Consent).where(
        Consent.commune_id == commune_id,
        Consent.person_id.in_(queries.same_person(session, commune_id, person_id)),
    )
    return session.scalars(query.order_by(Consent.made_at.desc())).all()


def name(
    session: Session, who: Actor, person_id: UUID, key: UUID, full_name: str, relation: str
) -> Representative:
    """Write down who acts for a person; the same form twice is once."""
    require(who, *OFFICE)
    queries.person(session, who, person_id, clock.today())
    audit.lock_chain(session, who.commune)
    held = session.get(Representative, (who.commune, key))
    if held is not None:
        return _of(held, person_id)
    text = clean(full_name)
    if not 2 <= len(text) <= 100:
        words = _("Hãy ghi họ tên người đại diện, từ 2 đến 100 chữ.")
        raise Invalid(words, fields={"full_name": [words]})
    row = Representative(
        commune_id=who.commune, id=key, person_id=person_id, full_name=text, relation=relation,
        from_date=clock.today(), made_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "named", "representative", row.id, person=person_id)
    return row


def _of(row: Representative, person_id: UUID) -> Representative:
    if row.person_id != person_id:
        raise Conflict(_("Phiếu này đã dùng cho người khác. Hãy mở lại trang rồi làm lại."))
    return row


def end(session: Session, who: Actor, key: UUID) -> Representative:
    """This person no longer acts for the other; twice is once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    row = session.get(Representative, (who.commune, key))
    if row is None:
        raise NotFound(_("Không tìm thấy người đại diện này."))
    if row.to_date is None:
        row.to_date, row.ended_by = clock.today(), who.id
        session.flush()
        audit.record(session, who, "ended", "representative", row.id)
    return row


def give(session: Session, who: Actor, person_id: UUID, new: NewConsent) -> Consent:
    """Write a consent down; while one to the purpose stands, it is that one."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    person = queries.person(session, who, person_id, clock.today())
    held = _standing(session, who.commune, person_id, new.purpose)
    if held is not None:
        return held
    if new.given_on > clock.today():
        words = _("Ngày đồng ý chưa tới. Hãy kiểm tra lại.")
        raise Invalid(words, fields={"given_on": [words]})
    check_voice(session, person, new.given_by, "given_by")
    row = Consent(
        commune_id=who.commune, person_id=person_id, purpose=new.purpose, given_on=new.given_on,
        given_by=new.given_by, form=new.form, made_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "gave", "consent", row.id, person=person_id, purpose=new.purpose)
    return row


def check_voice(session: Session, person: Person, by: str, field: str) -> None:
    """Somebody under 16 speaks through a representative who is written down."""
    if by == "self" and is_minor(person.birth_date, person.birth_year, clock.today()):
        words = _("Người này chưa đủ 16 tuổi nên phải qua người đại diện.")
        raise Invalid(words, fields={field: [words]})
    if by == "representative" and not standing(session, person.commune_id, person.id):
        words = _(
            "Chưa ghi ai đại diện. Hãy ghi người đại diện ở trang “Đồng ý và đại diện” trước."
        )
        raise Invalid(words, fields={field: [words]})


def _standing(session: Session, commune_id: UUID, person_id: UUID, purpose: str) -> Consent | None:
    query = select(Consent).where(
        Consent.commune_id == commune_id,
        Consent.person_id.in_(queries.same_person(session, commune_id, person_id)),
        Consent.purpose == purpose,
        Consent.withdrawn_on.is_(None),
    )
    return session.scalars(query.limit(1)).first()


def withdraw(
    session: Session, who: Actor, person_id: UUID, purpose: str, form: str, by: str
) -> None:
    """Take a consent back, also one that nobody wrote down, and stop what rests on it; twice is once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    person = queries.person(session, who, person_id, clock.today())
    check_voice(session, person, by, "asked_by")
    row = _standing(session, who.commune, person_id, purpose)
    if row is None and withdrawn(session, who.commune, purpose) & {person_id}:
        return
    if row is None:
        row = Consent(
            commune_id=who.commune, person_id=person_id, purpose=purpose, given_by=by, form=form,
            made_by=who.id,
        )  # fmt: skip
        session.add(row)
    row.withdrawn_on, row.withdrawn_form, row.withdrawn_by = clock.today(), form, who.id
    session.flush()
    _stop(session, who.commune, queries.same_person(session, who.commune, person_id), purpose)
    audit.record(session, who, "withdrew", "consent", row.id, person=person_id, purpose=purpose)


def _stop(session: Session, commune_id: UUID, ids: set[UUID], purpose: str) -> None:
    """A phone leaves the record, a disability the groups; lists of names ask `withdrawn`."""
    if purpose == "phone":
        session.execute(
            update(Person)
            .where(Person.commune_id == commune_id, Person.id.in_(ids))
            .values(phone=None, updated_at=clock.now())
        )
    if purpose == "disability":
        session.execute(
            delete(Membership).where(
                Membership.commune_id == commune_id,
                Membership.person_id.in_(ids),
                Membership.kind == "disabled",
            )
        )


def withdrawn(session: Session, commune_id: UUID, purpose: str) -> set[UUID]:
    """Records of people who took a consent back and have not given it again, with their duplicates."""
    here = (Consent.commune_id == commune_id, Consent.purpose == purpose)
    query = (
        select(Consent.person_id)
        .where(*here)
        .group_by(Consent.person_id)
        .having(func.count() == func.count(Consent.withdrawn_on))
    )
    found = set(session.scalars(query))
    return {one for key in found for one in queries.same_person(session, commune_id, key)}
