"""What a machine did: counted for the limit, for the administrator's page and for the audit log.

Records are told one by one. Counts are asked for by the minute and hold nobody, so the log gets the
first call of a client and hour at once and the hour's sum later: with the next thing any machine of the
commune does. Refusals are treated like counts, or a stranger could flood the log. Until then the sum
stands in `machine_use`, written before the answer leaves: what cannot be written down is not handed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask, Response, current_app, g, request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from lms.core import audit, clock, limits, web
from lms.core.errors import TooMany
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.ids import derived
from lms.core.limits import Limit
from lms.core.policy import Role, policy_of
from lms.people.machine_models import MachineUse
from lms.people.machine_tokens import actor_of, bearer, known
from lms.people.machine_words import USE_WORDS
from lms.people.machines import COUNTS, EVENTS

CALLS = Limit(600, timedelta(minutes=10), timedelta(minutes=10))
"""Calls of one client: one a second for as long as it likes, or a whole commune at once."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer handed over."""

    rows: int
    facts: Mapping[str, object] = field(default_factory=dict)


def tell(rows: int, **facts: object) -> None:
    """A view says how many rows its answer hands over, and which."""
    g.machine_told = Told(rows, facts)


def subject(machine_id: UUID | None) -> str:
    """Under which name the calls of a client are counted."""
    return f"machine:{machine_id}"


def seconds_until(until: datetime) -> int:
    """Whole seconds to wait, at least one."""
    return max(1, int((until - clock.now()).total_seconds()) + 1)


def check_limit() -> None:
    """Before a machine's call: TooMany while its calls are used up."""
    who = _machine()
    if who is None:
        return
    with web.database().read() as session:
        until = limits.locked_until(session, who.commune, subject(who.id))
    if until is not None:
        words = _("Hệ thống này gọi quá nhiều lần. Hãy chờ rồi gọi tiếp, và gọi thưa hơn.")
        raise TooMany(words, retry_after=seconds_until(until))


def _machine() -> Actor | None:
    """The machine that calls a route with a scope; nobody else is counted."""
    who: Actor | None = g.get("actor")
    return who if who is not None and who.role is Role.MACHINE and _scope() else None


def _scope() -> str:
    policy = policy_of(current_app, request.endpoint) if request.endpoint else None
    return policy.scope if policy else ""


def write_down(answer: Response) -> Response:
    """After a machine's call: count it and tell the log, before anything leaves."""
    scope = _scope()
    if not scope or not bearer(request):
        return _challenged(answer, scope)
    web.commit()  # The reading ends first: a store with a single connection has no second one.
    try:
        with web.database().write() as session:
            _write(session, answer.status_code, scope)
    except OperationalError as error:
        return web.answer_busy(error)
    return _challenged(answer, scope)


def _write(session: Session, status: int, scope: str) -> None:
    who = _machine()
    if who is None or status in (401, 403):
        found = known(session, web.keys(), bearer(request))
        if found is not None:
            count(session, actor_of(found.client), "refused")
        return
    limits.count_misses(session, who.commune, [(subject(who.id), CALLS)])
    if status >= 400:
        return
    told: Told = g.get("machine_told", Told(0))
    what = {COUNTS: "counts", EVENTS: "completions"}.get(scope, "records")
    count(session, who, what, told.rows)
    if what == "records" and status != 304:
        audit.record(session, who, "read", "machine_records", who.id, rows=told.rows, **told.facts)


def _challenged(answer: Response, scope: str) -> Response:
    """What RFC 6750 asks to be said beside a refusal."""
    if answer.status_code == 401 and scope:
        told = ' error="invalid_token"' if bearer(request) else ""
        answer.headers["WWW-Authenticate"] = f"Bearer{told}"
    elif answer.status_code == 403 and bearer(request):
        answer.headers["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{scope}"'
    return answer


# --- sums of hours ------------------------------------------------------------------------------


def count(session: Session, who: Actor, what: str, rows: int = 0) -> None:
    """Count one call; the first of an hour is told to the log, with the sums of hours that are over."""
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    row = _row(session, who, what, hour)
    is_first = row.calls == 0
    row.calls, row.rows, row.last_at = row.calls + 1, row.rows + rows, now
    session.flush()
    if is_first:
        sum_up(session, who, hour)
        if what in ("counts", "refused"):
            facts = {"what": what, "said": USE_WORDS[what], "hour": _text(hour)}
            audit.record(session, who, "began", "machine_use", who.id, **facts)


def _row(session: Session, who: Actor, what: str, hour: datetime) -> MachineUse:
    key = (who.commune, derived("machine-use", who.commune, who.id, what, hour.isoformat()))
    row = session.get(MachineUse, key, with_for_update=True)
    if row is not None:
        return row
    row = MachineUse(
        commune_id=key[0], id=key[1], machine_id=who.key, hour=hour, what=what, calls=0, rows=0,
        last_at=hour,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Another call of the same client wrote the hour's row at the same instant.
        return session.get_one(MachineUse, key, with_for_update=True)
    return row


def sum_up(session: Session, who: Actor, before: datetime) -> None:
    """Tell the log how often each client of the commune called in hours that are over."""
    audit.lock_chain(session, who.commune)
    rows = session.scalars(
        select(MachineUse)
        .where(
            MachineUse.commune_id == who.commune,
            MachineUse.hour < before,
            MachineUse.summed_at.is_(None),
        )
        .order_by(MachineUse.hour, MachineUse.machine_id, MachineUse.what)
    ).all()
    for row in rows:
        row.summed_at = clock.now()
        facts = {
            "what": row.what, "said": USE_WORDS[row.what], "hour": _text(row.hour),
            "calls": row.calls, "rows": row.rows,
        }  # fmt: skip
        of = Actor(Role.MACHINE, row.commune_id, row.machine_id)
        audit.record(session, of, "summed", "machine_use", row.machine_id, **facts)


def _text(hour: datetime) -> str:
    return clock.local(hour).strftime("%H:00 %d/%m/%Y")


def init_app(app: Flask) -> None:
    """Count machines' calls around every view; the guard has run before."""
    app.before_request(check_limit)
    app.after_request(write_down)
