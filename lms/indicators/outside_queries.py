"""Reads of lists from outside: those being looked at, those recorded, what would count."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.indicators import outside_lists, wording
from lms.indicators.declared_checks import OFFICE
from lms.indicators.models import FactImport, OutsideFact
from lms.indicators.outside_fates import Row
from lms.indicators.outside_header import choices_of, header_of
from lms.indicators.outside_lists import Seen
from lms.indicators.outside_models import FactList
from lms.indicators.outside_uses import uses, uses_text
from lms.indicators.rules.vocabulary import Level
from lms.people import actions as register
from lms.people.account_models import Account
from lms.people.importing import Upload

RECENT = 30


def open_lists(session: Session, commune_id: UUID) -> list[tuple[FactList, str]]:
    """Lists that are being looked at, each with who read it, the newest first."""
    rows = session.execute(
        select(FactList, Account.display_name)
        .outerjoin(Account, Account.id == FactList.made_by)
        .where(
            FactList.commune_id == commune_id,
            FactList.status == "previewed",
            FactList.changed_at >= clock.now() - outside_lists.KEPT,
        )
        .order_by(FactList.id.desc())
    )
    return [(row, name or "") for row, name in rows]


def imports(session: Session, commune_id: UUID) -> list[tuple[FactImport, int]]:
    """The last lists that were recorded, each with how many facts it holds."""
    number = (
        select(func.count())
        .where(
            OutsideFact.commune_id == FactImport.commune_id, OutsideFact.import_id == FactImport.id
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(FactImport, number)
        .where(FactImport.commune_id == commune_id)
        .order_by(FactImport.made_at.desc(), FactImport.id.desc())
        .limit(RECENT)
    )
    return [(row, n) for row, n in rows]


def fact_import(session: Session, who: Actor, import_id: UUID) -> FactImport:
    """A recorded list of this commune, or NotFound."""
    require(who, *OFFICE)
    row = session.get(FactImport, (who.commune, import_id))
    if row is None:
        raise NotFound(_("Không tìm thấy danh sách này. Hãy mở lại trang."))
    return row


def accounts(session: Session, commune_id: UUID, row: FactImport) -> dict[str, str]:
    """Who recorded a list (`made`) and who took it back (`undone`); empty where no account did."""
    ids = {"made": row.made_by, "undone": row.undone_by}
    known = [key for key in ids.values() if key]
    query = select(Account.id, Account.display_name).where(Account.id.in_(known))
    names = {row[0]: row[1] for row in session.execute(query)}
    return {what: names.get(key, "") if key else "" for what, key in ids.items()}


def level_options() -> list[tuple[str, str]]:
    """Levels by their names, for a choice."""
    return [(level.value, wording.level_name(level.value)) for level in Level]


def what_counts(session: Session, who: Actor, kind: str, now: Seen) -> str:
    """Which indicators would count the rows that are sure, in one sentence."""
    sure = (row.match for row in now.rows if row.fate in ("sure", "known"))
    what = Counter((one.programme, one.level) for one in sure)
    return uses_text(uses(session, who.commune, kind, what, clock.today()))


# --- those the register does not know -----------------------------------------------------------

_HEADS = ("Họ và tên", "Ngày sinh", "Giới tính", "Số định danh", "Điện thoại", "Thôn", "Số hộ")


def to_register(session: Session, who: Actor, keys: Keys, row: FactList) -> UUID:
    """A preview of the register's import with the rows that nobody of the register is; nobody is added."""
    require(who, *OFFICE)
    now = outside_lists.seen(session, who, keys, row)
    unknown = {one.match.where for one in now.rows if one.fate == "unknown"}
    header, upload = header_of(row), outside_lists.upload_of(keys, row)
    # The kept matches hold no citizen IDs: the list is read once more.
    found = outside_lists.read(session, who, keys, header, upload, choices_of(row)).matches
    text = _as_text(Row(one, "unknown") for one in found if one.where in unknown)
    if not unknown:
        raise Invalid(_("Không còn dòng nào ngoài sổ dân cư."))
    name = _("Người chưa có trong sổ, từ “%(name)s”", name=row.file_name)
    paste = Upload(name, text.encode(), pasted=True)
    plan = register.read_list(session, who, keys, paste)
    return register.keep_preview(session, who, keys, paste, plan).id


def _as_text(rows: Iterable[Row]) -> str:
    """Rows as a table that the register's import reads."""
    lines = ["\t".join(_HEADS)]
    for row in rows:
        one = row.match.entry
        if one is None:
            continue
        born = one.birth
        day = (born.day.strftime("%d/%m/%Y") if born.day else str(born.year)) if born else ""
        sex = {"nam": "Nam", "nu": "Nữ"}.get(one.sex or "", "")
        cells = (one.name, day, sex, one.citizen_id, one.phone, one.unit, one.household)
        lines.append("\t".join(_cell(cell) for cell in cells))
    return "\n".join(lines) + "\n"


def _cell(text: str | None) -> str:
    return " ".join((text or "").replace('"', "").split())
