"""Making figures public: what is shown of a closing, kept as it was shown, withdrawn with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.audit import canonical
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import clean
from lms.indicators import snapshot_queries as held
from lms.indicators.queries import commune_of
from lms.indicators.snapshot_body import text_sha256
from lms.indicators.snapshot_models import ReportSnapshot
from lms.reports import public_queries as public
from lms.reports.public_models import Publication
from lms.reports.public_rules import THRESHOLD, Decided, decide, hidden, lines_of
from lms.reports.public_table import SCHEMA, Measured, entries, measured, read_back

KEEPERS = (Role.OFFICER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A publication that is not yet made: what it would say, and what the officer sees beside it."""

    row: ReportSnapshot
    number: int
    body: dict[str, Any]
    text: str
    figures: Sequence[Measured]
    decided: Mapping[str, Decided]

    @property
    def sha256(self) -> str:
        """The hash that the publication will carry."""
        return text_sha256(self.text)


def prepare(session: Session, who: Actor, snapshot_id: UUID) -> Prepared:
    """What publishing this closing today would show and cover."""
    require(who, *KEEPERS)
    row = held.snapshot(session, who.commune, snapshot_id)
    if row.state != "standing":
        raise Conflict(
            _("Bản chốt này không còn hiệu lực nên không công bố được. Hãy chọn bản chốt khác.")
        )
    frozen = held.body_of(row)
    before, names = history(session, who.commune)
    number = next_number(session, who.commune)
    figures = measured(frozen)
    tables = {one.code: one.table for one in figures if one.table is not None}
    decided = dict(zip(tables, decide(tables.values(), before, number), strict=True))
    for one in figures:
        names |= one.names
    plan = held.frozen_plan(
        session, row.plan_code, row.definition_id, frozen["definition"]["wording"]
    )
    body = {
        **_head(frozen, row, number, clock.today()),
        "figures": entries(figures, decided, plan.names, names),
    }
    return Prepared(row, number, body, canonical(body), figures, decided)


def _head(
    frozen: Mapping[str, Any], row: ReportSnapshot, number: int, today: date
) -> dict[str, Any]:
    commune = frozen["commune"]
    return {
        "schema": SCHEMA,
        "commune": {name: commune[name] for name in ("code", "name", "province", "is_sample")},
        "number": number,
        "plan": {"code": row.plan_code, "title": frozen["title"]},
        "period": {"title": row.report_title, "as_of": row.as_of.isoformat()},
        "closing": row.number,
        "threshold": THRESHOLD,
        "published_on": today.isoformat(),
    }


def next_number(session: Session, commune_id: UUID) -> int:
    """The number the next publication takes."""
    table = Publication
    query = select(func.max(table.number)).where(table.commune_id == commune_id)
    return (session.scalar(query) or 0) + 1


def history(session: Session, commune_id: UUID) -> tuple[list[Decided], dict[str, str]]:
    """Everything ever published, with its true numbers, and the units' names.

    Withdrawn publications too: whoever read them knows what they said.
    """
    found: list[Decided] = []
    names: dict[str, str] = {}
    for row in reversed(public.publications(session, commune_id)):
        snapshot = held.snapshot(session, commune_id, row.snapshot_id)
        figures = {one.code: one for one in measured(held.body_of(snapshot))}
        for entry in public.body_of(row)["figures"]:
            one = figures[entry["code"]]
            names |= one.names
            if one.table is not None:
                unlisted = hidden(lines_of(one.table, found))
                told = read_back(entry, one.table, row.number, unlisted)
                found += [told] if told else []
    return found, names


def publish(
    session: Session, who: Actor, snapshot_id: UUID, number: int, sha256: str
) -> Publication:
    """Publish what the officer looked at; the same again gives the same publication."""
    require(who, *KEEPERS)
    commune_of(session, who.commune)
    audit.lock_chain(session, who.commune)
    same = _made(session, who.commune, number, sha256)
    if same is not None:
        return same
    ready = prepare(session, who, snapshot_id)
    if (ready.number, ready.sha256) != (number, sha256):
        raise Conflict(
            _("Từ khi bạn xem trước đã có thay đổi: một lần công bố khác, hoặc đã sang ngày mới. Hãy "
              "xem trước lại rồi công bố.")
        )  # fmt: skip
    row = Publication(
        commune_id=who.commune, number=number, snapshot_id=snapshot_id,
        plan_code=ready.row.plan_code, title=ready.row.report_title, as_of=ready.row.as_of,
        sha256=sha256, body=ready.text, published_by=who.id, published_at=clock.now(),
        withdrawn_why="",
    )  # fmt: skip
    _add(session, row)
    audit.record(
        session, who, "publish", "publication", row.id, number=number, plan=row.plan_code,
        sha256=sha256,
    )  # fmt: skip
    return row


def _made(session: Session, commune_id: UUID, number: int, sha256: str) -> Publication | None:
    table = Publication
    return session.scalar(
        select(table).where(
            table.commune_id == commune_id, table.number == number, table.sha256 == sha256
        )
    )


def _add(session: Session, row: Publication) -> None:
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(
            _("Một cán bộ khác vừa công bố. Hãy mở lại trang công bố để xem lần đó.")
        ) from None


def withdraw(session: Session, who: Actor, number: int, why: str) -> Publication:
    """Take a publication back: its address stays and says so; its figures are no longer shown."""
    require(who, *KEEPERS)
    audit.lock_chain(session, who.commune)
    row = public.publication(session, who.commune, number)
    said = clean(why)
    if row.withdrawn_at is not None:
        return row
    if not 10 <= len(said) <= 500:
        wrong = _("Hãy ghi vì sao rút, từ 10 đến 500 chữ cái; trang công khai sẽ ghi lý do này.")
        raise Invalid(wrong, fields={"reason": [wrong]})
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = clock.now(), who.id, said
    audit.record(session, who, "withdraw", "publication", row.id, number=number, reason=said)
    return row
