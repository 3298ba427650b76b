"""Closing a class: what is still missing, each with the page that mends it, and what was missing then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import forking
from lms.board.carried import CarriedSide, carried_side
from lms.board.queries import Board, Row, board
from lms.cohorts import classroom, managing, timetable
from lms.cohorts.hall_models import ClassClosing
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.signals import HeldElsewhere
from lms.core import clock
from lms.core.guard import Actor
from lms.core.i18n import _

SUPERVISED = "test_supervised"


@dataclass(frozen=True)
class Link:
    """One thing to mend and the page where that is done."""

    label: str
    url: str


@dataclass(frozen=True)
class Missing:
    """One kind of thing that is missing. `code` is one of `CODES`."""

    code: str
    links: Sequence[Link]

    @property
    def title(self) -> str:
        """What it is, in words."""
        return _(CODES[self.code])


CODES = {
    "open": "Buổi học còn đang mở",
    "unsent": "Máy tính bảng còn việc chưa về xã",
    "away": "Máy lớp còn việc chưa về xã",
    "claims": "Việc làm trên máy mang đi chờ xác nhận",
    "spare": "Thẻ khách chưa biết là ai",
    "forks": "Bài kiểm tra làm trên hai máy, chưa chọn phần nào tính",
    "unopened": "Buổi học đã định mà chưa mở",
    "unmarked": "Buổi học chưa điểm danh",
    "diary": "Buổi học chưa ghi nhật ký",
    "untested": "Học viên chưa đạt bài kiểm tra có giám sát",
    "tasks": "Học viên chưa làm được bài thực hành bắt buộc",
    "eligible": "Học viên đủ điều kiện mà chưa có giấy chứng nhận",
    "review": "Giấy chứng nhận đã cấp cần xem lại: kết quả không còn đủ điều kiện",
}
"""Every kind of thing that may be missing, in the order in which it is best mended."""


@dataclass(frozen=True)
class ClosingSheet:
    """The page of the end of a class."""

    board: Board
    missing: Sequence[Missing]
    closing: ClassClosing | None
    """The record of the closing that stands; None for a class that goes on, or was ended without a list."""

    @property
    def kept(self) -> list[tuple[str, int]]:
        """(what was missing, how many) when the class was closed."""
        held = self.closing.missing if self.closing else []
        return [(_(CODES[one["code"]]), one["count"]) for one in held if one["code"] in CODES]

    @property
    def is_closed(self) -> bool:
        """The class is over."""
        return self.board.cohort.closed_at is not None


def sheet(session: Session, who: Actor, cohort_id: UUID) -> ClosingSheet:
    """What is missing of a class the actor may see, as it stands now."""
    shown = board(session, who, cohort_id)
    side = carried_side(session, shown.cohort, shown.meetings)
    found = _Search(session, shown, side)
    links = ((code, list(getattr(found, code)())) for code in CODES)
    missing = [Missing(code, held) for code, held in links if held]
    closing = _standing(session, shown.cohort) if shown.cohort.closed_at else None
    return ClosingSheet(shown, missing, closing)


def _standing(session: Session, cohort: Cohort) -> ClassClosing | None:
    return session.scalar(
        select(ClassClosing).where(
            ClassClosing.commune_id == cohort.commune_id,
            ClassClosing.cohort_id == cohort.id,
            ClassClosing.reopened_at.is_(None),
        )
    )


@dataclass(frozen=True)
class _Search:
    """One method for each of `CODES`: the links of what is missing."""

    session: Session
    shown: Board
    side: CarriedSide

    @property
    def held(self) -> list[ClassSession]:
        return [m for m in self.shown.meetings if m.opened_at is not None and not m.cancelled_at]

    def _of_class(self, endpoint: str, label: str, **more: Any) -> Link:
        return Link(label, url_for(endpoint, cohort_id=self.shown.cohort.id, **more))

    def open(self) -> Iterator[Link]:
        if self.shown.open is not None:
            yield self._of_class("hall.board", _meeting(self.shown.open))

    def unsent(self) -> Iterator[Link]:
        for one in self.side.lacking:
            lost = one.tally.unsent + one.tally.gap if one.tally else 0
            words = _("%(name)s: %(n)s việc", name=one.device.label, n=lost)
            yield Link(words, url_for("teaching.tablets"))

    def away(self) -> Iterator[Link]:
        for box in self.side.away:
            yield self._of_class("board.class_page", _away(box))

    def claims(self) -> Iterator[Link]:
        for meeting in self.shown.meetings:
            if count := self.side.claims[meeting.id]:
                words = _("%(meeting)s: %(n)s người", meeting=_meeting(meeting), n=count)
                yield Link(words, url_for("carry.claims_page", session_id=meeting.id))

    def spare(self) -> Iterator[Link]:
        for one in self.side.walkers:
            yield self._of_class("carry.walkers", one.label, so=one.spare.number)

    def forks(self) -> Iterator[Link]:
        for attempt, name in forking.undecided(self.session, self.shown.cohort):
            yield Link(name, url_for("forks.lines", attempt_id=attempt))

    def unopened(self) -> Iterator[Link]:
        for meeting in self.shown.meetings:
            if meeting.opened_at is None and meeting.cancelled_at is None:
                yield self._of_class("timetable.page", _meeting(meeting))

    def unmarked(self) -> Iterator[Link]:
        commune, ids = self.shown.cohort.commune_id, [one.id for one in self.held]
        marks = timetable.count_marks(self.session, commune, ids)
        for meeting in self.held:
            if not marks.get(meeting.id):
                yield self._of_class("board.attendance", _meeting(meeting), buoi=meeting.id)

    def diary(self) -> Iterator[Link]:
        for meeting in self.held:
            if not meeting.diary:
                yield Link(_meeting(meeting), url_for("diary.page", session_id=meeting.id))

    def untested(self) -> Iterator[Link]:
        for row in self.shown.rows:
            if SUPERVISED not in row.result.proofs:
                yield self._of_class("hall.testing", row.person.name, **_row(row))

    def tasks(self) -> Iterator[Link]:
        rule = self.shown.version.pass_rule(self.shown.cohort.level)
        for row in self.shown.rows:
            lacking = [t for t in rule.required_tasks if row.result.tasks.get(t) != "can_do"]
            if lacking:
                yield self._of_class("hall.observing", row.person.name, bai=lacking[0], **_row(row))

    def eligible(self) -> Iterator[Link]:
        for row in self.shown.rows:
            if row.certificate == "eligible":
                yield self._of_class("certificates.of_class", row.person.name)

    def review(self) -> Iterator[Link]:
        for row in self.shown.rows:
            if row.is_shaken:
                yield self._of_class("certificates.of_class", row.person.name)


def _away(box: HeldElsewhere) -> str:
    """What a laptop that holds the class has not brought home."""
    if box.told_at is None:
        return _("%(name)s: chưa gửi gì về xã", name=box.label)
    if box.missing:
        return _("%(name)s: %(n)s việc", name=box.label, n=box.count)
    return _("%(name)s: buổi học còn mở ở đó khi gửi về lần cuối", name=box.label)


def _row(row: Row) -> dict[str, str]:
    """Where on a page the learner stands."""
    return {"_anchor": f"hv-{row.person.enrolment.id}"}


def _meeting(meeting: ClassSession) -> str:
    day = clock.local(meeting.opened_at).date() if meeting.opened_at else meeting.planned_on
    return _("Buổi %(n)s, %(day)s", n=meeting.number, day=f"{day:%d/%m}")


def close(session: Session, who: Actor, cohort_id: UUID) -> Cohort:
    """End the class with what is missing written down; a meeting that is open ends with it.

    Two trainers who press at once close it once.
    """
    cohort = managing.manage(session, who, cohort_id)
    if cohort.closed_at is not None:
        return cohort
    found = sheet(session, who, cohort_id)
    if found.board.open is not None:
        classroom.close_session(session, who, found.board.open.id)
    managing.end_class(session, who, cohort_id)
    _forget(session, who, cohort)
    counted = [{"code": m.code, "count": len(m.links)} for m in found.missing if m.code != "open"]
    session.add(
        ClassClosing(commune_id=who.commune, cohort_id=cohort.id, missing=counted, closed_by=who.id)
    )
    session.flush()
    return cohort


def reopen(session: Session, who: Actor, cohort_id: UUID) -> Cohort:
    """The class goes on; the list of what was missing stays in the records. Twice is once."""
    cohort = managing.reopen_class(session, who, cohort_id)
    _forget(session, who, cohort)
    return cohort


def _forget(session: Session, who: Actor, cohort: Cohort) -> None:
    """A closing that stands, for instance of a class opened again elsewhere, stands no more."""
    held = _standing(session, cohort)
    if held is not None:
        held.reopened_at, held.reopened_by = clock.now(), who.id
        session.flush()
