"""The same paper as a PDF, laid out by ReportLab with our own serif: no office program is needed.

Points everywhere. The same paper gives the same bytes; letters the font lacks are replaced by likenesses
(what has none is refused when it is typed).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lms.core.i18n import _
from lms.reports import document_measures as sizes
from lms.reports.document_fonts import drawable, faces

if TYPE_CHECKING:
    from reportlab.platypus import Flowable, Table

MM = 72 / 25.4
BODY, SMALL, CELL, NOTE = 13.5, 10.5, 10.5, 9
TIGHT = 1.22
"""Height of a line within a table, in sizes."""
RED = (0x87 / 255, 0x15 / 255, 0x12 / 255)


def pdf_bytes(paper: Mapping[str, Any]) -> bytes:
    """The paper as a file; only a row of the annex that is higher than a page is ever broken."""
    from reportlab.platypus.doctemplate import LayoutError

    faces()
    try:
        return _built(paper, whole_rows=True)
    except LayoutError:
        return _built(paper, whole_rows=False)


def _built(paper: Mapping[str, Any], *, whole_rows: bool) -> bytes:
    from reportlab.platypus import BaseDocTemplate

    target = io.BytesIO()
    document = BaseDocTemplate(
        target, invariant=1, title=drawable(paper["subject"]), author=drawable(paper["own_name"]),
        subject=drawable(paper["period"]), keywords=[f"SHA-256 {paper['sha256']}"],
        creator="Lớp Học Số", lang="vi-VN",
    )  # fmt: skip
    document.addPageTemplates(_pages(paper["sample"]))
    document.build([*_letter(paper), *_annex(paper, whole_rows=whole_rows)])
    return target.getvalue()


# --- pages ----------------------------------------------------------------------------------------


def _pages(sample: str) -> list[Any]:
    from reportlab.platypus import Frame, PageTemplate

    def draw(canvas: Any, _document: Any) -> None:
        _margins(canvas, sample)

    across, down = sizes.LEFT + sizes.RIGHT, sizes.TOP + sizes.BOTTOM
    found = []
    for name, wide, high in (
        ("upright", sizes.SHORT, sizes.LONG),
        ("across", sizes.LONG, sizes.SHORT),
    ):
        room = (wide - across) * MM, (high - down) * MM
        frame = Frame(sizes.LEFT * MM, sizes.BOTTOM * MM, *room, 0, 0, 0, 0)
        found.append(PageTemplate(name, [frame], onPage=draw, pagesize=(wide * MM, high * MM)))
    return found


def _margins(canvas: Any, sample: str) -> None:
    """The page's number from page 2 on, and the mark of a sample."""
    from reportlab.lib.colors import Color

    from lms.reports.document_flow import drawn_on

    width, height = canvas._pagesize
    middle = (width + (sizes.LEFT - sizes.RIGHT) * MM) / 2
    if canvas.getPageNumber() > 1:
        drawn_on(canvas, middle, height - 14 * MM, str(canvas.getPageNumber()), 13)
    if sample:
        canvas.saveState()
        canvas.setFillColor(Color(*RED))
        drawn_on(canvas, middle, 10 * MM, sample, 10, bold=True)
        canvas.restoreState()


# --- the letter -----------------------------------------------------------------------------------


def _letter(paper: Mapping[str, Any]) -> Iterator[Flowable]:
    from reportlab.platypus import KeepTogether, Spacer

    from lms.reports.document_flow import BOTH, MIDDLE, say

    text: dict[str, Any] = {"align": BOTH, "after": 6, "first": 36}
    yield _heads(paper)
    yield say("BÁO CÁO", BODY, bold=True, align=MIDDLE, before=18, keep=True)
    yield say(paper["subject"], BODY, bold=True, align=MIDDLE, keep=True)
    yield _under_subject(paper["head"])
    for line in paper["addressees"]:
        yield say(line, BODY, indent=30 * MM, after=3)
    yield say(paper["opening"], BODY, before=6, **text)
    for part in paper["sections"]:
        yield say(part["heading"], BODY, bold=True, first=36, before=3, after=6, keep=True)
        for words in part["paragraphs"]:
            yield say(words, BODY, **text)
    yield KeepTogether([say(paper["ending"], BODY, **text), Spacer(1, 6), _signatures(paper)])


