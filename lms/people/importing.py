"""A list on its way into the register: read, matched, shown, and only then written."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.people import previews, reading, register, undoing, wording
from lms.people.models import RegisterImport
from lms.people.plan import Decisions, Plan, ReadTable
from lms.people.planning import Planner
from lms.people.reading import Sheet
from lms.people.register import Tick, nothing
from lms.people.rules import roster, shapes
from lms.people.rules.identity import Cell, Problem, written
from lms.people.rules.places import Place, Places
from lms.people.rules.roster import Entry, Refused, Skipped
from lms.people.rules.tables import Table, tables
from lms.people.undoing import Done

KEPT = timedelta(days=1)
"""How long a preview that nobody confirms is kept."""
REMEMBERED = 500
"""Faults kept with an import that was applied without its faulty rows."""


@dataclass(frozen=True)
class Upload:
    """A list as it came, and what its reader chose."""

    name: str
    content: bytes
    home_id: UUID | None = None
    """Where those live whose rows name no place."""
    pasted: bool = False
    tables: tuple[int, ...] | None = None
    """Which lists of the file are read, from 0; None for all of them."""
    decisions: Decisions = field(default_factory=dict)


Found = tuple[Sheet, Table]


def plan_for(
    session: Session, keys: Keys, commune_id: UUID, upload: Upload, tick: Tick = nothing
) -> Plan:
    """Every row's fate against the register as it is now; Invalid when the list cannot be read at all."""
    sheets = sheets_of(upload)
    found = tables_of(sheets)
    with register.collecting_later():
        known = register.load(session, commune_id)
        chosen = home_of(known.places.all, upload.home_id) if upload.home_id else None
        planner = Planner(
            known, lambda digits: keys.digest("citizen-id", digits), clock.today(), upload.decisions
        )
        for number, (sheet, table) in enumerate(found):
            home = chosen or _said_home(known.places, sheet, table)
            is_read = upload.tables is None or number in upload.tables
            planner.plan.tables.append(read_table(sheet, table, is_read, home))
            if is_read:
                planner.read(number, table.columns, home, rows_of(sheet, table, tick))
        plan = planner.done()
    read = {sheet.name for sheet, _table in found}
    plan.unread = [s.name for s in sheets if s.name not in read and last_filled(s)]
    if all(row.fate == "skipped" for row in plan.rows):
        raise _unreadable(Problem("no_people"))
    return plan


def sheets_of(upload: Upload) -> list[Sheet]:
    """The sheets of a file or a paste; Invalid when it cannot be read."""
    if upload.pasted:
        return reading.read_paste(upload.content.decode())
    return reading.read(upload.name, upload.content)


def tables_of(sheets: list[Sheet]) -> list[Found]:
    """Every list of every sheet."""
    found: list[Found] = []
    for sheet in sheets:
        if sheet.shaped is not None:
            found.append((sheet, Table(shapes.COLUMNS, len(sheet.rows))))
        else:
            found += [(sheet, table) for table in tables(sheet.rows)]
    if not found:
        raise _unreadable(Problem("heading_missing"))
    return found


def read_table(sheet: Sheet, table: Table, is_read: bool, home: Place | None) -> ReadTable:
    """Where a list stands and what was read of it, for the eye."""
    return ReadTable(
        sheet.name, table.columns.first_row, min(table.last_row, last_filled(sheet)), is_read,
        table.columns.labels, sheet.font, sheet.samples, sheet.shaped is not None,
        home.name if home else "",
    )  # fmt: skip


_HOME = re.compile(
    r"(?:thôn|tổ dân phố|tdp|khu dân cư|khu phố|tổ|xóm|ấp|bản|khối|buôn)\s+[^,;:()\-–]{1,30}",
    re.IGNORECASE,
)


def _said_home(places: Places, sheet: Sheet, table: Table) -> Place | None:
    """The village in the title of a list or in the name of its sheet, where no column says one."""
    if table.columns.of("unit", "address") is not None:
        return None
    said = [text for match in _HOME.finditer(table.title) for text in _shorter(match[0])]
    homes = (places.home(text) for text in (*said, sheet.name))
    return next((home for home in homes if isinstance(home, Place)), None)


def _shorter(text: str) -> list[str]:
    """'Thôn Đông năm 2026', 'Thôn Đông năm', 'Thôn Đông': a title goes on after the name."""
    words = text.split()
    return [" ".join(words[:count]) for count in range(len(words), 1, -1)]


def homes(session: Session, commune_id: UUID) -> list[tuple[str, str]]:
    """(id, name) of the places people live in, for a choice."""
    found = register.places(session, commune_id).all
    return [(str(place.id), place.name) for place in found if place.is_home]


