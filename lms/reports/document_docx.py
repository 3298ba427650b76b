"""The Word template that every docx is rendered from, made by code in the layout of decree 30/2020.

It is an ordinary docx with docxtpl's tags, so an office may take it, change it in Word and use it
instead. Sizes are points and millimetres; python-docx is loaded when the first file is made.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lms.core.i18n import _
from lms.reports import document_zip
from lms.reports.document_measures import (
    AGENCY_RULE,
    BODY,
    BOTTOM,
    CELL,
    FONT,
    HEAD,
    LANDSCAPE_WIDTHS,
    LEFT,
    LEFT_HEAD,
    LONG,
    LONG_RULE,
    MOTTO,
    NATION,
    PARTY,
    PARTY_RULE,
    PORTRAIT_WIDTHS,
    RIGHT,
    RIGHT_HEAD,
    SHORT,
    SMALL,
    SUBJECT_RULE,
    TOP,
    Column,
    columns,
    ladder_widths,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

_TWIPS = 1440 / 25.4


@lru_cache(maxsize=8)
def base_template(head: str, *, landscape: bool = True) -> bytes:
    """The standard template of a letterhead, the same bytes every time."""
    from docx import Document

    document = Document()
    _set_styles(document)
    _first_section(document)
    _heads(document, head)
    _title(document, head)
    _letter(document)
    _signatures(document)
    _annex_section(document, landscape=landscape)
    _annex(document, landscape=landscape)
    return document_zip.saved(document)


# --- the page -------------------------------------------------------------------------------------


def _set_styles(document: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(BODY)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    language = normal.element.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): "vi-VN"})
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)


def _first_section(document: Document) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(SHORT), Mm(LONG)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance, section.footer_distance = Mm(10), Mm(10)
    section.different_first_page_header_footer = True
    _number(section.header.paragraphs[0])
    _sample(section.footer.paragraphs[0])
    _sample(section.first_page_footer.paragraphs[0])


def _number(paragraph: Paragraph) -> None:
    """The page's own number, in the middle."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    _set(paragraph, align="center")
    field = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(field))


def _sample(paragraph: Paragraph) -> None:
    from docx.shared import RGBColor

    _set(paragraph, align="center")
    run = paragraph.add_run("{{ du_lieu_mau }}")
    _type(run, 10, bold=True)
    run.font.color.rgb = RGBColor(0x87, 0x15, 0x12)


def _annex_section(document: Document, *, landscape: bool) -> None:
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.shared import Mm

    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(LONG), Mm(SHORT)


# --- paragraphs -----------------------------------------------------------------------------------


def _type(run: Any, size: float, *, bold: bool = False, italic: bool = False) -> None:
    from docx.shared import Pt

    run.font.size, run.bold, run.italic = Pt(size), bold, italic


def _set(
    paragraph: Paragraph, *, align: str = "left", before: float = 0, after: float = 0,
    exact: float = 0, spacing: float = 0, indent: float = 0, first: float = 0, keep: bool = False,
) -> None:  # fmt: skip
    """Alignment, spaces in points (`exact` and `spacing` are line heights), indents in millimetres."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Mm, Pt

    form = paragraph.paragraph_format
    form.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    form.space_before, form.space_after = Pt(before), Pt(after)
    if exact:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(exact)
    elif spacing:
        form.line_spacing = spacing
    if indent:
        form.left_indent = Mm(indent)
    if first:
        form.first_line_indent = Mm(first)
    if keep:
        form.keep_with_next = True


def _say(
    place: Any, words: str, size: float = BODY, *, bold: bool = False, italic: bool = False,
    **shape: Any,
) -> Paragraph:  # fmt: skip
    """A paragraph of one run at the end of a document or a cell."""
    paragraph: Paragraph = place.add_paragraph()
    _set(paragraph, **shape)
    _type(paragraph.add_run(words), size, bold=bold, italic=italic)
    return paragraph


def _each(place: Any, one: str, many: str, words: str, size: float = BODY, **shape: Any) -> None:
    """A paragraph for each of a list."""
    _say(place, f"{{%p for {one} in {many} %}}")
    _say(place, words, size, **shape)
    _say(place, "{%p endfor %}")


def _rule(place: Any, length: float, width: float, *, before: float = 1, after: float = 6) -> None:
    """A line of so many millimetres in the middle of a place of that width."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Mm

    paragraph: Paragraph = place.add_paragraph()
    _set(paragraph, align="center", exact=4, before=before, after=after)
    side = Mm((width - length) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
    )
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


