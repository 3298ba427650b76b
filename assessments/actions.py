"""What learners and trainers do, as events: see a screen, take a test, observe a task.

Nothing here writes a mark or a state: an action appends the event, and the projection that reads all
events of the attempt decides. Call `lms.ledger.web.project_now()` after an action to see its effect.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import measuring, moments, queries, rules
from assessments.projection import row_of
from assessments.stored import StoredAttempt, own_stored_attempt, stored_attempt
from courses import queries as courses_queries
from courses.activities import KINDS
from courses.rules import MEASURING_KINDS, TASK_VERDICTS, Blueprint, UnknownContent
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.models import Cohort, Enrolment
from lms.cohorts.turns import page_segment
from lms.core import text
from lms.core.db import box_of
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require, require_cohort
from lms.core.i18n import _
from lms.core.policy import Role
from lms.ledger.actions import NewEvent, append, take_up, web_device

Responses = Mapping[str, Sequence[str]]


def see_screen(session: Session, who: Actor, lesson: str, screen: int) -> None:
    """The learner has looked at a screen of a lesson and goes on."""
    _activity(session, who, "activity.opened", lesson, screen)


def finish_lesson(session: Session, who: Actor, lesson: str) -> None:
    """The learner has come to the end of a lesson."""
    desk = queries.desk(session, who)
    count = len(_lesson_screens(desk, lesson))
    _activity(session, who, "activity.finished", lesson, count)


def _activity(session: Session, who: Actor, kind: str, lesson: str, screen: int) -> None:
    require(who, Role.LEARNER)
    desk = queries.desk(session, who)
    if not 1 <= screen <= len(_lesson_screens(desk, lesson)):
        raise NotFound(_("Bài học này không có màn đó. Hãy quay về trang của mình."))
    payload = {"lesson": lesson, "screen": screen}
    append(session, who.commune, _by_learner(desk, kind, payload))


def _lesson_screens(desk: queries.Desk, lesson: str) -> Sequence[object]:
    found = next((one for one in desk.lessons if one.code == lesson), None)
    if found is None:
        raise NotFound(_("Không tìm thấy bài học này. Hãy quay về trang của mình."))
    return found.screens


def _by_learner(
    desk: queries.Desk,
    kind: str,
    payload: Mapping[str, object],
    attempt_id: UUID | None = None,
    segment: str | None = None,
    parent: UUID | None = None,
) -> NewEvent:
    return NewEvent(
        kind,
        payload,
        class_id=desk.meeting_id,
        learner_id=desk.enrolment.id,
        attempt_id=attempt_id,
        content=desk.version.content_hash,
        segment=segment or (page_segment(desk.turn) if desk.turn else None),
        parent=parent,
    )


@dataclass(frozen=True)
class AttemptWork:
    """What a learner's page or tablet holds of an attempt: all answers so far, handed in or not."""

    kind: str
    level: str | None = None
    seed: str | None = None
    answers: Responses = field(default_factory=dict)
    submit: bool = False
    module: str = ""
    """Of a practice attempt: the module whose quiz it is."""


def start_attempt(
    session: Session, who: Actor, attempt_id: UUID, kind: str, module: str = ""
) -> None:
    """Begin an attempt under an id made by the caller; beginning it twice is once."""
    record_attempt(session, who, attempt_id, AttemptWork(kind, module=module))


def give_answer(
    session: Session, who: Actor, attempt_id: UUID, item: str, response: Sequence[str]
) -> None:
    """Answer one question of an attempt that is begun and not yet handed in."""
    kind = own_stored_attempt(session, who, attempt_id).form.kind
    record_attempt(session, who, attempt_id, AttemptWork(kind, answers={item: response}))


def hand_in(session: Session, who: Actor, attempt_id: UUID) -> None:
    """Submit what is answered; handing in twice is once."""
    kind = own_stored_attempt(session, who, attempt_id).form.kind
    record_attempt(session, who, attempt_id, AttemptWork(kind, submit=True))


def record_attempt(session: Session, who: Actor, attempt_id: UUID, work: AttemptWork) -> None:
    """Bring the attempt to what `work` says: begin it, add what is new or changed, hand in.

    The same work twice changes nothing. Raises NotFound for another learner's attempt, Conflict for
    a test that may not begin or is handed in already, Invalid for answers the questions do not have.
    """
    require(who, Role.LEARNER)
    _one_at_a_time(session, who)
    desk = queries.desk(session, who)
    held = stored_attempt(session, who, attempt_id)
    if held is None:
        sheet = _Sheet(_begin(session, desk, attempt_id, work), {}, False, _first_place(desk))
    else:
        _same_test(held.form, work)
        _still_measures(session, desk, held)
        take_up(session, who.commune, attempt_id)
        sheet = _Sheet(held.form, held.given, held.handed_in, _place(desk, held))
    _record(session, desk, attempt_id, sheet, work)


