"""Restatements (điều chỉnh số liệu): a closed period against what is known of its day today, and why.

Read: `compared`. Write: `publish`, which numbers the restatement, says its reason and keeps its files;
the next one is compared with it. Also here: what erasure blanks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.text import clean, day
from lms.indicators import queries, snapshots
from lms.indicators import snapshot_queries as held
from lms.indicators.actions import OFFICE
from lms.indicators.export_json import Paper
from lms.indicators.export_parts import parts_from, parts_in
from lms.indicators.rules.facts import Key
from lms.indicators.snapshot_body import (
    SealedPaper,
    dumped,
    frozen_report,
    instant,
    official_files,
    sets_of,
    sha256,
    text_sha256,
)
from lms.indicators.snapshot_facts import blanked, deflated, inflated, pack_facts, pack_sets
from lms.indicators.snapshot_models import ReportSnapshot, Restatement, SnapshotFile
from lms.indicators.snapshot_queries import Base
from lms.indicators.snapshot_rules import (
    Cause,
    Change,
    Known,
    Part,
    Restated,
    World,
    aged,
    restated,
)
from lms.people.queries import same_person

SCHEMA = "lop-hoc-so/restatement/1"
CAUSE_WORDS = {
    Cause.LATE: "về muộn", Cause.MERGED: "gộp", Cause.SPLIT: "tách", Cause.REVOKED: "thu hồi",
    Cause.RECORD: "sửa hồ sơ", Cause.DEFINITION: "đổi định nghĩa", Cause.OUTSIDE: "nguồn ngoài",
    Cause.UNIT: "đơn vị", Cause.OTHER: "khác (phần mềm đếm khác)",
}  # fmt: skip
CAUSE_NOTES = {
    Cause.LATE: "bài làm, điểm danh hoặc lớp học tới sau khi chốt",
    Cause.MERGED: "hai hồ sơ được nhận ra là một người",
    Cause.SPLIT: "hai hồ sơ đã gộp nay được tách lại",
    Cause.REVOKED: "kết quả bị thu hồi",
    Cause.RECORD: "sửa ngày sinh, nơi ở, nhóm, ngày mất, thêm hoặc bớt hồ sơ",
    Cause.DEFINITION: "kế hoạch có bản mới hoặc xã chọn cách tính khác",
    Cause.OUTSIDE: "danh sách hoặc số khai báo của nơi khác được nhập, sửa hay rút",
    Cause.UNIT: "đơn vị được đổi, sáp nhập hoặc giải thể",
    Cause.OTHER: "cùng dữ liệu và cách tính cũ mà phần mềm hôm nay đếm ra số khác",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A closing (or its last restatement) and today, side by side."""

    base: Base
    now: World
    restated: Restated
    lines: dict[str, dict[str, Any]]
    """Today's printed lines by code."""
    paper: Paper
    definition_id: UUID
    definition: dict[str, Any]

    @property
    def is_changed(self) -> bool:
        """Whether any figure changed."""
        return bool(self.restated.changed)


def compared(session: Session, row: ReportSnapshot) -> Compared:
    """Today's knowledge of a closed day against what was published last."""
    adopted = queries.adopted(session, row.commune_id, row.plan_code)
    commune = queries.commune_of(session, row.commune_id)
    base = held.base_of(session, row)
    now = World(
        adopted.plan,
        queries.settings_of(commune, adopted.row),
        aged(queries.facts_of(session, row.commune_id), row.as_of),
        held.hand_counted(session, row.commune_id),
    )
    found = restated(base.printed, base.world, now, row.as_of)
    paper = Paper(found.report, commune, audit.checkpoint(session, row.commune_id))
    lines = {line["code"]: line for line in frozen_report(found.report)["lines"]}
    definition = {"sha256": adopted.sha256, "wording": dict(adopted.row.wording)}
    return Compared(base, now, found, lines, paper, adopted.row.definition_id, definition)


# --- one change in words ------------------------------------------------------------------------


def change_data(found: Restated, change: Change, was: Mapping[str, Any] | None,
                now: Mapping[str, Any] | None) -> dict[str, Any]:  # fmt: skip
    """One changed figure as it is printed: '97,2% → 96,8%: 3 gộp, 1 thu hồi'."""
    line = now or was or {}
    return {
        "code": change.code, "no": line.get("no", ""), "title": line.get("title", change.code),
        "unit_word": line.get("unit_word", ""), "before": _side(change.before, was),
        "after": _side(change.after, now),
        "parts": [_part_data(found, part) for part in change.parts],
    }  # fmt: skip


