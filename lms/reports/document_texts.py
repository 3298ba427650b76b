"""The words officers type for a report: read, kept with a revision, taken over from the period before.

Whoever saves says which revision was read. When somebody else saved meanwhile, nothing is written:
the second officer gets both texts, what only one of them changed already put together.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.audit import canonical
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.indicators import queries
from lms.indicators import snapshot_queries as held
from lms.indicators.closing_period import Wanted, closable, free_day
from lms.indicators.headline import headline
from lms.indicators.sheet import lines_of
from lms.indicators.snapshot_body import frozen_report
from lms.indicators.snapshot_models import ReportSnapshot
from lms.reports import document_words as words
from lms.reports.document_fonts import undrawable
from lms.reports.document_letterhead import OFFICE
from lms.reports.document_models import ReportText
from lms.reports.document_words import FIELDS, LONGEST, Figures

SHORTEST = {"subject": 300, "opening": 2000, "addressees": 2000}
"""The longest that the small boxes may be; the sections may be as long as LONGEST."""
Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """Which report the words belong to: a plan, its report ('' is a free day) and the period's last day."""

    code: str
    report: str
    ends: date

    @property
    def key(self) -> str:
        """The period in an address: 'quy|2026-12-31'; a free day begins with '|'."""
        return f"{self.report}|{self.ends.isoformat()}"


class Overtaken(Conflict):
    """Somebody else saved these words after they were read."""


def about(row: ReportSnapshot) -> About:
    """The report that a closing closed."""
    return About(row.plan_code, row.report_code, row.ends)


def wanted_of(session: Session, commune_id: UUID, code: str, key: str) -> Wanted:
    """The period an address names; NotFound when the plan has no such period."""
    plan, today = queries.adopted(session, commune_id, code).plan, clock.today()
    report, _bar, ends = key.partition("|")
    offered = closable(plan, today)
    if not key and offered:
        return offered[0]
    try:
        last = date.fromisoformat(ends) if key else today
    except ValueError:
        last = date.min
    if not report and date(2000, 1, 1) <= last <= today:
        return free_day(last)
    found = next((one for one in offered if (one.report, one.ends) == (report, last)), None)
    return found or _closed_once(session, commune_id, About(code, report, last))


def _closed_once(session: Session, commune_id: UUID, told: About) -> Wanted:
    """The period of a closing that stands, also when the plan's calendar no longer offers it."""
    for row in held.snapshots(session, commune_id, told.code):
        if about(row) == told:
            return held.wanted_of(row)
    raise NotFound(_("Kế hoạch không có kỳ báo cáo này. Hãy chọn lại kỳ ở trang kế hoạch."))


def about_wanted(code: str, wanted: Wanted) -> About:
    """The report of a period that may still be open."""
    return About(code, wanted.report, wanted.ends)


def standing(session: Session, commune_id: UUID, told: About) -> ReportSnapshot | None:
    """The closing of the period that stands, if it is closed."""
    return next(
        (one for one in held.snapshots(session, commune_id, told.code)
         if about(one) == told and one.state == "standing"),
        None,
    )  # fmt: skip


# --- the figures that words are filled from -------------------------------------------------------


def frozen_figures(body: Mapping[str, Any]) -> Figures:
    """Of a closing, as it was frozen."""
    period = body["period"]
    as_of = date.fromisoformat(period["as_of"])
    return Figures(body["lines"], body["headline"], as_of, period["title"])


def todays_figures(session: Session, commune_id: UUID, code: str, wanted: Wanted) -> Figures:
    """Of a period that is not closed yet, as they stand now."""
    adopted = queries.adopted(session, commune_id, code)
    report = queries.report_of(session, commune_id, adopted, wanted.as_of.year, wanted.as_of)
    counted, told = headline(lines_of(report)), frozen_report(report)
    heads = {name: getattr(counted, name) for name in ("met", "unmet", "unknown", "no_target")}
    return Figures(told["lines"], heads, wanted.as_of, wanted.title)


def figures_for(session: Session, commune_id: UUID, code: str, wanted: Wanted) -> Figures:
    """The frozen figures where the period is closed, else today's."""
    row = standing(session, commune_id, about_wanted(code, wanted))
    if row is None:
        return todays_figures(session, commune_id, code, wanted)
    return frozen_figures(held.body_of(row))


# --- reading and saving ---------------------------------------------------------------------------