# --- tables ---------------------------------------------------------------------------------------


def _table(document: Document, rows: int, widths: tuple[float, ...], *, inset: float = 0) -> Table:
    """A table of fixed columns without lines; `inset` is the room left and right in a cell."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Mm

    table: Table = document.add_table(rows, len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    edge = round(inset * _TWIPS)
    margins = parse_xml(
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="{edge}" w:type="dxa"/>'
        f'<w:right w:w="{edge}" w:type="dxa"/></w:tblCellMar>'
    )
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    for row in table.rows:
        _keep_whole(row)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _keep_whole(row: Any) -> None:
    """A row is never broken between two pages."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))


def _emptied(cell: _Cell) -> _Cell:
    """The cell without the paragraph it begins with; something must be written into it."""
    first = cell.paragraphs[0]._p
    first.getparent().remove(first)
    return cell


# --- the letter -----------------------------------------------------------------------------------


def _heads(document: Document, head: str) -> None:
    table = _table(document, 2, (LEFT_HEAD, RIGHT_HEAD))
    left, right = (_emptied(cell) for cell in table.rows[0].cells)
    _each(left, "dong", "co_quan_chu_quan", "{{ dong }}", HEAD, align="center", exact=16)
    _each(left, "dong", "ten_co_quan", "{{ dong }}", HEAD, bold=True, align="center", exact=16)
    if head == "ubnd":
        _say(right, NATION, HEAD, bold=True, align="center", exact=16)
        _say(right, MOTTO, HEAD + 1, bold=True, align="center", exact=16)
        _rule(right, LONG_RULE, RIGHT_HEAD)
        _rule(left, AGENCY_RULE, LEFT_HEAD)
    else:
        _say(right, PARTY, 15, bold=True, align="center", exact=18)
        _rule(right, PARTY_RULE, RIGHT_HEAD)
        _say(left, "*", BODY, align="center", exact=16)
    number, date = (_emptied(cell) for cell in table.rows[1].cells)
    for cell, words in ((number, "{{ so_ky_hieu }}"), (date, "{{ dia_danh_ngay }}")):
        _say(cell, words, HEAD + 1, italic=cell is date, align="center", before=3)


def _title(document: Document, head: str) -> None:
    width = SHORT - LEFT - RIGHT
    _say(document, "BÁO CÁO", BODY, bold=True, align="center", before=18, keep=True)
    _say(document, "{{ trich_yeu }}", BODY, bold=True, align="center", keep=True)
    if head == "ubnd":
        _rule(document, SUBJECT_RULE, width, before=3, after=8)
    else:
        _say(document, "-----", BODY, align="center", after=8)


def _letter(document: Document) -> None:
    text: dict[str, Any] = {"align": "justify", "spacing": 1.1, "after": 6, "first": 12.7}
    _each(document, "dong", "kinh_gui", "{{ dong }}", indent=30, after=3)
    _say(document, "{{ mo_dau }}", before=6, **text)
    _say(document, "{%p for phan in cac_phan %}")
    heading = {**text, "align": "left", "keep": True}
    _say(document, "{{ phan.tieu_de }}", bold=True, before=3, **heading)
    _each(document, "doan", "phan.doan", "{{ doan }}", **text)
    _say(document, "{%p endfor %}")
    _say(document, "{{ ket_thuc }}", keep=True, **text)


def _signatures(document: Document) -> None:
    table = _table(document, 1, (80, 80))
    left, right = (_emptied(cell) for cell in table.rows[0].cells)
    _say(left, _("Nơi nhận:"), 12, bold=True, italic=True, before=6)
    _each(left, "dong", "noi_nhan", "{{ dong }}", 11)
    _say(right, "{%p for dong in tham_quyen %}")
    _say(right, "{{ dong }}", BODY, bold=True, align="center", before=4)
    _say(right, "{%p endfor %}")
    _say(right, "{{ chuc_vu }}", BODY, bold=True, align="center", after=84)
    _say(right, "{{ nguoi_ky }}", BODY, bold=True, align="center")


