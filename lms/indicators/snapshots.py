"""Writes: closing a period (chốt số liệu), the second person's approval, the files that are kept.

A closing is made whole or not at all; twice is once; one standing closing per plan, report and period,
also when two officers press at the same moment (the audit chain's lock, then a partial unique index).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.core.text import clean, day
from lms.indicators import queries
from lms.indicators import snapshot_queries as held
from lms.indicators.actions import OFFICE
from lms.indicators.closing_period import Check, Wanted, checklist
from lms.indicators.export_json import Paper
from lms.indicators.export_parts import parts_from, parts_in
from lms.indicators.rules.engine import compute
from lms.indicators.rules.facts import Facts
from lms.indicators.rules.figure import PlanReport
from lms.indicators.snapshot_body import (
    SCHEMA,
    SealedPaper,
    checks_data,
    closing_words,
    dumped,
    frozen_report,
    instant,
    official_files,
    period_data,
    sets_of,
    sha256,
    text_sha256,
)
from lms.indicators.snapshot_facts import pack_facts, pack_sets
from lms.indicators.snapshot_models import ClosingRule, ReportSnapshot, SnapshotFile
from lms.indicators.snapshot_rules import aged
from lms.ledger import generation
from lms.ledger import queries as ledger
from lms.people.models import Commune

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Closing:
    """What the officer writes when closing. `key` is made by the form: the same key is one closing."""

    wanted: Wanted
    remark: str = ""
    in_spite: str = ""
    replaces: UUID | None = None
    key: UUID | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report ready to be closed, with its checklist."""

    adopted: queries.Adopted
    wanted: Wanted
    report: PlanReport
    checks: list[Check]
    commune: Commune
    facts: Facts

    @property
    def gaps(self) -> list[Check]:
        """What is missing."""
        return [check for check in self.checks if check.is_gap]


def prepared(session: Session, who: Actor, code: str, wanted: Wanted) -> Prepared:
    """The figures of a period as they stand now, and what is missing before closing it."""
    adopted = queries.adopted(session, who.commune, code)
    as_of, facts = wanted.as_of, queries.facts_of(session, who.commune)
    report = queries.report_of(session, who.commune, adopted, as_of.year, as_of, facts)
    commune, checks = (
        queries.commune_of(session, who.commune),
        checklist(session, who, report, wanted),
    )
    return Prepared(adopted, wanted, report, checks, commune, facts)


# --- closing ------------------------------------------------------------------------------------


def close(session: Session, who: Actor, code: str, closing: Closing) -> ReportSnapshot:
    """Freeze a period. Stands at once, or waits for a second person where the commune asks for one."""
    require(who, *OFFICE)
    known = session.get(ReportSnapshot, (who.commune, closing.key)) if closing.key else None
    if known is not None:
        return known
    audit.lock_chain(session, who.commune)
    ready = prepared(session, who, code, closing.wanted)
    _check_words(closing, ready)
    old = _standing(session, who, code, closing)
    row = _row(session, who, ready, closing, old)
    _keep_inside(session, row, ready)
    audit.record(
        session, who, "propose" if row.state == "proposed" else "close", "report_snapshot", row.id,
        number=row.number, plan=code, sha256=row.sha256, figures=row.figures_sha256,
    )  # fmt: skip
    if row.state == "standing":
        _keep_files(session, row, ready.report, ready.commune)
    return row


def _check_words(closing: Closing, ready: Prepared) -> None:
    problems: dict[str, list[str]] = {}
    if len(closing.remark) > LONGEST:
        problems["remark"] = [_("Nhận xét dài quá 2.000 chữ. Hãy viết gọn lại.")]
    if ready.gaps and not 5 <= len(clean(closing.in_spite)) <= LONGEST:
        problems["in_spite"] = [
            _("Còn %(n)s việc thiếu. Hãy ghi một câu vì sao vẫn chốt; câu này được in ra.",
              n=len(ready.gaps))
        ]  # fmt: skip
    if problems:
        raise Invalid(_("Chưa chốt được. Hãy sửa các chỗ được chỉ ra."), fields=problems)


