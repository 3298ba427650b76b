"""Reading certificates: who of a class may have one, the files, the public check."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from assessments.models import Attainment, AttainmentRevocation, TaskObservation
from certificates import rules
from certificates.masking import masked
from certificates.models import Certificate, CertificateForm
from certificates.rules import Claims, Held, Shown, Verdict
from courses import queries as courses_queries
from courses.rules import ProgrammeVersion
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.guard import Actor, require_cohort
from lms.core.i18n import _
from lms.core.policy import Role
from lms.people.models import Commune, Person
from lms.people.queries import standing_links
from lms.people.rules.chains import survivors


@dataclass(frozen=True)
class Candidate:
    """A learner of a class and the certificate: held, may be issued, withdrawn, or lacking proofs.

    `state`: held, eligible, revoked (a certificate was withdrawn and none issued since), lacking.
    """

    enrolment_id: UUID
    person: Person
    """The person after merges."""
    state: str
    verdict: Verdict
    certificate: Certificate | None


@dataclass(frozen=True)
class ClassView:
    """A class, what it teaches, and its learners sorted as Vietnamese names are."""

    cohort: Cohort
    version: ProgrammeVersion
    candidates: tuple[Candidate, ...]

    def having(self, state: str) -> list[Candidate]:
        """The learners in one state."""
        return [one for one in self.candidates if one.state == state]


def may_see(session: Session, who: Actor, cohort_id: UUID) -> Cohort:
    """A class the actor may see; a foreign one is missing, another trainer's is forbidden."""
    cohort = cohorts_queries.cohort(session, who.commune, cohort_id)
    require_cohort(who, cohort.id)
    return cohort


def class_view(session: Session, who: Actor, cohort_id: UUID) -> ClassView:
    """Who of the class may have a certificate, and what the others lack; in seven statements."""
    cohort = may_see(session, who, cohort_id)
    version = courses_queries.version(session, cohort.version_id)
    learners = cohorts_queries.learners(session, who.commune, cohort.id)
    people = _People.of(session, who.commune, [person for _enrolment, person in learners])
    evidence = _Evidence.of(session, cohort, people.everyone)
    seen: dict[UUID, Candidate] = {}
    for enrolment, person in learners:
        root = people.root(person)
        if root.erased_on is None and root.id not in seen:
            seen[root.id] = _candidate(enrolment, root, people, evidence, version, cohort.level)
    return ClassView(cohort, version, tuple(seen.values()))


def _candidate(
    enrolment: Enrolment, person: Person, people: _People, evidence: _Evidence,
    version: ProgrammeVersion, level: str,
) -> Candidate:  # fmt: skip
    records = people.records[person.id]
    verdict = rules.weigh(evidence.held(records), evidence.done(records), version.pass_rule(level))
    certificate = evidence.certificate(records)
    if certificate is not None and certificate.status == rules.VALID:
        state = "held"
    elif certificate is not None:
        state = "revoked"
    else:
        state = "eligible" if verdict.eligible else "lacking"
    return Candidate(enrolment.id, person, state, verdict, certificate)


def links(session: Session, commune_id: UUID) -> dict[UUID, UUID]:
    """Every merged record and the record that stands for it today."""
    return survivors(standing_links(session, commune_id))


@dataclass(frozen=True)
class _People:
    """The persons of a class after merges: each with all records that are theirs."""

    roots: Mapping[UUID, UUID]
    persons: Mapping[UUID, Person]
    records: Mapping[UUID, set[UUID]]

    @classmethod
    def of(cls, session: Session, commune_id: UUID, people: Sequence[Person]) -> _People:
        roots = links(session, commune_id)
        persons = {person.id: person for person in people}
        wanted = {roots.get(person.id, person.id) for person in people}
        missing = wanted - persons.keys()
        if missing:
            query = select(Person).where(Person.commune_id == commune_id, Person.id.in_(missing))
            persons |= {person.id: person for person in session.scalars(query)}
        records = {root: {root} for root in wanted}
        for duplicate, root in roots.items():
            if root in records:
                records[root].add(duplicate)
        return cls(roots, persons, records)

    def root(self, person: Person) -> Person:
        return self.persons[self.roots.get(person.id, person.id)]

    @property
    def everyone(self) -> list[UUID]:
        return sorted({record for records in self.records.values() for record in records})