# --- the annex ------------------------------------------------------------------------------------


def _annex(document: Document, *, landscape: bool) -> None:
    _say(document, _("PHỤ LỤC"), BODY, bold=True, align="center")
    _say(document, "{{ phu_luc_ten }}", BODY, bold=True, align="center")
    _say(document, "{{ phu_luc_kem_theo }}", BODY, italic=True, align="center")
    _rule(document, SUBJECT_RULE, (LONG if landscape else SHORT) - LEFT - RIGHT, before=3, after=8)
    _figures(document, landscape=landscape)
    _ladder(document, landscape=landscape)
    _say(document, "{%p if ghi_chu %}")
    _say(document, _("Ghi chú:"), SMALL, bold=True, italic=True, before=8, after=2, keep=True)
    _each(document, "dong", "ghi_chu", "- {{ dong }}", SMALL, align="justify", after=2)
    _say(document, "{%p endif %}")
    _say(document, "{{ ma_kiem_tra }}", 10, italic=True, before=8)


def _lined(
    document: Document, labels: tuple[str, ...], widths: tuple[float, ...], rows: int
) -> Table:
    """A table with lines whose first row is repeated on every page."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    table = _table(document, rows, widths, inset=1.2)
    table.style = "Table Grid"
    row = table.rows[0]
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    for cell, label in zip(row.cells, labels, strict=True):
        _say(_emptied(cell), label, CELL, bold=True, align="center", before=2, after=2)
        _middle(cell)
    return table


def _middle(cell: _Cell) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _tag_row(table: Table, at: int, tag: str) -> None:
    """A row that holds a tag for rows alone; docxtpl takes it away."""
    _say(_emptied(table.rows[at].cells[0]), tag, CELL)


def _figures(document: Document, *, landscape: bool) -> None:
    heads = columns(landscape=landscape)
    widths = LANDSCAPE_WIDTHS if landscape else PORTRAIT_WIDTHS
    table = _lined(document, tuple(one.label for one in heads), widths, 10)
    _tag_row(table, 1, "{%tr for dong in chi_tieu %}")
    _figure_row(table, 2, heads)
    _tag_row(table, 3, "{%tr endfor %}")
    _tag_row(table, 4, "{%tr if nhiem_vu %}")
    merged = table.rows[5].cells[0].merge(table.rows[5].cells[-1])
    for paragraph in merged.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    _say(
        _emptied(merged),
        "{{ nhiem_vu_ten }}",
        CELL,
        bold=True,
        italic=True,
        before=1,
        after=1,
        keep=True,
    )
    _tag_row(table, 6, "{%tr endif %}")
    _tag_row(table, 7, "{%tr for dong in nhiem_vu %}")
    _figure_row(table, 8, heads)
    _tag_row(table, 9, "{%tr endfor %}")


def _figure_row(table: Table, at: int, heads: tuple[Column, ...]) -> None:
    for cell, head in zip(table.rows[at].cells, heads, strict=True):
        align = "right" if head.numeric else "center" if head.field == "stt" else "left"
        _say(_emptied(cell), f"{{{{ dong.{head.field} }}}}", CELL, align=align, before=1, after=1)
        if head.field == "ten":
            _say(cell, "{%p if dong.doi_tuong %}")
            _say(cell, "{{ dong.doi_tuong }}", 9.5, italic=True, after=1)
            _say(cell, "{%p endif %}")


def _ladder(document: Document, *, landscape: bool) -> None:
    _say(document, "{%p if bac %}")
    _say(document, "{{ bac_ten }}", 12, bold=True, before=10, after=4, keep=True)
    labels = (_("STT"), _("Chỉ tiêu"), _("Số người"))
    table = _lined(document, labels, ladder_widths(landscape=landscape), 4)
    _tag_row(table, 1, "{%tr for dong in bac %}")
    for cell, field in zip(table.rows[2].cells, ("stt", "ten", "cac_bac"), strict=True):
        align = "center" if field == "stt" else "left"
        _say(_emptied(cell), f"{{{{ dong.{field} }}}}", CELL, align=align, before=1, after=1)
    _tag_row(table, 3, "{%tr endfor %}")
    _say(document, "{%p endif %}")