def _standing(session: Session, who: Actor, code: str, closing: Closing) -> ReportSnapshot | None:
    """The closing that this one replaces; Conflict unless the officer named just that one."""
    waiting = held.of_period(session, who.commune, code, closing.wanted, "proposed")
    if waiting is not None:
        raise Conflict(
            _("Kỳ này đã có đề nghị chốt số %(n)s đang chờ duyệt. Hãy mở đề nghị đó để duyệt, "
              "trả lại hoặc rút.", n=waiting.number)
        )  # fmt: skip
    old = held.of_period(session, who.commune, code, closing.wanted, "standing")
    if (old.id if old else None) == closing.replaces:
        return old
    if old is None:
        raise Conflict(_("Bản chốt định thay không còn hiệu lực. Hãy mở lại trang chốt số liệu."))
    raise Conflict(
        _("Kỳ này đã được chốt (bản số %(n)s, ngày %(day)s). Muốn chốt lại, hãy mở lại trang và "
          "đánh dấu “thay bản chốt số %(n)s”.", n=old.number, day=day(old.proposed_at))
    )  # fmt: skip


def _row(
    session: Session, who: Actor, ready: Prepared, closing: Closing, old: ReportSnapshot | None
) -> ReportSnapshot:
    """The row with its body; an old closing steps back first."""
    two, code = held.needs_two(session, who.commune), ready.adopted.code
    if old is not None and not two:
        old.state = "replaced"
        session.flush()
    number, now = held.next_number(session, who.commune, code), clock.now()
    body = _body(session, who, ready, closing, number, old)
    text, wanted = dumped(body), ready.wanted
    row = ReportSnapshot(
        commune_id=who.commune, id=closing.key or uuid7(), plan_code=code, number=number,
        definition_id=ready.adopted.row.definition_id, report_code=wanted.report,
        report_title=wanted.title, starts=wanted.starts, ends=wanted.ends, as_of=wanted.as_of,
        state="proposed" if two else "standing", replaces_id=old.id if old else None,
        remark=body["remark"], in_spite=body["in_spite"], figures_sha256=body["figures_sha256"],
        sha256=text_sha256(text), body=text, proposed_by=who.id, proposed_at=now,
    )  # fmt: skip
    _add_alone(session, row)
    return row


def _add_alone(session: Session, row: ReportSnapshot) -> None:
    """Write the row; a second officer who came first makes this a clear conflict."""
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(
            _("Một cán bộ khác vừa chốt kỳ này. Hãy mở lại trang để xem bản chốt đó.")
        ) from None


def _body(
    session: Session, who: Actor, ready: Prepared, closing: Closing, number: int,
    old: ReportSnapshot | None,
) -> dict[str, Any]:  # fmt: skip
    """Everything that is printed, and what it was made from."""
    commune, checkpoint = ready.commune, audit.checkpoint(session, who.commune)
    paper = Paper(ready.report, commune, checkpoint)
    return {
        "schema": SCHEMA,
        "commune": {
            "code": commune.short_code, "name": commune.title, "province": commune.province,
            "is_sample": commune.is_sample,
        },
        "number": number,
        "replaces": old.number if old else None,
        "period": period_data(ready.wanted),
        **frozen_report(ready.report, parts_from(ready.report, ready.facts)),
        "figures_sha256": paper.sha256,
        "definition": {"sha256": ready.adopted.sha256, "wording": dict(ready.adopted.row.wording)},
        "checklist": checks_data(ready.checks),
        "in_spite": clean(closing.in_spite) if ready.gaps else "",
        "remark": clean(closing.remark),
        "store": _store(session, who),
        "audit": {"size": checkpoint.size, "root": checkpoint.root},
        "closed": {"by": who.name or _("hệ thống"), "at": instant(clock.now())},
    }  # fmt: skip


def _store(session: Session, who: Actor) -> dict[str, Any]:
    """How far the event store was, and which generation of it."""
    told, found = ledger.status(session, who.commune), generation.current(session)
    return {
        "generation": str(found) if found else None,
        "batches": told.batches, "events": told.events, "waiting": told.waiting,
        "faults": told.faults,
    }  # fmt: skip


