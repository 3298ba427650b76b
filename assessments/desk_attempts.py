"""The attempts on a learner's desk, as a tablet goes on with them; every value is plain JSON."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.models import Attempt
from assessments.projection import given
from assessments.queries import Desk
from assessments.rereading import named_sitting
from assessments.rules.tries import finished_tries
from assessments.stored import StoredAttempt, stored_of
from courses.activities import public_item
from lms.core.errors import NotFound


def attempts_on(session: Session, desk: Desk, *, secret: bool) -> list[dict[str, Any]]:
    """What is open, and of each form the newest that was handed in, the oldest first.

    Without `secret` no open form is told whose questions are secret.
    """
    rows = [row for row in _listed(session, desk) if secret or not _asks_in_secret(row)]
    found = ((row, _stored(session, row)) for row in rows)
    return [_told(row, stored) for row, stored in found if stored]


def _stored(session: Session, row: Attempt) -> StoredAttempt | None:
    """Its events; None while a forged start waits to be projected, which must not close the desk."""
    try:
        return stored_of(session, row.commune_id, row.enrolment_id, row.id)
    except NotFound:
        return None


def _listed(session: Session, desk: Desk) -> list[Attempt]:
    rows = session.scalars(
        select(Attempt)
        .where(
            Attempt.commune_id == desk.enrolment.commune_id,
            Attempt.enrolment_id == desk.enrolment.id,
        )
        .order_by(Attempt.started_at, Attempt.id)
    ).all()
    newest = _newest(row for row in rows if row.submitted_at)
    return [row for row in rows if row.submitted_at is None or row.id in newest]


def _newest(handed_in: Iterable[Attempt]) -> set[object]:
    """The ids of those handed in last, one for each form; `blueprint` names the form."""
    last: dict[str, Attempt] = {}
    for row in handed_in:
        before = last.get(row.blueprint)
        if before is None or _ended(row) >= _ended(before):
            last[row.blueprint] = row
    return {row.id for row in last.values()}


def _ended(row: Attempt) -> tuple[object, object]:
    return row.submitted_at, row.id


def _asks_in_secret(row: Attempt) -> bool:
    return row.submitted_at is None and row.purpose != "practice"


def _told(row: Attempt, stored: StoredAttempt) -> dict[str, Any]:
    """Answers come from the stored events and not from rows: `events` names just what is in them."""
    form = stored.form
    # What is handed in but not projected yet is on its way, as far as a tablet is concerned.
    waits = row.state == "open" and stored.handed_in
    return {
        "id": str(row.id),
        "kind": row.purpose,
        "module": form.module,
        "level": row.level,
        "content": form.content_hash,
        "state": "provisional" if waits else row.state,
        "started_at": row.started_at.isoformat(),
        "submitted_at": _submitted_at(row, stored),
        "seed": row.seed,
        "items": [[asked.item.id, list(asked.options)] for asked in form.items],
        "answers": {item: list(response) for item, response in stored.given.items()},
        "tries": _tries(stored),
        "last": stored.line[-1].event_id,
        "events": [entry.event_id for entry in stored.line],
        "sitting": _sitting(row),
        "questions": {} if stored.handed_in else _questions(stored),
        "result": _result(row),
    }


def _sitting(row: Attempt) -> str | None:
    """The sitting it names; a carried one is named before any trainer has confirmed it."""
    named = named_sitting(row)
    return str(named) if named else None


def _submitted_at(row: Attempt, stored: StoredAttempt) -> str | None:
    closing = next((entry.submit.at for entry in stored.line if entry.submit), None)
    at = row.submitted_at or closing
    return at.isoformat() if at else None


def _tries(stored: StoredAttempt) -> dict[str, int]:
    """How often each practice question was tried; of a secret one nothing is counted."""
    if stored.form.secret:
        return {}
    items = {asked.item.id: asked.item for asked in stored.form.items}
    made = given(stored.line)
    return {name: len(finished_tries(items[name], made[name])) for name in made if name in items}


def _questions(stored: StoredAttempt) -> dict[str, Any]:
    """The questions of a secret form without their keys; practice has them in its content."""
    if not stored.form.secret:
        return {}
    return {one.item.id: public_item(one.item, one.options) for one in stored.form.items}


def _result(row: Attempt) -> dict[str, Any] | None:
    if row.mark is None:
        return None
    skills = row.mark["skills"]
    return {
        "points": row.points, "max": row.max_points, "passed": row.passed, "skills": skills,
    }  # fmt: skip