def home_of(places: Sequence[Place], home_id: UUID) -> Place:
    """The village or neighbourhood with this id; Invalid when there is none."""
    found = next((place for place in places if place.id == home_id and place.is_home), None)
    if found is None:
        message = _("Không có thôn, tổ dân phố này. Hãy chọn lại.")
        raise Invalid(message, fields={"home": [message]})
    return found


def _unreadable(problem: Problem) -> Invalid:
    message = wording.problem(problem)
    return Invalid(message, fields={"file": [message]})


def rows_of(sheet: Sheet, table: Table, tick: Tick) -> Iterator[Entry | Refused | Skipped]:
    """The rows of a list from its title to the last filled one, each read or refused."""
    today, signed = clock.today(), False
    yield from _titles(sheet, table)
    cells = sheet.shaped.rows if sheet.shaped else sheet.rows
    titles = sheet.shaped.titles if sheet.shaped else frozenset()
    for number in range(table.columns.first_row, min(table.last_row, last_filled(sheet)) + 1):
        if number in titles:
            yield Skipped(number, Problem("row_title", str(sheet.rows[number - 1][0]).strip()[:40]))
            continue
        row = roster.read_row(number, cells[number - 1], table.columns, sheet.broken, today)
        if isinstance(row, Skipped):
            signed = row.problem.code == "row_signature" or (
                signed and row.problem.code == "row_empty"
            )
        elif signed and _signs(row, cells[number - 1]):
            # Below 'Người lập biểu' stands who signed, in whatever column there was room.
            row = Skipped(number, Problem("row_signature", _first_text(cells[number - 1])))
        yield row
        tick(1)


def _titles(sheet: Sheet, table: Table) -> Iterator[Skipped]:
    """The words between two lists, each said to be left out: one of them might be somebody after all."""
    for number in range(table.title_row or table.columns.heading_row, table.columns.heading_row):
        if text := _first_text(sheet.rows[number - 1]):
            yield Skipped(number, Problem("row_title", text))


def _signs(row: Entry | Refused | Skipped, cells: Sequence[Cell]) -> bool:
    filled = sum(bool(written(cell)) for cell in cells)
    return filled == 1 or (isinstance(row, Entry) and roster.is_bare(row))


def _first_text(cells: Sequence[Cell]) -> str:
    return next((text for cell in cells if (text := written(cell))), "")[:40]


def last_filled(sheet: Sheet) -> int:
    """The number of the last row that holds anything: formatted empty rows below say nothing."""
    filled = (
        n
        for n in range(len(sheet.rows), 0, -1)
        if any(c not in ("", None) for c in sheet.rows[n - 1])
    )
    return next(filled, 0)


# The import's own record


def remember(
    session: Session, keys: Keys, commune_id: UUID, account_id: UUID | None, upload: Upload, plan: Plan,
    purpose: str = "register",
) -> RegisterImport:  # fmt: skip
    """Keep the list, sealed, until it is confirmed; previews that nobody confirmed are dropped."""
    session.execute(
        delete(RegisterImport).where(
            RegisterImport.commune_id == commune_id,
            RegisterImport.purpose == purpose,
            RegisterImport.status == "previewed",
            RegisterImport.made_at < clock.now() - KEPT,
        )
    )
    row = RegisterImport(
        commune_id=commune_id,
        file_name=upload.name[:120],
        sha256=hashlib.sha256(upload.content).hexdigest(),
        summary=_summary(plan),
        purpose=purpose,
        made_by=account_id,
    )
    session.add(row)
    session.flush()
    row.content = previews.sealed(keys, upload.content, str(row.id))
    keep(session, keys, row, upload, plan)
    return row


def keep(session: Session, keys: Keys, row: RegisterImport, upload: Upload, plan: Plan) -> None:
    """Keep the fates with what the reader chose, so that looking at them is no work."""
    row.choices = {
        "home": str(upload.home_id) if upload.home_id else None,
        "pasted": upload.pasted,
        "tables": list(upload.tables) if upload.tables is not None else None,
        "decisions": {
            f"{t}:{r}": [how, str(who)] for (t, r), (how, who) in upload.decisions.items()
        },
    }
    row.summary = _summary(plan)
    stamp = register.stamp(session, row.commune_id)
    row.plan = previews.sealed(keys, previews.packed(plan, stamp), f"plan:{row.id}")
    session.flush()


