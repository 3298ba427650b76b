"""A list from outside on its way into the figures: read, matched, shown, decided, and only then written.

Officers and administrators only. Everything is safe to repeat; of two officers the second is told.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.text import clean, fold
from lms.indicators.declared_checks import OFFICE
from lms.indicators.models import FactImport, OutsideFact
from lms.indicators.outside_columns import Usual
from lms.indicators.outside_facts import SentFile, record_outside_facts
from lms.indicators.outside_fates import (
    Decisions,
    Row,
    Standing,
    Where,
    counted,
    seal_of,
    settled,
    to_write,
)
from lms.indicators.outside_header import (
    Choices,
    Header,
    check,
    choices_of,
    decisions_told,
    header_of,
)
from lms.indicators.outside_matching import ListTable, Matched, Told, matched
from lms.indicators.outside_models import FactList
from lms.indicators.outside_packing import packed, unpacked
from lms.indicators.rules.vocabulary import VNEID_CONFIRMED
from lms.people import previews, register
from lms.people import queries as people
from lms.people.importing import Upload
from lms.people.models import Person
from lms.people.register import Tick, nothing

KEPT = timedelta(days=1)
"""How long a list that nobody writes is kept, with the names in it."""


@dataclass
class Seen:
    """A list with every row's fate as it is now."""

    rows: list[Row]
    tables: list[ListTable]
    same: FactImport | None = None
    """An import of the same file or the same document that stands."""
    said: str = ""
    """What was said of the whole list: its kind, its source, its document, its day."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows by fate."""
        return counted(self.rows)

    @property
    def seal(self) -> str:
        """What names exactly these fates of exactly this list."""
        return seal_of(self.rows, self.said)


# --- reading ------------------------------------------------------------------------------------


def read(
    session: Session, who: Actor, keys: Keys, header: Header, upload: Upload,
    choices: Choices | None = None, tick: Tick = nothing,
) -> Matched:  # fmt: skip
    """Every row of a list with whom it may be; needs no session that writes."""
    require(who, *OFFICE)
    check(header)
    chosen = choices or Choices()
    told = Told(header.kind, _usual(header), chosen.columns, chosen.tables)
    return matched(session, keys, who.commune, upload, told, tick)


def _usual(header: Header) -> Usual:
    if header.kind == VNEID_CONFIRMED:
        return Usual(header.usual.on, None, header.level)
    return header.usual


def keep(
    session: Session, who: Actor, keys: Keys, header: Header, upload: Upload, found: Matched
) -> FactList:
    """Keep a list that was read, sealed, until it is written; lists a day old are dropped."""
    require(who, *OFFICE)
    forget_old(session, who.commune)
    row = FactList(
        commune_id=who.commune, id=uuid7(), kind=header.kind, source=clean(header.source),
        document=clean(header.document), listed_on=header.listed_on, file_name=upload.name[:120],
        sha256=hashlib.sha256(upload.content).hexdigest(), made_by=who.id, changed_by=who.id,
    )  # fmt: skip
    row.content = previews.sealed(keys, upload.content, f"fact-list:{row.id}")
    session.add(row)
    _keep(session, keys, row, header, upload, Choices(), found)
    return row


def forget_old(session: Session, commune_id: UUID) -> None:
    """Drop what nobody wrote within a day: names do not wait."""
    session.execute(
        delete(FactList).where(
            FactList.commune_id == commune_id,
            FactList.status == "previewed",
            FactList.changed_at < clock.now() - KEPT,
        )
    )


def _keep(
    session: Session, keys: Keys, row: FactList, header: Header, upload: Upload, chosen: Choices,
    found: Matched,
) -> None:  # fmt: skip
    row.choices = {
        "on": header.on.isoformat() if header.on else None,
        "programme": header.programme,
        "level": header.level,
        "pasted": upload.pasted,
        "columns": {str(n): dict(at) for n, at in chosen.columns.items()},
        "tables": list(chosen.tables) if chosen.tables is not None else None,
        "decisions": decisions_told(chosen.decisions),
    }
    stamp = register.stamp(session, row.commune_id)
    row.fates = previews.sealed(keys, packed(found, stamp), f"fact-fates:{row.id}")
    row.counts = _seen(session, row, found, chosen.decisions).counts
    session.flush()


# --- looking ------------------------------------------------------------------------------------