def _heads(paper: Mapping[str, Any]) -> Table:
    """The two heads beside each other, then the number and the day."""
    from lms.reports.document_flow import MIDDLE, Rule, Slanted, say

    left: list[Any] = [say(line, 12, align=MIDDLE) for line in paper["superior"]]
    left += [say(line, 12, bold=True, align=MIDDLE) for line in paper["agency"]]
    left.append(
        Rule(sizes.AGENCY_RULE * MM) if paper["head"] == "ubnd" else say("*", 13, align=MIDDLE)
    )
    number = say(paper["number_line"], 13, align=MIDDLE)
    date = Slanted(paper["date_line"], 13, align=MIDDLE)
    widths = (sizes.LEFT_HEAD * MM, sizes.RIGHT_HEAD * MM)
    return _plain_table([[left, _nation(paper["head"])], [number, date]], widths)


def _nation(head: str) -> list[Any]:
    """The words of the nation, or of the Party, with the line below them."""
    from lms.reports.document_flow import MIDDLE, Rule, say, width_of

    if head != "ubnd":
        words = say(sizes.PARTY, 15, bold=True, align=MIDDLE, leading=1.2)
        return [words, Rule(width_of(sizes.PARTY, 15, bold=True))]
    return [
        say(sizes.NATION, 12, bold=True, align=MIDDLE),
        say(sizes.MOTTO, 13, bold=True, align=MIDDLE, leading=TIGHT),
        Rule(width_of(sizes.MOTTO, 13, bold=True)),
    ]


def _plain_table(rows: list[list[Any]], widths: Sequence[float]) -> Table:
    from reportlab.platypus import Table

    whole = ((0, 0), (-1, -1))
    return Table(
        rows, colWidths=list(widths), hAlign="CENTER",
        style=[("VALIGN", *whole, "TOP"), ("LEFTPADDING", *whole, 0), ("RIGHTPADDING", *whole, 0),
               ("TOPPADDING", *whole, 0), ("BOTTOMPADDING", *whole, 2)],
    )  # fmt: skip


def _under_subject(head: str) -> Flowable:
    from lms.reports.document_flow import MIDDLE, Rule, say

    if head == "ubnd":
        return Rule(sizes.SUBJECT_RULE * MM, before=5, after=12)
    return say("-----", BODY, align=MIDDLE, after=8)


def _signatures(paper: Mapping[str, Any]) -> Table:
    from lms.reports.document_flow import MIDDLE, Slanted, say

    left: list[Any] = [Slanted(_("Nơi nhận:"), 12, bold=True)]
    left += [say(line, 11) for line in paper["recipients"]]
    right = [say(line, BODY, bold=True, align=MIDDLE) for line in paper["authority"]]
    right.append(say(paper["position"], BODY, bold=True, align=MIDDLE, after=78))
    right.append(say(paper["signer"] or "\u00a0", BODY, bold=True, align=MIDDLE))
    return _plain_table([[left, right]], (80 * MM, 80 * MM))


# --- the annex ------------------------------------------------------------------------------------


def _annex(paper: Mapping[str, Any], *, whole_rows: bool) -> Iterator[Flowable]:
    from reportlab.platypus import CondPageBreak, NextPageTemplate, PageBreak

    from lms.reports.document_flow import BOTH, MIDDLE, Rule, Slanted, say

    annex = paper["annex"]
    yield NextPageTemplate("across" if paper["landscape"] else "upright")
    yield PageBreak()
    yield say(_("PHỤ LỤC"), BODY, bold=True, align=MIDDLE)
    yield say(annex["title"], BODY, bold=True, align=MIDDLE)
    yield Slanted(annex["under"], BODY, align=MIDDLE)
    yield Rule(sizes.SUBJECT_RULE * MM, before=5, after=10)
    yield _figures(paper, whole_rows=whole_rows)
    if annex["ladder"]:
        yield CondPageBreak(35 * MM)
        yield say(annex["ladder_title"], 12, bold=True, before=12, after=4)
        yield _ladder(paper, whole_rows=whole_rows)
    if annex["notes"]:
        yield Slanted(_("Ghi chú:"), SMALL, bold=True, before=8, after=2, keep=True)
    last = len(annex["notes"]) - 2
    for n, note in enumerate(annex["notes"]):
        # The line of the seal never stands alone on a page.
        yield say(f"- {note}", SMALL, align=BOTH, after=2, keep=n >= last)
    yield Slanted(paper["seal"], NOTE, before=8)


