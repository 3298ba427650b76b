"""Lines without columns, as people write lists in Zalo: '3. Trần Văn Hùng - 1960 - thôn Đông'.

What a line says is known by its shape: four digits are a year, ten a telephone, twelve a citizen ID.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lms.people.rules.headings import Columns
from lms.people.rules.identity import Cell, written
from lms.people.rules.letters import bare

FIELDS = ("name", "birth", "sex", "citizen_id", "phone", "unit")
COLUMNS = Columns(0, 1, {field: n for n, field in enumerate(FIELDS)}, (0,), {})
"""Where the fields of a line are put; there is no heading, and the first line is the first row."""

_SERIAL = re.compile(
    r"^\s*(?:[-–+*•·▪]\s*)?(?:\d{1,3}\s*(?:[.)/:]|\s[-–]\s)\s*|[-–+*•·▪]\s*|\d{1,3}\s+(?=\D))"
)
_PARTS = re.compile(r"\t|\s{2,}|[,;|()]|\s[-–—]\s|[-–—]\s|:\s")
_CITIZEN = re.compile(r"(?<!\d)\d{12}(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)\d(?:[ .]?\d){7,8}(?!\d)")
_DAY = re.compile(r"(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BORN = re.compile(r"\b(?:ngày sinh|năm sinh|sinh ngày|sinh năm|sinh|sn|ns)\b\.?:?", re.IGNORECASE)
_CALLED = re.compile(
    r"\b(?:cccd|cmnd|số định danh|điện thoại|đt|sđt|số dt|tel|giới tính|họ và tên|họ tên|địa chỉ)\b\.?:?",
    re.IGNORECASE,
)
_NAMED_TWICE = re.compile(r"([^\W\d_](?:(?!\s[-–—]\s)[^\d(),;|\t])*)\(\s*([^\d(),;|]{1,30})\)")
"""'Bà Hoa (Bé Tư)': a name, and in brackets what people call the person."""
_SEXES = frozenset(("nam", "nữ", "nu"))
_HOME = re.compile(r"^(?:thôn|tổ|tdp|xóm|ấp|bản|khu|khối|buôn|làng)\b", re.IGNORECASE)
_HEADS = ("stt", "họ và tên", "họ tên", "danh sách", "ubnd", "danh sach", "ho va ten", "ho ten")
_TITLES = (
    *_HEADS, "lớp ", "tên ", "ủy ban", "uỷ ban", "kính gửi", "nhóm ", "chào ", "gửi ", "các ", "mời ",
    "cộng hòa", "cộng hoà", "độc lập", "xã ", "phường ", "trường ", "ngày ", "thời gian", "địa điểm",
    "em gửi", "đã gửi", "dạ ",
)  # fmt: skip
"""With their marks, because 'Trương' is a family name and 'trường' is none."""


@dataclass(frozen=True)
class Shaped:
    """Lines as cells under COLUMNS, and the numbers (1-based) of lines that name nobody."""

    rows: list[list[Cell]]
    titles: frozenset[int]

    @staticmethod
    def of(lines: Sequence[str]) -> "Shaped":
        """The cells of every line."""
        rows = [cells(line) for line in lines]
        titles = {
            n for n, line in enumerate(lines, 1) if line.strip() and _is_title(line, rows[n - 1])
        }
        return Shaped(rows, frozenset(titles))


def cells(line: str) -> list[Cell]:
    """The fields of one line, in the order of FIELDS; what is not there is empty."""
    rest = _SERIAL.sub("", line.replace("\xa0", " "), count=1)
    found = dict.fromkeys(FIELDS, "")
    if (named := _NAMED_TWICE.match(rest)) and not _says_else(named[2]):
        found["name"], rest = written(named[0]), rest[named.end() :]
    for field, shape in (
        ("citizen_id", _CITIZEN),
        ("phone", _PHONE),
        ("birth", _DAY),
        ("birth", _YEAR),
    ):
        if not found[field] and (match := shape.search(rest)):
            found[field] = match[0]
            rest = f"{rest[: match.start()]}|{rest[match.end() :]}"
    rest = _CALLED.sub("|", _BORN.sub("|", rest))
    parts = [text for part in _PARTS.split(rest) if (text := written(part).strip(" .:-–—"))]
    for part in parts:
        _take(part, found)
    return [found[field] for field in FIELDS]


def _says_else(inside: str) -> bool:
    """Whether what stands in brackets after a name is a home or a sex."""
    text = written(inside)
    return bool(_HOME.match(text)) or text.lower() in _SEXES


def _take(part: str, found: dict[str, str]) -> None:
    if not found["name"]:
        found["name"] = part
    elif bare(part) in ("nam", "nu") and not found["sex"]:
        found["sex"] = part
    elif not found["unit"] and not part.isdigit() and (_HOME.match(part) or len(part) > 2):
        found["unit"] = part


def _is_title(line: str, row: Sequence[Cell]) -> bool:
    """A line that names nobody: a title, a heading, a greeting."""
    start = f"{written(line).lower()} ".lstrip("*-• ")
    if any(row[1:5]) or _HOME.match(str(row[5])):
        return start.startswith(_HEADS)
    words = str(row[0]).split()
    looks_named = 2 <= len(words) <= 6 and all(word[:1].isupper() for word in words)
    # What counts or signs is known to `roster`, which says so.
    return start.startswith(_TITLES) or not (
        looks_named or start.startswith(("tổng", "cộng", "người lập"))
    )
