"""A decided list as a workbook: the columns that offices expect, real text, set up for A4 landscape."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from lms.core.cells import neutral
from lms.core.i18n import _
from lms.core.text import day
from lms.reports.commend_kept import Line
from lms.reports.commend_models import CommendList

FONT = "Times New Roman"
MARGINS = {"left": 0.8, "right": 0.6, "top": 0.8, "bottom": 0.8}
A4 = 9
WIDTHS = {"no": 6, "name": 28, "unit": 24, "texts": 62, "marks": 26}
LETTERS, LINE = 1.15, 15.75


def xlsx_bytes(row: CommendList, said: Mapping[str, Any]) -> bytes:
    """The workbook; the same list gives the same words for ever."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties(
        {
            "title": neutral(row.name), "comments": row.sha256,
            "created": datetime.combine(row.as_of, time()),
        }
    )  # fmt: skip
    _Sheet(book, row, said).write()
    book.close()
    return target.getvalue()


class _Sheet:
    """Writes the one sheet."""

    def __init__(self, book: Any, row: CommendList, said: Mapping[str, Any]) -> None:
        self.row, self.said = row, said
        self.columns = [k for k in WIDTHS if k != "unit" or said["with_units"]]
        base = {"font_name": FONT, "font_size": 12, "valign": "top", "text_wrap": True}
        cell = base | {"border": 1, "border_color": "#8a8a8a"}
        bold = {"bold": True, "align": "center"}
        makes = {
            "cell": cell, "no": cell | {"align": "center"}, "plain": base,
            "head": cell | bold | {"valign": "vcenter", "bg_color": "#efe9dc"},
            "title": base | bold | {"font_size": 14}, "over": base | {"align": "center"},
            "sample": base | bold | {"font_color": "#871512"},
        }  # fmt: skip
        self.formats = {name: book.add_format(made) for name, made in makes.items()}
        self.page = book.add_worksheet(_("Danh sách"))

    def write(self) -> None:
        """Heading, table, criteria and seal."""
        self._set_up()
        at = self._heading()
        labels = {
            "no": _("STT"), "name": self.said["heading"], "unit": _("Đơn vị"),
            "texts": _("Thành tích có minh chứng"), "marks": _("Ghi chú"),
        }  # fmt: skip
        for place, key in enumerate(self.columns):
            self.page.set_column(place, place, WIDTHS[key])
            self.page.write_string(at, place, labels[key], self.formats["head"])
        self.page.set_row(at, 24)
        self.page.repeat_rows(at)
        self.page.freeze_panes(at + 1, 2)
        for number, line in enumerate(self.said["lines"], 1):
            self._line(at + number, number, line)
        self._after(at + len(self.said["lines"]) + 2)

    def _set_up(self) -> None:
        self.page.set_landscape()
        self.page.set_paper(A4)
        self.page.set_margins(**MARGINS)
        self.page.fit_to_pages(1, 0)
        self.page.hide_gridlines(2)
        self.page.set_header(f'&C&"{FONT}"&11&P')
        self.page.set_footer(f'&L&"{FONT}"&7SHA-256 {self.row.sha256}&R&"{FONT}"&8&P/&N')

    def _heading(self) -> int:
        """The title block; the number of the row of column heads."""
        commune = self.said["body"]["commune"]
        title = commune["name"][:1].upper() + commune["name"][1:]
        period = _("Kỳ xét: từ ngày %(a)s đến ngày %(b)s, số liệu tính đến hết ngày %(c)s",
                   a=day(self.row.starts), b=day(self.row.ends), c=day(self.row.as_of))  # fmt: skip
        texts = [
            (_("DANH SÁCH ĐỀ NGHỊ KHEN THƯỞNG"), "title"), (self.row.name, "title"),
            (f"{title}, {commune['province']}", "over"), (period, "over"),
        ]  # fmt: skip
        if commune["is_sample"]:
            texts.append((_("DỮ LIỆU MẪU – xã này và mọi người trong đó không có thật"), "sample"))
        for at, (words, form) in enumerate(texts):
            self._across(at, words, form)
        return len(texts) + 1

    def _across(self, at: int, words: str, form: str) -> None:
        room = sum(WIDTHS[key] for key in self.columns)
        self.page.merge_range(at, 0, at, len(self.columns) - 1, neutral(words), self.formats[form])
        self.page.set_row(at, _height([(words, room)]))

    def _line(self, at: int, number: int, line: Line) -> None:
        cells = {
            "name": line.name, "unit": line.unit, "texts": ".\n".join(line.texts),
            "marks": "; ".join(line.marks),
        }  # fmt: skip
        self.page.set_row(at, _height([(cells[k], WIDTHS[k]) for k in self.columns if k in cells]))
        for place, key in enumerate(self.columns):
            if key == "no":
                self.page.write_number(at, place, number, self.formats["no"])
            else:
                self.page.write_string(at, place, neutral(cells[key]), self.formats["cell"])

    def _after(self, at: int) -> None:
        """What the list was made by."""
        criteria = self.said["body"]["criteria"]
        notes = [_("Danh sách có %(n)s dòng. Tiêu chí (phải đủ mọi điều kiện):", n=self.row.size)]
        notes += [f"{n}. {words}." for n, words in enumerate(self.said["body"]["sentences"], 1)]
        if criteria["award"]:
            notes.append(_("Hình thức khen (xã ghi): %(words)s", words=criteria["award"]))
        if criteria["remark"]:
            notes.append(criteria["remark"])
        notes.append(
            _("Danh sách số %(n)s, %(by)s chốt ngày %(day)s. Mã SHA-256: %(sha)s.",
              n=self.row.number, by=self.said["by"], day=day(self.row.decided_at), sha=self.row.sha256)
        )  # fmt: skip
        for step, words in enumerate(notes):
            self._across(at + step, words, "plain")


def _height(texts: Sequence[tuple[str, int]]) -> float:
    """Points a row needs to show every line of its longest cell."""
    lines = [
        sum(max(1, -(-len(part) // int(width * LETTERS))) for part in words.split("\n"))
        for words, width in texts
    ]
    return max(lines, default=1) * LINE + 6
