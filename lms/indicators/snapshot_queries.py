"""Reads of closed periods: rows, frozen bodies, who was in a figure, the files as they were sent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound, Unavailable
from lms.core.i18n import _
from lms.indicators import queries
from lms.indicators.closing_period import Wanted
from lms.indicators.models import CountedThing, PlanDefinition
from lms.indicators.plan_annex import Annex, annexes_in
from lms.indicators.rules.facts import Settings
from lms.indicators.rules.plan import Plan
from lms.indicators.snapshot_body import known_in, sha256, text_sha256
from lms.indicators.snapshot_facts import unpack_facts, unpack_sets
from lms.indicators.snapshot_models import ClosingRule, ReportSnapshot, Restatement, SnapshotFile
from lms.indicators.snapshot_rules import Known, World
from lms.people.account_queries import account_names

STATE_WORDS = {
    "proposed": "chờ duyệt", "standing": "đang có hiệu lực", "returned": "bị trả lại",
    "withdrawn": "đã rút", "replaced": "đã được thay",
}  # fmt: skip


def needs_two(session: Session, commune_id: UUID) -> bool:
    """Whether a second person must approve a closing here; off until somebody switches it on."""
    row = session.get(ClosingRule, (commune_id, commune_id))
    return row is not None and row.two_persons


# --- rows ---------------------------------------------------------------------------------------


def snapshot(session: Session, commune_id: UUID, snapshot_id: UUID) -> ReportSnapshot:
    """One closing of the commune, or NotFound."""
    row = session.get(ReportSnapshot, (commune_id, snapshot_id))
    if row is None:
        raise NotFound(_("Không tìm thấy bản chốt này. Hãy mở lại trang kế hoạch."))
    return row


def snapshots(session: Session, commune_id: UUID, code: str = "") -> Sequence[ReportSnapshot]:
    """The closings of a plan, or of all, the newest first."""
    table = ReportSnapshot
    query = select(table).where(table.commune_id == commune_id)
    query = query.where(table.plan_code == code) if code else query
    return session.scalars(query.order_by(table.plan_code, table.number.desc())).all()


def of_period(
    session: Session, commune_id: UUID, code: str, wanted: Wanted, state: str
) -> ReportSnapshot | None:
    """The closing of a report's period in one state, standing or proposed: at most one."""
    table = ReportSnapshot
    return session.scalar(
        select(table).where(
            table.commune_id == commune_id,
            table.plan_code == code,
            table.report_code == wanted.report,
            table.ends == wanted.ends,
            table.state == state,
        )
    )


def next_number(session: Session, commune_id: UUID, code: str) -> int:
    """The number the next closing of a plan takes."""
    table = ReportSnapshot
    last = session.scalar(
        select(func.max(table.number)).where(
            table.commune_id == commune_id, table.plan_code == code
        )
    )
    return (last or 0) + 1


def number_of(session: Session, row: ReportSnapshot) -> int | None:
    """The number of the closing that this one replaces."""
    if row.replaces_id is None:
        return None
    return session.get_one(ReportSnapshot, (row.commune_id, row.replaces_id)).number


def restatements(session: Session, row: ReportSnapshot) -> Sequence[Restatement]:
    """What was published about a closing afterwards, in order."""
    table = Restatement
    return session.scalars(
        select(table)
        .where(table.commune_id == row.commune_id, table.snapshot_id == row.id)
        .order_by(table.number)
    ).all()


def restatement(session: Session, row: ReportSnapshot, number: int) -> Restatement:
    """One published restatement, or NotFound."""
    found = next((one for one in restatements(session, row) if one.number == number), None)
    if found is None:
        raise NotFound(_("Không có lần điều chỉnh này. Hãy mở lại trang bản chốt."))
    return found


def wanted_of(row: ReportSnapshot) -> Wanted:
    """The period a row closed."""
    return Wanted(row.report_code, row.report_title, row.starts, row.ends, row.as_of)


def body_of(row: ReportSnapshot | Restatement) -> dict[str, Any]:
    """The frozen body; refused when its text is no longer what its hash says."""
    if text_sha256(row.body) != row.sha256:
        raise Unavailable(
            _("Nội dung bản chốt không còn khớp mã kiểm tra. Hãy báo quản trị viên của xã.")
        )
    return json.loads(row.body)  # type: ignore[no-any-return]  # A body is an object.