_ROW = {
    "stt": "no", "ten": "title", "muc_giao": "target", "tu_so": "numerator", "mau_so": "denominator",
    "ty_le": "rate", "danh_gia": "verdict", "chu_tri": "leads", "phoi_hop": "helpers",
}  # fmt: skip


def _figures(paper: Mapping[str, Any], *, whole_rows: bool) -> Table:
    from lms.reports.document_flow import Slanted

    annex, heads = paper["annex"], sizes.columns(landscape=paper["landscape"])
    rows = [[_figure_cell(row, head) for head in heads] for row in annex["rows"]]
    groups: list[int] = []
    if annex["promised"]:
        groups = [len(rows) + 1]
        words = Slanted(annex["promised_title"], CELL, bold=True)
        rows.append([[words], *([[]] * (len(heads) - 1))])
        rows += [[_figure_cell(row, head) for head in heads] for row in annex["promised"]]
    widths = sizes.LANDSCAPE_WIDTHS if paper["landscape"] else sizes.PORTRAIT_WIDTHS
    return _lined([one.label for one in heads], rows, widths, groups, whole_rows=whole_rows)


def _figure_cell(row: Mapping[str, str], head: sizes.Column) -> list[Any]:
    from lms.reports.document_flow import LEFT, MIDDLE, RIGHT, Slanted, say

    align = RIGHT if head.numeric else MIDDLE if head.field == "stt" else LEFT
    found: list[Any] = [say(row[_ROW[head.field]], CELL, align=align, leading=TIGHT)]
    if head.field == "ten" and row["population"]:
        found.append(Slanted(row["population"], NOTE, leading=TIGHT))
    return found


def _ladder(paper: Mapping[str, Any], *, whole_rows: bool) -> Table:
    from lms.reports.document_flow import LEFT, MIDDLE, say

    shape = (("no", MIDDLE), ("title", LEFT), ("steps", LEFT))
    rows: list[list[Any]] = [
        [say(row[key], CELL, align=align, leading=TIGHT) for key, align in shape]
        for row in paper["annex"]["ladder"]
    ]
    labels = [_("STT"), _("Chỉ tiêu"), _("Số người")]
    widths = sizes.ladder_widths(landscape=paper["landscape"])
    return _lined(labels, rows, widths, [], whole_rows=whole_rows)


def _lined(
    labels: Sequence[str], rows: list[list[Any]], widths: Sequence[float], groups: Sequence[int], *,
    whole_rows: bool,
) -> Table:  # fmt: skip
    """A table with lines; its head stands on every page, its rows are not broken."""
    from reportlab.lib.colors import black
    from reportlab.platypus import Table

    from lms.reports.document_flow import MIDDLE, say

    head = [say(label, CELL, bold=True, align=MIDDLE, leading=TIGHT) for label in labels]
    room, whole = 1.2 * MM, ((0, 0), (-1, -1))
    style: list[Any] = [
        ("GRID", *whole, 0.5, black), ("VALIGN", *whole, "TOP"), ("LEFTPADDING", *whole, room),
        ("VALIGN", (0, 0), (-1, 0), "MIDDLE"), ("RIGHTPADDING", *whole, room),
        ("TOPPADDING", *whole, 2), ("BOTTOMPADDING", *whole, 3),
        *(("SPAN", (0, at), (-1, at)) for at in groups),
        *(("NOSPLIT", (0, at), (-1, at + 1)) for at in groups),
    ]  # fmt: skip
    return Table(
        [head, *rows], colWidths=[width * MM for width in widths], repeatRows=1, style=style,
        hAlign="CENTER", splitInRow=0 if whole_rows else 1,
    )  # fmt: skip