@dataclass(frozen=True)
class _Evidence:
    """What the persons of a class hold in its programme and level, by record."""

    attainments: Sequence[Attainment]
    tasks: Mapping[tuple[UUID, str], date]
    certificates: Sequence[Certificate]

    @classmethod
    def of(cls, session: Session, cohort: Cohort, people: Sequence[UUID]) -> _Evidence:
        return cls(
            _attainments(session, cohort, people),
            _tasks(session, cohort, people),
            _certificates(session, cohort, people),
        )

    def held(self, records: set[UUID]) -> list[Held]:
        return [
            Held(str(row.id), row.level, row.proof, row.occurred_on)
            for row in self.attainments
            if row.person_id in records
        ]

    def done(self, records: set[UUID]) -> dict[str, date]:
        found: dict[str, date] = {}
        for (person, task), on in self.tasks.items():
            if person in records:
                found[task] = min(on, found.get(task, on))
        return found

    def certificate(self, records: set[UUID]) -> Certificate | None:
        """The certificate that counts, else the newest that was withdrawn."""
        own = [one for one in self.certificates if one.person_id in records]
        valid = [one for one in own if one.status == rules.VALID]
        withdrawn = [one for one in own if one.status == rules.REVOKED]
        return min(valid, key=_order, default=max(withdrawn, key=_order, default=None))


def _order(certificate: Certificate) -> tuple[int, int]:
    return certificate.year, certificate.sequence


def _attainments(session: Session, cohort: Cohort, people: Sequence[UUID]) -> Sequence[Attainment]:
    revoked = select(AttainmentRevocation.attainment_id).where(
        AttainmentRevocation.commune_id == cohort.commune_id,
        AttainmentRevocation.revoked_on <= clock.today(),
    )
    return session.scalars(
        select(Attainment).where(
            Attainment.commune_id == cohort.commune_id,
            Attainment.person_id.in_(people),
            Attainment.programme_code == cohort.programme_code,
            Attainment.id.not_in(revoked),
        )
    ).all()


def _tasks(
    session: Session, cohort: Cohort, people: Sequence[UUID]
) -> dict[tuple[UUID, str], date]:
    rows = session.execute(
        select(Enrolment.person_id, TaskObservation.task, func.min(TaskObservation.occurred_at))
        .join(
            TaskObservation,
            (TaskObservation.commune_id == Enrolment.commune_id)
            & (TaskObservation.enrolment_id == Enrolment.id),
        )
        .join(
            Cohort, (Cohort.commune_id == Enrolment.commune_id) & (Cohort.id == Enrolment.cohort_id)
        )
        .where(
            Enrolment.commune_id == cohort.commune_id,
            Enrolment.person_id.in_(people),
            Cohort.programme_code == cohort.programme_code,
            TaskObservation.result == "can_do",
            TaskObservation.claimed.is_(False),
        )
        .group_by(Enrolment.person_id, TaskObservation.task)
    )
    return {(person, task): clock.day_of(at) for person, task, at in rows}


def _certificates(
    session: Session, cohort: Cohort, people: Sequence[UUID]
) -> Sequence[Certificate]:
    return session.scalars(
        select(Certificate).where(
            Certificate.commune_id == cohort.commune_id,
            Certificate.person_id.in_(people),
            Certificate.programme_code == cohort.programme_code,
            Certificate.level == cohort.level,
        )
    ).all()


def certificates_of(who: Actor, cohort_id: UUID | None) -> Select[Certificate]:
    """Certificates an actor may list: a trainer those of the own classes; newest first."""
    query = select(Certificate).where(Certificate.commune_id == who.commune)
    if who.role is Role.TRAINER:
        query = query.where(Certificate.cohort_id.in_(who.cohort_ids))
    if cohort_id is not None:
        query = query.where(Certificate.cohort_id == cohort_id)
    return query.order_by(Certificate.year.desc(), Certificate.sequence.desc())


def certificate(session: Session, who: Actor, certificate_id: UUID) -> Certificate:
    """A certificate the actor may see; NotFound for a foreign or erased one."""
    found = session.get(Certificate, (who.commune, certificate_id))
    if found is None or not found.data:
        raise NotFound(_("Không tìm thấy giấy chứng nhận này. Hãy mở lại từ danh sách của lớp."))
    if not may_open(who, found):
        raise NotFound(_("Không tìm thấy giấy chứng nhận này. Hãy mở lại từ danh sách của lớp."))
    return found


def may_open(who: Actor, certificate: Certificate) -> bool:
    """Whether a certificate of the commune is the actor's to see: a trainer's are those of the own classes."""
    return who.role is not Role.TRAINER or certificate.cohort_id in who.cohort_ids


def claims(certificate: Certificate) -> Claims:
    """What the certificate says, as it was frozen."""
    frozen: Any = certificate.data["claims"]
    return Claims.from_plain(frozen)


