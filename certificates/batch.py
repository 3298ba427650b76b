"""Many codes at once: what somebody pasted or uploaded, read line by line, and what each line is worth."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from certificates import check_words, queries, rules, wording
from certificates.rules import Code, Shown
from lms.core.cells import csv_bytes, neutral
from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import _
from lms.core.text import clean, day, fold, hour
from lms.people import reading_text
from lms.people.rules.identity import Cell

MOST_ROWS = 200
MOST_BYTES = 64 * 1024
LONGEST_SHOWN = 80
_AROUND = " '\"“”‘’«»<>=;,."
_SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Asked:
    """One line that is not blank. `row` counts from 1, as the list or sheet shows it."""

    row: int
    typed: str
    code: Code | None


@dataclass(frozen=True, slots=True)
class Listed:
    """What was read: the lines, the heading that was passed over, and the text as it came."""

    rows: tuple[Asked, ...]
    heading: str
    text: str

    @property
    def codes(self) -> dict[str, Code]:
        """The codes that have the right form, each once."""
        return {one.code.token: one.code for one in self.rows if one.code}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a line is worth. `status` is a key of `check_words.KINDS`; `same_as` an earlier line of its code."""

    row: int
    typed: str
    status: str
    shown: Shown | None
    same_as: int | None

    @property
    def note(self) -> str:
        """What to know and do about the line, in words."""
        same = _("Cùng mã với dòng %(row)s.", row=self.same_as) if self.same_as else ""
        return " ".join(part for part in (same, check_words.todo(self.status)) if part)


# Reading


def text_of(content: bytes) -> str:
    """The text of an uploaded file; Invalid says what to do with a workbook or with what is no text."""
    if len(content) > MOST_BYTES:
        raise _too_large()
    if content.startswith(_WORKBOOKS):
        raise _refused(
            _(
                "Đây là tệp Excel. Hãy chép cột mã rồi dán vào ô, hoặc lưu thành “CSV UTF-8” rồi gửi lại."
            )
        )
    try:
        return reading_text.decoded(content)[0]
    except Invalid:
        # Codes are plain letters: an old encoding can only spoil the heading and columns beside them.
        text = content.decode("latin-1")
    if "\x00" in text:
        raise _refused(_("Tệp không phải danh sách dạng chữ. Hãy chép các mã rồi dán vào ô."))
    return text


def read(text: str) -> Listed:
    """The lines of a list of codes or addresses; a heading and further columns are tolerated.

    Invalid when there is nothing, more than MOST_ROWS, or an open quotation mark; TooLarge over MOST_BYTES.
    """
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise _too_large()
    text = text.removeprefix("\ufeff")
    rows = [one for row, cells in enumerate(_cells(text), 1) for one in _asked(row, cells)]
    heading = rows[0].typed if len(rows) > 1 and _is_heading(rows[0]) else ""
    rows = rows[1:] if heading else rows
    if not rows:
        raise _refused(_("Chưa có mã nào. Hãy dán các mã vào ô, mỗi dòng một mã, hoặc chọn tệp."))
    if len(rows) > MOST_ROWS:
        raise _refused(_("Có %(n)s dòng, nhiều hơn %(most)s dòng một lần. Hãy chia ra rồi gửi từng phần.",
                         n=len(rows), most=MOST_ROWS))  # fmt: skip
    return Listed(tuple(rows), heading, text)


def typed(codes: Sequence[str]) -> list[Asked]:
    """Codes that another system sent one by one; a blank one has its line too."""
    return [
        Asked(row, _short(clean(code)), rules.read_code(tidy(code)))
        for row, code in enumerate(codes, 1)
    ]


def _cells(text: str) -> list[list[str]]:
    """The cells line by line. A quotation mark that is left open must not swallow the lines after it."""
    plain = _BREAKS.sub("\n", text)
    if plain.count('"') % 2:
        plain = plain.replace('"', " ")
    first, _end, rest = plain.partition("\n")
    if named := _SEPARATOR.fullmatch(first.strip()):
        # Excel reads this line itself, and counts it as a line of the sheet no less.
        return [[], *_texts(reading_text.split(rest, named[1]))]
    return _texts(reading_text.cells(plain))


def _texts(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    return [[clean(str(cell)) for cell in row] for row in rows]


def _asked(row: int, cells: Sequence[str]) -> list[Asked]:
    """The codes of a line, else the first cell that says anything; nothing for a blank line."""
    said = [cell for cell in cells if cell]
    coded = {
        code.token: Asked(row, _short(cell), code)
        for cell in said
        if (code := rules.read_code(tidy(cell)))
    }
    return list(coded.values()) or [Asked(row, _short(cell), None) for cell in said[:1]]


def tidy(typed: str) -> str:
    """A cell without what Excel, addresses and sentences put around a code: ="…", ?x=1, quotes, a full stop."""
    plain = clean(unicodedata.normalize("NFKC", typed[: 2 * rules.LONGEST_INPUT]))
    return re.split(r"[?#]", plain, maxsplit=1)[0].strip(_AROUND).rstrip("/")


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_SHOWN else cell[: LONGEST_SHOWN - 1] + "…"


def _is_heading(first: Asked) -> bool:
    """Words, not an attempt at a code: short, without a point or slash, none of it long."""
    plain = fold(first.typed)
    long = any(len(word) > 12 for word in plain.split())
    return first.code is None and not long and not re.search(r"[./\d]", plain)


def _refused(message: str) -> Invalid:
    return Invalid(message, fields={"codes": [message]})


def _too_large() -> TooLarge:
    words = _("Danh sách lớn hơn %(most)s KB. Hãy gửi riêng cột mã, mỗi lần không quá %(rows)s dòng.",
              most=MOST_BYTES // 1024, rows=MOST_ROWS)  # fmt: skip
    return TooLarge(words, fields={"codes": [words]})


# Answering


def answers(session: Session, asked: Sequence[Asked]) -> list[Answer]:
    """What each line is worth, in the order of the lines; one statement, nothing is kept."""
    codes = {one.code.token: one.code for one in asked if one.code}
    found = queries.check_all(session, codes.values()) if codes else {}
    seen: dict[str, int] = {}
    return [_answer(one, found, seen) for one in asked]


def _answer(one: Asked, found: dict[str, Shown], seen: dict[str, int]) -> Answer:
    if one.code is None:
        return Answer(one.row, one.typed, "malformed", None, None)
    shown = found.get(one.code.token)
    before = seen.setdefault(one.code.token, one.row)
    status = "unknown" if shown is None else "sample" if shown.sample else shown.status
    return Answer(one.row, one.typed, status, shown, before if before != one.row else None)


def csv_of(rows: Sequence[Answer], at: datetime) -> bytes:
    """The answers as a csv file with a heading; every text is neutral to spreadsheets."""
    heads = [_("Dòng"), _("Mã đã gửi"), _("Tình trạng"), _("Số giấy"), _("Tên viết tắt"), _("Chương trình"),
             _("Trình độ"), _("Kết quả"), _("Hoàn thành ngày"), _("Ghi chú"), _("Kiểm tra lúc")]  # fmt: skip
    when = f"{hour(at)} {day(at)}"
    return csv_bytes([heads, *([neutral(cell) for cell in [*_csv(one), when]] for one in rows)])


def _csv(one: Answer) -> list[str]:
    shown = one.shown
    said = ["", "", "", "", "", ""] if shown is None else [
        shown.number, shown.masked_name, shown.programme, shown.level_title,
        wording.proof(shown.proof), day(shown.completed_on),
    ]  # fmt: skip
    return [str(one.row), one.typed, check_words.status(one.status), *said, one.note]
