"""The measures of a report's paper, the same for docx and PDF: decree 30/2020 in millimetres and points."""

from dataclasses import dataclass

from lms.core.i18n import _

FONT = "Times New Roman"
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 20
"""Margins in millimetres, within those of the decree (20–25, 20–25, 30–35, 15–20)."""
SHORT, LONG = 210, 297
HEAD, BODY, SMALL, CELL = 12, 14, 11, 11
LEFT_HEAD, RIGHT_HEAD = 62, 98
LONG_RULE, AGENCY_RULE, SUBJECT_RULE, PARTY_RULE = 56.1, 18.0, 50.0, 72.9
"""Lengths of the lines: under the motto as long as its words, under the agency a third to a half."""
LANDSCAPE_WIDTHS = (13, 58, 23, 18, 18, 17, 32, 34, 34)
PORTRAIT_WIDTHS = (12, 52, 24, 17, 17, 16, 22)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the annex: its heading, the field of a row, and whether it is a number."""

    label: str
    field: str
    numeric: bool = False


def columns(*, landscape: bool) -> tuple[Column, ...]:
    """The annex's columns; upright there is no room for who leads and who helps."""
    found = (
        Column(_("STT"), "stt"),
        Column(_("Chỉ tiêu"), "ten"),
        Column(_("Mức giao"), "muc_giao"),
        Column(_("Số đạt"), "tu_so", numeric=True),
        Column(_("Tổng số"), "mau_so", numeric=True),
        Column(_("Tỷ lệ"), "ty_le", numeric=True),
        Column(_("Đánh giá"), "danh_gia"),
        Column(_("Chủ trì, thực hiện"), "chu_tri"),
        Column(_("Phối hợp"), "phoi_hop"),
    )
    return found if landscape else found[:7]


def ladder_widths(*, landscape: bool) -> tuple[float, float, float]:
    """Number, indicator, and all the rungs in one cell."""
    narrow = (13, 58) if landscape else (12, 52)
    return (*narrow, (LONG if landscape else SHORT) - LEFT - RIGHT - sum(narrow))