def successor(session: Session, certificate: Certificate) -> Certificate | None:
    """The certificate that was issued in place of this one."""
    return session.scalar(
        select(Certificate).where(
            Certificate.commune_id == certificate.commune_id,
            Certificate.replaces_id == certificate.id,
        )
    )


def check(session: Session, typed: str) -> Shown | None:
    """What the public page shows for a code; None when unknown or erased, which look alike."""
    code = rules.read_code(typed)
    return check_all(session, [code]).get(code.token) if code else None


def check_all(session: Session, codes: Collection[rules.Code]) -> dict[str, Shown]:
    """Token → what strangers may see, for those that name a certificate; in one statement.

    One that is unknown, erased or of a commune elsewhere is not among them.
    """
    asked = {
        "places": {code.short_code for code in codes},
        "tokens": {code.token for code in codes},
    }
    return {
        token: rules.shown(
            said, masked(said.name), status, on, reason or "", later, data.get("design", {})
        )
        for token, data, status, on, reason, later in session.execute(_by_codes(), asked)
        if data and (said := Claims.from_plain(data["claims"]))
    }


@cache
def _by_codes() -> Any:
    """Made once: making it costs more than running it."""
    later, mine = aliased(Certificate), Certificate.commune_id
    return (
        select(Certificate.token, Certificate.data, Certificate.status, Certificate.status_on,
               Certificate.status_reason, later.number)
        .join(Commune, Commune.id == mine)
        .join(Person, (Person.commune_id == mine) & (Person.id == Certificate.person_id))
        .outerjoin(later, (later.commune_id == mine) & (later.replaces_id == Certificate.id))
        .where(
            Commune.short_code.in_(bindparam("places", expanding=True)),
            Certificate.token.in_(bindparam("tokens", expanding=True)),
            Certificate.content.is_not(None),
            Person.erased_on.is_(None),
        )
    )  # fmt: skip


def keepers(session: Session, most: int = 3) -> list[str]:
    """Whose service this is: 'xã Tân Bình Thượng, Tỉnh Mẫu'; nothing when there are more than `most`."""
    rows = session.scalars(select(Commune).order_by(Commune.name).limit(most + 1)).all()
    return [f"{one.title}, {one.province}" for one in rows] if len(rows) <= most else []


def printable(
    session: Session, commune_id: UUID, cohort_id: UUID, on: date | None = None
) -> list[UUID]:
    """Ids of the class's certificates that count, sorted as the learners' names are.

    `on`: only those issued on that day.
    """
    query = (
        select(Certificate.id)
        .join(
            Person,
            (Person.commune_id == Certificate.commune_id) & (Person.id == Certificate.person_id),
        )
        .where(*_countable(commune_id, cohort_id, on))
        .order_by(Person.sort_key, Certificate.year, Certificate.sequence)
    )
    return list(session.scalars(query))


def _countable(commune_id: UUID, cohort_id: UUID, on: date | None) -> list[ColumnElement[bool]]:
    that_day = [] if on is None else [Certificate.issued_on == on]
    return [
        Certificate.commune_id == commune_id, Certificate.cohort_id == cohort_id,
        Certificate.status == rules.VALID, Certificate.content.is_not(None), *that_day,
    ]  # fmt: skip


@dataclass(frozen=True)
class Batch:
    """What of a class was issued on one day and still counts."""

    day: date
    papers: int
    slips: int
    """How many of them have an A5 slip: older certificates have none."""


def batches(
    session: Session, commune_id: UUID, cohort_id: UUID, on: date | None = None
) -> list[Batch]:
    """What of the class there is to print, by day of issue, the newest first. `on`: that day alone."""
    rows = session.execute(
        select(Certificate.issued_on, func.count(Certificate.id), func.count(CertificateForm.id))
        .outerjoin(
            CertificateForm,
            (CertificateForm.commune_id == Certificate.commune_id)
            & (CertificateForm.certificate_id == Certificate.id)
            & (CertificateForm.kind == "slip"),
        )
        .where(*_countable(commune_id, cohort_id, on))
        .group_by(Certificate.issued_on)
        .order_by(Certificate.issued_on.desc())
    )
    return [Batch(*row) for row in rows]


def in_order(
    session: Session, commune_id: UUID, ids: Sequence[UUID], chunk: int = 50
) -> Iterator[Certificate]:
    """The certificates in the order of their ids, a few at a time, so that memory stays bounded."""
    for n in range(0, len(ids), chunk):
        part = ids[n : n + chunk]
        query = select(Certificate).where(
            Certificate.commune_id == commune_id, Certificate.id.in_(part)
        )
        rows = {row.id: row for row in session.scalars(query)}
        for key in part:
            if key in rows:
                yield rows[key]
                session.expunge(rows[key])
