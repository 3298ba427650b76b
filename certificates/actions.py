"""Issuing, replacing and withdrawing certificates. Each is safe to repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assessments.models import Attainment, AttainmentRevocation
from certificates import content, merging, queries, rules, wording
from certificates.issuer import Issuer
from certificates.models import Certificate, CertificateForm
from certificates.press import Press, Subject, Unprintable, flush, mark, only_writer
from certificates.queries import Candidate, ClassView
from certificates.rules import Claims
from courses import queries as courses_queries
from courses.rules import Level
from lms.cohorts.models import Sitting
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import clean
from lms.people.models import Person

ISSUERS = (Role.TRAINER, Role.OFFICER, Role.ADMINISTRATOR)
KEEPERS = (Role.OFFICER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Refused:
    """A learner who got no certificate, and why in words."""

    candidate: Candidate
    why: str


@dataclass(frozen=True)
class Issued:
    """What an issue came to, learner by learner."""

    made: tuple[Certificate, ...]
    already: tuple[Candidate, ...]
    refused: tuple[Refused, ...]
    unsealed: str = ""
    """Why they bear no digital seal though the commune has one."""


def issue(
    session: Session, who: Actor, cohort_id: UUID, enrolments: Sequence[UUID] | None,
    issuer: Issuer,
) -> Issued:  # fmt: skip
    """Issue to these learners of a class, or to all who may have one (None).

    The same again issues nothing. A certificate that was withdrawn is never issued anew by this: an
    officer replaces it by `reissue`.
    """
    require(who, *ISSUERS)
    queries.may_see(session, who, cohort_id)
    counter, today = only_writer(session, who)
    merging.settle(session, who)
    view = queries.class_view(session, who, cohort_id)
    chosen = _chosen(view, enrolments)
    press = Press.of(session, who, counter, today, issuer)
    basis = Basis.of(session, view, chosen)
    made: list[Certificate] = []
    refused: list[Refused] = []
    for one in chosen:
        if one.state == "eligible":
            _issue_one(press, basis, one, made, refused)
        elif one.state != "held":
            refused.append(Refused(one, _why_not(one, view)))
    press.finish("issued", cohort=cohort_id)
    already = tuple(c for c in chosen if c.state == "held")
    return Issued(tuple(made), already, tuple(refused), press.sealer.problem)


def _chosen(view: ClassView, enrolments: Sequence[UUID] | None) -> list[Candidate]:
    if enrolments is None:
        return [one for one in view.candidates if one.state in ("eligible", "held")]
    by_id = {one.enrolment_id: one for one in view.candidates}
    if unknown := [str(key) for key in enrolments if key not in by_id]:
        raise Invalid(
            _("Có người được chọn không còn trong lớp này. Hãy mở lại trang rồi chọn lại."),
            fields={"enrolment": unknown},
        )
    return list({key: by_id[key] for key in enrolments}.values())


def _why_not(one: Candidate, view: ClassView) -> str:
    if one.state == "revoked":
        return _("Giấy trước đã bị thu hồi. Cán bộ xã cấp lại từ trang của giấy đó.")
    lacks = "; ".join(wording.lack(lack, view.version) for lack in one.verdict.lacks)
    return _("Còn thiếu: %(lacks)s.", lacks=lacks)


@dataclass(frozen=True)
class Basis:
    """What the certificates of a class stand on, read once for all of them."""

    view: ClassView
    attainments: Mapping[UUID, Attainment]
    places: Mapping[UUID, str]
    """Where each proctored sitting was held."""
    level: Level
    taught: content.Taught

    @classmethod
    def of(cls, session: Session, view: ClassView, chosen: Sequence[Candidate]) -> Basis:
        """For those of the chosen who may have a certificate; in two statements."""
        mine, version = view.cohort.commune_id, view.version
        keys = [UUID(one.verdict.attainment) for one in chosen if one.verdict.attainment]
        query = select(Attainment).where(Attainment.commune_id == mine, Attainment.id.in_(keys))
        rows = {row.id: row for row in session.scalars(query)}
        sittings = {row.sitting_id for row in rows.values() if row.sitting_id}
        places = session.execute(
            select(Sitting.id, Sitting.place)
            .where(Sitting.commune_id == mine, Sitting.id.in_(sittings))
        )  # fmt: skip
        level = next(one for one in version.programme.levels if one.code == view.cohort.level)
        taught = content.taught(version, level.code)
        return cls(view, rows, {row[0]: row[1] for row in places}, level, taught)

    def attainment(self, one: Candidate) -> Attainment:
        """The attainment a learner's certificate stands on."""
        return self.attainments[UUID(one.verdict.attainment or "")]

    def where(self, one: Candidate) -> str:
        """The place of the proctored sitting; the class's own when there was none."""
        sitting = self.attainment(one).sitting_id
        return (
            self.places.get(sitting, self.view.cohort.place) if sitting else self.view.cohort.place
        )

    def subject(self, one: Candidate) -> Subject:
        """Whose certificate it is, and what it stands on."""
        row = self.attainment(one)
        return Subject(one.person.id, self.view.cohort.id, row.version_id, row.id)


