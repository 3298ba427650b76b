"""What was written on a registered sheet, typed in: the same events that a tablet would have sent.

The paper is a device like any other. Typing the same answers again changes nothing. Other answers make a
second line of work, whole in itself: both stay, and with the reason that is asked for the newer one is
chosen, as a trainer chooses between two tablets (docs/offline.md, rule 13).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import rules
from assessments.fork_models import BranchChoice
from assessments.forks import standing_choice
from assessments.paper_forms import entries_of, form_of, items_in, paper_form
from assessments.paper_letters import Read, Typed, read_form
from assessments.paper_models import PaperEntry, PaperForm
from assessments.stored import stored_of
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.carried_rules import day_end
from lms.cohorts.models import ClassSession, Enrolment, Sitting
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import clean
from lms.ledger.actions import NewEvent, append, paper_device

LONGEST_SCAN, LONGEST_REASON = 80, 400
MOST_COPIES = 5
"""How often a trainer types one test in: each time tells its points, and so in the end its key."""


@dataclass(frozen=True)
class Copy:
    """One sheet as somebody typed it. `id` is made by the page, so that sending twice is once.

    `written`: the day and the hour at which the learner handed it in; no hour: when the meeting, or the
    test in it, ended.
    """

    id: UUID
    meeting_id: UUID
    typed: Mapping[str, Typed]
    sitting_id: UUID | None = None
    written: tuple[date | None, time | None] = (None, None)
    scan: str = ""
    reason: str = ""


class Differs(Exception):
    """The sheet was typed in before, with other answers: `items` is item → (response then, now).

    It is empty when only where or when it was written differs.
    """

    def __init__(self, items: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
        super().__init__(len(items))
        self.items = items


@dataclass(frozen=True)
class Entered:
    """What came of it. `changed` is False for the same sheet once more; `notes`: item → what was left out."""

    entry: PaperEntry
    changed: bool
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Place:
    """Where and when the sheet was written."""

    meeting: ClassSession
    sitting: Sitting | None
    began: datetime
    ended: datetime
    is_sure: bool
    """False while the class still meets and nobody said an hour: `ended` is then the hour of typing."""


def enter(session: Session, who: Actor, form_id: UUID, copy: Copy) -> Entered:
    """Type a sheet in.

    Raises Invalid with the fields to mend ('a-<item>' for answers), Differs when it was typed in with
    other answers and `copy.reason` is empty, Conflict for a spoiled sheet.
    """
    row = paper_form(session, who, form_id)
    _one_at_a_time(session, row)
    held = entries_of(session, who.commune, row.id)
    again = next((one for one in held if one.id == copy.id), None)
    if again is not None:
        return Entered(again, changed=False)
    if row.voided_at is not None:
        raise Conflict(
            _("Phiếu này đã hủy. Nếu học viên vẫn làm trên phiếu này, hãy bỏ hủy trước.")
        )
    form = form_of(session, row)
    found = read_form(form, copy.typed)
    _refuse(found)
    responses = {item: one.response for item, one in found.items() if one.response}
    return _enter(session, who, row, copy, held, found, responses)


def _enter(
    session: Session, who: Actor, row: PaperForm, copy: Copy, held: Sequence[PaperEntry],
    found: Mapping[str, Read], responses: Mapping[str, tuple[str, ...]],
) -> Entered:  # fmt: skip
    place = _place_of(session, row, copy)
    if held:
        differing = _differing(standing(session, row), responses)
        stands = standing_entry(session, row, held)
        if not differing and _same_place(stands, place):
            return Entered(stands, changed=False)
        if not clean(copy.reason):
            raise Differs(differing)
        _refuse_trying(who, row, held)
    notes = {item: one.note for item, one in found.items() if one.note}
    entry = _write(session, who, row, copy, place, len(held) + 1, responses)
    if held:
        _choose(session, who, row, entry)
    audit.record(session, who, "copy", "paper_form", row.id, answers=len(responses))
    return Entered(entry, changed=True, notes=notes)


def _refuse_trying(who: Actor, row: PaperForm, held: Sequence[PaperEntry]) -> None:
    """Nobody finds out what is right in a test by typing one sheet in again and again."""
    if row.kind == "certifying" and who.role is Role.TRAINER and len(held) >= MOST_COPIES:
        raise _wrong(
            "reason",
            _("Bài này đã nhập %(n)s lần. Muốn sửa nữa, hãy đưa phiếu cho cán bộ xã xem và nhập.",
              n=len(held)),
        )  # fmt: skip


def _one_at_a_time(session: Session, row: PaperForm) -> None:
    """Two people who type in the same sheet come one after the other (SQLite has one writer)."""
    session.execute(
        select(Enrolment.id)
        .where(Enrolment.commune_id == row.commune_id, Enrolment.id == row.enrolment_id)
        .with_for_update()
    )


def _refuse(found: Mapping[str, Read]) -> None:
    wrong = {f"a-{item}": [one.trouble] for item, one in found.items() if one.trouble}
    if wrong:
        raise Invalid(_("Có câu gõ chưa đúng. Hãy sửa các câu được chỉ ra."), fields=wrong)


def standing(session: Session, row: PaperForm) -> dict[str, tuple[str, ...]]:
    """Item → the response that stands of all the times it was typed in; nothing before the first."""
    found = stored_of(session, row.commune_id, row.enrolment_id, row.id)
    return {item: told for item, told in found.given.items() if told} if found else {}


def standing_entry(session: Session, row: PaperForm, held: Sequence[PaperEntry]) -> PaperEntry:
    """The time of typing in that stands: the newest, or an earlier one that a trainer chose since."""
    found = stored_of(session, row.commune_id, row.enrolment_id, row.id)
    branch = found.line[-1].segment if found else ""
    return next((one for one in held if _branch(one) == branch), held[-1])


def _branch(entry: PaperEntry) -> str:
    return f"{paper_device(entry.commune_id)}/{entry.segment}"


def _differing(
    before: Mapping[str, tuple[str, ...]], now: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    pairs = {item: (before.get(item, ()), now.get(item, ())) for item in {*before, *now}}
    return {item: pair for item, pair in pairs.items() if pair[0] != pair[1]}


def _same_place(entry: PaperEntry, place: _Place) -> bool:
    sitting = place.sitting.id if place.sitting else None
    ended = place.ended if place.is_sure else entry.written_at
    told = (place.meeting.id, sitting, ended)
    return (entry.class_session_id, entry.sitting_id, entry.written_at) == told


def _place_of(session: Session, row: PaperForm, copy: Copy) -> _Place:
    meeting = cohorts_queries.class_session(session, row.commune_id, copy.meeting_id)
    if meeting.cohort_id != row.cohort_id or meeting.opened_at is None:
        raise _wrong("meeting", _("Hãy chọn buổi đã học của lớp này."))
    sitting = _sitting(session, row, copy, meeting)
    began = max(meeting.opened_at, sitting.opened_at) if sitting else meeting.opened_at
    # Who forgot to close the meeting closed it on another day, or not yet: nobody wrote until then.
    closed, day_over = sitting.closed_at if sitting else meeting.closed_at, day_end(began)
    last = min(closed or clock.now(), day_over)
    is_sure = copy.written[1] is not None or closed is not None or last == day_over
    return _Place(meeting, sitting, began, _ended(copy, began, last), is_sure)


def _sitting(session: Session, row: PaperForm, copy: Copy, meeting: ClassSession) -> Sitting | None:
    if row.kind != "certifying":
        return None
    if copy.sitting_id is None:
        raise _wrong(
            "sitting", _("Bài kiểm tra phải làm trong buổi có giám sát. Hãy chọn buổi đó.")
        )
    found = session.get(Sitting, (row.commune_id, copy.sitting_id))
    if found is None or found.class_session_id != meeting.id:
        raise _wrong("sitting", _("Buổi kiểm tra này không thuộc buổi học đã chọn. Hãy chọn lại."))
    return found


def _ended(copy: Copy, began: datetime, last: datetime) -> datetime:
    """When it was handed in: within the meeting, or the test in it."""
    day, hour = copy.written
    if hour is None:
        if day is not None and day != clock.day_of(last):
            raise _wrong("written_on", _("Ngày này không phải ngày của buổi đã chọn. Hãy xem lại."))
        return last
    told = datetime.combine(day or clock.day_of(last), hour, clock.VIETNAM)
    if not began <= told <= last:
        raise _wrong("written_at", _("Giờ nộp phải nằm trong giờ của buổi đã chọn. Hãy xem lại."))
    return told


def _wrong(name: str, words: str) -> Invalid:
    return Invalid(words, fields={name: [words]})


def _write(
    session: Session, who: Actor, row: PaperForm, copy: Copy, place: _Place, number: int,
    responses: Mapping[str, tuple[str, ...]],
) -> PaperEntry:  # fmt: skip
    segment = f"paper-{number}"
    writer = _Writer(session, row, place, segment)
    writer.start()
    for item in items_in(row.form):
        if item in responses:
            writer.say("answer.given", {"item": item, "response": list(responses[item])})
    closing = {"count": len(responses), "hash": rules.answers_hash(responses)}
    submitted = writer.say("attempt.submitted", closing)
    entry = PaperEntry(
        commune_id=row.commune_id, id=copy.id, paper_form_id=row.id,
        class_session_id=place.meeting.id, sitting_id=place.sitting.id if place.sitting else None,
        segment=segment, submit_event=submitted, written_at=place.ended,
        typed={item: one.kept() for item, one in copy.typed.items() if not one.is_empty},
        scan=clean(copy.scan)[:LONGEST_SCAN] or None,
        reason=clean(copy.reason)[:LONGEST_REASON] or None, made_by=who.id,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    return entry


@dataclass
class _Writer:
    """Appends the events of one copy of a sheet."""

    session: Session
    row: PaperForm
    place: _Place
    segment: str

    def start(self) -> None:
        """Begin the attempt; each copy brings its own start, as it may name another test."""
        plain = self.row.form
        payload = {name: plain[name] for name in ("kind", "level", "seed", "items")}
        if self.row.module:
            payload["module"] = self.row.module
        if self.place.sitting is not None:
            payload["sitting"] = str(self.place.sitting.id)
        self.say("attempt.started", payload, self.place.began)

    def say(self, kind: str, payload: Mapping[str, object], at: datetime | None = None) -> UUID:
        """One event of the paper device."""
        event = NewEvent(
            kind, payload, paper_device(self.row.commune_id), class_id=self.place.meeting.id,
            learner_id=self.row.enrolment_id, attempt_id=self.row.id, at=at or self.place.ended,
            content=str(self.row.form["content"]), segment=self.segment,
        )  # fmt: skip
        return append(self.session, self.row.commune_id, event)


def _choose(session: Session, who: Actor, row: PaperForm, entry: PaperEntry) -> None:
    """The newer copy counts, with the reason that was given; the older one stays beside it."""
    stands = standing_choice(session, row.commune_id, row.id)
    if stands is not None:
        stands.undone_at, stands.undone_by = clock.now(), who.id
        session.flush()
    session.add(
        BranchChoice(
            commune_id=row.commune_id,
            attempt_id=row.id,
            branch=_branch(entry),
            reason=entry.reason or "",
            made_by=who.id,
        )
    )
    session.flush()