def text_of(session: Session, commune_id: UUID, told: About) -> ReportText | None:
    """The words kept for a report, if any."""
    table = ReportText
    return session.scalar(
        select(table).where(
            table.commune_id == commune_id,
            table.plan_code == told.code,
            table.report_code == told.report,
            table.ends == told.ends,
        )
    )


def read(row: ReportText | None) -> Words:
    """What was typed, by field; every field is there."""
    kept: Words = json.loads(row.content) if row else {}
    return {name: kept.get(name, "") for name in FIELDS}


def last_words(session: Session, commune_id: UUID, told: About) -> ReportText | None:
    """The words of the last period of the same plan, of the same report where there are any."""
    table = ReportText
    rows = session.scalars(
        select(table).where(
            table.commune_id == commune_id, table.plan_code == told.code, table.ends < told.ends
        )
    )
    return max(rows, key=lambda one: (one.report_code == told.report, one.ends), default=None)


def tidied(form: Mapping[str, str]) -> Words:
    """A form as it would be kept."""
    return {name: words.tidy(form.get(name, "")) for name in FIELDS}


def problems(typed: Words, figures: Figures) -> dict[str, list[str]]:
    """What is wrong, by field: too long, letters that paper cannot show, braces nobody understands."""
    found: dict[str, list[str]] = {}
    for name, text in typed.items():
        told = [*_too_long(name, text), *_odd_letters(text)]
        told += [str(one) for one in words.problems(text, figures)]
        if told:
            found[name] = told[:12]
    return found


def _too_long(name: str, text: str) -> list[str]:
    most = SHORTEST.get(name, LONGEST)
    if len(text) <= most:
        return []
    return [_("Dài quá %(most)s chữ (đang có %(n)s). Hãy viết gọn lại.", most=most, n=len(text))]


def _odd_letters(text: str) -> list[str]:
    found = []
    for n, line in enumerate(text.split("\n"), 1):
        odd = undrawable(line)
        if odd:
            said = _("ký tự “%(odd)s” không in được trên giấy. Hãy xóa hoặc gõ lại.", odd=odd)
            found.append(str(words.Problem(n, said)))
    return found


def save(
    session: Session, who: Actor, told: About, typed: Words, seen: int, figures: Figures
) -> ReportText:
    """Keep the words; the same twice is once. Overtaken when another revision was saved meanwhile."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    row = text_of(session, who.commune, told)
    if row is not None:
        session.refresh(row)
    if row is not None and read(row) == typed:
        return row
    if (row.revision if row else 0) != seen:
        raise Overtaken(_("Người khác vừa lưu lời báo cáo này nên chưa lưu. Hãy xem hai bản."))
    wrong = problems(typed, figures)
    if wrong:
        raise Invalid(_("Chưa lưu được. Hãy sửa các chỗ được chỉ ra."), fields=wrong)
    row = _kept(session, who, told, row, canonical({k: v for k, v in typed.items() if v}))
    audit.record(
        session, who, "write", "report_text", row.id, plan=told.code, revision=row.revision
    )
    return row


def _kept(
    session: Session, who: Actor, told: About, row: ReportText | None, content: str
) -> ReportText:
    if row is None:
        row = ReportText(
            commune_id=who.commune, id=uuid7(), plan_code=told.code, report_code=told.report,
            ends=told.ends, revision=0,
        )  # fmt: skip
        session.add(row)
    row.content, row.revision = content, row.revision + 1
    row.changed_by, row.changed_at = who.id, clock.now()
    session.flush()
    return row


# --- two officers at once -------------------------------------------------------------------------


def mark(text: str) -> str:
    """A short name of a text, by which a form says what it was read as."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Merged:
    """A field after two officers wrote: what is offered, and both texts where they truly differ."""

    offered: str
    mine: str
    theirs: str
    differs: bool


def merged(typed: Words, theirs: Words, marks: Mapping[str, str]) -> dict[str, Merged]:
    """Field by field: what one of the two left as it was takes the other's words; else both are shown."""
    return {name: _merged(typed[name], theirs[name], marks.get(name, "")) for name in FIELDS}


def _merged(mine: str, theirs: str, read_as: str) -> Merged:
    if mine == theirs or mark(theirs) == read_as:
        return Merged(mine, mine, theirs, differs=False)
    if mark(mine) == read_as:
        return Merged(theirs, mine, theirs, differs=False)
    return Merged(mine, mine, theirs, differs=True)
