"""From the events of one attempt to its rows: pinned form, answers that count, mark, state.

Everything is read anew from the whole set of events, so the order in which they came changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import rules, settling
from assessments.forks import chosen_branch
from assessments.models import Answer, Attempt, Remarking
from assessments.rules.tries import finished_tries
from courses import queries as courses_queries
from courses.activities import KINDS
from courses.rules import MEASURING_KINDS, VERSION_NAMESPACE, ProgrammeVersion
from lms.cohorts import claims
from lms.cohorts.models import ClassSession, Cohort, Enrolment, Sitting
from lms.cohorts.paper.hours import copied_end
from lms.core.db import CommuneRow
from lms.core.errors import NotFound
from lms.core.ids import derived
from lms.ledger.actions import paper_device
from lms.ledger.registry import MissingParent, StoredEvent

Row = TypeVar("Row", bound=CommuneRow)


class WrongForm(ValueError):
    """The pinned questions are not a form of this version's blueprint."""


def row_of(session: Session, model: type[Row], commune_id: UUID, key: UUID) -> Row | None:
    """The row of this commune, or None."""
    return session.get(model, {"commune_id": commune_id, "id": key})


def happened(
    session: Session, commune_id: UUID, event: StoredEvent, sitting: Sitting | None = None
) -> rules.EventTime:
    """When the event happened: never before its meeting and sitting opened, nor after it arrived.

    What was copied from paper has no clock: it lies within the hours that were copied, mended ones too.
    """
    begins, ends = [sitting.opened_at if sitting else None], [event.received_at]
    on_paper = event.device_id == paper_device(commune_id)
    if event.class_id is not None:
        meeting = row_of(session, ClassSession, commune_id, event.class_id)
        if meeting is None:
            raise MissingParent(f"class session {event.class_id}")
        begins.append(claims.not_before(session, meeting))
        if on_paper and (closed := copied_end(session, meeting)):
            ends.append(closed)
    if on_paper and sitting and sitting.closed_at:
        ends.append(sitting.closed_at)
    lower = max((at for at in begins if at is not None), default=None)
    return rules.event_time(event.device_at, timedelta(0), lower, min(ends))


@dataclass(frozen=True)
class Pinned:
    """What the start of an attempt fixed for ever."""

    started: StoredEvent
    enrolment: Enrolment
    version: ProgrammeVersion
    form: rules.Form
    sitting: Sitting | None
    """The sitting it names, if that is one of the learner's class; nothing about times yet."""
    claimed: UUID | None = None
    """The carried sitting it names, while no trainer has confirmed that the learner was tested in it."""

    @property
    def attempt_id(self) -> UUID:
        """The attempt that the start begins."""
        return self.started.attempt_id or self.started.id


def project_attempt(session: Session, commune_id: UUID, events: Sequence[StoredEvent]) -> None:
    """All events of one attempt → Attempt and Answer rows; certifying ones are then settled.

    Without its start an attempt has no form to be read with: it waits, as its start will call again.
    """
    starts = [event for event in events if event.type == "attempt.started"]
    if not starts:
        return
    started = min(starts, key=lambda event: event.id)
    _one_at_a_time(session, commune_id, started)
    pinned = pin(session, commune_id, _standing_start(session, commune_id, starts, started))
    own = [event for event in events if event.learner_id == started.learner_id]
    row = _write(session, commune_id, pinned, own)
    if row.purpose == "certifying":
        settling.settle(session, commune_id, pinned.enrolment.person_id, pinned.version.code)


def _standing_start(
    session: Session, commune_id: UUID, starts: Sequence[StoredEvent], first: StoredEvent
) -> StoredEvent:
    """The first start. A sheet of paper typed in again brings its own; that of the chosen copy stands."""
    if len(starts) == 1 or first.attempt_id is None:
        return first
    chosen = chosen_branch(session, commune_id, first.attempt_id)
    own = [event for event in starts if entry_of(event).segment == chosen]
    return min(own, key=lambda event: event.id, default=first)


