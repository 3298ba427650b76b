"""What a list says about a person: name, birth, sex, citizen ID and phone, each read or refused.

A value that cannot be used gives a Problem, whose code `lms.people.wording` puts into a sentence.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lms.people.rules.letters import bare

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""What one cell of a spreadsheet holds."""

OLDEST = 120
"""Years; a person older than this is a slip of the pen."""
SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of Excel's day numbers."""
SERIALS = range(10_000, 73_051)
"""Day numbers from 1927 to 2099; a number of four digits is a year, right or mistyped."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a value; `value` is what was read, empty where it must not be repeated."""

    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth date, or the year alone."""

    year: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A value that may be used (or is None), and what is odd about it."""

    value: str | None = None
    odd: Problem | None = None


_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u206f]")
"""Zero-width characters, soft hyphens and direction marks come from copied lists and hide duplicates."""


def written(cell: Cell) -> str:
    """The cell as text, as a person would write it: 12.0 is '12', blanks are trimmed."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.strftime("%d/%m/%Y")
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", str(cell))).split())


# Names


# 'Và' with a capital is a family name; between two names the word is small.
_BETWEEN_PEOPLE = re.compile(r"[,;/&+|\n]|\s(?:và|va)\s")
_SERIAL = re.compile(r"^\s*[0-9]{1,4}\s*[.)/]\s*(?=\S)")
"""'12. Nguyễn Văn A': the number of the row, written into the cell of the name."""
_NAME_MARKS = set(" '’-.·")


def name(cell: Cell) -> str | Problem:
    """A person's name, NFC; names in capitals only are written as names are."""
    raw = str(cell) if isinstance(cell, str) else written(cell)
    raw = _SERIAL.sub("", _INVISIBLE.sub("", raw), count=1)
    text = written(raw)
    if not text:
        return Problem("name_missing")
    if _BETWEEN_PEOPLE.search(raw.strip()):
        return Problem("name_two_people", text[:60])
    if len(text) > LONGEST_NAME:
        return Problem("name_long", text[:40] + "…")
    if any(not (c.isalpha() or c in _NAME_MARKS) for c in text):
        return Problem("name_letters", text[:60])
    return _as_names_are(text)


def _as_names_are(text: str) -> str:
    if text.isupper() or text.islower():
        return " ".join(word[:1].upper() + word[1:].lower() for word in text.split())
    return text


# Births


_DAY_FIRST = re.compile(r"([0-9]{1,2})[./\- ]([0-9]{1,2})[./\- ]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[./\-]([0-9]{1,2})[./\-]([0-9]{1,2})(?:[T ][0-9:.]+)?")
_IN_WORDS = re.compile(r"(?:ngay )?([0-9]{1,2}) thang ([0-9]{1,2}) nam ([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[./\- ][0-9]{1,2}[./\- ][0-9]{2}")
_MONTH = re.compile(r"[0-9]{1,2}[./\-][0-9]{4}")


def birth(cell: Cell, today: date) -> Birth | Problem | None:
    """A birth date (day first, or year first), Excel's day number, or a year alone; empty is None."""
    if isinstance(cell, datetime):
        return _plausible(Birth(cell.year, cell.date()), today)
    if isinstance(cell, date):
        return _plausible(Birth(cell.year, cell), today)
    text = written(cell).replace(" /", "/").replace("/ ", "/")
    return _written_birth(unicodedata.normalize("NFKC", text), today) if text else None


def _written_birth(text: str, today: date) -> Birth | Problem:
    if text.isascii() and text.isdigit():
        return _number(text, today)
    parts = _parts(text)
    if parts is not None:
        return _dated(*parts, text, today)
    if _SHORT_YEAR.fullmatch(text):
        return Problem("birth_two_digit_year", text)
    if _MONTH.fullmatch(text):
        return Problem("birth_no_day", text)
    return Problem("birth_unreadable", text[:30])


def _parts(text: str) -> tuple[int, int, int] | None:
    """(day, month, year), or None when the text has none of the known shapes."""
    if found := _DAY_FIRST.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _IN_WORDS.fullmatch(bare(text)):
        return int(found[1]), int(found[2]), int(found[3])
    return None


def _number(text: str, today: date) -> Birth | Problem:
    if len(text) == 4:
        return _plausible(Birth(int(text)), today)
    if len(text) == 5 and int(text) in SERIALS:
        born = SERIAL_ZERO + timedelta(days=int(text))
        return _plausible(Birth(born.year, born), today)
    return Problem("birth_unreadable", text[:30])


