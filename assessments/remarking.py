"""Marking again when a question turns out to be faulty: decided by a person, logged, for everybody alike.

The decision is a record. The projection reads it, so it holds for every attempt at the very same
question, also for those that arrive later, and a rebuild gives the same marks. It only gives points:
whoever passed stays passed, no certificate changes or is issued by itself.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import queries, rules
from assessments.models import Answer, Attempt, Remarking
from assessments.projection import corrections_for, project_attempt, row_of
from courses import queries as courses_queries
from courses.activities import KINDS
from courses.activities.wording import said, same
from courses.models import ProgrammeVersionRow
from courses.rules import Item, ProgrammeVersion, UnknownContent
from lms.core import audit, text
from lms.core.errors import Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.policy import Role
from lms.ledger.queries import attempt_events

LONGEST_REASON = 500
MOST_OFFERED = 12


@dataclass(frozen=True)
class Decision:
    """What is to be accepted for a question beside its key. `accepted` are responses."""

    everybody: bool
    accepted: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Given:
    """A response that is not the key, and how often it was handed in."""

    response: tuple[str, ...]
    words: str
    count: int

    @property
    def value(self) -> str:
        """The response as one form field."""
        return json.dumps(self.response, ensure_ascii=False)


@dataclass(frozen=True)
class Effect:
    """What a decision would change: `attempts` with the question, `raised` of them get the point,
    `passing` of those would pass and did not."""

    attempts: int
    raised: int
    passing: int


def secret_item(version: ProgrammeVersion, item_id: str) -> Item:
    """The question of the test or of a measuring form; NotFound for others, practice is not kept."""
    try:
        item = version.item(item_id)
    except UnknownContent:
        item = None
    if item is None or not item.secret:
        raise NotFound(_("Không tìm thấy câu hỏi này trong ngân hàng đề."))
    return item


def given_answers(session: Session, commune_id: UUID, code: str, item: Item) -> list[Given]:
    """The wrong answers that were handed in to this very question, the commonest first.

    Of a single choice every wrong option is named, also those that nobody has chosen.
    """
    held = _responses(session, commune_id, item)
    counted: Counter[tuple[str, ...]] = Counter()
    for attempt in attempts_with(session, commune_id, code, item):
        response = held.get(attempt.id, ())
        if response and not KINDS[item.kind].points(item, response):
            known = next((one for one in counted if same(item, one, response)), response)
            counted[known] += 1
    if item.kind == "single":
        wrong = ((one.id,) for one in item.options if not one.right)
        counted.update(dict.fromkeys(wrong, 0))
    rows = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Given(one, said(item, one), count) for one, count in rows[:MOST_OFFERED]]


def _responses(session: Session, commune_id: UUID, item: Item) -> dict[UUID, tuple[str, ...]]:
    """Attempt → the answer that counts to questions of this name."""
    query = select(Answer.attempt_id, Answer.response)
    rows = session.execute(query.where(Answer.commune_id == commune_id, Answer.item_id == item.id))
    return {attempt: tuple(response) for attempt, response in rows}


def attempts_with(session: Session, commune_id: UUID, code: str, item: Item) -> list[Attempt]:
    """Every attempt of the commune that asks this very question, in whichever version."""
    versions = select(ProgrammeVersionRow.id).where(ProgrammeVersionRow.code == code)
    asking = [one for one in session.scalars(versions) if _asks(session, one, item)]
    rows = session.scalars(
        select(Attempt)
        .where(
            Attempt.commune_id == commune_id,
            Attempt.purpose != "practice",
            Attempt.version_id.in_(asking),
        )
        .order_by(Attempt.id)
    )
    return [row for row in rows if item.id in _item_ids(row)]


def _item_ids(attempt: Attempt) -> set[str]:
    items: Sequence[Sequence[str]] = attempt.form["items"]  # type: ignore[assignment]  # Stored JSON.
    return {one[0] for one in items}


def _asks(session: Session, version_id: UUID, item: Item) -> bool:
    version = courses_queries.version(session, version_id)
    return any(one.hash == item.hash for one in version.items if one.id == item.id)


def effect(session: Session, commune_id: UUID, code: str, item: Item, decision: Decision) -> Effect:
    """What the decision would change, without changing anything."""
    attempts = attempts_with(session, commune_id, code, item)
    raised = _raised(session, commune_id, code, item, decision)
    passing = [one for one in raised if one.passed is False and _would_pass(session, one, item)]
    return Effect(len(attempts), len(raised), len(passing))


def _raised(
    session: Session, commune_id: UUID, code: str, item: Item, decision: Decision
) -> list[Attempt]:
    """The attempts that get the point by the decision and have not got it."""
    held = _responses(session, commune_id, item)
    attempts = attempts_with(session, commune_id, code, item)
    return [one for one in attempts if _raises(one, item, held.get(one.id, ()), decision)]


def _raises(attempt: Attempt, item: Item, response: tuple[str, ...], decision: Decision) -> bool:
    if attempt.mark is None or attempt.mark["items"].get(item.id):  # type: ignore[attr-defined]  # JSON.
        return False
    return decision.everybody or any(same(item, response, one) for one in decision.accepted)


def _would_pass(session: Session, attempt: Attempt, item: Item) -> bool:
    form = queries.form_of(session, attempt)
    corrections = corrections_for(session, attempt.commune_id, form)
    corrections[item.id] = rules.Correction(everybody=True)
    mark = rules.mark_answers(form, queries.responses(session, attempt), corrections)
    rule = courses_queries.version(session, attempt.version_id).pass_rule(attempt.level)
    return rules.passes(mark, rule).passed


def remark(
    session: Session,
    who: Actor,
    key: UUID,
    version: ProgrammeVersion,
    item: Item,
    decision: Decision,
    reason: str,
) -> None:
    """Decide, log it, and mark again whoever gets the point by it. The same key twice is once."""
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    if row_of(session, Remarking, who.commune, key) is not None:
        return
    told = text.clean(reason)
    _check(item, decision, told)
    session.add(
        Remarking(
            commune_id=who.commune,
            id=key,
            programme_code=version.code,
            item_id=item.id,
            item_hash=item.hash,
            everybody=decision.everybody,
            accepted=[list(one) for one in decision.accepted],
            reason=told,
            decided_by=None if who.role is Role.SYSTEM else who.key,
        )
    )
    session.flush()
    again = [one.id for one in _raised(session, who.commune, version.code, item, decision)]
    audit.record(
        session, who, "remarked", "item", key,
        item=item.id, content=item.hash, attempts=len(again), everybody=decision.everybody,
    )  # fmt: skip
    session.expire_all()
    for attempt_id in again:
        events = attempt_events(session, who.commune, attempt_id)
        project_attempt(session, who.commune, events)


def _check(item: Item, decision: Decision, reason: str) -> None:
    if not 10 <= len(reason) <= LONGEST_REASON:
        raise Invalid(
            _("Hãy viết lý do chấm lại, từ 10 đến 500 ký tự."), fields={"reason": [reason[:40]]}
        )
    fits = KINDS[item.kind].fits
    if not decision.everybody and not decision.accepted:
        raise Invalid(_("Hãy chọn câu trả lời được nhận thêm, hoặc cho điểm mọi người."))
    if not all(one and fits(item, one) for one in decision.accepted):
        raise Invalid(_("Có câu trả lời không thuộc câu hỏi này. Hãy mở lại trang rồi chọn lại."))


def read_decision(everybody: bool, accepted: Sequence[str]) -> Decision:
    """A decision from form fields: `accepted` as `Given.value` gave them."""
    return Decision(everybody, () if everybody else tuple(_response_of(one) for one in accepted))


def _response_of(value: str) -> tuple[str, ...]:
    try:
        told = json.loads(value)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, list) or not all(isinstance(part, str) for part in told):
        raise Invalid(_("Có câu trả lời không thuộc câu hỏi này. Hãy mở lại trang rồi chọn lại."))
    return tuple(told)


def decided(session: Session, commune_id: UUID, item: Item) -> Sequence[Remarking]:
    """What was decided before about this very question, the oldest first."""
    return session.scalars(
        select(Remarking)
        .where(Remarking.commune_id == commune_id, Remarking.item_hash == item.hash)
        .order_by(Remarking.made_at, Remarking.id)
    ).all()