def _one_at_a_time(session: Session, commune_id: UUID, started: StoredEvent) -> None:
    """Hold the person before anything is read that a change of the sitting, or of a mark, settles too."""
    learner = started.learner_id
    enrolment = row_of(session, Enrolment, commune_id, learner) if learner else None
    if enrolment is not None and started.payload["kind"] != "practice":
        settling.lock(session, commune_id, enrolment.person_id)


def pin(session: Session, commune_id: UUID, started: StoredEvent) -> Pinned:
    """What the start fixes; MissingParent, WrongForm or UnknownContent when it cannot be read."""
    learner = started.learner_id
    enrolment = row_of(session, Enrolment, commune_id, learner) if learner else None
    cohort = row_of(session, Cohort, commune_id, enrolment.cohort_id) if enrolment else None
    if enrolment is None or cohort is None:
        raise MissingParent(f"enrolment {learner}")
    version = _version(session, started, cohort)
    form = _form(version, started.payload)
    named = started.payload.get("sitting")
    if named is None:
        return Pinned(started, enrolment, version, form, None)
    sitting, claimed = _held_in(session, UUID(str(named)), enrolment)
    return Pinned(started, enrolment, version, form, sitting, claimed)


def _version(session: Session, started: StoredEvent, cohort: Cohort) -> ProgrammeVersion:
    key = uuid5(VERSION_NAMESPACE, started.content) if started.content else cohort.version_id
    try:
        version = courses_queries.version(session, key)
    except NotFound:
        raise MissingParent(f"content {started.content}") from None
    if version.code != cohort.programme_code:
        raise WrongForm(f"{version.code} is not what the class learns")
    return version


def _form(version: ProgrammeVersion, payload: Mapping[str, Any]) -> rules.Form:
    module = payload.get("module", "")
    blueprint = version.blueprint(payload["kind"], payload["level"], module)
    if "items" not in payload:
        return rules.draw_form(version, blueprint, payload["seed"])
    plain = {
        "content": version.content_hash,
        "module": module,
        **{name: payload[name] for name in ("kind", "level", "seed", "items")},
    }
    form = rules.form_from_plain(version, plain)
    if not fits(version, form):
        raise WrongForm("the pinned form does not fit the blueprint")
    return form


def fits(version: ProgrammeVersion, form: rules.Form) -> bool:
    """Every row of the blueprint is filled by different items of its pool, with all their options."""
    blueprint = version.blueprint(form.kind, form.level, form.module)
    left = {asked.item.id for asked in form.items}
    if len(left) != len(form.items) or len(left) != blueprint.count:
        return False
    for row in blueprint.rows:
        pool = [x.id for x in version.pool(form.kind, form.level, row) if x.id in left]
        if len(pool) < row.count:
            return False
    whole = {item.id for row in blueprint.rows for item in version.pool(form.kind, form.level, row)}
    return left <= whole and all(
        sorted(asked.options) == sorted(KINDS[asked.item.kind].parts(asked.item))
        for asked in form.items
    )


def _held_in(
    session: Session, key: UUID, enrolment: Enrolment
) -> tuple[Sitting | None, UUID | None]:  # fmt: skip
    """The sitting that counts, or the carried one that is only claimed; neither for a strange id."""
    commune_id = enrolment.commune_id
    carried = claims.carried_sitting(session, commune_id, key)
    found = row_of(session, Sitting, commune_id, key)
    held = found if found and found.cohort_id == enrolment.cohort_id else None
    if carried is None:
        return held, None
    sure = claims.is_confirmed(session, commune_id, carried.session, enrolment.id)
    return (held, None) if sure and held else (None, key)