def _side(known: Known, line: Mapping[str, Any] | None) -> dict[str, Any]:
    said = {name: line[name] for name in ("value", "state", "state_text", "target")} if line else {}
    none = {"value": _("không có"), "state": "neutral", "state_text": "", "target": ""}
    numbers = {"numerator": known.numerator, "denominator": known.denominator, "met": known.met}
    return {**none, **said, **numbers}


def _part_data(found: Restated, part: Part) -> dict[str, Any]:
    return {
        "cause": part.cause.value, "people": found.heads(part), "numerator": part.numerator,
        "denominator": part.denominator, "joined": len(part.joined), "left": len(part.left),
        "came": len(part.came), "gone": len(part.gone),
    }  # fmt: skip


def cause_text(part: Mapping[str, Any]) -> str:
    """'3 gộp'; a cause that moved numbers and nobody by name stands alone: 'nguồn ngoài'."""
    word = _(CAUSE_WORDS[Cause(part["cause"])])
    return f"{part['people']} {word}" if part["people"] else word


def change_text(change: Mapping[str, Any]) -> str:
    """'97,2% → 96,8%: 3 gộp, 1 thu hồi'."""
    before, after = change["before"], change["after"]
    moved = (
        _("%(a)s → %(b)s", a=before["value"], b=after["value"])
        if before["value"] != after["value"]
        else _("vẫn %(a)s", a=after["value"])
    )
    causes = ", ".join(cause_text(part) for part in change["parts"])
    return f"{moved}: {causes}" if causes else str(moved)


def changes_of(found: Compared) -> list[dict[str, Any]]:
    """Every changed figure, in the plan's order."""
    return [
        change_data(found.restated, one, found.base.lines.get(one.code), found.lines.get(one.code))
        for one in found.restated.changed
    ]


# --- publishing ---------------------------------------------------------------------------------


def publish(
    session: Session, who: Actor, snapshot_id: UUID, reason: str, seen: str, proposed_by: str = ""
) -> Restatement:
    """Publish what changed. `seen` is the figures' hash on the officer's page: other figures since
    then are a conflict, and the same once more is the restatement that was published with it.
    `proposed_by` names the first person where the commune asks for two."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    row = held.snapshot(session, who.commune, snapshot_id)
    last = next(reversed(held.restatements(session, row)), None)
    if last is not None and last.figures_sha256 == seen and last.reason == clean(reason):
        return last
    if not proposed_by and held.needs_two(session, who.commune):
        raise Forbidden(_("Xã yêu cầu hai người. Hãy đề nghị để một cán bộ khác công bố."))
    words, found = ready(session, row, reason, seen)
    return _published(session, who, row, found, words, proposed_by)


def ready(session: Session, row: ReportSnapshot, reason: str, seen: str) -> tuple[str, Compared]:
    """The reason and the comparison, if this may be published now; Invalid or Conflict else."""
    words = _checked(row, reason)
    found = compared(session, row)
    if found.paper.sha256 != seen:
        raise Conflict(_("Số liệu vừa đổi thêm. Hãy mở lại trang, xem lại rồi công bố."))
    if not found.is_changed:
        raise Conflict(_("Số liệu không khác bản đã công bố nên không có gì để điều chỉnh."))
    return words, found


def _checked(row: ReportSnapshot, reason: str) -> str:
    if row.state != "standing":
        raise Conflict(_("Chỉ điều chỉnh được bản chốt đang có hiệu lực."))
    words = clean(reason)
    if not 5 <= len(words) <= snapshots.LONGEST:
        wrong = _("Hãy ghi lý do điều chỉnh bằng một câu; câu này được in ra.")
        raise Invalid(wrong, fields={"reason": [wrong]})
    return words


def _published(
    session: Session,
    who: Actor,
    row: ReportSnapshot,
    found: Compared,
    reason: str,
    proposed_by: str,
) -> Restatement:
    body = _body(row, who, found, reason)
    if proposed_by:
        by, at = body["made"]["by"], body["made"]["at"]
        body["made"] = {"by": proposed_by, "at": at, "approved_by": by, "approved_at": at}
    text = dumped(body)
    made = Restatement(
        commune_id=who.commune, id=uuid7(), snapshot_id=row.id, number=body["number"],
        definition_id=found.definition_id, reason=reason, figures_sha256=found.paper.sha256,
        sha256=text_sha256(text), body=text, made_by=who.id,
    )  # fmt: skip
    session.add(made)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(_("Một cán bộ khác vừa công bố điều chỉnh. Hãy mở lại trang.")) from None
    _keep(session, row, made, found, body)
    audit.record(session, who, "restate", "report_snapshot", row.id, number=made.number,
                 plan=row.plan_code, sha256=made.sha256)  # fmt: skip
    return made


def _body(row: ReportSnapshot, who: Actor, found: Compared, reason: str) -> dict[str, Any]:
    checkpoint = found.paper.checkpoint
    parts = parts_from(found.restated.report, found.now.facts)
    return {
        "schema": SCHEMA,
        "number": found.base.number + 1,
        "snapshot": {"number": row.number, "sha256": row.sha256, "as_of": row.as_of.isoformat()},
        "compared_with": {"restatement": found.base.number, "sha256": found.base.sha256,
                          "figures_sha256": found.base.figures_sha256},
        **frozen_report(found.restated.report, parts),
        "figures_sha256": found.paper.sha256,
        "definition": found.definition,
        "changes": changes_of(found),
        "reason": reason,
        "audit": {"size": checkpoint.size, "root": checkpoint.root},
        "made": {"by": who.name or _("hệ thống"), "at": instant(clock.now())},
    }  # fmt: skip


def _keep(
    session: Session, row: ReportSnapshot, made: Restatement, found: Compared, body: dict[str, Any]
) -> None:
    stem = f"{snapshots.stem_of(row)}-dieu-chinh-{made.number}"
    seal = _("Điều chỉnh lần %(n)s của bản chốt số %(of)s, mã SHA-256: %(sha)s.", n=made.number,
             of=row.number, sha=made.sha256)  # fmt: skip
    paper = found.paper
    sealed = SealedPaper(
        paper.report, paper.commune, paper.checkpoint, stem, seal, restatement_words(row, body),
        annexes=held.annexes_of(session, row.plan_code, found.definition_id),
        parts=parts_in(body["breakdown"]),
    )  # fmt: skip
    snapshots.keep(session, row, official_files(sealed, body, made.sha256), stem, made.number)
    inside = {"sets": _sets_with_causes(found), "facts": pack_facts(found.now.facts)}
    snapshots.keep(session, row, inside, restatement=made.number)


def restatement_words(row: ReportSnapshot, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The restatement in sentences for paper."""
    head = _("Điều chỉnh lần %(n)s của bản chốt số %(of)s (%(title)s), ngày %(day)s.",
             n=body["number"], of=row.number, title=row.report_title, day=day(clock.now()))  # fmt: skip
    told = [head, _("Lý do: %(said)s", said=body["reason"])]
    told += [_sentence(one) for one in body["changes"]]
    return tuple(told)