def fact_list(session: Session, who: Actor, list_id: UUID) -> FactList:
    """A list of this commune, or NotFound."""
    require(who, *OFFICE)
    row = session.get(FactList, (who.commune, list_id))
    if row is None or (row.status == "previewed" and row.changed_at < clock.now() - KEPT):
        raise NotFound(
            _("Danh sách này không còn (bản xem trước chỉ giữ một ngày). Hãy tải lên lại.")
        )
    return row


def upload_of(keys: Keys, row: FactList) -> Upload:
    """The list as it came; Conflict when it was written or left, for then it is gone."""
    if row.content is None:
        raise Conflict(_("Danh sách này đã ghi hoặc đã bỏ, bản xem trước không còn."))
    content = previews.opened(keys, row.content, f"fact-list:{row.id}")
    return Upload(row.file_name, content, pasted=bool(row.choices.get("pasted")))


def seen(session: Session, who: Actor, keys: Keys, row: FactList) -> Seen:
    """Every row's fate as it is now; matched again when the register has changed since."""
    chosen = choices_of(row)
    found = None
    if row.fates is not None:
        content = previews.opened(keys, row.fates, f"fact-fates:{row.id}")
        found = unpacked(content, register.stamp(session, row.commune_id))
    if found is None:
        found = read(session, who, keys, header_of(row), upload_of(keys, row), chosen)
    return _seen(session, row, found, chosen.decisions)


def _seen(session: Session, row: FactList, found: Matched, decisions: Decisions) -> Seen:
    header = header_of(row)
    same = same_imports(session, row.commune_id, header, row.sha256)
    return replace(see(session, row.commune_id, found, decisions, same), said=repr(header))


def see(
    session: Session, commune_id: UUID, found: Matched, decisions: Decisions, same: list[FactImport]
) -> Seen:
    """The fates of matched rows beside what stands of the same list."""
    roots = people.survivors(session, commune_id)
    standing = _standing(session, commune_id, [one.id for one in same], roots)
    rows = settled(found.matches, decisions, standing, lambda key: roots.get(key, key))
    return Seen(rows, found.tables, same[0] if same else None)


def same_imports(
    session: Session, commune_id: UUID, header: Header, sha256: str
) -> list[FactImport]:
    """Imports that stand of the same file, or of the same document of the same day."""
    rows = session.scalars(
        select(FactImport)
        .where(
            FactImport.commune_id == commune_id,
            FactImport.kind == header.kind,
            FactImport.undone_at.is_(None),
        )
        .order_by(FactImport.made_at)
    )
    own = (fold(header.source), fold(header.document), header.listed_on)
    return [
        row for row in rows
        if (sha256 and row.file_sha256 == sha256)
        or (fold(row.source), fold(row.document), row.listed_on) == own
    ]  # fmt: skip


def _standing(
    session: Session, commune_id: UUID, imports: list[UUID], roots: Mapping[UUID, UUID]
) -> Standing:
    if not imports:
        return frozenset()
    f = OutsideFact
    rows = session.execute(
        select(f.person_id, f.occurred_on, f.programme_code, f.level).where(
            f.commune_id == commune_id, f.import_id.in_(imports)
        )
    )
    return frozenset((roots.get(who, who), on, code, level) for who, on, code, level in rows)


# --- choosing -----------------------------------------------------------------------------------


def decide(
    session: Session, who: Actor, keys: Keys, list_id: UUID, revision: int, said: Decisions,
    taken_back: tuple[Where, ...] = (),
) -> FactList:  # fmt: skip
    """Say who rows are (None: nobody of the register), or take that back."""
    row = _open(session, who, list_id, revision)
    known = {one for one in said.values() if one}
    _check_people(session, who, known)
    chosen = choices_of(row)
    decisions = {**chosen.decisions, **said}
    for where in taken_back:
        decisions.pop(where, None)
    if decisions_told(decisions) != row.choices["decisions"]:
        row.choices = {**row.choices, "decisions": decisions_told(decisions)}
        _changed(session, who, row)
        row.counts = seen(session, who, keys, row).counts
        session.flush()
    return row


def _check_people(session: Session, who: Actor, ids: set[UUID]) -> None:
    found = session.scalar(
        select(func.count()).where(
            Person.commune_id == who.commune, Person.id.in_(ids), Person.erased_on.is_(None)
        )
    )
    if found != len(ids):
        raise Invalid(_("Không tìm thấy người này trong sổ dân cư. Hãy mở lại trang rồi chọn lại."))


