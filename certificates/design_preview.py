"""A made-up certificate that shows a design on paper: marked as no certificate, and never kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from certificates import content, rules, wording
from certificates.paper.assembler import draw
from certificates.paper.back import Back
from certificates.paper.design import Design
from certificates.paper.page import Printed
from certificates.paper.slip import draw_slip
from certificates.rules import Claims
from courses import queries as courses
from courses.rules import ProgrammeVersion
from lms.core import clock
from lms.people.models import Commune

__all__ = ["Design", "Sample", "sample", "sheet", "slip"]
MARK = "XEM TRƯỚC – KHÔNG CÓ GIÁ TRỊ"
NAME = "Nguyễn Thị Học Viên Mẫu"
CITIZENS = "nguoi-dan"
BORN = date(1958, 3, 2)
PLACE = "Nhà văn hóa thôn Mẫu"
TOKEN = "A" * rules.SECRET_LENGTH
"""The check page knows no such certificate, and says so to whoever scans the preview."""


@dataclass(frozen=True)
class Sample:
    """The made-up certificate's words for both sides."""

    printed: Printed
    back: Back


def sample(session: Session, commune: Commune, base: str, issuer: str) -> Sample:
    """A made-up person who finished a programme that the commune really has."""
    version = _programme(session, commune)
    claims = _claims(commune, version)
    token = rules.token_text(commune.short_code, TOKEN)
    printed = replace(wording.printed(claims, token, base, issuer), sample=MARK)
    return Sample(printed, wording.back(claims))


def _programme(session: Session, commune: Commune) -> ProgrammeVersion | None:
    """The citizens' programme where there is one, else the first."""
    rows = sorted(courses.newest(session, commune.id), key=lambda row: row.code != CITIZENS)
    return courses.version(session, rows[0].id) if rows else None


def _claims(commune: Commune, version: ProgrammeVersion | None) -> Claims:
    today = clock.today()
    level = version.programme.levels[0] if version else None
    taught = content.taught(version, level.code) if version and level else None
    return Claims(
        number=rules.number_text(0, today.year, commune.short_code), name=NAME,
        birth_date=BORN.isoformat(), birth_year=BORN.year, commune=commune.title,
        place=commune.name, province=commune.province,
        programme_code=version.code if version else "",
        programme=version.programme.title if version else "Kỹ năng số cho người dân",
        level=level.code if level else "basic", level_title=level.title if level else "Cơ bản",
        hours=level.hours if level else 8, proof="task_observed", completed_on=today.isoformat(),
        where=PLACE, issued_on=today.isoformat(), sample=True,
        skills=taught.skills if taught else (), tasks=taught.tasks if taught else (),
        frameworks=taught.frameworks if taught else (),
    )  # fmt: skip


def sheet(sample: Sample, design: Design) -> bytes:
    """Front and back of the A4 paper."""
    return draw(sample.printed, design, sample.back).file


def slip(sample: Sample, design: Design) -> bytes:
    """The A5 slip."""
    return draw_slip(sample.printed, design).file