def _write(
    session: Session, commune_id: UUID, pinned: Pinned, events: Sequence[StoredEvent]
) -> Attempt:
    entries = [entry_of(event) for event in events]
    corrections = corrections_for(session, commune_id, pinned.form)
    # Read after the person is held: a choice that is made now settles before this, or after it. In
    # practice the best line counts; only a sheet of paper that was typed in again is chosen there.
    is_chosen = pinned.form.secret or sum(e.type == "attempt.started" for e in events) > 1
    chosen = chosen_branch(session, commune_id, pinned.attempt_id) if is_chosen else None
    mark = rules.mark(pinned.form, entries, chosen, corrections)
    times = {e.id: happened(session, commune_id, e, pinned.sitting) for e in events}
    line = line_of(entries, mark.branch)
    submit = next((entry for entry in line if entry.submit), None)
    submitted = times[UUID(submit.event_id)].at if submit else None
    row = _attempt(session, commune_id, pinned, times[pinned.started.id].at)
    row.submitted_at = submitted
    row.sitting_id = _holding(pinned.sitting, row.started_at, submitted)
    row.clock_flag = any(time.moved for time in times.values())
    _write_mark(row, mark, pinned, line)
    if corrections:
        _tell_what_was_given(row, rules.mark(pinned.form, entries, chosen), mark, pinned)
    session.add(row)
    session.flush()
    _write_answers(session, row, pinned.form, mark, line, times)
    return row


def _tell_what_was_given(
    row: Attempt, given: rules.Mark, corrected: rules.Mark, pinned: Pinned
) -> None:
    """Keep what the attempt was worth before its faulty questions were marked again, if that differs."""
    pairs = zip(given.items, corrected.items, strict=True)
    lifted = sorted(after.item for before, after in pairs if after.points > before.points)
    if lifted:
        as_given = rules.passes(given, pinned.version.pass_rule(row.level)).passed
        row.trail = {**row.trail, "passes_as_given": as_given, "remarked": lifted}


def corrections_for(
    session: Session, commune_id: UUID, form: rules.Form
) -> dict[str, rules.Correction]:
    """What was decided about questions of this form; practice is never marked again."""
    if not form.secret:
        return {}
    asked = {one.item.id: one.item for one in form.items}
    query = select(Remarking).where(
        Remarking.commune_id == commune_id, Remarking.item_id.in_(asked)
    )
    found: dict[str, rules.Correction] = {}
    for row in session.scalars(query.order_by(Remarking.made_at, Remarking.id)):
        if row.item_hash == asked[row.item_id].hash:
            more = rules.Correction(row.everybody, tuple(tuple(one) for one in row.accepted))
            held = found.get(row.item_id)
            found[row.item_id] = held.joined(more) if held else more
    return found


def _attempt(session: Session, commune_id: UUID, pinned: Pinned, started_at: datetime) -> Attempt:
    started, key = pinned.started, pinned.attempt_id
    row = row_of(session, Attempt, commune_id, key) or Attempt(commune_id=commune_id, id=key)
    row.enrolment_id = pinned.enrolment.id
    row.class_session_id = started.class_id
    row.version_id = pinned.version.id
    row.level = pinned.form.level
    row.purpose = pinned.form.kind
    form = pinned.form
    row.blueprint = pinned.version.blueprint(form.kind, form.level, form.module).code
    row.seed = pinned.form.seed
    row.form = rules.form_to_plain(pinned.form)
    row.started_at = started_at
    return row


def _holding(sitting: Sitting | None, started: datetime, ended: datetime | None) -> UUID | None:
    """The sitting, if its time holds the whole attempt; else the attempt is not supervised."""
    if sitting is None or started < sitting.opened_at:
        return None
    last = ended or started
    return sitting.id if sitting.closed_at is None or last <= sitting.closed_at else None


def _write_mark(
    row: Attempt, mark: rules.Mark, pinned: Pinned, line: Sequence[rules.Entry]
) -> None:
    verdict = rules.passes(mark, pinned.version.pass_rule(row.level))
    submitted, last = mark.submitted, line[-1]
    row.points = mark.total if submitted else None
    row.max_points = mark.max if submitted else None
    row.mark = _plain_mark(mark) if submitted else None
    row.trail = {
        "segment": last.segment,
        "event": last.event_id,
        "forked": mark.forked,
        "complete": not mark.provisional,
        "passes": verdict.passed,
        "sitting": str(pinned.sitting.id) if pinned.sitting else None,
    }
    if pinned.claimed:
        row.trail = {**row.trail, "claimed": str(pinned.claimed)}
    if pinned.started.told_as is not None:
        row.trail = {**row.trail, "told": str(pinned.started.told_as)}
    row.refusal = None
    row.state = settling.natural_state(row)
    judged = row.state == "final" and row.purpose not in MEASURING_KINDS
    row.passed = verdict.passed if judged else None


