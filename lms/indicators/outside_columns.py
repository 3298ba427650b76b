"""Which column of a list from outside says what, and what its cells say beside the person. Pure.

Who a row means is read as the register reads it (`lms.people.rules`); here is what such a list adds: the
day that counts, the programme, the level, and whether the person passed at all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lms.indicators.rules.vocabulary import LEVEL_RANK, PROGRAMMES, VNEID_CONFIRMED
from lms.people.rules import identity
from lms.people.rules.headings import Columns
from lms.people.rules.identity import Cell, Problem, written
from lms.people.rules.letters import bare

WHO = (
    "name", "family_name", "given_name", "birth", "birth_year", "sex", "male", "female", "citizen_id",
    "phone", "unit", "address", "household",
)  # fmt: skip
"""What tells who is meant; groups, schools and days of residence are no business of these lists."""
OWN = ("on", "programme", "level", "result")
EARLIEST = date(2000, 1, 1)
At = Mapping[str, int]

_ON = (
    "ngay xac nhan", "ngay hoan thanh", "ngay dat", "ngay kich hoat", "thoi gian xac nhan", "ngay thi",
    "thoi gian hoan thanh", "ngay kiem tra", "ngay cong nhan", "ngay chung nhan", "ngay cap", "ngay hoc",
)  # fmt: skip
_PHRASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("on", _ON),
    ("programme", ("chuong trinh", "khoa hoc", "ten khoa", "noi dung hoc")),
    ("level", ("muc do", "cap do", "trinh do", "muc dat", "muc")),
    ("result", ("ket qua", "trang thai", "tinh trang", "xep loai", "dat hay khong")),
)
_FAILED = re.compile(r"(khong|chua|ko|k|hong|truot|rot|chwa)\b|that bai")
_PASSED = re.compile(
    r"(da )?(dat|hoan thanh|xac nhan|xong|thanh cong|kich hoat)\b|x$|v$|co$|1$|\+$"
    r"|d$|(xuat sac|gioi|kha|trung binh|tot)\b|✓|✔"
)
_LEVELS = (
    ("proficient", ("proficient", "su dung tot", "nang cao", "thanh thao", "tot")),
    ("basic", ("basic", "co ban", "su dung duoc", "pho cap")),
)


def _plain(cell: Cell) -> str:
    return " ".join(re.sub(r"[^a-z0-9✓✔+ ]", " ", bare(written(cell))).split())


def own_meaning(heading: Cell) -> str | None:
    """The field of ours that a heading names: on, programme, level, result; or None."""
    plain = _plain(heading)
    if not plain or len(plain) > 60 or "sinh" in plain.split():
        return None
    return next(
        (field for field, phrases in _PHRASES if any(f" {p} " in f" {plain} " for p in phrases)),
        "on" if plain == "ngay" else None,
    )


def found(columns: Columns, kind: str) -> dict[str, int]:
    """Field → column, as the headings say it: who is meant, and what the list adds."""
    own: dict[str, int] = {}
    for column, heading in columns.labels.items():
        field = own_meaning(heading)
        if field and not (field == "on" and _of_the_card(column, columns, kind)):
            own.setdefault(field, column)
    if kind == VNEID_CONFIRMED:
        own.pop("programme", None)
    taken = set(own.values())
    return {f: c for f, c in columns.at.items() if f in WHO and c not in taken} | own


def _of_the_card(column: int, columns: Columns, kind: str) -> bool:
    """Whether 'Ngày cấp' says when the identity card was issued: beside its number, or in no list of
    certificates."""
    if "cap" not in _plain(columns.labels[column]).split():
        return False
    citizen = columns.at.get("citizen_id")
    return kind != "external_certificate" or (citizen is not None and column == citizen + 1)


def told(columns: Columns, at: At) -> Columns:
    """The columns as an officer says they are."""
    who = {field: column for field, column in at.items() if field in WHO}
    same_name = columns.at.get("name") == who.get("name")
    if "family_name" in who and "given_name" not in who:
        who.setdefault("name", who.pop("family_name"))
    names = (who["name"],) if "name" in who else ()
    if same_name and "name" in who:
        return replace(columns, at=who)
    return replace(columns, at=who, names=names, name_parts=())


def has_names(columns: Columns) -> bool:
    """Whether a column names the people."""
    return bool(columns.names) or {"family_name", "given_name"} <= columns.at.keys()


@dataclass(frozen=True, slots=True)
class Usual:
    """What holds for rows that do not say it themselves."""

    on: date
    programme: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says beside the person; `failed` is what it says instead of having passed."""

    on: date
    programme: str | None
    level: str | None
    failed: str = ""
    faults: tuple[tuple[int | None, Problem], ...] = ()
    """(0-based column, what is wrong with it)."""