def _dated(day: int, month: int, year: int, text: str, today: date) -> Birth | Problem:
    if day == month == 0:
        return _plausible(Birth(year), today)
    try:
        return _plausible(Birth(year, date(year, month, day)), today)
    except ValueError:
        return Problem("birth_impossible", text)


def _plausible(born: Birth, today: date) -> Birth | Problem:
    shown = born.day.strftime("%d/%m/%Y") if born.day else str(born.year)
    if born.year > today.year or (born.day is not None and born.day > today):
        return Problem("birth_future", shown)
    if born.year < today.year - OLDEST:
        return Problem("birth_too_old", shown)
    return born


def day(cell: Cell, today: date) -> date | Problem | None:
    """A full date that is not a birth ('từ ngày'); a date to come is allowed within a year."""
    horizon = today + timedelta(days=366)
    found = birth(cell, horizon)
    if isinstance(found, Birth):
        return found.day or Problem("day_needed", written(cell))
    if isinstance(found, Problem) and found.code in ("birth_future", "birth_too_old"):
        return Problem("day_far", found.value)
    return Problem("day_unreadable", found.value) if isinstance(found, Problem) else None


# Sex


_SEXES = {
    **dict.fromkeys(("nam", "m", "male", "trai", "ong"), "nam"),
    **dict.fromkeys(("nu", "f", "female", "gai", "ba"), "nu"),
}
CROSSES = {"x", "v", "1", "✓", "✔", "✗", "×", "co", "*", "+"}


def sex(cell: Cell) -> str | Problem | None:
    """'nam' or 'nu'; empty is None."""
    text = written(cell)
    if not text:
        return None
    return _SEXES.get(bare(text)) or Problem("sex_unknown", text[:20])


def crossed(cell: Cell) -> bool:
    """Whether a cell of a 'Nam' or 'Nữ' column is ticked."""
    return bare(written(cell)) in CROSSES


# Citizen IDs


def citizen_id(cell: Cell) -> Read:
    """The 12 digits, or what is odd: an odd number is left out with a warning, never a reason to refuse."""
    text = re.sub(r"[\s.\-]", "", unicodedata.normalize("NFKC", written(cell))).lstrip("'")
    if not text:
        return Read()
    if not (text.isascii() and text.isdigit()):
        return Read(odd=Problem("citizen_id_letters"))
    if len(text) == 12:
        return Read(text)
    if len(text) in (10, 11):
        # Excel drops the zeros in front of a number.
        return Read(text.zfill(12), Problem("citizen_id_zeros"))
    return Read(odd=Problem("citizen_id_old" if len(text) == 9 else "citizen_id_length"))


def citizen_id_disagrees(digits: str, born: Birth | None, sex: str | None) -> bool:
    """Whether the fourth digit (century and sex) or the two of the year say another thing than the list."""
    century, two = divmod(int(digits[3]), 2)
    if sex is not None and (two == 0) != (sex == "nam"):
        return True
    year = 1900 + 100 * century + int(digits[4:6])
    return born is not None and born.year != year


# Phones


_OLD_PREFIXES = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083",
    "0124": "084", "0125": "085", "0127": "081", "0129": "082", "0162": "032", "0163": "033",
    "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038", "0169": "039",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
"""Mobile prefixes of eleven digits before September 2018 and what they became."""


def phone(cell: Cell) -> Read:
    """Ten digits that begin with 0; an odd number is left out with a warning."""
    text = written(cell)
    first = re.split(r"[/;,]|\s-\s", text)[0]
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", first))
    if not text:
        return Read()
    national = _national(digits, plus=first.strip().startswith("+"))
    if national is None:
        return Read(odd=Problem("phone_odd", text[:20]))
    return Read(national, Problem("phone_first") if first != text else None)


def _national(digits: str, *, plus: bool) -> str | None:
    if digits.startswith("84") and (plus or len(digits) in (11, 12)):
        digits = "0" + digits[2:]
    if len(digits) == 9 and digits[0] != "0":
        digits = "0" + digits
    if len(digits) == 11 and digits[:4] in _OLD_PREFIXES:
        digits = _OLD_PREFIXES[digits[:4]] + digits[4:]
    lengths = (10, 11) if digits.startswith("02") else (10,)
    return digits if digits.startswith("0") and len(digits) in lengths else None
