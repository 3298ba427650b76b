"""Writing what the commune tells into a box's store: rows put in place, and what is told no more put away.

Nothing that learners did is touched: events, and what was made of them, stay whatever the roster says.
"""

import base64
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Column, LargeBinary, delete, inspect, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from lms.cohorts.access import end_of_learner, end_on_device
from lms.cohorts.carried_models import StaffCard
from lms.cohorts.hall_models import Allowance
from lms.cohorts.models import Cohort, CohortTrainer, Device, Enrolment, SessionTrainer
from lms.core import clock
from lms.core.db import UtcDateTime
from lms.core.i18n import _
from lms.offline.box.content import PARTS, Part, Plain
from lms.offline.box.history import HISTORY
from lms.offline.box.seal import Unfit
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Person

Rows = Mapping[str, list[Plain]]
_READERS: dict[type, Callable[[Any], Any]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
    bytes: base64.b64decode,
}


def unreadable() -> Unfit:
    """What to say of content that this release cannot read, though the commune signed it."""
    return Unfit(
        _(
            "Bản dữ liệu lớp này do bản phần mềm khác làm ra nên không đọc được. Chưa đổi gì. Hãy cài cùng "
            "một bản phần mềm ở xã và ở máy lớp rồi lấy bản mới."
        )
    )


def write(session: Session, commune_id: UUID, content: Plain) -> None:
    """Put everything in place in the caller's transaction; Unfit when it cannot be read."""
    try:
        rows: Rows = {part.name: content["rows"][part.name] for part in PARTS}
        for part in PARTS:
            write_part(session, commune_id, part, rows[part.name])
        for part in HISTORY:
            write_part(session, commune_id, part, content["history"][part.name])
        _put_away(session, commune_id, rows)
        for key in content["revoked"]:
            _revoke(session, commune_id, UUID(key))
    except (KeyError, TypeError, ValueError, AttributeError, IntegrityError, DataError):
        raise unreadable() from None


def write_part(session: Session, commune_id: UUID, part: Part, rows: Collection[Plain]) -> None:
    """Put the rows of one table in place; a row of another commune is a ValueError."""
    columns = inspect(part.model).columns
    keys = [column.name for column in inspect(part.model).primary_key]
    for told in rows:
        row = {name: _typed(columns[name], told[name]) for name in part.columns}
        if row.get("commune_id", commune_id) != commune_id:
            raise ValueError("A row of another commune.")
        held = session.get(part.model, tuple(row[name] for name in keys))
        if held is None:
            session.add(part.model(**part.blank, **row))
        else:
            _change(held, {name: row[name] for name in row if name not in part.own})
    session.flush()


def _change(held: Any, values: Plain) -> None:
    for name, value in values.items():
        if getattr(held, name) != value:
            setattr(held, name, value)


def _typed(column: Column[Any], value: Any) -> Any:
    """A JSON value as its column holds it."""
    if value is None:
        return None
    return _READERS.get(_kind(column), lambda same: same)(value)


def _kind(column: Column[Any]) -> type:
    if isinstance(column.type, UtcDateTime):
        return datetime
    return bytes if isinstance(column.type, LargeBinary) else column.type.python_type


def _put_away(session: Session, commune_id: UUID, rows: Rows) -> None:
    """What is told no more: people teach here no more, learners and their names are gone."""
    now = clock.now()
    told = {name: {UUID(row["id"]) for row in rows[name] if "id" in row} for name in rows}

    def gone(model: Any, *where: Any) -> Any:
        return (model.commune_id == commune_id) & model.id.not_in(told[model.__tablename__])

    session.execute(delete(CohortTrainer).where(gone(CohortTrainer)))
    session.execute(delete(Allowance).where(gone(Allowance)))
    ends = ((SessionTrainer, "ended_at"), (RoleGrant, "revoked_at"), (StaffCard, "revoked_at"))
    for model, column in (*ends, (Cohort, "closed_at")):
        is_open = getattr(model, column).is_(None)
        session.execute(update(model).where(gone(model), is_open).values({column: now}))
    session.execute(
        update(Account)
        .where(Account.id.not_in(told["account"]), Account.disabled_at.is_(None))
        .values(disabled_at=now, password_hash=None)
    )
    for learner in session.scalars(select(Enrolment).where(gone(Enrolment))):
        learner.withdrawn_on = learner.withdrawn_on or clock.today()
        learner.pin_hmac, learner.card_digest = "", None
        end_of_learner(session, commune_id, learner.id)
    session.execute(
        update(Person)
        .where(gone(Person))
        .values(full_name="", sort_key="", search_key="", birth_year=None)
    )
    session.flush()


def _revoke(session: Session, commune_id: UUID, device_id: UUID) -> None:
    row = session.get(Device, (commune_id, device_id))
    if row is not None and row.revoked_at is None:
        row.revoked_at = clock.now()
        end_on_device(session, commune_id, row.id)
