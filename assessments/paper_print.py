"""Registered forms as a PDF: for each learner the answer sheet, one page, then the questions.

The key of a certifying or measuring form is never printed. A practice form may bring its key, on a page
of its own at the end of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import measuring
from assessments.paper import key_words
from assessments.paper_answers import answer_sheet
from assessments.paper_codes import grouped
from assessments.paper_forms import form_of
from assessments.paper_layout import LARGE, NORMAL, Pictures, flow, question
from assessments.paper_models import PaperForm
from assessments.rules import Form
from courses import queries as courses_queries
from courses.models import MediaRow
from courses.rules import MEASURING_KINDS, ProgrammeVersion
from lms.cohorts import allowances
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.models import Cohort
from lms.cohorts.paper import office
from lms.cohorts.paper.sheet import MM, SOFT, Sheet
from lms.core.i18n import _
from lms.people.models import Commune, Unit


@dataclass(frozen=True)
class Printing:
    """How it is printed: letters for weak eyes, both sides of the paper, the key of a practice form."""

    large: bool = False
    both_sides: bool = False
    key: bool = False


@dataclass(frozen=True)
class Paper:
    """One learner's sheet: whose, of which class, with what questions."""

    name: str
    code: str
    address: str
    title: str
    cohort: Cohort
    commune: Commune
    unit: str
    form: Form
    large: bool
    """The learner is allowed large type."""


def title_of(version: ProgrammeVersion, kind: str, module: str) -> str:
    """What people call a form: 'Bài kiểm tra', 'Câu hỏi luyện tập: Dùng điện thoại'."""
    if kind == "certifying":
        return _("Bài kiểm tra")
    if kind in MEASURING_KINDS:
        return measuring.title(kind)
    named = next((one.title for one in version.modules if one.code == module), "")
    return _("Câu hỏi luyện tập: %(title)s", title=named) if named else _("Câu hỏi luyện tập")


def forms_pdf(
    session: Session, cohort: Cohort, forms: Sequence[PaperForm], origin: str, how: Printing
) -> bytes:
    """The forms of a class as one file, in the order given."""
    papers = papers_of(session, cohort, forms, origin)
    version = courses_queries.version(session, forms[0].version_id)
    title = f"{papers[0].title} – {cohort.name}"
    sheet, pictures = Sheet(title), pictures_in(session, version)
    for n, paper in enumerate(papers):
        if n:
            sheet.next_page()
        _paper(sheet, paper, pictures, how)
        if how.both_sides and sheet.page % 2:
            sheet.next_page()
    if how.key and not papers[0].form.secret:
        _keys(sheet, papers)
    return sheet.done()


def papers_of(
    session: Session, cohort: Cohort, forms: Sequence[PaperForm], origin: str
) -> list[Paper]:
    """What stands on each learner's sheet."""
    people = cohorts_queries.learners(session, cohort.commune_id, cohort.id)
    names = {enrolment.id: person.full_name for enrolment, person in people}
    commune = session.get_one(Commune, cohort.commune_id)
    unit = session.get_one(Unit, (cohort.commune_id, cohort.unit_id)).name
    allowed = allowances.of_class(session, cohort.commune_id, cohort.id)
    found = []
    for row in forms:
        version = courses_queries.version(session, row.version_id)
        title = title_of(version, row.kind, row.module)
        address = f"{origin}/bai-giay?ma={row.code}"
        named = (names.get(row.enrolment_id, ""), grouped(row.code), address, title)
        large = "large_type" in allowed.get(str(row.enrolment_id), ())
        found.append(Paper(*named, cohort, commune, unit, form_of(session, row), large))
    return found


def pictures_in(session: Session, version: ProgrammeVersion) -> Pictures:
    """Name of a picture → its bytes, read once for the whole file."""
    names = {one.sha256: one.name for one in version.media}
    rows = session.scalars(select(MediaRow).where(MediaRow.sha256.in_(names)))
    held = {names[row.sha256]: row.body for row in rows}
    return lambda name: held[name]


def _paper(sheet: Sheet, paper: Paper, pictures: Pictures, how: Printing) -> None:
    answer_sheet(sheet, paper)
    sheet.next_page()
    own = sheet.page
    top = _questions_head(sheet, paper)
    size = LARGE if how.large or paper.large else NORMAL
    width = sheet.width - 2 * office.SIDE
    blocks = [
        question(sheet, number, asked, pictures, width, size)
        for number, asked in enumerate(paper.form.items, 1)
    ]

    def turn() -> float:
        sheet.next_page()
        _running(sheet, paper, sheet.page - own + 1)
        return sheet.height - 18 * MM

    flow(blocks, office.SIDE, top, office.BOTTOM, turn)


def _questions_head(sheet: Sheet, paper: Paper) -> float:
    y = sheet.height - 20 * MM
    _running(sheet, paper, 1)
    sheet.fitted(
        office.SIDE, y - 4 * MM, paper.title, sheet.width - 2 * office.SIDE, 17, bold=True
    )  # fmt: skip
    words = _(
        "Đọc từng câu, chọn câu trả lời rồi ghi vào phiếu trả lời. Không vội, câu nào khó thì để sau."
    )
    return sheet.block(
        office.SIDE, y - 6 * MM, words, sheet.width - 2 * office.SIDE, 11, colour=SOFT
    ) - 3 * MM  # fmt: skip


def _running(sheet: Sheet, paper: Paper, page: int) -> None:
    """Whose sheet this is, on every page: leaves come apart."""
    y = sheet.height - 11 * MM
    half = (sheet.width - 2 * office.SIDE) / 2 - 3 * MM
    sheet.fitted(office.SIDE, y, paper.name, half, 9.5, bold=True)
    told = _("Mã phiếu %(code)s · trang %(n)s", code=paper.code, n=page)
    sheet.words(sheet.width - office.SIDE, y, told, 9.5, colour=SOFT, align="right")
    sheet.line(office.SIDE, y - 2 * MM, sheet.width - office.SIDE, y - 2 * MM, weight=0.4)


def _keys(sheet: Sheet, papers: Sequence[Paper]) -> None:
    """What is right on each sheet, for whoever looks the practice through with the learners."""
    sheet.next_page()
    y = sheet.height - 20 * MM
    sheet.words(office.SIDE, y, _("Đáp án – chỉ dành cho thầy cô"), 15, bold=True)
    y -= 8 * MM
    width = sheet.width - 2 * office.SIDE
    for paper in papers:
        told = " · ".join(f"{n}. {key}" for n, key in enumerate(key_words(paper.form), 1))
        if y < office.BOTTOM + 25 * MM:
            sheet.next_page()
            y = sheet.height - 18 * MM
        y = sheet.block(office.SIDE, y, f"{paper.name} · {paper.code}", width, 10.5, bold=True)
        y = sheet.block(office.SIDE, y, told, width, 10.5) - 3 * MM