def upload_of(keys: Keys, row: RegisterImport) -> Upload:
    """The list of a preview with its choices; Invalid when it is gone."""
    if row.content is None:
        raise Invalid(_("Tệp của lần nhập này không còn. Hãy tải tệp lên lại."))
    said = row.choices
    home, chosen, decided = said.get("home"), said.get("tables"), said.get("decisions")
    return Upload(
        row.file_name,
        previews.opened(keys, row.content, str(row.id)),
        UUID(str(home)) if home else None,
        bool(said.get("pasted")),
        tuple(chosen) if isinstance(chosen, list) else None,
        _decisions(decided if isinstance(decided, dict) else {}),
    )


def _decisions(said: dict[str, Sequence[str]]) -> Decisions:
    keys = {key: (int(key.partition(":")[0]), int(key.partition(":")[2])) for key in said}
    return {keys[key]: (how, UUID(who)) for key, (how, who) in said.items()}


def plan_of(session: Session, keys: Keys, row: RegisterImport, tick: Tick = nothing) -> Plan:
    """The plan of a remembered list against the register as it is now."""
    return plan_for(session, keys, row.commune_id, upload_of(keys, row), tick)


def preview_of(session: Session, keys: Keys, row: RegisterImport) -> Plan:
    """The fates as they were kept, or made again when the register has changed since."""
    if row.plan is not None:
        stamp = register.stamp(session, row.commune_id)
        kept = previews.unpacked(previews.opened(keys, row.plan, f"plan:{row.id}"), stamp)
        if kept is not None:
            return kept
    return plan_of(session, keys, row)


# Writing


@dataclass(frozen=True)
class Prepared:
    """A plan with the state of the register that it was made against."""

    plan: Plan
    stamp: str


def prepared(
    session: Session, keys: Keys, row: RegisterImport, tick: Tick = nothing
) -> Prepared | None:
    """The plan of a preview, to be written if the register is still the same; None when it is done."""
    if row.status != "previewed":
        return None
    stamp = register.stamp(session, row.commune_id)
    plan = plan_of(session, keys, row, tick)
    register.work_out_keys(plan)
    return Prepared(plan, stamp)


def write(
    session: Session, who: Actor, keys: Keys, row: RegisterImport, *, skip_errors: bool,
    tick: Tick = nothing, ready: Prepared | None = None,
) -> Plan:  # fmt: skip
    """Write the good rows of a preview; Invalid when there are faulty ones that were not to be skipped."""
    stale = ready is None or ready.stamp != register.stamp(session, row.commune_id)
    plan = plan_of(session, keys, row) if ready is None or stale else ready.plan
    counts = plan.counts()
    if counts["error"] and not skip_errors:
        raise Invalid(
            _("Còn %(count)s dòng lỗi nên chưa nhập dòng nào. Hãy sửa tệp rồi tải lại, hoặc chọn “Bỏ qua "
              "các dòng lỗi”.", count=counts["error"])
        )  # fmt: skip
    old = undoing.before(session, row.commune_id, plan)
    register.save(session, keys, row.commune_id, plan, tick)
    register.tell_apart(session, who, plan.told_apart)
    undoing.remember(session, keys, row, plan, old)
    finish(row, plan)
    return plan


def undo(session: Session, who: Actor, keys: Keys, row: RegisterImport) -> Done:
    """Take an applied import back and remember with it who stays and why."""
    done = undoing.take_back(session, keys, row)
    row.status, row.undone_at, row.undone_by = "undone", clock.now(), who.id
    kept = [[str(person), why] for person, why in done.kept.items()]
    told = {"removed": done.removed, "restored": done.restored, "kept": kept[:REMEMBERED],
            "kept_in_all": len(kept)}  # fmt: skip
    row.summary = {**row.summary, "undone": told}
    session.flush()
    return done


def finish(row: RegisterImport, plan: Plan) -> None:
    """Mark the import applied and let go of the file."""
    row.status, row.applied_at, row.content, row.plan = "applied", clock.now(), None, None
    row.summary = _summary(plan)


def _summary(plan: Plan) -> dict[str, object]:
    """Counts, and the place and kind of every fault; never a value, because it may be personal."""
    faults = [
        [fault.row, fault.column, fault.problem.code] for row in plan.rows for fault in row.faults
    ]
    return {"counts": plan.counts(), "faults": faults[:REMEMBERED]}


def applied_before(session: Session, row: RegisterImport) -> RegisterImport | None:
    """An import of the same bytes that was applied whole, so that nothing of it is left to do."""
    query = select(RegisterImport).where(
        RegisterImport.commune_id == row.commune_id,
        RegisterImport.sha256 == row.sha256,
        RegisterImport.purpose == row.purpose,
        RegisterImport.status == "applied",
        RegisterImport.id != row.id,
    )
    return next((r for r in session.scalars(query) if not r.summary.get("faults")), None)