def said(
    cells: Sequence[Cell], at: At, usual: Usual, kind: str, today: date, names: Mapping[str, str]
) -> Said:
    """Day, programme and level of one row. `names`: a programme's name without marks → its code."""
    faults: list[tuple[int | None, Problem]] = []

    def cell(field: str) -> Cell:
        column = at.get(field)
        return cells[column] if column is not None and column < len(cells) else None

    def taken(field: str, value: "Problem | str | date | None") -> "str | date | None":
        if isinstance(value, Problem):
            faults.append((at.get(field), value))
            return None
        return value

    failed = result_of(cell("result"))
    if isinstance(failed, Problem):
        faults.append((at.get("result"), failed))
        failed = ""
    on = taken("on", _day(cell("on"), today))
    programme = taken("programme", programme_of(cell("programme"), names)) or usual.programme
    level = taken("level", level_of(cell("level"))) or usual.level
    if kind == VNEID_CONFIRMED:
        programme = None
    elif programme is None and not faults:
        faults.append((None, Problem("programme_missing")))
    return Said(
        on if isinstance(on, date) else usual.on, programme if isinstance(programme, str) else None,
        level if isinstance(level, str) else None, failed, tuple(faults),
    )  # fmt: skip


def _day(cell: Cell, today: date) -> date | Problem | None:
    if isinstance(cell, str) and re.match(r"\s*[0-9]{1,2}:[0-9]{2}", cell):
        # '08:15 12/03/2026', as platforms write it.
        cell = cell.split(maxsplit=1)[1] if len(cell.split()) > 1 else cell
    if isinstance(cell, str):
        cell = re.sub(r"[ ,]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?\s*$", "", cell)
    read = identity.day(cell, today)
    if isinstance(read, date):
        return day_problem(read, today) or read
    return read


def day_problem(on: date, today: date) -> Problem | None:
    """What is wrong with a day that should count."""
    shown = on.strftime("%d/%m/%Y")
    if on > today:
        return Problem("on_future", shown)
    return Problem("on_old", shown) if on < EARLIEST else None


def programme_of(cell: Cell, names: Mapping[str, str]) -> str | Problem | None:
    """The programme of a cell by its code or name; empty is None."""
    text = written(cell)
    if not text:
        return None
    if text.lower() in PROGRAMMES:
        return text.lower()
    return names.get(_plain(text)) or Problem("programme_unknown", text[:40])


def programme_names(names: Mapping[str, str]) -> dict[str, str]:
    """Name without marks → code, from code → name."""
    return {_plain(name): code for code, name in names.items()}


def level_of(cell: Cell) -> str | Problem | None:
    """basic or proficient; empty is None."""
    plain = _plain(cell)
    if not plain:
        return None
    for level, words in _LEVELS:
        if any(f" {word} " in f" {plain} " for word in words):
            return level
    return plain if plain in LEVEL_RANK else Problem("level_unknown", written(cell)[:30])


def result_of(cell: Cell) -> str | Problem:
    """Empty when the person passed, what the cell says when not; a Problem when that is not clear."""
    plain = _plain(cell)
    if not plain or _PASSED.match(plain):
        return ""
    return (
        written(cell)[:30]
        if _FAILED.match(plain)
        else Problem("result_unclear", written(cell)[:30])
    )
