"""The class diary (sổ đầu bài): one meeting to write, the whole book to read and print."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.models import LessonProgress
from courses import queries as courses
from lms.cohorts import diary, queries, timetable
from lms.cohorts.managing import Changed
from lms.cohorts.models import ClassSession, Cohort, Enrolment
from lms.cohorts.timetable_forms import WEEKDAYS, Form
from lms.cohorts.timetable_pages import shown_class, shown_meeting
from lms.core import clock, web
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.policy import TEACHING, allow
from lms.core.web import see

blueprint = Blueprint("diary", __name__)


def lessons_by_day(session: Session, cohort: Cohort) -> dict[date, list[tuple[str, int]]]:
    """Vietnamese day → (title of a lesson, how many of the class finished it then), in the course's order."""
    version = courses.version(session, cohort.version_id)
    titles = {lesson.code: lesson.title for lesson in version.lessons_at(cohort.level)}
    rows = session.execute(
        select(LessonProgress.lesson, LessonProgress.finished_at)
        .join(Enrolment, (Enrolment.commune_id == LessonProgress.commune_id)
              & (Enrolment.id == LessonProgress.enrolment_id))
        .where(
            Enrolment.commune_id == cohort.commune_id, Enrolment.cohort_id == cohort.id,
            LessonProgress.finished_at.is_not(None), LessonProgress.lesson.in_(titles),
        )
    )  # fmt: skip
    done: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for lesson, finished in rows:
        if finished is not None:
            done[clock.day_of(finished)][lesson] += 1
    return {
        day: [(titles[code], counts[code]) for code in titles if code in counts]
        for day, counts in done.items()
    }


def held_on(meeting: ClassSession) -> date:
    """The day of a meeting: that of its opening, else the planned one."""
    return clock.day_of(meeting.opened_at) if meeting.opened_at else meeting.planned_on


@blueprint.get("/lop-hoc/<uuid:cohort_id>/so-dau-bai")
@allow(TEACHING)
def book(cohort_id: UUID) -> str:
    """The diary of a class, meeting by meeting; printed, it is the book that is signed."""
    session, cohort = web.session(), shown_class(cohort_id)
    return render_template(
        "board/diary_book.html", cohort=cohort, pages=diary.pages(session, cohort),
        lessons=lessons_by_day(session, cohort), held_on=held_on, hours=timetable.clock_hour,
        weekdays=WEEKDAYS, card=queries.card_of(session, cohort),
        version=courses.version(session, cohort.version_id),
    )  # fmt: skip


@blueprint.get("/buoi-hoc/<uuid:session_id>/nhat-ky")
@allow(TEACHING)
def page(session_id: UUID) -> str:
    """What was taught at one meeting."""
    meeting, cohort = shown_meeting(session_id)
    held = {"diary": meeting.diary or "", "revision": str(meeting.revision)}
    return _page(meeting, cohort, Form(held))


def _page(meeting: ClassSession, cohort: Cohort, form: Form, **more: Any) -> str:
    session = web.session()
    return render_template(
        "board/diary_page.html", meeting=meeting, cohort=cohort, form=form,
        page=diary.page_of(session, cohort, meeting.id), weekday=WEEKDAYS[held_on(meeting).weekday()],
        lessons=lessons_by_day(session, cohort).get(held_on(meeting), []), day_held=held_on(meeting),
        hours=timetable.clock_hour, is_future=meeting.opened_at is None and meeting.planned_on > clock.today(),
        **more,
    )  # fmt: skip


@blueprint.post("/buoi-hoc/<uuid:session_id>/nhat-ky")
@allow(TEACHING)
def write(session_id: UUID) -> Response | tuple[str, int]:
    """Save what was taught: fields `diary` and `revision`."""
    meeting, cohort = shown_meeting(session_id)
    form = Form({name: request.form.get(name, "") for name in ("diary", "revision")})
    try:
        diary.write(web.session(), actor(), session_id, form.text("diary"), form.revision())
    except Changed as changed:
        form.values["revision"] = str(changed.revision)
        return _page(meeting, cohort, form, saved=meeting.diary or ""), 409
    except Invalid as refusal:
        form.refuse(refusal, "diary")
        return _page(meeting, cohort, form), 422
    return see(url_for("timetable.page", cohort_id=cohort.id, _anchor=f"buoi-{meeting.number}"))