def names_for(session: Session, rows: Sequence[ReportSnapshot]) -> dict[UUID, str]:
    """The display names of everybody who proposed or decided."""
    ids = {key for row in rows for key in (row.proposed_by, row.decided_by) if key}
    return account_names(session, ids)


# --- kept files ---------------------------------------------------------------------------------


def kept_files(session: Session, row: ReportSnapshot, restatement: int = 0) -> list[SnapshotFile]:
    """The official files of a closing or of one of its restatements, without their content."""
    table = SnapshotFile
    query = select(table).where(
        table.commune_id == row.commune_id,
        table.snapshot_id == row.id,
        table.restatement == restatement,
        table.name != "",
    )
    order = {"xlsx": 0, "csv": 1, "json": 2}
    return sorted(session.scalars(query), key=lambda one: order[one.kind])


def kept(session: Session, row: ReportSnapshot, kind: str, restatement: int = 0) -> SnapshotFile:
    """A kept file, checked against its hash before it leaves."""
    table = SnapshotFile
    found = session.scalar(
        select(table).where(
            table.commune_id == row.commune_id,
            table.snapshot_id == row.id,
            table.restatement == restatement,
            table.kind == kind,
        )
    )
    if found is None:
        raise NotFound(_("Bản chốt này không có tệp đó. Hãy mở lại trang bản chốt."))
    if sha256(found.content) != found.sha256:
        raise Unavailable(
            _("Tệp đã lưu không còn khớp mã kiểm tra nên không được gửi đi. Hãy báo quản trị viên.")
        )
    return found


def sets_of(
    session: Session, row: ReportSnapshot, restatement: int = 0
) -> dict[str, dict[str, Any]]:
    """Who was in each figure of a closing or a restatement."""
    return unpack_sets(kept(session, row, "sets", restatement).content)


# --- the world a closing was computed from ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Base:
    """What a later day is compared with: the closing, or its last published restatement."""

    number: int
    """0 for the closing itself."""
    printed: dict[str, Known]
    lines: dict[str, dict[str, Any]]
    world: World
    figures_sha256: str
    sha256: str


def base_of(session: Session, row: ReportSnapshot) -> Base:
    """The last that was published about a closed period."""
    last = next(reversed(restatements(session, row)), None)
    told: ReportSnapshot | Restatement = row if last is None else last
    number = 0 if last is None else last.number
    body = body_of(told)
    return Base(
        number=number,
        printed=known_in(body, sets_of(session, row, number)),
        lines={line["code"]: line for line in body["lines"]},
        world=world_of(session, row, told.definition_id, body, number),
        figures_sha256=told.figures_sha256,
        sha256=told.sha256,
    )


def world_of(
    session: Session, row: ReportSnapshot, definition_id: UUID, body: dict[str, Any], number: int
) -> World:
    """Plan, settings and facts as they were frozen."""
    facts = unpack_facts(kept(session, row, "facts", number).content)
    plan = frozen_plan(session, row.plan_code, definition_id, body["definition"]["wording"])
    return World(plan, settings_in(body), facts)


def frozen_plan(session: Session, code: str, definition_id: UUID, wording: dict[str, str]) -> Plan:
    """The plan version a figure was made by, with the commune's wording of that day."""
    definition = session.get_one(PlanDefinition, definition_id)
    return queries.worded(queries.parsed(definition.source, code), wording)


def annexes_of(session: Session, code: str, definition_id: UUID) -> tuple[Annex, ...]:
    """The tables that this version of a plan brings along."""
    return annexes_in(session.get_one(PlanDefinition, definition_id).source, code)


def settings_in(body: dict[str, Any]) -> Settings:
    """The choices a frozen body was computed with."""
    held = body["report"]["settings"]
    return Settings(
        count_temporary=held["count_temporary"],
        denominators=held["denominators"],
        readings=held["readings"],
        levels=held["levels"],
    )


def hand_counted(session: Session, commune_id: UUID) -> frozenset[str]:
    """Keys of everything that was counted by hand."""
    rows = session.scalars(select(CountedThing.id).where(CountedThing.commune_id == commune_id))
    return frozenset(key.hex for key in rows)


def latest_standing(
    session: Session, commune_id: UUID, code: str, before: date | None = None
) -> ReportSnapshot | None:
    """The standing closing with the latest cut-off, before a day when one is named."""
    rows = [one for one in snapshots(session, commune_id, code) if one.state == "standing"]
    rows = [one for one in rows if before is None or one.as_of < before]
    return max(rows, key=lambda one: (one.as_of, one.number), default=None)