# --- what is kept -------------------------------------------------------------------------------


def keep(
    session: Session, row: ReportSnapshot, files: Mapping[str, bytes], stem: str = "",
    restatement: int = 0,
) -> None:  # fmt: skip
    """Keep bytes with their hash; files without a stem are for the service alone."""
    for kind, content in files.items():
        session.add(
            SnapshotFile(
                commune_id=row.commune_id, id=uuid7(), snapshot_id=row.id, kind=kind,
                restatement=restatement, name=f"{stem}.{kind}" if stem else "",
                sha256=sha256(content), size=len(content), content=content,
            )
        )  # fmt: skip
    session.flush()


def _keep_inside(session: Session, row: ReportSnapshot, ready: Prepared) -> None:
    """Who is in which figure, and the facts behind the figures without days of birth."""
    facts = pack_facts(aged(ready.facts, row.as_of))
    keep(session, row, {"sets": pack_sets(sets_of(ready.report)), "facts": facts})


def _keep_files(
    session: Session, row: ReportSnapshot, report: PlanReport, commune: Commune
) -> None:
    body = held.body_of(row)
    checkpoint = audit.Checkpoint(body["audit"]["size"], body["audit"]["root"])
    seal = _(
        "Bản chốt số %(n)s, mã SHA-256 của cả bản chốt: %(sha)s.", n=row.number, sha=row.sha256
    )
    stem = stem_of(row)
    paper = SealedPaper(
        report, commune, checkpoint, stem, seal, closing_words(body),
        annexes=held.annexes_of(session, row.plan_code, row.definition_id),
        parts=parts_in(body.get("breakdown")),
    )  # fmt: skip
    keep(session, row, official_files(paper, body, row.sha256), stem)


def stem_of(row: ReportSnapshot) -> str:
    """'viet-tri-2026-12-09-chot-so-3': plan, cut-off and number, in plain letters."""
    return f"{row.plan_code}-{row.as_of.isoformat()}-chot-so-{row.number}"


# --- the second person --------------------------------------------------------------------------


def set_two_persons(session: Session, who: Actor, two: bool) -> bool:
    """Ask, or no longer ask, for a second person; administrators only. Twice is once."""
    require(who, Role.ADMINISTRATOR)
    if held.needs_two(session, who.commune) == two:
        return two
    row = session.get(ClosingRule, (who.commune, who.commune))
    if row is None:
        row = ClosingRule(commune_id=who.commune, id=who.commune, two_persons=two)
        session.add(row)
    row.two_persons, row.set_by, row.set_at = two, who.id, clock.now()
    session.flush()
    audit.record(session, who, "set", "closing_rule", row.id, two_persons="2" if two else "1")
    return two


def approve(
    session: Session, who: Actor, snapshot_id: UUID, *, although_changed: bool = False
) -> ReportSnapshot:
    """Let a proposal stand; never by whoever proposed it. Changed figures must be seen first."""
    row = _decidable(session, who, snapshot_id, "standing")
    if row.state == "standing":
        return row
    if row.proposed_by == who.id and who.role is not Role.SYSTEM:
        raise Forbidden(
            _("Bạn là người đề nghị nên không tự duyệt được. Hãy nhờ một cán bộ khác duyệt.")
        )
    if not although_changed and has_moved(session, row):
        raise Conflict(
            _("Số liệu đã đổi từ khi đề nghị. Hãy xem lại, rồi trả lại đề nghị hoặc đánh dấu "
              "“duyệt theo số liệu lúc đề nghị”.")
        )  # fmt: skip
    _let_stand(session, who, row)
    audit.record(session, who, "approve", "report_snapshot", row.id, number=row.number,
                 plan=row.plan_code, sha256=row.sha256)  # fmt: skip
    return row