def _issue_one(
    press: Press, basis: Basis, one: Candidate, made: list[Certificate], refused: list[Refused]
) -> None:
    """Issue to one learner; a letter that cannot be printed refuses that one and names it."""
    try:
        made.append(press.print(_claims(press, basis, one), basis.subject(one)))
    except Unprintable as error:
        refused.append(Refused(one, error.message))


def _claims(press: Press, basis: Basis, one: Candidate) -> Claims:
    person, version = one.person, basis.view.version
    return Claims(
        number="",
        name=person.full_name,
        birth_date=person.birth_date.isoformat() if person.birth_date else None,
        birth_year=person.birth_year,
        commune=press.commune.title,
        place=press.commune.name,
        province=press.commune.province,
        programme_code=version.code,
        programme=version.programme.title,
        level=basis.level.code,
        level_title=basis.level.title,
        hours=basis.level.hours,
        proof=one.verdict.proof,
        completed_on=(one.verdict.completed_on or clock.today()).isoformat(),
        where=basis.where(one),
        issued_on=press.on.isoformat(),
        sample=press.commune.is_sample,
        **asdict(basis.taught),
    )


def _locked(session: Session, who: Actor, certificate_id: UUID) -> Certificate:
    """A certificate of the commune, locked; an erased one looks like a missing one."""
    found = session.get(Certificate, (who.commune, certificate_id), with_for_update=True)
    if found is None or not found.data:
        raise NotFound(_("Không tìm thấy giấy chứng nhận này. Hãy mở lại từ danh sách của lớp."))
    return found


def _reason(text: str) -> str:
    shortest, longest = rules.REASON_LENGTHS
    reason = clean(text)
    if not shortest <= len(reason) <= longest:
        message = _("Hãy ghi lý do, từ 5 đến 300 chữ cái.")
        raise Invalid(message, fields={"reason": [message]})
    return reason


def revoke(session: Session, who: Actor, certificate_id: UUID, reason: str) -> Certificate:
    """Withdraw a certificate with a reason that the check page shows; the same again is once."""
    require(who, *KEEPERS)
    audit.lock_chain(session, who.commune)
    certificate, reason = _locked(session, who, certificate_id), _reason(reason)
    if certificate.status == rules.REVOKED:
        return certificate
    if certificate.status == rules.REPLACED:
        raise Conflict(_("Giấy này đã được thay bằng giấy khác. Hãy thu hồi giấy đang có giá trị."))
    mark(certificate, rules.REVOKED, reason, who)
    audit.record(session, who, "revoked", "certificate", certificate.id, reason=reason)
    return certificate


