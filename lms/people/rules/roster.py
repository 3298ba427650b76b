"""One row of a register list: a person with everything the list says, or what to mend, cell by cell."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar

from lms.people.rules import groups, identity, names
from lms.people.rules.headings import Columns, meaning
from lms.people.rules.identity import Birth, Cell, Problem, Read, written

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Remark:
    """A fault or a warning at one cell: row 1-based, column 0-based (None: the whole row)."""

    row: int
    column: int | None
    problem: Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as the list says; units and workplaces are still words."""

    row: int
    name: str
    birth: Birth | None = None
    sex: str | None = None
    citizen_id: str | None = None
    phone: str | None = None
    unit: str = ""
    household: str = ""
    residence: str | None = None
    groups: tuple[str, ...] = ()
    level: str | None = None
    workplace: str = ""
    member_from: date | None = None
    member_to: date | None = None
    """The first day out."""
    lives_from: date | None = None
    lives_to: date | None = None
    """The first day out."""
    warnings: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A row that cannot be used, with every cell to mend."""

    row: int
    faults: tuple[Remark, ...]
    shown: str = ""
    """The name as written, for the eye; it may be wrong."""


@dataclass(frozen=True)
class Skipped:
    """A row that is no person: empty, a total, a signature, the heading again."""

    row: int
    problem: Problem


@dataclass(frozen=True)
class Broken:
    """Cells the file itself spoils: merged, or a formula without a value; 0-based (row, column)."""

    merged: frozenset[tuple[int, int]] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()
    values: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    """What stands in a merged range, for each of its cells but the first."""


_TOTAL = re.compile(
    r"(tổng|tong) (cộng|số|cong|so)\b|(tổng|cộng|cong)\s*:?\s*[0-9]*$|(tổng|cộng)\s*:"
    r"|(cộng|ấn định) danh sách|tổng (nam|nữ)\b"
)
_SIGNATURE = re.compile(
    r"người lập|nguoi lap|lập (biểu|bảng)|ký tên|\(?ký[,)]|\(.*họ tên|thủ trưởng|xác nhận (của)?"
    r"|(tm\.|t/m|kt\.) |chủ tịch|(trưởng|bí thư) (thôn|khu|xóm|ấp|bản|tổ|ban|chi)|hiệu trưởng"
    r"|giáo viên chủ nhiệm|kế toán|thủ quỹ|giám đốc|uỷ ban|ủy ban|ubnd"
    r"|danh sách (này|có) |.*ngày[0-9.… ]* tháng[0-9.… ]* năm"
)


def read_row(
    number: int, cells: Sequence[Cell], columns: Columns, broken: Broken, today: date
) -> Entry | Refused | Skipped:
    """The row with this number (1-based) of a list with these columns."""
    cells = _shared(number, cells, columns, broken)
    texts = [written(cell) for cell in cells]
    ours = {*columns.at.values(), *columns.names, *columns.name_parts}
    # A number in a column that is not ours counts the rows, it is no person.
    filled = [text for c, text in enumerate(texts) if text and (c in ours or not text.isdigit())]
    spoiled = _spoiled(number, ours, columns, broken)
    if not filled and not spoiled:
        return Skipped(number, Problem("row_empty"))
    first = next((text for text in filled if not text.isdigit()), "")
    if no_person := _no_person(first, texts, columns):
        return Skipped(number, Problem(no_person, first[:40]))
    return _Row(number, cells, columns, today, spoiled).read()


def ends_a_list(text: str) -> bool:
    """Whether a line counts or signs what stands above it."""
    return bool(_TOTAL.match(text[:120].lower()) or _SIGNATURE.match(text[:120].lower()))


def _shared(number: int, cells: Sequence[Cell], columns: Columns, broken: Broken) -> Sequence[Cell]:
    """The cells with what a merged cell above says of this row too."""
    own = [
        (c, broken.values[number - 1, c])
        for c in columns.shared
        if (number - 1, c) in broken.values
    ]
    # A merged cell says nothing of a row that is empty but for it.
    if not own or not any(written(cell) for cell in cells):
        return cells
    filled = [*cells, *([""] * (max(c for c, _value in own) + 1 - len(cells)))]
    for column, value in own:
        filled[column] = value
    return filled


def _no_person(first: str, texts: Sequence[str], columns: Columns) -> str | None:
    lower = first[:120].lower()
    if _TOTAL.match(lower):
        return "row_total"
    if _SIGNATURE.match(lower) and sum(1 for t in texts if t) <= 3:
        return "row_signature"
    names = [texts[c] for c in (*columns.names, *columns.name_parts[1:]) if c < len(texts)]
    family = columns.at.get("family_name")
    begins = (
        names[0] if names else texts[family] if family is not None and family < len(texts) else ""
    )
    repeated = begins.lower()[:2] in ("họ", "ho", "tê", "te") and meaning(begins) in _NAMES
    return "row_heading" if repeated or _goes_on(names, texts) else None


_NAMES = ("name", "family_name")
_NUMBERED = re.compile(r"\(?[0-9A-Z]{1,2}\)?")


def _goes_on(names: Sequence[str], texts: Sequence[str]) -> bool:
    """The second row of a heading that is repeated ('Nam', 'Nữ' or (1) (2) (3)): nobody is named."""
    if any(names) and not all(_NUMBERED.fullmatch(name) for name in names):
        return False
    filled = [text for text in texts if text]
    numbers = [text for text in filled if _NUMBERED.fullmatch(text)]
    if len(numbers) == len(filled) > 2 and any(names):
        return True
    return len(filled) > 1 and not any(names) and all(meaning(text) for text in filled)


def _spoiled(number: int, ours: set[int], columns: Columns, broken: Broken) -> list[Remark]:
    return [
        Remark(number, column, Problem(code))
        for code, cells in (("cell_merged", broken.merged), ("cell_formula", broken.formulas))
        for column in sorted(ours)
        if (number - 1, column) in cells
        and not (code == "cell_merged" and _is_told(number, column, columns, broken))
    ]


def _is_told(number: int, column: int, columns: Columns, broken: Broken) -> bool:
    """Whether a merged cell says what all of its rows have in common."""
    here, below = (number - 1, column), (number, column)
    return column in columns.shared and (here in broken.values or below in broken.values)


def is_bare(row: Entry) -> bool:
    """Whether a row says a name and nothing else: below a signature it is who signed."""
    return row == replace(_NOBODY, row=row.row, name=row.name, warnings=row.warnings)


_NOBODY = Entry(0, "")


class _Row:
    """One row while it is read: gathers faults and warnings."""

    def __init__(
        self,
        number: int,
        cells: Sequence[Cell],
        columns: Columns,
        today: date,
        faults: list[Remark],
    ) -> None:
        self.number, self.cells, self.columns, self.today = number, cells, columns, today
        self.faults, self.warnings = faults, list[Remark]()
        self.spoiled = {remark.column for remark in faults}

    def read(self) -> Entry | Refused:
        """The entry, or everything that must be mended."""
        name, born, sex = self._name(), self._birth(), self._sex()
        citizen_id = self._citizen_id(born, sex)
        phone = self._kept("phone", identity.phone)
        kinds = self._checked("group", lambda cell: groups.kinds(written(cell))) or ()
        level = self._checked("level", lambda cell: groups.level(written(cell)))
        level = level or groups.level_of_group(self._text("group"))
        residence = self._checked("residence", lambda cell: groups.residence(written(cell)))
        workplace = self._text("workplace")
        member, lives = self._days(of_group=bool(kinds or workplace))
        if self.faults:
            return Refused(self.number, tuple(self.faults), name)
        return Entry(
            self.number, name, born, sex, citizen_id, phone, self._text("unit", "address"),
            self._text("household"), residence, kinds, level, workplace, *member, *lives,
            tuple(self.warnings),
        )  # fmt: skip

    def _name(self) -> str:
        columns = self.columns
        if len(columns.names) > 1:
            return self._only_name()
        if columns.name_parts:
            return self._joined(columns.name_parts)
        if "family_name" in columns.at and "given_name" in columns.at:
            return self._joined((columns.at["family_name"], columns.at["given_name"]))
        column = columns.of("name", "family_name")
        return self._good_name(self._at(column), column)

    def _joined(self, parts: Sequence[int]) -> str:
        texts = [text for part in parts if (text := written(self._at(part)))]
        return self._good_name(" ".join(texts), parts[0])

    def _only_name(self) -> str:
        named = [c for c in self.columns.names if written(self._at(c))]
        if len(named) > 1:
            self._fault(named[1], Problem("name_two_columns", written(self._at(named[1]))[:60]))
            return written(self._at(named[0]))
        column = named[0] if named else self.columns.names[0]
        return self._good_name(self._at(column), column)

    def _good_name(self, cell: Cell, column: int | None) -> str:
        text, beside = names.to_register(written(cell))
        found = identity.name(text if beside else cell)
        if isinstance(found, Problem):
            whole = identity.name(cell)
            self._fault(column, whole if isinstance(whole, Problem) else found)
            return written(cell)
        if beside:
            self.warnings.append(Remark(self.number, column, Problem("name_beside", found)))
        if text.isupper() and found != text:
            self.warnings.append(Remark(self.number, column, Problem("name_capitals", found)))
        return found

    def _birth(self) -> Birth | None:
        found = [self._born(field) for field in ("birth", "birth_year", "male", "female")]
        return next((born for born in found if born), None)

    def _born(self, field: str) -> Birth | None:
        # Some lists write the year of birth in a 'Nam' or a 'Nữ' column instead of a cross.
        if field in ("male", "female") and len(written(self._cell(field))) < 4:
            return None
        return self._checked(field, lambda cell: identity.birth(cell, self.today))

    def _sex(self) -> str | None:
        ticked = [
            sex for field, sex in (("male", "nam"), ("female", "nu"))
            if identity.crossed(self._cell(field)) or len(written(self._cell(field))) >= 4
        ]  # fmt: skip
        if len(ticked) > 1:
            self._fault(self.columns.at.get("female"), Problem("sex_both"))
        return ticked[0] if ticked else self._checked("sex", identity.sex)

    def _citizen_id(self, born: Birth | None, sex: str | None) -> str | None:
        digits = self._kept("citizen_id", identity.citizen_id)
        if digits and identity.citizen_id_disagrees(digits, born, sex):
            self._warn("citizen_id", Problem("citizen_id_disagrees"))
        return digits

    def _days(
        self, *, of_group: bool
    ) -> tuple[tuple[date | None, date | None], tuple[date | None, date | None]]:
        """(from, first day out) of the group, and of living here."""
        until = self._day("until")
        said = (self._day("since"), until + timedelta(days=1) if until else None)
        # 'Từ ngày' speaks of the group where the row has one, of living here where it has none.
        member, lives = (said, (None, None)) if of_group else ((None, None), said)
        lives = (self._day("came_on") or lives[0], self._day("left_on") or lives[1])
        for start, end in (member, lives):
            if start and end and end < start:
                self._fault(self.columns.of("until", "left_on"), Problem("days_reversed"))
        return member, lives

    def _day(self, field: str) -> date | None:
        return self._checked(field, lambda cell: identity.day(cell, self.today))

    def _at(self, column: int | None) -> Cell:
        return self.cells[column] if column is not None and column < len(self.cells) else None

    def _cell(self, field: str) -> Cell:
        return self._at(self.columns.at.get(field))

    def _text(self, *fields: str) -> str:
        return next((text for f in fields if (text := written(self._cell(f)))), "")

    def _fault(self, column: int | None, problem: Problem) -> None:
        # A spoiled cell has been named already; that it is also empty says nothing new.
        if column not in self.spoiled:
            self.faults.append(Remark(self.number, column, problem))

    def _warn(self, field: str, problem: Problem) -> None:
        self.warnings.append(Remark(self.number, self.columns.at.get(field), problem))

    def _checked(self, field: str, read: Callable[[Cell], T | Problem | None]) -> T | None:
        found = read(self._cell(field))
        if isinstance(found, Problem):
            self._fault(self.columns.at.get(field), found)
            return None
        return found

    def _kept(self, field: str, read: Callable[[Cell], Read]) -> str | None:
        found = read(self._cell(field))
        if found.odd:
            self._warn(field, found.odd)
        return found.value