def _let_stand(session: Session, who: Actor, row: ReportSnapshot) -> None:
    """The old closing steps back, the body names who approved, the files are made."""
    old = held.of_period(session, who.commune, row.plan_code, held.wanted_of(row), "standing")
    if (old.id if old else None) != row.replaces_id:
        raise Conflict(_("Kỳ này đã có bản chốt khác. Hãy trả lại đề nghị này."))
    if old is not None:
        old.state = "replaced"
        session.flush()
    body, checkpoint = held.body_of(row), audit.checkpoint(session, who.commune)
    report = frozen(session, row)
    now = clock.now()
    body["closed"] |= {"approved_by": who.name or _("hệ thống"), "approved_at": instant(now)}
    body["audit"] = {"size": checkpoint.size, "root": checkpoint.root}
    row.body = dumped(body)
    row.sha256 = text_sha256(row.body)
    row.state, row.decided_by, row.decided_at = "standing", who.id, now
    session.flush()
    _keep_files(session, row, report, queries.commune_of(session, who.commune))


def frozen(session: Session, row: ReportSnapshot) -> PlanReport:
    """The report counted again from what was frozen; Conflict when the service now counts otherwise."""
    world = held.world_of(session, row, row.definition_id, held.body_of(row), 0)
    report = compute(world.plan, world.facts, row.as_of.year, row.as_of, world.settings)
    commune = queries.commune_of(session, row.commune_id)
    if Paper(report, commune, audit.Checkpoint(0, "")).sha256 != row.figures_sha256:
        raise Conflict(
            _("Phần mềm đã được nâng cấp từ khi đề nghị. Hãy trả lại và đề nghị chốt lại.")
        )
    return report


def has_moved(session: Session, row: ReportSnapshot) -> bool:
    """Whether the same day would be printed otherwise now than when it was last published."""
    last = next(reversed(held.restatements(session, row)), None)
    now = current_sha256(session, row.commune_id, row.plan_code, row.as_of)
    return now != (last or row).figures_sha256


def current_sha256(session: Session, commune_id: UUID, code: str, as_of: date) -> str:
    """The hash of the figures of a day as they are known now."""
    report = queries.report(session, commune_id, code, as_of.year, as_of)
    commune = queries.commune_of(session, commune_id)
    return Paper(report, commune, audit.Checkpoint(0, "")).sha256


def send_back(session: Session, who: Actor, snapshot_id: UUID, reason: str) -> ReportSnapshot:
    """Return a proposal to its author with a reason."""
    row = _decidable(session, who, snapshot_id, "returned")
    if row.state == "returned":
        return row
    words = clean(reason)
    if not 5 <= len(words) <= LONGEST:
        wrong = _("Hãy ghi lý do trả lại, để người đề nghị biết phải sửa gì.")
        raise Invalid(wrong, fields={"reason": [wrong]})
    if row.proposed_by == who.id and who.role is not Role.SYSTEM:
        raise Forbidden(_("Đây là đề nghị của bạn: hãy rút đề nghị thay vì trả lại."))
    return _decided(session, who, row, "returned", "return", words)


def withdraw(session: Session, who: Actor, snapshot_id: UUID) -> ReportSnapshot:
    """Take one's own proposal back; an administrator may take back anybody's."""
    row = _decidable(session, who, snapshot_id, "withdrawn")
    if row.state == "withdrawn":
        return row
    if row.proposed_by != who.id:
        require(who, Role.ADMINISTRATOR)
    return _decided(session, who, row, "withdrawn", "withdraw", "")


def _decidable(session: Session, who: Actor, snapshot_id: UUID, wanted: str) -> ReportSnapshot:
    """A proposal, or one that was already decided just so; Conflict when it was decided otherwise."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    row = held.snapshot(session, who.commune, snapshot_id)
    session.refresh(row)
    if row.state in ("proposed", wanted):
        return row
    raise Conflict(
        _("Đề nghị này %(state)s rồi. Hãy mở lại trang.", state=_(held.STATE_WORDS[row.state]))
    )


def _decided(
    session: Session, who: Actor, row: ReportSnapshot, state: str, verb: str, words: str
) -> ReportSnapshot:
    row.state, row.decision = state, words
    row.decided_by, row.decided_at = who.id, clock.now()
    session.flush()
    audit.record(session, who, verb, "report_snapshot", row.id, number=row.number,
                 plan=row.plan_code)  # fmt: skip
    return row
