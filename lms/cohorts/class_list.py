"""People put into a class by a list: a file, a paste, somebody at the door, a school's pupils. One act each.

The list is read and matched against the register as the register's own import is; confirming it adds or
updates people and enrols them in one transaction, and it can be taken back.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from lms.cohorts import carry, queries
from lms.cohorts.actions import TEACHERS, refuse_stopped, teach
from lms.cohorts.carried_models import ClassPack, SpareCard
from lms.cohorts.enrolling import Joined, enrol_all, of_class
from lms.cohorts.managing import manage
from lms.cohorts.models import ClassList, Cohort, Enrolment
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require, require_cohort
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.ledger.models import Batch, Event
from lms.people import choosing, importing, undoing, walk_ins
from lms.people import queries as people_queries
from lms.people.choosing import Choice
from lms.people.importing import Prepared, Upload
from lms.people.models import RegisterImport
from lms.people.plan import Plan
from lms.people.register import Tick, nothing
from lms.people.walk_ins import WalkIn

PURPOSE = "class"
TAKEN = ("new", "updated", "unchanged", "doubtful")
"""Fates of rows that are people."""


def reached(session: Session, who: Actor, cohort_id: UUID) -> Cohort:
    """The class, for those who work in it; needs no session that writes."""
    require(who, *TEACHERS)
    cohort = queries.cohort(session, who.commune, cohort_id)
    require_cohort(who, cohort.id)
    return cohort


def seen(session: Session, who: Actor, cohort_id: UUID) -> Cohort:
    """The class, for those who may put people into it; Conflict when it has stopped."""
    cohort = reached(session, who, cohort_id)
    refuse_stopped(cohort)
    return cohort


# A file or a paste


def read_list(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, upload: Upload, tick: Tick = nothing
) -> Plan:
    """What would become of each row of a list; nothing is written."""
    seen(session, who, cohort_id)
    return importing.plan_for(session, keys, who.commune, upload, tick)


def keep_list(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, upload: Upload, plan: Plan
) -> RegisterImport:
    """Keep a list that was read, until it is confirmed."""
    seen(session, who, cohort_id)
    session.execute(
        delete(ClassList).where(
            ClassList.commune_id == who.commune,
            ClassList.applied_at.is_(None),
            ClassList.made_at < clock.now() - importing.KEPT,
        )
    )
    row = importing.remember(session, keys, who.commune, who.id, upload, plan, PURPOSE)
    session.add(
        ClassList(
            commune_id=who.commune, id=uuid7(), cohort_id=cohort_id, import_id=row.id, enrolled={},
            made_by=who.id,
        )
    )  # fmt: skip
    session.flush()
    return row


def kept_list(
    session: Session, who: Actor, cohort_id: UUID, import_id: UUID
) -> tuple[ClassList, RegisterImport]:
    """A list of this class with its import, or NotFound."""
    reached(session, who, cohort_id)
    row = people_queries.register_import(session, who.commune, import_id, PURPOSE)
    found = session.scalar(
        select(ClassList).where(
            ClassList.commune_id == who.commune,
            ClassList.cohort_id == cohort_id,
            ClassList.import_id == import_id,
        )
    )
    if found is None:
        raise NotFound(_("Không tìm thấy danh sách này của lớp. Hãy tải lên lại."))
    return found, row


def choose(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, import_id: UUID, choice: Choice
) -> None:
    """Read other tables of the file, or say who a doubtful row is."""
    _list, row = kept_list(session, who, cohort_id, import_id)
    if row.status == "previewed":
        choosing.choose(session, keys, row, choice)


def prepare(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, import_id: UUID, tick: Tick = nothing
) -> Prepared | None:
    """The plan of a kept list, made before anything is locked; None when it was confirmed before."""
    _list, row = kept_list(session, who, cohort_id, import_id)
    return importing.prepared(session, keys, row, tick)


def apply_list(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, import_id: UUID, *,
    skip_errors: bool = False, tick: Tick = nothing, ready: Prepared | None = None,
) -> ClassList:  # fmt: skip
    """Add or update the people of a list and enrol them all, or do nothing. Twice is once."""
    audit.lock_chain(session, who.commune)
    teach(session, who, cohort_id)
    kept, row = kept_list(session, who, cohort_id, import_id)
    if row.status != "previewed":
        return kept
    plan = importing.write(session, who, keys, row, skip_errors=skip_errors, tick=tick, ready=ready)
    if doubtful := plan.counts()["doubtful"]:
        raise Invalid(
            _("Còn %(count)s dòng chưa chắc là ai nên chưa thêm ai. Hãy bấm “Là người này” hoặc “Là người "
              "khác” ở từng dòng.", count=doubtful)
        )  # fmt: skip
    people = [one.person_id for one in plan.rows if one.fate in TAKEN and one.person_id]
    joined = enrol_all(session, who, keys, cohort_id, people)
    audit.record(
        session, who, "imported", "register", row.id, file=row.sha256[:12], **plan.counts()
    )
    return _write_down(session, who, kept, joined)


def _write_down(session: Session, who: Actor, kept: ClassList, joined: Joined) -> ClassList:
    told = asdict(joined)
    kept.enrolled = {name: [str(key) for key in told[name]] for name in ("made", "returned")}
    kept.applied_at = clock.now()
    session.flush()
    audit.record(
        session, who, "enrol_list", "cohort", kept.cohort_id, list=kept.id, made=len(joined.made),
        returned=len(joined.returned),
    )  # fmt: skip
    return kept


def in_class(session: Session, who: Actor, cohort_id: UUID, plan: Plan) -> tuple[int, int]:
    """(people of the list who are in the class already, people whom it would add)."""
    held = of_class(session, who.commune, cohort_id)
    stands = people_queries.survivors(session, who.commune)
    people = {stands.get(row.person_id, row.person_id) for row in plan.rows
              if row.fate in TAKEN and row.person_id}  # fmt: skip
    known = sum(key in held and held[key].withdrawn_on is None for key in people)
    return known, len(people) - known


# People of the register, ticked


def enrol_ticked(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, list_id: UUID, people: Sequence[UUID]
) -> ClassList:
    """Enrol everybody who was ticked; `list_id` is made by the client, so that twice is once."""
    audit.lock_chain(session, who.commune)
    teach(session, who, cohort_id)
    found = session.get(ClassList, (who.commune, list_id))
    if found is not None:
        if found.cohort_id != cohort_id:
            raise NotFound(_("Không tìm thấy danh sách này của lớp. Hãy mở lại trang."))
        return found
    joined = enrol_all(session, who, keys, cohort_id, people)
    kept = ClassList(
        commune_id=who.commune, id=list_id, cohort_id=cohort_id, enrolled={}, made_by=who.id
    )
    session.add(kept)
    return _write_down(session, who, kept, joined)


def welcome(
    session: Session,
    who: Actor,
    keys: Keys,
    cohort_id: UUID,
    walk_in: WalkIn,
    others: Sequence[UUID],
    spare: int | None = None,
) -> ClassList:
    """Add somebody who walked in to the register and to the class; `others` are whom it is not.

    `spare`: the number of the spare card with which the walker has worked already.
    """
    seen(session, who, cohort_id)
    person = walk_ins.add(session, who, keys, walk_in, others)
    return known(session, who, keys, cohort_id, walk_in.id, person, spare)


def known(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, key: UUID, person: UUID,
    spare: int | None = None,
) -> ClassList:  # fmt: skip
    """Put somebody of the register into the class, under the spare card in his or her hand if there is one."""
    if spare is not None:
        carry.link_spare(session, who, keys, cohort_id, spare, person)
    return enrol_ticked(session, who, keys, cohort_id, key, [person])


# Taking back


@dataclass
class TakenBack:
    """What taking a list back did: enrolments that went, that were withdrawn, and that stay."""

    removed: int = 0
    withdrawn: int = 0
    kept: list[UUID] = field(default_factory=list)


def undo_list(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, list_id: UUID
) -> ClassList:
    """Take a list back as far as nobody of it has begun to learn; twice is once.

    Who teaches for a day takes back the own lists only: the others' learners are not theirs to send away.
    """
    audit.lock_chain(session, who.commune)
    teach(session, who, cohort_id)
    kept = session.get(ClassList, (who.commune, list_id))
    if kept is None or kept.cohort_id != cohort_id:
        raise NotFound(_("Không tìm thấy danh sách này của lớp. Hãy mở lại trang."))
    if kept.applied_at is None:
        raise Conflict(_("Danh sách này chưa nhập nên không có gì để hoàn tác."))
    if kept.made_by != who.id:
        manage(session, who, cohort_id)
    if kept.undone_at is None:
        done = _undo(session, who, kept)
        people = _undo_register(session, who, keys, kept)
        kept.undone_at = clock.now()
        kept.enrolled = {**kept.enrolled, "kept": [str(key) for key in done.kept]}
        session.flush()
        audit.record(
            session, who, "undo_list", "cohort", cohort_id, list=kept.id, removed=done.removed,
            withdrawn=done.withdrawn, kept=len(done.kept), people=people,
        )  # fmt: skip
    return kept


def _undo(session: Session, who: Actor, kept: ClassList) -> TakenBack:
    made = [UUID(key) for key in kept.enrolled.get("made", ())]
    stands = _begun(session, kept, made)
    free = [key for key in made if key not in stands]
    done = TakenBack(kept=[key for key in made if key in stands])
    if _carried_since(session, kept):
        # Tablets somewhere hold these learners: their work must find an enrolment when it comes.
        done.withdrawn = _withdraw(session, who.commune, free)
    else:
        session.execute(
            delete(Enrolment).where(Enrolment.commune_id == who.commune, Enrolment.id.in_(free))
        )
        done.removed = len(free)
    returned = [UUID(key) for key in kept.enrolled.get("returned", ())]
    done.withdrawn += _withdraw(session, who.commune, returned)
    return done


def _begun(session: Session, kept: ClassList, enrolments: Sequence[UUID]) -> set[UUID]:
    """Which enrolments something stands on: attendance, attempts, acts, a card that walked in."""
    commune_id = kept.commune_id
    found = {
        key for key, _why in undoing.referring(session, commune_id, "enrolment", enrolments, {})
    }
    acts = select(Event.learner_id).where(
        Event.commune_id == commune_id, Event.learner_id.in_(enrolments), Event.attempt_id.is_(None)
    )
    spares = select(SpareCard.id).where(
        SpareCard.commune_id == commune_id, SpareCard.id.in_(enrolments)
    )
    answers = _answered_since(kept, enrolments)
    return (
        found
        | {key for query in (acts, answers) for key in session.scalars(query) if key}
        | set(session.scalars(spares))
    )


def _answered_since(kept: ClassList, enrolments: Sequence[UUID]) -> Select[UUID | None]:
    """Whose answers came since the list, also those that still wait for the start of their attempt."""
    return (
        select(Event.learner_id)
        .join(Batch, (Batch.commune_id == Event.commune_id) & (Batch.id == Event.batch_id))
        .where(
            Event.commune_id == kept.commune_id,
            Event.learner_id.in_(enrolments),
            Batch.received_at >= kept.applied_at,
        )
        .distinct()
    )


def _carried_since(session: Session, kept: ClassList) -> bool:
    packs = select(func.count()).where(
        ClassPack.commune_id == kept.commune_id,
        ClassPack.cohort_id == kept.cohort_id,
        ClassPack.made_at > kept.applied_at,
    )
    return bool(session.scalar(packs))


def _withdraw(session: Session, commune_id: UUID, enrolments: Sequence[UUID]) -> int:
    rows = session.scalars(
        select(Enrolment).where(
            Enrolment.commune_id == commune_id, Enrolment.id.in_(enrolments),
            Enrolment.withdrawn_on.is_(None),
        )
    ).all()  # fmt: skip
    for row in rows:
        row.withdrawn_on, row.withdraw_reason = clock.today(), _("Hoàn tác danh sách")
    session.flush()
    return len(rows)


def _undo_register(session: Session, who: Actor, keys: Keys, kept: ClassList) -> int:
    """Take back what the list wrote into the register; how many people went."""
    if kept.import_id is None:
        return 0
    row = people_queries.register_import(session, who.commune, kept.import_id, PURPOSE)
    return importing.undo(session, who, keys, row).removed if row.status == "applied" else 0


# For the eye


@dataclass(frozen=True)
class Line:
    """A list that was put into the class. `here` counts those who came by it and are still in it."""

    id: UUID
    at: datetime
    what: str
    made: int
    here: int
    undone: bool
    kept: int


def lists_of(session: Session, commune_id: UUID, cohort_id: UUID, limit: int = 5) -> list[Line]:
    """The last lists of a class, the newest first."""
    rows = session.execute(
        select(ClassList, RegisterImport.file_name)
        .outerjoin(
            RegisterImport,
            (RegisterImport.commune_id == ClassList.commune_id)
            & (RegisterImport.id == ClassList.import_id),
        )
        .where(
            ClassList.commune_id == commune_id, ClassList.cohort_id == cohort_id,
            ClassList.applied_at.is_not(None),
        )
        .order_by(ClassList.applied_at.desc())
        .limit(limit)
    )  # fmt: skip
    found = [(row[0], row[1]) for row in rows]
    ids = [UUID(key) for kept, _name in found for key in kept.enrolled.get("made", ())]
    here = set(
        session.scalars(
            select(Enrolment.id).where(
                Enrolment.commune_id == commune_id, Enrolment.id.in_(ids),
                Enrolment.withdrawn_on.is_(None),
            )
        )
    )  # fmt: skip
    return [_line(kept, name, here) for kept, name in found]


def _line(kept: ClassList, name: str | None, here: set[UUID]) -> Line:
    made = [UUID(key) for key in kept.enrolled.get("made", ())]
    back = len(kept.enrolled.get("returned", ()))
    one = _("người mới đến") if len(made) == 1 else _("chọn từ sổ dân cư")
    at = kept.applied_at or kept.made_at
    return Line(
        kept.id, at, name or one, len(made) + back, sum(key in here for key in made),
        kept.undone_at is not None, len(kept.enrolled.get("kept", ())),
    )  # fmt: skip
