"""A list that is decided: frozen with what counted, sealed, read again, and held against today."""

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments.models import AttainmentRevocation
from certificates.models import Certificate
from lms.core import audit, clock
from lms.core.audit import canonical
from lms.core.errors import Conflict, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.text import day
from lms.indicators import queries
from lms.people import queries as register
from lms.people.models import Person
from lms.reports.commend_actions import KEEPERS, decisions, read, sheet
from lms.reports.commend_figures import named_figures
from lms.reports.commend_models import CommendCriteria, CommendDecision, CommendList
from lms.reports.commend_naming import MOST_KEYS, Row
from lms.reports.commend_preview import Preview, counted, preview
from lms.reports.commend_reading import criteria_of, data_of
from lms.reports.commend_rules import Subject, changes
from lms.reports.commend_words import condition_text

SCHEMA = "danh-sach-khen-thuong/1"


def kept(session: Session, who: Actor, list_id: UUID) -> CommendList:
    """A decided list of the actor's commune, or NotFound."""
    require(who, *KEEPERS)
    row = session.get(CommendList, (who.commune, list_id))
    if row is None:
        raise NotFound(_("Không tìm thấy danh sách này. Hãy mở lại trang khen thưởng."))
    return row


def body_of(row: CommendList) -> dict[str, Any]:
    """What the list froze."""
    return json.loads(row.body)  # type: ignore[no-any-return]  # It is an object, we wrote it.


def is_sealed(row: CommendList) -> bool:
    """Whether the body is still the one that was decided."""
    return hashlib.sha256(row.body.encode()).hexdigest() == row.sha256


# --- deciding -----------------------------------------------------------------------------------


def seen_sha256(shown: Preview) -> str:
    """A mark of everything an officer sees before deciding: the same list gives the same mark."""
    rows = [
        [str(row.id), row.how, list(row.results), row.name, row.unit, row.marks]
        for row in shown.rows
    ]
    out = sorted([str(one.id), one.why] for one in shown.left_out)
    told = [data_of(shown.criteria), shown.as_of.isoformat(), rows, out]
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def keep(session: Session, who: Actor, criteria_id: UUID, key: UUID, seen: str) -> CommendList:
    """Decide the list (chốt danh sách) as it was seen; Conflict when it changed meanwhile."""
    require(who, *KEEPERS)
    audit.lock_chain(session, who.commune)
    known = session.get(CommendList, (who.commune, key))
    if known is not None:
        return known
    sheet_row = sheet(session, who, criteria_id)
    session.refresh(sheet_row)
    moved = decisions(session, sheet_row)
    shown = preview(session, who, read(sheet_row), moved)
    _check(shown, seen)
    row = _row(session, who, sheet_row, key, shown, moved)
    audit.record(
        session, who, "decide", "commend_list", row.id, number=row.number, size=row.size,
        sha256=row.sha256, criteria=sheet_row.id,
    )  # fmt: skip
    return row


def _check(shown: Preview, seen: str) -> None:
    if shown.problem:
        raise Conflict(shown.problem)
    if not shown.rows:
        raise Conflict(_("Danh sách chưa có ai nên chưa chốt được. Hãy xem lại tiêu chí."))
    if seen_sha256(shown) != seen:
        raise Conflict(
            _("Danh sách đã đổi từ khi bạn mở trang (có kết quả mới, hoặc người khác vừa sửa). "
              "Hãy mở lại trang, xem lại rồi chốt.")
        )  # fmt: skip