def _plain_mark(mark: rules.Mark) -> dict[str, object]:
    return {
        "items": {item.item: item.points for item in mark.items},
        "skills": {skill.skill: [skill.points, skill.max] for skill in mark.skills},
    }


def entry_of(event: StoredEvent) -> rules.Entry:
    """The event as the trail reads it. Segments are a device's own, whatever name it gives them."""
    answer, submit = None, None
    if event.type == "answer.given":
        answer = rules.Answer(event.payload["item"], tuple(event.payload["response"]))
    elif event.type == "attempt.submitted":
        submit = rules.Submit(event.payload["count"], event.payload["hash"], event.device_at)
    segment = f"{event.device_id}/{event.segment or event.epoch}"
    parent = str(event.parent) if event.parent else None
    return rules.Entry(str(event.id), segment, event.seq, parent, answer, submit)


def line_of(entries: Sequence[rules.Entry], segment: str | None) -> list[rules.Entry]:
    """The entries of a branch from the start of the attempt to the end of `segment`, in order."""
    home = {entry.event_id: entry for entry in entries}
    line: list[rules.Entry] = []
    last: rules.Entry | None = None
    seen: set[str] = set()
    while segment is not None and segment not in seen:
        seen.add(segment)
        own = sorted(
            (e for e in entries if e.segment == segment), key=lambda e: (e.seq, e.event_id)
        )
        kept = own[: own.index(last) + 1] if last else own
        line = kept + line
        names = {entry.event_id for entry in own}
        parent = next((e.parent for e in own if e.parent and e.parent not in names), None)
        last = home.get(parent) if parent else None
        segment = last.segment if last else None
    return line


def _write_answers(
    session: Session,
    row: Attempt,
    form: rules.Form,
    mark: rules.Mark,
    line: Sequence[rules.Entry],
    times: Mapping[UUID, rules.EventTime],
) -> None:
    held = {
        answer.item_id: answer
        for answer in session.scalars(
            select(Answer).where(Answer.commune_id == row.commune_id, Answer.attempt_id == row.id)
        )
    }
    points = {item.item: item.points for item in mark.items}
    questions = {asked.item.id: asked.item for asked in form.items}
    standing, tried = counted(line), given(line)
    for item in held.keys() - standing.keys():
        session.delete(held[item])
    for item, entry in standing.items():
        answer = held.get(item) or _new_answer(row, item)
        event_id = UUID(entry.event_id)
        answer.response = list(entry.answer.response) if entry.answer else []
        answer.correct = bool(points[item]) if item in points and answer.response else None
        answer.event_id, answer.occurred_at = event_id, times[event_id].at
        answer.tries, answer.first_correct = 1, None
        if item in questions:
            tries = finished_tries(questions[item], tried[item])
            answer.tries, answer.first_correct = len(tries), tries[0] if tries else None
        session.add(answer)
    session.flush()


def _new_answer(row: Attempt, item: str) -> Answer:
    key = derived("answer", row.id, item)
    return Answer(commune_id=row.commune_id, id=key, attempt_id=row.id, item_id=item)


def given(line: Sequence[rules.Entry]) -> dict[str, list[tuple[str, ...]]]:
    """Item → every response given to it before the first submit, in order."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for entry in line:
        if entry.submit:
            break
        if entry.answer:
            found.setdefault(entry.answer.item, []).append(entry.answer.response)
    return found


def counted(line: Sequence[rules.Entry]) -> dict[str, rules.Entry]:
    """Item → the last answer before the first submit; what came after handing in does not count."""
    found: dict[str, rules.Entry] = {}
    for entry in line:
        if entry.submit:
            break
        if entry.answer:
            found[entry.answer.item] = entry
    return found
