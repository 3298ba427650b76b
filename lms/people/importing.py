"""A register file on its way in: read, matched, shown, and only then written."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.people import reading, register, wording
from lms.people.models import RegisterImport
from lms.people.planning import Plan, Planner
from lms.people.reading import Sheet
from lms.people.register import Tick, nothing
from lms.people.rules import headings, roster
from lms.people.rules.headings import Columns
from lms.people.rules.identity import Problem
from lms.people.rules.places import Place
from lms.people.rules.roster import Entry, Refused, Skipped

KEPT = timedelta(days=1)
"""How long a preview that nobody confirms is kept."""
REMEMBERED = 500
"""Faults kept with an import that was applied without its faulty rows."""
_FONT_SAMPLE = 500


def make_plan(
    session: Session, keys: Keys, commune_id: UUID, file_name: str, content: bytes,
    home_id: UUID | None = None, tick: Tick = nothing,
) -> Plan:  # fmt: skip
    """Every row's fate against the register as it is now; Invalid when the file cannot be read at all."""
    sheet, columns = _sheet(reading.read(file_name, content))
    with register.collecting_later():
        known = register.load(session, commune_id)
        planner = Planner(
            known, columns, lambda digits: keys.digest("citizen-id", digits), clock.today(),
            _home(known.places.all, home_id),
        )  # fmt: skip
        plan = planner.run(_rows(sheet, columns, tick))
    if all(row.fate == "skipped" for row in plan.rows):
        raise _unreadable(Problem("no_people"))
    plan.sheet = sheet.name
    return plan


def homes(session: Session, commune_id: UUID) -> list[tuple[str, str]]:
    """(id, name) of the places people live in, for a choice."""
    found = register.places(session, commune_id).all
    return [(str(place.id), place.name) for place in found if place.is_home]


def _home(places: tuple[Place, ...], home_id: UUID | None) -> Place | None:
    if home_id is None:
        return None
    found = next((place for place in places if place.id == home_id and place.is_home), None)
    if found is None:
        message = _("Không có thôn, tổ dân phố này. Hãy chọn lại.")
        raise Invalid(message, fields={"home": [message]})
    return found


def _sheet(sheets: list[Sheet]) -> tuple[Sheet, Columns]:
    """The first sheet with a heading row."""
    for sheet in sheets:
        _check_font(sheet)
        columns = headings.find(sheet.rows)
        if isinstance(columns, Columns):
            return sheet, columns
    raise _unreadable(Problem("heading_missing"))


def _check_font(sheet: Sheet) -> None:
    sample = (cell for row in sheet.rows[:_FONT_SAMPLE] for cell in row if isinstance(cell, str))
    font = reading.legacy_font("\n".join(sample))
    if font:
        raise _unreadable(Problem("font_legacy", font))


def _unreadable(problem: Problem) -> Invalid:
    message = wording.problem(problem)
    return Invalid(message, fields={"file": [message]})


def _rows(sheet: Sheet, columns: Columns, tick: Tick) -> Iterator[Entry | Refused | Skipped]:
    today = clock.today()
    last = _last_filled(sheet)
    for number in range(columns.first_row, last + 1):
        yield roster.read_row(number, sheet.rows[number - 1], columns, sheet.broken, today)
        tick(1)


def _last_filled(sheet: Sheet) -> int:
    """The number of the last row that holds anything: formatted empty rows below say nothing."""
    filled = (
        n
        for n in range(len(sheet.rows), 0, -1)
        if any(c not in ("", None) for c in sheet.rows[n - 1])
    )
    return next(filled, 0)


# The import's own record


def remember(
    session: Session, keys: Keys, commune_id: UUID, account_id: UUID | None, file_name: str,
    content: bytes, plan: Plan, home_id: UUID | None,
) -> RegisterImport:  # fmt: skip
    """Keep the file, sealed, until it is confirmed; previews that nobody confirmed are dropped."""
    session.execute(
        delete(RegisterImport).where(
            RegisterImport.commune_id == commune_id,
            RegisterImport.status == "previewed",
            RegisterImport.made_at < clock.now() - KEPT,
        )
    )
    row = RegisterImport(
        commune_id=commune_id,
        file_name=file_name[:120],
        sha256=hashlib.sha256(content).hexdigest(),
        summary={**_summary(plan), "home": str(home_id) if home_id else None},
        made_by=account_id,
    )
    session.add(row)
    session.flush()
    row.content = keys.seal(base64.b64encode(content).decode(), str(row.id)).encode()
    session.flush()
    return row


def content_of(keys: Keys, row: RegisterImport) -> bytes:
    """The file of a preview; Invalid when it is gone."""
    if row.content is None:
        raise Invalid(_("Tệp của lần nhập này không còn. Hãy tải tệp lên lại."))
    return base64.b64decode(keys.open(row.content.decode(), str(row.id)))


def home_of(row: RegisterImport) -> UUID | None:
    """The village chosen for rows that name none."""
    home = row.summary.get("home")
    return UUID(str(home)) if home else None


def plan_of(session: Session, keys: Keys, row: RegisterImport, tick: Tick = nothing) -> Plan:
    """The plan of a remembered file against the register as it is now."""
    content = content_of(keys, row)
    return make_plan(session, keys, row.commune_id, row.file_name, content, home_of(row), tick)


def finish(row: RegisterImport, plan: Plan) -> None:
    """Mark the import applied and let go of the file."""
    row.status, row.applied_at, row.content = "applied", clock.now(), None
    row.summary = {**_summary(plan), "home": row.summary.get("home")}


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
        RegisterImport.status == "applied",
        RegisterImport.id != row.id,
    )
    return next((r for r in session.scalars(query) if not r.summary.get("faults")), None)