def _row(
    session: Session, who: Actor, criteria: CommendCriteria, key: UUID, shown: Preview,
    moved: Collection[CommendDecision],
) -> CommendList:  # fmt: skip
    old = session.scalar(
        select(CommendList).where(
            CommendList.commune_id == who.commune,
            CommendList.criteria_id == criteria.id,
            CommendList.state == "standing",
        )
    )
    if old is not None:
        old.state = "replaced"
        session.flush()
    rows = shown.told()
    names = _names(shown, rows)
    body = _body(session, who, shown, rows, _next(session, criteria), old, names, moved)
    text = canonical(body)
    row = CommendList(
        commune_id=who.commune, id=key, criteria_id=criteria.id, number=body["number"],
        name=shown.criteria.name, subject=criteria.subject, starts=shown.criteria.starts,
        ends=shown.criteria.ends, as_of=shown.as_of, size=len(shown.rows), state="standing",
        replaces_id=old.id if old else None, sha256=hashlib.sha256(text.encode()).hexdigest(),
        body=text, names=names, decided_by=who.id, decided_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _next(session: Session, criteria: CommendCriteria) -> int:
    last = session.scalar(
        select(func.max(CommendList.number)).where(
            CommendList.commune_id == criteria.commune_id, CommendList.criteria_id == criteria.id
        )
    )
    return (last or 0) + 1


def _names(shown: Preview, rows: Collection[Row]) -> dict[str, Any]:
    """What is printed of each, beside the sealed body: erasure takes an entry out."""
    return {
        "salt": secrets.token_hex(16),
        "rows": {str(row.id): _printed(row) for row in rows},
        "left_out": {str(one.id): {"name": one.name, "reason": one.why} for one in shown.left_out},
    }


def _printed(row: Row) -> dict[str, Any]:
    return {
        "name": row.name, "unit": row.unit, "marks": list(row.marks), "child": row.is_child,
        "texts": [one.text for one in row.proofs], "people": [str(key) for key, _name in row.people],
        "plain": row.plain if row.people else "",
    }  # fmt: skip


def _body(
    session: Session, who: Actor, shown: Preview, rows: Collection[Row], number: int, old: CommendList | None,
    names: Mapping[str, Any], moved: Collection[CommendDecision],
) -> dict[str, Any]:  # fmt: skip
    commune, checkpoint = (
        queries.commune_of(session, who.commune),
        audit.checkpoint(session, who.commune),
    )
    figures = named_figures(session, who.commune)
    return {
        "schema": SCHEMA,
        "commune": {
            "code": commune.short_code, "name": commune.title, "province": commune.province,
            "is_sample": commune.is_sample,
        },
        "number": number,
        "replaces": old.number if old else None,
        "criteria": data_of(shown.criteria),
        "sentences": [condition_text(one, figures) for one in shown.criteria.conditions],
        "as_of": shown.as_of.isoformat(),
        "rows": [_frozen(row) for row in rows],
        "decisions": sorted(str(one.id) for one in moved),
        "left_out": sorted(str(one.id) for one in shown.left_out),
        "names_sha256": hashlib.sha256(canonical(names).encode()).hexdigest(),
        "audit": {"size": checkpoint.size, "root": checkpoint.root},
        "decided": {"by": who.name or _("hệ thống"), "at": clock.now().isoformat()},
    }  # fmt: skip


def _frozen(row: Row) -> dict[str, Any]:
    held = [key for proof in row.proofs for key, _number in proof.certificates]
    return {
        "id": str(row.id), "how": row.how, "results": [dict(one) for one in row.results],
        "certificates": [str(UUID(str(key))) for key in held],
    }  # fmt: skip


# --- reading again ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a decided list as it is printed."""

    id: UUID
    name: str
    unit: str
    texts: tuple[str, ...]
    marks: tuple[str, ...]
    how: str


def lines(row: CommendList) -> list[Line]:
    """The rows in the order in which they were decided; somebody erased since is named no more."""
    printed = row.names["rows"]
    return [_line(one, printed.get(one["id"])) for one in body_of(row)["rows"]]


def _line(one: Mapping[str, Any], said: Mapping[str, Any] | None) -> Line:
    if said is None:
        gone = _("(đã xóa theo yêu cầu)")
        return Line(UUID(one["id"]), gone, "", (), (), one["how"])
    return Line(
        UUID(one["id"]), said["name"], said["unit"], tuple(said["texts"]), tuple(said["marks"]),
        one["how"],
    )  # fmt: skip


def forget(session: Session, commune_id: UUID, person_id: UUID) -> int:
    """For erasure: take a person's name out of decided lists and empty the reasons about them.

    A household's row keeps its number and names none of its members any more.
    """
    key, changed = str(person_id), 0
    for row in session.scalars(select(CommendList).where(CommendList.commune_id == commune_id)):
        names = {**row.names, "left_out": _without(row.names["left_out"], key)}
        names["rows"] = {k: _nameless(one, key) for k, one in _without(names["rows"], key).items()}
        if names != row.names:
            row.names = names
            changed += 1
    query = select(CommendDecision).where(
        CommendDecision.commune_id == commune_id,
        CommendDecision.person_id == person_id,
        CommendDecision.reason != "",
    )
    for made in session.scalars(query):
        made.reason = ""
        changed += 1
    session.flush()
    return changed


def _without(entries: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {k: one for k, one in entries.items() if k != key}


def _nameless(one: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return {**one, "name": one["plain"], "people": []} if key in one["people"] else one


# --- what became of it --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Since:
    """What changed after a list was decided; the list itself stays as it is."""

    warnings: tuple[tuple[UUID, str, str], ...]
    """(row, name, what)."""
    gained: int
    """How many more would stand in it by the same criteria."""

    @property
    def any(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.warnings) or self.gained > 0


def since(session: Session, who: Actor, row: CommendList) -> Since:
    """Hold a decided list against what is known today."""
    body, today = body_of(row), clock.today()
    criteria = replace(criteria_of(body["criteria"], today), ends=row.as_of)
    found = counted(session, who.commune, criteria, today)
    words: defaultdict[str, list[str]] = defaultdict(list)
    _revoked(session, who.commune, body, words)
    if row.subject == Subject.PERSON:
        _people(session, who.commune, [one["id"] for one in body["rows"]], words)
    by_criteria = [UUID(one["id"]).hex for one in body["rows"] if one["how"] == "criteria"]
    added = [UUID(one["id"]).hex for one in body["rows"] if one["how"] == "add"]
    out = [UUID(key).hex for key in body["left_out"]]
    moved = changes(by_criteria, [*out, *added], found.judged.passed, found.world.day.roots)
    for key in moved.lost if not found.problem else ():
        full = str(UUID(str(key)))
        if not words[full]:
            words[full].append(_("nay không còn đủ điều kiện theo dữ liệu hiện tại"))
    told = {str(line.id): line.name for line in lines(row)}
    return Since(
        tuple((UUID(key), told[key], "; ".join(why)) for key, why in words.items() if why and key in told),
        0 if found.problem else len(moved.gained),
    )  # fmt: skip


def _revoked(
    session: Session, commune_id: UUID, body: Mapping[str, Any], words: dict[str, list[str]]
) -> None:
    """Results and certificates behind the list that were taken back."""
    own: defaultdict[UUID, list[str]] = defaultdict(list)
    held: defaultdict[UUID, list[str]] = defaultdict(list)
    for one in body["rows"]:
        for result in one["results"]:
            for key in result["evidence"]:
                own[UUID(key)].append(one["id"])
        for key in one["certificates"]:
            held[UUID(key)].append(one["id"])
    table = AttainmentRevocation
    for part in _parts(own):
        query = select(table.attainment_id, table.revoked_on).where(
            table.commune_id == commune_id, table.attainment_id.in_(part)
        )
        for key, on in session.execute(query):
            for row in own[key]:
                words[row].append(_("một kết quả bị thu hồi từ ngày %(day)s", day=day(on)))
    _withdrawn(session, commune_id, held, words)


def _withdrawn(
    session: Session, commune_id: UUID, held: Mapping[UUID, list[str]], words: dict[str, list[str]]
) -> None:
    for part in _parts(held):
        query = select(Certificate.id, Certificate.number).where(
            Certificate.commune_id == commune_id, Certificate.id.in_(part),
            Certificate.status != "valid",
        )  # fmt: skip
        for key, number in session.execute(query):
            for row in held[key]:
                words[row].append(_("giấy chứng nhận số %(n)s không còn hiệu lực", n=number))


def _parts(keys: Iterable[UUID]) -> Iterable[list[UUID]]:
    held = sorted(keys, key=str)
    return (held[start : start + MOST_KEYS] for start in range(0, len(held), MOST_KEYS))


def _people(
    session: Session, commune_id: UUID, ids: Collection[str], words: dict[str, list[str]]
) -> None:
    """Who died, was erased or was found to be one with another record since."""
    roots = register.survivors(session, commune_id)
    for part in _parts(UUID(key) for key in ids):
        query = select(Person.id, Person.died_on, Person.erased_on).where(
            Person.commune_id == commune_id, Person.id.in_(part)
        )
        for key, died, erased in session.execute(query):
            said = words[str(key)]
            if died is not None:
                said.append(_("đã mất ngày %(day)s", day=day(died)))
            if erased is not None:
                said.append(_("đã xóa theo yêu cầu ngày %(day)s", day=day(erased)))
            if key in roots:
                said.append(_("hồ sơ đã gộp với một hồ sơ khác của cùng người"))