def _sentence(change: Mapping[str, Any]) -> str:
    """'1 Cán bộ có kỹ năng số: vẫn 92,0%: đổi định nghĩa (mức giao: 90% → 95%)'."""
    said = f"{change['no']} {change['title']}: {change_text(change)}".strip()
    a, b = change["before"]["target"], change["after"]["target"]
    if a == b or not (a and b):
        return said
    return said + _(" (mức giao: %(a)s → %(b)s)", a=a, b=b)


# --- who is behind each cause -------------------------------------------------------------------

KINDS = ("joined", "left", "came", "gone")


def _sets_with_causes(found: Compared) -> bytes:
    """The sets of the new figures, and behind each cause the people it moved."""
    causes = {
        change.code: {
            part.cause.value: {kind: sorted(map(str, getattr(part, kind))) for kind in KINDS}
            for part in change.parts
        }
        for change in found.restated.changed
    }
    packed = inflated(pack_sets(sets_of(found.restated.report)))
    return deflated({**packed, "causes": causes})


def people_behind(found: Restated, code: str, cause: str) -> dict[str, list[Key]]:
    """Who was moved by one cause of one figure, by how: joined, left, came, gone."""
    parts = (p for one in found.changes if one.code == code for p in one.parts)
    part = next((p for p in parts if p.cause.value == cause), None)
    return {kind: sorted(getattr(part, kind), key=str) for kind in KINDS} if part else {}


def published_behind(
    session: Session, row: ReportSnapshot, number: int, code: str, cause: str
) -> dict[str, list[Key]]:
    """The same for a restatement that was published."""
    data = inflated(held.kept(session, row, "sets", number).content)
    found = data["causes"].get(code, {}).get(cause, {})
    return {kind: list(keys) for kind, keys in found.items()}


# --- erasure ------------------------------------------------------------------------------------


def forget_person(session: Session, commune_id: UUID, person_id: UUID) -> int:
    """Blank what closed periods keep of an erased person, of every record; how many packets changed.

    The sets keep the id, which no longer leads to anybody; every number stays as it was.
    """
    records = frozenset(key.hex for key in same_person(session, commune_id, person_id))
    days = {row.id: row.as_of for row in held.snapshots(session, commune_id)}
    files = session.scalars(
        select(SnapshotFile).where(
            SnapshotFile.commune_id == commune_id, SnapshotFile.kind == "facts"
        )
    ).all()
    for file in files:
        file.content = blanked(file.content, records, days[file.snapshot_id])
        file.sha256, file.size = sha256(file.content), len(file.content)
    session.flush()
    return len(files)
