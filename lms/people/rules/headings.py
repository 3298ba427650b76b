"""Which column says what: headings with or without marks, in any order, under any title rows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lms.people.rules.identity import Cell, Problem, written
from lms.people.rules.letters import bare

SEARCHED = 40
"""A heading stands within the first rows; below that a list without one is refused."""

FIELDS = (
    "name", "family_name", "given_name", "birth", "birth_year", "sex", "male", "female", "citizen_id",
    "phone", "unit", "address", "household", "group", "workplace", "level", "residence", "since",
    "until", "came_on", "left_on",
)  # fmt: skip

SHARED = ("unit", "address", "household", "group", "workplace", "level", "residence")
"""What several people have in common, so that one merged cell may say it for all of their rows."""

_IGNORED = (
    "chu ho", "quan he", "ghi chu", "ten cha", "ten me", "ten bo", "giam ho", "phu huynh", "dan toc",
    "ton giao", "ky ten", "ky nhan", "ngay cap", "noi cap", "noi sinh", "que quan",
)  # fmt: skip
_AT_START = (
    ("family_name", ("ho va ten dem", "ho va chu dem", "ho dem", "ho ten dem", "ho lot", "ho va ten lot")),
    ("name", ("ho va ten", "ho ten", "ten hoc vien", "ten nguoi dan", "ten day du", "ten nguoi hoc")),
    ("came_on", ("ngay chuyen den", "chuyen den", "ngay den", "cu tru tu", "o tu ngay", "tam tru tu",
                 "thuong tru tu")),
    ("left_on", ("ngay chuyen di", "chuyen di", "ngay roi")),
    ("since", ("tu ngay", "ngay bat dau", "ngay vao", "tham gia tu", "cong tac tu", "ngay tham gia")),
    ("until", ("den ngay", "ngay ket thuc", "den het ngay")),
)  # fmt: skip
_ANYWHERE = (
    ("citizen_id", ("cccd", "can cuoc", "dinh danh", "ddcn", "cmnd", "cmt", "so giay to")),
    ("phone", ("dien thoai", "sdt", "so dt", "dtdd", "di dong", "dt")),
    ("birth", ("ngay sinh", "ngay thang nam sinh", "sinh ngay", "ngay thang sinh", "nam thang ngay sinh")),
    ("birth_year", ("nam sinh", "sinh nam")),
    ("sex", ("gioi tinh", "phai", "gioi", "nam nu")),
    ("group", ("nhom doi tuong", "doi tuong", "nhom")),
    ("level", ("cap hoc", "bac hoc", "lop")),
    ("workplace", ("truong", "co quan", "doanh nghiep", "cong ty", "noi lam viec", "noi hoc",
                   "noi cong tac", "don vi cong tac", "hop tac xa")),
    ("address", ("dia chi", "noi o", "noi thuong tru", "noi tam tru")),
    ("residence", ("thuong tru", "tam tru", "loai cu tru", "dien cu tru", "tinh trang cu tru")),
    ("household", ("so ho", "ma ho", "ho gia dinh", "ho so", "so nha ho")),
    ("unit", ("thon", "to dan pho", "tdp", "khu dan cu", "khu pho", "ban", "ap", "xom", "khoi", "buon",
              "don vi cu tru", "don vi", "cu tru")),
)  # fmt: skip
_ALONE = {
    "nam": "male",
    "nu": "female",
    "ten": "given_name",
    "gt": "sex",
    "to": "unit",
    "dien": "group",
}


def meaning(cell: Cell) -> str | None:
    """The field a heading names, or None for a column that is not ours (STT, ghi chú …)."""
    text = written(cell)
    plain = _plain(text)
    if not plain or len(plain) > 60 or _has(plain, _IGNORED):
        return None
    if plain == "ho":
        # Without its mark 'ho' is the family name; 'hộ' says household.
        return "household" if "ộ" in text.lower() else "family_name"
    return _ALONE.get(plain) or _by_phrase(plain)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", bare(text)).split())


def _by_phrase(plain: str) -> str | None:
    for named, phrases in _AT_START:
        if any(f"{plain} ".startswith(f"{phrase} ") for phrase in phrases):
            return named
    return next((named for named, phrases in _ANYWHERE if _has(plain, phrases)), None)


def _has(plain: str, phrases: Sequence[str]) -> bool:
    return any(f" {phrase} " in f" {plain} " for phrase in phrases)


@dataclass(frozen=True)
class Columns:
    """Where each field stands. `names` has one column per name column of the list, usually one."""

    heading_row: int
    """1-based, as the spreadsheet shows it."""
    first_row: int
    """The first row of people, 1-based."""
    at: Mapping[str, int]
    """Field → 0-based column."""
    names: tuple[int, ...] = ()
    labels: Mapping[int, str] = field(default_factory=dict)
    """Column → its heading as written."""
    name_parts: tuple[int, ...] = ()
    """Columns that one heading 'Họ và tên' stands over, to be read as one name; usually none."""

    @property
    def shared(self) -> tuple[int, ...]:
        """The columns that may say one thing of several people: a home, a household, a group."""
        return tuple(self.at[field] for field in SHARED if field in self.at)

    def of(self, *fields: str) -> int | None:
        """The first of these fields that has a column."""
        return next((self.at[f] for f in fields if f in self.at), None)


def find(rows: Sequence[Sequence[Cell]]) -> Columns | Problem:
    """The heading row of a list: the first row that names a name column and the most fields."""
    best: Columns | None = None
    for index, row in enumerate(rows[:SEARCHED]):
        found = columns_of(index, row)
        if found and (best is None or len(found.at) > len(best.at)):
            best = found
    if best is None:
        return Problem("heading_missing")
    return completed(best, rows)


def columns_of(index: int, row: Sequence[Cell], within: range | None = None) -> Columns | None:
    """The columns of a row (from 0) when it is a heading; `within` leaves other columns out."""
    cells = [
        (column, cell) for column, cell in enumerate(row) if within is None or column in within
    ]
    meanings = [(column, meaning(cell)) for column, cell in cells]
    names = tuple(c for c, m in meanings if m == "name")
    at: dict[str, int] = {}
    for column, named in meanings:
        if named:
            at.setdefault(named, column)
    if "family_name" in at and "given_name" not in at:
        at.setdefault("name", at.pop("family_name"))
    if not names and "given_name" in at and "family_name" not in at:
        at["name"] = at.pop("given_name")
    if "name" not in at and "family_name" not in at:
        return None
    filled = sum(1 for _column, cell in cells if written(cell))
    if len(at) < 2 and filled > 2:
        return None
    labels = {column: written(cell) for column, cell in cells if written(cell)}
    return Columns(index + 1, index + 2, at, names or _name_column(at), labels)


def _name_column(at: Mapping[str, int]) -> tuple[int, ...]:
    return (at["name"],) if "name" in at else ()


def completed(columns: Columns, rows: Sequence[Sequence[Cell]]) -> Columns:
    """The heading with what stands below it: a second row ('Nam', 'Nữ'), or numbers (1) (2) (3)."""
    at, first = dict(columns.at), columns.first_row
    below = [written(cell) for cell in rows[first - 1]] if first <= len(rows) else []
    filled = [(c, text) for c, text in enumerate(below) if text]
    meanings = [(c, meaning(text)) for c, text in filled]
    if filled and all(m for _, m in meanings):
        for column, named in meanings:
            at = {f: c for f, c in at.items() if c != column or f == named}
            at.setdefault(str(named), column)
        first += 1
        below = [written(cell) for cell in rows[first - 1]] if first <= len(rows) else []
        filled = [(c, text) for c, text in enumerate(below) if text]
    if filled and all(re.fullmatch(r"\(?[0-9A-Z]{1,2}\)?", text) for _, text in filled):
        first += 1
    return _with_name_parts(replace(columns, first_row=first, at=at), rows)


NAME_ROWS = 30


def _with_name_parts(columns: Columns, rows: Sequence[Sequence[Cell]]) -> Columns:
    """One heading over two columns, the family name with the middle name in the first: both are the name."""
    if len(columns.names) != 1 or "given_name" in columns.at:
        return columns
    start = columns.names[0]
    after = start + 1
    if after in columns.labels or after in columns.at.values():
        return columns
    below = rows[columns.first_row - 1 : columns.first_row - 1 + NAME_ROWS]
    named = [row for row in below if start < len(row) and written(row[start])]
    split = [row for row in named if after < len(row) and _is_given_name(written(row[after]))]
    parted = 2 * len(split) > len(named) and len(split) > 0
    return replace(columns, name_parts=(start, after)) if parted else columns


def _is_given_name(text: str) -> bool:
    return (
        bool(text) and len(text.split()) <= 2 and text.replace(" ", "").isalpha() and len(text) > 1
    )
