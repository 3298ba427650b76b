"""Questions typed one below the other, as in a Word document: "Câu 1: …", "A. …", "Đáp án: B"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial

from courses.exchange.gathering import Gathering
from courses.exchange.losses import quoted
from courses.exchange.sheet_rows import Told, fill, place
from lms.core.i18n import _
from lms.core.text import clean, fold

_QUESTION = re.compile(
    r"(?:câu|bài|question)\s*(?:hỏi\s*)?(\d{1,4})\s*[.:)\-–/]?\s*(.*)|(\d{1,4})\s*[.)/]\s*(.+)",
    re.IGNORECASE,
)
_OPTION = re.compile(r"(\*?)\s*([A-Ja-j])\s*[.):/]\s*(.+)|(\*)\s+(.+)")
_FIELD = re.compile(r"([^:]{2,24}):\s*(.*)")
_FIELDS = {
    "key": ("dap an", "dap an dung", "da", "dap an chinh xac", "answer", "tra loi", "ket qua"),
    "explanation": ("giai thich", "loi giai", "loi giai thich", "huong dan giai", "vi sao"),
    "hint": ("goi y",),
    "difficulty": ("muc do", "do kho", "muc"),
    "kind": ("loai", "loai cau", "dang", "dang cau"),
}
_KEY_TABLE = re.compile(r"(\d{1,3})\s*[.:\-)]?\s*([A-Ja-j])\b")
_WORDS = {"key": "Đáp án", "difficulty": "Mức độ", "kind": "Loại"}
_NAMES = {name: field for field, names in _FIELDS.items() for name in names}


def looks_like_list(lines: Iterable[str]) -> bool:
    """Whether there are options with letters, the mark of such a list."""
    return sum(1 for line in lines if (found := _OPTION.fullmatch(line.strip())) and found[2]) >= 2


def _parted(line: str) -> list[str]:
    """A line that holds several options, "A. … B. … C. …", as one line for each."""
    found = _OPTION.match(line)
    letter = found[2].upper() if found and found[2] else ""
    if not letter and re.search(r"\s\*?A\s*[.)]\s*\S.*\s\*?B\s*[.)]\s*\S", line):
        letter = "@"  # The letter before A: the options follow a question on the same line.
    after = re.search(rf"\s(?=\*?{chr(ord(letter) + 1)}\s*[.)]\s*\S)", line) if letter else None
    if after is None:
        return [line]
    return [line[: after.start()].strip(), *_parted(line[after.end() :].strip())]


class ListReader:
    """Reads one page of such lines."""

    def __init__(self, gathering: Gathering, page: str) -> None:
        self.gathering, self.page = gathering, page
        self.questions: list[tuple[Told, str, list[int]]] = []
        self.last = ""
        self.keys: dict[str, str] = {}

    def read(self, lines: Sequence[tuple[int, str]]) -> None:
        """Take the numbered lines; every question is gathered or told as lost."""
        parted = [(row, one) for row, text in lines for one in _parted(text.strip()) if clean(one)]
        numbered = any(_QUESTION.fullmatch(line) for _row, line in parted)
        for i, (row, line) in enumerate(parted):
            after = _OPTION.fullmatch(parted[i + 1][1]) if i + 1 < len(parted) else None
            begins = not numbered and bool(after and after[2] and after[2] in "Aa")
            self._line(row, line, begins and not _OPTION.fullmatch(line))
        for told, number, rows in self.questions:
            if not told.key and not any(told.marks):
                told.key = self.keys.get(number, "")
            self.gathering.take(place(self.page, rows), partial(fill, told=told))
        self._tell_keys(lines)

    def _tell_keys(self, lines: Sequence[tuple[int, str]]) -> None:
        """Tell of keys at the end whose question is not there."""
        unknown = sorted(
            set(self.keys) - {number for _told, number, _rows in self.questions}, key=int
        )
        for number in unknown:
            message = _(
                "Bảng đáp án có câu %(number)s mà trong danh sách không có câu này.", number=number
            )
            self.gathering.lose(place(self.page, [lines[-1][0]]), message)

    def _line(self, row: int, line: str, begins: bool) -> None:
        """`begins`: a line without a number that options follow, where no question has a number."""
        question, option, field = (
            _QUESTION.fullmatch(line),
            _OPTION.fullmatch(line),
            _FIELD.fullmatch(line),
        )
        name = _NAMES.get(fold(field[1])) if field else None
        if self._is_key_table(line):
            self.keys |= dict(_KEY_TABLE.findall(line))
        elif question or begins:
            number, prompt = (
                (question[1] or question[3], question[2] or question[4]) if question else ("", line)
            )
            self.questions.append((Told(prompt=clean(prompt or "")), number, [row]))
            self.last = "prompt"
        elif not self.questions:
            message = _("%(line)s không phải câu hỏi nên không nhập.", line=quoted(line))
            self.gathering.lose(place(self.page, [row]), message)
        elif name and field:
            self._field(row, name, clean(field[2]))
        elif option:
            self._option(row, option)
        else:
            self._more(row, clean(line))

    def _is_key_table(self, line: str) -> bool:
        """ "1B 2C 3A" or "Đáp án: 1-B, 2-C": the keys of all questions at the end."""
        bare = fold(line).rpartition(":")[2]
        pairs = _KEY_TABLE.findall(bare)
        rest = re.sub(r"[\s,;|\-.]", "", _KEY_TABLE.sub("", bare))
        return len(pairs) > 1 and not rest

    def _told(self, row: int) -> Told:
        told, _number, rows = self.questions[-1]
        rows.append(row)
        return told

    def _field(self, row: int, name: str, text: str) -> None:
        told = self._told(row)
        if name == "hint":
            told.hints.append(text)
        elif name == "explanation":
            told.explanation = f"{told.explanation}\n{text}".strip()
        elif getattr(told, name):
            told.fault = _("Câu có hai dòng “%(line)s”. Hãy giữ một dòng.", line=_WORDS[name])
        else:
            setattr(told, name, text)
        self.last = name

    def _option(self, row: int, found: re.Match[str]) -> None:
        told, letter = self._told(row), (found[2] or "").upper()
        told.add(clean(found[3] or found[5]), letter, marked=bool(found[1] or found[4]))
        if told.labels != sorted(set(told.labels)):
            told.fault = _("Phương án %(letter)s lặp lại hoặc sai thứ tự. Hãy xem lại chữ cái A, B, C… và dòng "
                           "bắt đầu câu sau.", letter=letter)  # fmt: skip
        self.last = "option"

    def _more(self, row: int, line: str) -> None:
        """A line that goes on with what stood before it."""
        told = self._told(row)
        if self.last == "option":
            told.options[-1] += f" {line}"
        elif self.last == "hint":
            told.hints[-1] += f" {line}"
        else:
            joint = "\n" if self.last == "prompt" and told.prompt else " "
            setattr(told, self.last, f"{getattr(told, self.last)}{joint}{line}".strip())