def reissue(
    session: Session, who: Actor, certificate_id: UUID, reason: str, issuer: Issuer
) -> Certificate:
    """Replace a certificate by one with the person's present name and birth, which names the old.

    What was reached, when and where stays as it was. The same again gives the same new one.
    """
    require(who, *KEEPERS)
    counter, today = only_writer(session, who)
    old, reason = _locked(session, who, certificate_id), _reason(reason)
    following = queries.successor(session, old)
    if following is not None:
        return following
    if old.status == rules.DUPLICATE:
        raise Conflict(_("Giấy này được cấp trùng người. Hãy cấp lại từ giấy đang có giá trị."))
    person = _present(session, old)
    _require_counting(session, old)
    _require_no_other(session, old)
    if old.status == rules.VALID:
        mark(old, rules.REPLACED, reason, who)
        flush(session)
    press = Press.of(session, who, counter, today, issuer)
    new = press.print(
        _corrected(_learned(session, old), person, press.on), _subject_of(old, person)
    )
    press.finish("reissued", replaces=old.id, reason=reason)
    return new


def _present(session: Session, old: Certificate) -> Person:
    """The person as the register has it today, after merges."""
    roots = queries.links(session, old.commune_id)
    return session.get_one(Person, (old.commune_id, roots.get(old.person_id, old.person_id)))


def _require_counting(session: Session, old: Certificate) -> None:
    revoked = session.scalar(
        select(AttainmentRevocation.id).where(
            AttainmentRevocation.commune_id == old.commune_id,
            AttainmentRevocation.attainment_id == old.attainment_id,
            AttainmentRevocation.revoked_on <= clock.today(),
        )
    )
    if revoked is not None:
        raise Conflict(_("Kết quả của giấy này đã bị thu hồi nên không cấp lại được."))


def _require_no_other(session: Session, old: Certificate) -> None:
    """Of a person with several records another may be valid: a second one would be a duplicate at once."""
    roots = queries.links(session, old.commune_id)
    mine = roots.get(old.person_id, old.person_id)
    records = {mine} | {record for record, root in roots.items() if root == mine}
    other = session.scalar(
        select(Certificate.number).where(
            Certificate.commune_id == old.commune_id, Certificate.person_id.in_(records),
            Certificate.programme_code == old.programme_code, Certificate.level == old.level,
            Certificate.status == rules.VALID, Certificate.id != old.id,
        )
    )  # fmt: skip
    if other is not None:
        raise Conflict(
            _(
                "Người này đã có giấy số %(number)s còn giá trị cho cùng chương trình và trình độ. Cần sửa "
                "thì cấp lại từ giấy đó.",
                number=other,
            )
        )


def _learned(session: Session, old: Certificate) -> Claims:
    """What the old one says; one of an earlier release gets what its programme's version taught."""
    claims = queries.claims(old)
    if claims.skills:
        return claims
    version = courses_queries.version(session, old.version_id)
    return replace(claims, **asdict(content.taught(version, old.level)))


def _corrected(claims: Claims, person: Person, on: date) -> Claims:
    fresh = {
        "name": person.full_name,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "birth_year": person.birth_year,
        "issued_on": on.isoformat(),
        "replaces": claims.number,
    }
    return Claims(**asdict(claims) | fresh)


def _subject_of(old: Certificate, person: Person) -> Subject:
    return Subject(person.id, old.cohort_id, old.version_id, old.attainment_id, old.id)


def erase(session: Session, who: Actor, person_id: UUID) -> int:
    """Forget what a person's certificates say and their bytes; returns how many there were.

    Part of erasing a person: number, status, dates and hashes stay, and the check page knows them no
    more. A reason that somebody wrote goes too, for it may name the person.
    """
    require(who, Role.ADMINISTRATOR)
    audit.lock_chain(session, who.commune)
    query = select(Certificate).where(
        Certificate.commune_id == who.commune, Certificate.person_id == person_id
    )
    rows = session.scalars(query.with_for_update()).all()
    _empty_forms(session, who.commune, [row.id for row in rows])
    for row in rows:
        row.data, row.content = {}, None
        if row.status != rules.DUPLICATE:
            row.status_reason = None
        audit.record(session, who, "erased", "certificate", row.id)
    return len(rows)


def _empty_forms(session: Session, commune_id: UUID, ids: Sequence[UUID]) -> None:
    session.execute(
        update(CertificateForm)
        .where(CertificateForm.commune_id == commune_id, CertificateForm.certificate_id.in_(ids))
        .values(body=None)
    )
