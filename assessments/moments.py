"""At which moment of a course a task was observed: during it, or to measure before and after it.

The moment stands in the payload of `task.observed`; the projected row does not carry it, so it is read
from the stored event, which no rebuild changes.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from assessments.models import TaskObservation
from courses.rules import MEASURING_KINDS, ProgrammeVersion
from lms.cohorts.models import Enrolment
from lms.core.i18n import _
from lms.ledger.envelope import decode
from lms.ledger.models import Event

COURSE = "course"
MOMENTS = (COURSE, *MEASURING_KINDS)


def moment_words() -> dict[str, str]:
    """When in a course a task is looked at."""
    return {
        "course": _("Trong khóa học"),
        "entry": _("Đầu khóa, trước khi học"),
        "exit": _("Cuối khóa, để so với đầu khóa"),
        "after30": _("Nhắc lại sau 30 ngày"),
        "after90": _("Nhắc lại sau 90 ngày"),
    }


@dataclass(frozen=True)
class Seen:
    """One observation. `moment` is one of MOMENTS, `result` of courses.rules.TASK_VERDICTS."""

    enrolment: UUID
    task: str
    moment: str
    result: str
    at: datetime
    key: str


def moments_of(version: ProgrammeVersion, level: str, task: str) -> tuple[str, ...]:
    """The moments at which a trainer may look at a task; only `course` if no form names it."""
    plans = {plan.kind: plan.tasks for plan in version.blueprints if plan.level == level}
    return (COURSE, *(kind for kind in MEASURING_KINDS if task in plans.get(kind, ())))


def seen_tasks(
    session: Session,
    commune_id: UUID,
    tasks: Collection[str],
    *,
    people: Collection[UUID] | None = None,
    enrolment: UUID | None = None,
) -> Iterator[Seen]:
    """The observations of these tasks: of everybody, of a few people, or of one enrolment.

    What a tablet only claims is not seen yet.
    """
    table = TaskObservation
    stored = and_(Event.commune_id == table.commune_id, Event.id == table.event_id)
    query = (
        select(
            table.enrolment_id, table.task, table.result, table.occurred_at, table.id, Event.text
        )
        .join(Event, stored)
        .where(table.commune_id == commune_id, table.task.in_(tasks), table.claimed.is_(False))
    )
    if people is not None:
        own = select(Enrolment.id).where(
            Enrolment.commune_id == commune_id, Enrolment.person_id.in_(people)
        )
        query = query.where(table.enrolment_id.in_(own))
    if enrolment is not None:
        query = query.where(table.enrolment_id == enrolment)
    rows = session.execute(query.order_by(table.occurred_at, table.event_id))
    for enrolment_id, name, result, at, key, text in rows:
        moment = json.loads(bytes(decode(text).payload)).get("moment", COURSE)
        yield Seen(enrolment_id, name, moment, result, at, str(key))