def _one_at_a_time(session: Session, who: Actor) -> None:
    """Two posts of one learner at once are taken one after the other (SQLite has one writer)."""
    session.execute(
        select(Enrolment.id)
        .where(Enrolment.commune_id == who.commune, Enrolment.id == who.key)
        .with_for_update()
    )


def _same_test(held: rules.Form, work: AttemptWork) -> None:
    level = work.level or held.level
    if (held.kind, held.level) != (work.kind, level):
        raise Conflict(_("Bài làm này đã bắt đầu với loại đề khác. Hãy bắt đầu một bài mới."))


def _still_measures(session: Session, desk: queries.Desk, held: StoredAttempt) -> None:
    """An entry form that waited until a lesson was learned is no beginning any more."""
    if held.form.kind not in MEASURING_KINDS or held.handed_in:
        return
    card = measuring.card_of(session, desk, held.form.kind)
    if not (card.goes_on or card.can_begin):
        raise Conflict(measuring.refusal_words(card))


@dataclass(frozen=True)
class _Place:
    """Where the next event goes in the attempt's trail."""

    segment: str
    parent: UUID | None


def _first_place(desk: queries.Desk) -> _Place:
    return _Place(page_segment(desk.turn) if desk.turn else "web", None)


def _place(desk: queries.Desk, held: StoredAttempt) -> _Place:
    """Go on in this turn's own segment, or begin a new one after what another turn or a tablet did last."""
    last = held.line[-1]
    device, segment = last.segment.split("/", 1)
    is_page = device == str(web_device(desk.enrolment.commune_id))
    if is_page and (desk.turn is None or segment.partition(".")[0] == page_segment(desk.turn)):
        return _Place(segment, None)
    after = UUID(last.event_id)
    return _Place(page_segment(desk.turn, after) if desk.turn else f"web-{after}", after)


@dataclass(frozen=True)
class _Sheet:
    """The questions, the answers given so far, whether they are handed in, and the next place."""

    form: rules.Form
    given: Responses
    handed_in: bool
    place: _Place


def _record(
    session: Session, desk: queries.Desk, attempt_id: UUID, sheet: _Sheet, work: AttemptWork
) -> None:
    new = {
        item: tuple(response)
        for item, response in work.answers.items()
        if tuple(response) != tuple(sheet.given.get(item, ()))
    }
    _check(sheet.form, new)
    if sheet.handed_in:
        if new:
            raise Conflict(_("Bài này đã nộp nên không sửa được nữa."))
        return
    for item, response in new.items():
        given = {"item": item, "response": list(response)}
        _append(session, desk, "answer.given", given, attempt_id, sheet.place)
    if work.submit:
        final = {**sheet.given, **new}
        closing = {"count": len(final), "hash": rules.answers_hash(final)}
        _append(session, desk, "attempt.submitted", closing, attempt_id, sheet.place)


def _append(
    session: Session,
    desk: queries.Desk,
    kind: str,
    payload: Mapping[str, object],
    attempt_id: UUID,
    place: _Place,
) -> None:
    event = _by_learner(desk, kind, payload, attempt_id, place.segment, place.parent)
    append(session, desk.enrolment.commune_id, event)


def _check(form: rules.Form, answers: Responses) -> None:
    asked = {one.item.id: one for one in form.items}
    for item, response in answers.items():
        if item not in asked:
            raise Invalid(_("Câu hỏi này không có trong đề."), fields={"answers": [item]})
        question = asked[item].item
        if not KINDS[question.kind].fits(question, response):
            raise Invalid(
                _("Câu trả lời này không có trong đề. Hãy mở lại câu hỏi rồi chọn lại."),
                fields={"answers": [item]},
            )


def _begin(session: Session, desk: queries.Desk, attempt_id: UUID, work: AttemptWork) -> rules.Form:
    level = work.level or desk.cohort.level
    if level != desk.cohort.level:
        raise Invalid(_("Lớp này không học mức đó."), fields={"level": [level]})
    payload: dict[str, object] = {"kind": work.kind, "level": level}
    if work.module:
        payload["module"] = work.module
    if work.kind == "certifying":
        payload["sitting"] = str(_sitting_for(session, desk))
    elif work.kind in MEASURING_KINDS:
        _require_measuring(session, desk, work.kind)
    # The service alone decides which questions are asked where the key is secret.
    seed = (work.seed if work.kind == "practice" else None) or secrets.token_hex(8)
    form = rules.draw_form(
        desk.version,
        _plan(desk, work, level),
        seed,
        queries.drawn_before(session, desk, work.kind),
    )
    payload |= {"seed": seed, "items": rules.form_to_plain(form)["items"]}
    _append(session, desk, "attempt.started", payload, attempt_id, _first_place(desk))
    return form


