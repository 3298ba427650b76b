"""What becomes of a class as a whole: its state, its changes by two at once, its end, its cancelling."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from lms.cohorts import queries
from lms.cohorts.actions import add_trainer, teach
from lms.cohorts.models import Cohort, CohortTrainer
from lms.cohorts.timetable_rules import state_of
from lms.core import audit, clock
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import clean
from lms.people.models import Unit

__all__ = [
    "Changed", "ClassChange", "cancel_class", "change_class", "end_class", "manage", "may_manage",
    "read_reason", "reopen_class", "restore_class", "state_of", "trainer_ids", "with_class",
]  # fmt: skip
REASON_LENGTH = 500


class Changed(Conflict):
    """Somebody else changed the thing while this form lay open; nothing was saved.

    The page shows both states side by side. `revision` is what a form has to send to save over it.
    """

    def __init__(self, revision: int) -> None:
        super().__init__(
            _("Trong lúc bạn sửa, người khác đã lưu một bản khác. Hãy xem hai bản rồi lưu lại.")
        )
        self.revision = revision


@dataclass(frozen=True)
class ClassChange:
    """The class as its form says it shall be; `revision` is that of the class the form was opened with."""

    revision: int
    name: str
    place: str
    unit_id: UUID
    starts_on: date
    ends_on: date | None
    trainer_ids: Sequence[UUID]


def manage(session: Session, who: Actor, cohort_id: UUID) -> Cohort:
    """The class, for those who decide on it: its own trainers, not who teaches there for a day."""
    cohort = teach(session, who, cohort_id)
    if not may_manage(session, who, cohort):
        words = _(
            "Thầy cô dạy thay hôm nay nên không đổi được lớp này. Hãy nhờ giảng viên của lớp."
        )
        raise Forbidden(words)
    return cohort


def may_manage(session: Session, who: Actor, cohort: Cohort) -> bool:
    """Whether `manage` would let this actor decide on the class: its pages show the buttons only then."""
    return who.role is not Role.TRAINER or who.key in trainer_ids(session, cohort)


def with_class(who: Actor, cohort_id: UUID) -> Actor:
    """The trainer who made a class, working in it at once: the guard knows of it from the next call on."""
    if who.role is not Role.TRAINER:
        return who
    return replace(who, cohort_ids=who.cohort_ids | {cohort_id})


def trainer_ids(session: Session, cohort: Cohort) -> set[UUID]:
    """The accounts that teach the class."""
    return set(session.scalars(select(CohortTrainer.account_id).where(_of(cohort))))


def change_class(session: Session, who: Actor, cohort_id: UUID, change: ClassChange) -> Cohort:
    """Change what a class is called, where, when and by whom it is taught.

    Changed when it is not the class that the form was opened with any more; the same change twice is one.
    A trainer stays a trainer of the own class.
    """
    cohort = manage(session, who, cohort_id)
    own = {who.key} if who.role is Role.TRAINER else set()
    held, wanted = trainer_ids(session, cohort), {*change.trainer_ids, *own}
    new = {
        "name": clean(change.name)[:200], "place": clean(change.place)[:200],
        "unit_id": change.unit_id, "starts_on": change.starts_on, "ends_on": change.ends_on,
    }  # fmt: skip
    altered = sorted(name for name, value in new.items() if getattr(cohort, name) != value)
    if not altered and held == wanted:
        return cohort
    if change.revision != cohort.revision:
        raise Changed(cohort.revision)
    _check(session, who, change)
    for name in altered:
        setattr(cohort, name, new[name])
    _set_trainers(session, who, cohort, held, wanted)
    cohort.revision += 1
    session.flush()
    fields = [*altered, *(["trainers"] if held != wanted else [])]
    audit.record(session, who, "change", "cohort", cohort.id, fields=",".join(fields))
    return cohort


def _check(session: Session, who: Actor, change: ClassChange) -> None:
    wrong: dict[str, list[str]] = {}
    for name, value in (("name", change.name), ("place", change.place)):
        if not clean(value):
            wrong[name] = [_("Chỗ này không được để trống.")]
    if session.get(Unit, (who.commune, change.unit_id)) is None:
        wrong["unit_id"] = [_("Không có đơn vị này trong xã. Hãy chọn từ danh sách.")]
    if change.ends_on and change.ends_on < change.starts_on:
        wrong["ends_on"] = [_("Ngày kết thúc phải sau ngày bắt đầu.")]
    if wrong:
        raise Invalid(_("Chưa lưu được lớp. Hãy sửa các chỗ được chỉ ra."), fields=wrong)


def _set_trainers(
    session: Session, who: Actor, cohort: Cohort, held: Collection[UUID], wanted: Collection[UUID]
) -> None:
    for account_id in sorted(set(wanted) - set(held)):
        add_trainer(session, who, cohort.id, account_id)
    gone = sorted(set(held) - set(wanted))
    session.execute(delete(CohortTrainer).where(_of(cohort), CohortTrainer.account_id.in_(gone)))


def _of(cohort: Cohort) -> ColumnElement[bool]:
    return (CohortTrainer.commune_id == cohort.commune_id) & (CohortTrainer.cohort_id == cohort.id)


def read_reason(typed: str) -> str:
    """Why something is cancelled or somebody leaves; Invalid when nothing is said."""
    reason = clean(typed)[:REASON_LENGTH]
    if not reason:
        words = _("Hãy ghi lý do, một câu ngắn là đủ.")
        raise Invalid(words, fields={"reason": [words]})
    return reason


def cancel_class(session: Session, who: Actor, cohort_id: UUID, reason: str) -> Cohort:
    """The class does not take place (any more); what was done in it stays. Twice is once."""
    cohort = manage(session, who, cohort_id)
    reason = read_reason(reason)
    if cohort.cancelled_at is None:
        _refuse_open(session, cohort)
        cohort.cancelled_at, cohort.cancel_reason = clock.now(), reason
        _tell(session, who, "cancel", cohort)
    return cohort


def restore_class(session: Session, who: Actor, cohort_id: UUID) -> Cohort:
    """A cancelled class takes place after all, with the meetings it had. Twice is once."""
    cohort = manage(session, who, cohort_id)
    if cohort.cancelled_at is not None:
        cohort.cancelled_at, cohort.cancel_reason = None, None
        _tell(session, who, "restore", cohort)
    return cohort


def end_class(session: Session, who: Actor, cohort_id: UUID) -> Cohort:
    """The class is over: nothing new is opened in it until it is opened again. Twice is once."""
    cohort = manage(session, who, cohort_id)
    if cohort.closed_at is None:
        _refuse_open(session, cohort)
        cohort.closed_at = clock.now()
        _tell(session, who, "end", cohort)
    return cohort


def reopen_class(session: Session, who: Actor, cohort_id: UUID) -> Cohort:
    """The class goes on; a last day that has passed is taken away, else it would end at once."""
    cohort = manage(session, who, cohort_id)
    is_past = cohort.ends_on is not None and cohort.ends_on < clock.today()
    if cohort.closed_at is not None or is_past:
        cohort.closed_at = None
        cohort.ends_on = None if is_past else cohort.ends_on
        _tell(session, who, "reopen", cohort)
    return cohort


def _refuse_open(session: Session, cohort: Cohort) -> None:
    opened = queries.open_session(session, cohort.commune_id, cohort.id)
    if opened is not None:
        raise Conflict(
            _("Buổi %(n)s của lớp đang mở. Hãy kết thúc buổi đó trước.", n=opened.number)
        )


def _tell(session: Session, who: Actor, verb: str, cohort: Cohort) -> None:
    cohort.revision += 1
    session.flush()
    audit.record(session, who, verb, "cohort", cohort.id)
