"""What somebody still lacks for the certificate, why, and where it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import results
from assessments.results import Result
from certificates import wording
from certificates.queries import Candidate, ClassView
from certificates.rules import Lack
from lms.cohorts.models import Enrolment
from lms.core.i18n import _


@dataclass(frozen=True)
class Need:
    """One thing that is missing: what, how far it is, what to do, and the page for it."""

    what: str
    so_far: str
    todo: str
    page: str
    """Endpoint of the page where it is mended."""
    task: str | None = None


def needs(session: Session, view: ClassView) -> dict[UUID, tuple[Need, ...]]:
    """By enrolment: what each learner of the class lacks, in the order of the pass rule."""
    lacking = view.having("lacking")
    if not lacking:
        return {}
    ids = [one.enrolment_id for one in lacking]
    rows = session.scalars(
        select(Enrolment).where(
            Enrolment.commune_id == view.cohort.commune_id, Enrolment.id.in_(ids)
        )
    ).all()
    found = results.of_enrolments(session, view.cohort, rows)
    return {one.enrolment_id: _needs(one, view, found) for one in lacking}


def _needs(one: Candidate, view: ClassView, found: Mapping[UUID, Result]) -> tuple[Need, ...]:
    result = found[one.enrolment_id]
    return tuple(
        _task(lack, view, result) if lack.code == "task" else _test(lack, view, result)
        for lack in one.verdict.lacks
    )


def _task(lack: Lack, view: ClassView, result: Result) -> Need:
    so_far = {
        "needs_help": _("Lần quan sát gần nhất: còn cần giúp."),
        "not_yet": _("Lần quan sát gần nhất: chưa làm được."),
        "can_do": _("Người học tự báo đã làm; thầy cô chưa xác nhận."),
    }.get(result.tasks.get(lack.name, ""), _("Chưa được quan sát."))
    what = wording.lack(lack, view.version)
    return Need(what, so_far, _("Ghi quan sát"), "hall.observing", lack.name)


def _test(lack: Lack, view: ClassView, result: Result) -> Need:
    so_far, todo = _test_words(lack, result)
    return Need(wording.lack(lack, view.version), so_far, todo, "hall.testing")


def _test_words(lack: Lack, result: Result) -> tuple[str, str]:
    """How far the test is, and what to do: by the newest attempt of this class."""
    if result.passed and lack.name != "test_passed":
        return _("Đã đạt nhưng chưa có người giám sát."), _("Kiểm tra lại có giám sát")
    if result.last_state == "open":
        return _("Đang làm dở, chưa nộp."), _("Cho làm tiếp rồi nộp")
    if result.last_state == "refused":
        return _("Bài gần nhất không được công nhận."), _("Cho kiểm tra lại")
    if result.last_state == "provisional":
        return _("Đã nộp, còn phần bài trên máy chưa về xã."), _("Xem bài kiểm tra")
    if result.tries:
        return _tried(result), _("Cho kiểm tra lại")
    return _("Chưa làm bài kiểm tra."), _("Mở buổi kiểm tra")


def _tried(result: Result) -> str:
    if result.best_points is None:
        return _("Đã làm %(n)s lần, chưa đạt.", n=result.tries)
    return _(
        "Đã làm %(n)s lần, chưa đạt; cao nhất %(points)s/%(most)s câu.",
        n=result.tries, points=result.best_points, most=result.max_points,
    )  # fmt: skip