def _plan(desk: queries.Desk, work: AttemptWork, level: str) -> Blueprint:
    try:
        return desk.version.blueprint(work.kind, level, work.module)
    except UnknownContent:
        raise NotFound(_("Lớp này không có đề đó. Hãy quay về trang của mình.")) from None


def _require_measuring(session: Session, desk: queries.Desk, kind: str) -> None:
    """Each measuring form is filled in once in a class, at its own time."""
    card = measuring.card_of(session, desk, kind)
    if not card.can_begin:
        raise Conflict(measuring.refusal_words(card))


def _sitting_for(session: Session, desk: queries.Desk) -> UUID:
    card = queries.exam_card(session, desk)
    if card.code != "ok":
        raise Conflict(refusal_words(card))
    if desk.sitting is None:
        raise Conflict(
            _("Bài kiểm tra chỉ làm được khi thầy cô mở buổi kiểm tra. Hãy gọi thầy cô.")
        )
    return desk.sitting.id


def refusal_words(card: queries.ExamCard) -> str:
    """Why the test cannot begin, in words that say what to do."""
    if card.code == "open":
        return _("Đang có một bài kiểm tra làm dở. Hãy làm tiếp bài đó.")
    if card.code == "reached":
        return _("Bài kiểm tra này đã đạt rồi, không phải làm lại.")
    if card.code == "no_tries":
        return _("Đã hết lượt làm bài kiểm tra. Hãy hỏi thầy cô về lớp ôn tập.")
    if card.code == "wait":
        return _(
            "Được làm lại từ %(hour)s ngày %(day)s. Trong lúc chờ, hãy xem lại bài và làm thử.",
            hour=text.hour(card.not_before),
            day=text.day(card.not_before),
        )
    return _("Bài kiểm tra làm được khi thầy cô mở buổi kiểm tra.")


def observe_task(
    session: Session,
    who: Actor,
    enrolment_id: UUID,
    task: str,
    result: str,
    moment: str = moments.COURSE,
) -> None:
    """A trainer of the class saw the learner do a task; the same result again changes nothing.

    `moment`: during the course, or for one of the measuring forms that name this task.
    """
    require(who, Role.TRAINER)
    enrolment = row_of(session, Enrolment, who.commune, enrolment_id)
    cohort = row_of(session, Cohort, who.commune, enrolment.cohort_id) if enrolment else None
    if enrolment is None or cohort is None:
        raise NotFound(_("Không tìm thấy học viên này trong lớp."))
    require_cohort(who, cohort.id)
    version = courses_queries.version(session, cohort.version_id)
    if task not in {one.id for one in version.tasks(cohort.level)}:
        raise NotFound(_("Chương trình của lớp không có bài thực hành này."))
    if result not in TASK_VERDICTS:
        raise Invalid(_("Hãy chọn làm được, cần giúp hoặc chưa."), fields={"result": [result[:20]]})
    if moment not in moments.moments_of(version, cohort.level, task):
        raise Invalid(
            _("Bài thực hành này không xem vào lúc đó. Hãy chọn lại lúc quan sát."),
            fields={"moment": [moment[:20]]},
        )
    if _last_seen(session, who.commune, enrolment_id, task, moment) == result:
        return
    meeting = cohorts_queries.open_session(session, who.commune, cohort.id)
    seen = {"task": task, "result": result, "observer": str(who.key)}
    append(
        session,
        who.commune,
        NewEvent(
            "task.observed",
            seen if moment == moments.COURSE else {**seen, "moment": moment},
            # On a laptop that carries the class it is a claim, as on a tablet: the commune decides.
            box_of(session),
            class_id=meeting.id if meeting else None,
            learner_id=enrolment_id,
            content=version.content_hash,
        ),
    )


def _last_seen(
    session: Session, commune_id: UUID, enrolment_id: UUID, task: str, moment: str
) -> str | None:
    """What was seen last at this moment of the course."""
    seen = moments.seen_tasks(session, commune_id, [task], enrolment=enrolment_id)
    return next((one.result for one in reversed(list(seen)) if one.moment == moment), None)