def reread(
    session: Session, who: Actor, keys: Keys, list_id: UUID, revision: int, header: Header,
    columns: Mapping[int, Mapping[str, int]] | None, tables: tuple[int, ...] | None,
) -> FactList:  # fmt: skip
    """Read a kept list again with another header, other columns or other lists of its file."""
    row = _open(session, who, list_id, revision)
    old, upload = choices_of(row), upload_of(keys, row)
    chosen = Choices(old.columns if columns is None else columns,
                     old.tables if tables is None else tables, old.decisions)  # fmt: skip
    found = read(session, who, keys, header, upload, chosen)
    row.kind, row.source, row.document = header.kind, clean(header.source), clean(header.document)
    row.listed_on = header.listed_on
    _changed(session, who, row)
    _keep(session, keys, row, header, upload, chosen, found)
    return row


def _open(session: Session, who: Actor, list_id: UUID, revision: int) -> FactList:
    audit.lock_chain(session, who.commune)
    row = fact_list(session, who, list_id)
    if row.status != "previewed":
        raise Conflict(_("Danh sách này đã ghi hoặc đã bỏ. Hãy mở lại trang để xem."))
    if row.revision != revision:
        raise Conflict(
            _("Có người vừa chọn khác trên danh sách này. Hãy mở lại trang, xem rồi chọn tiếp.")
        )
    return row


def _changed(session: Session, who: Actor, row: FactList) -> None:
    row.revision += 1
    row.changed_by, row.changed_at = who.id, clock.now()


def leave(session: Session, who: Actor, list_id: UUID) -> FactList:
    """Drop a list that was only looked at: the names in it go at once. Twice is once."""
    row = fact_list(session, who, list_id)
    if row.status == "previewed":
        _close(row, "left")
        session.flush()
    return row


def _close(row: FactList, status: str) -> None:
    row.status, row.content, row.fates = status, None, None
    row.choices = {**row.choices, "decisions": {}}


# --- writing ------------------------------------------------------------------------------------


def write(
    session: Session, who: Actor, keys: Keys, list_id: UUID, shown: str, *, leave_rest: bool
) -> FactImport:
    """Record every sure row, all or none. `shown` names the fates the officer looked at.

    Conflict when they are others now; Invalid when rows are undecided or faulty and were not to be left.
    """
    audit.lock_chain(session, who.commune)
    row = fact_list(session, who, list_id)
    if row.status == "applied" and row.import_id is not None:
        return session.get_one(FactImport, (who.commune, row.import_id))
    now = seen(session, who, keys, row)
    if now.seal != shown:
        raise Conflict(_("Chưa ghi gì: từ lúc bạn mở trang, sổ dân cư hoặc danh sách đã có người thay đổi. "
                         "Hãy xem lại kết quả đối chiếu dưới đây rồi bấm ghi."))  # fmt: skip
    made = record(
        session, who, header_of(row), row.file_name, row.sha256, now, leave_rest=leave_rest
    )
    row.import_id = made.id
    _close(row, "applied")
    session.flush()
    forget_old(session, who.commune)
    return made


def record(
    session: Session, who: Actor, header: Header, file_name: str, sha256: str, now: Seen, *,
    leave_rest: bool,
) -> FactImport:  # fmt: skip
    """Record what was seen; the same again is the import that stands."""
    counts = now.counts
    rest = counts["doubtful"] + counts["error"]
    if rest and not leave_rest:
        raise Invalid(
            _("Còn %(doubtful)s dòng chưa quyết định và %(error)s dòng lỗi nên chưa ghi gì. Hãy xem các "
              "dòng đó, hoặc chọn để lại chúng.", doubtful=counts["doubtful"], error=counts["error"])
        )  # fmt: skip
    facts = to_write(now.rows)
    if not facts and now.same is not None:
        return now.same
    if not facts and not counts["unknown"]:
        raise Invalid(_("Không có dòng nào ghi được. Hãy xem lại danh sách hoặc các cột."))
    sent = SentFile(file_name, sha256, counts)
    return record_outside_facts(
        session,
        who,
        header.kind,
        header.source,
        header.document,
        header.listed_on,
        facts,
        file=sent,
    )
