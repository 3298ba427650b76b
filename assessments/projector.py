"""The class's lessons for one screen in a hall: a screen at a time, questions first, answers when asked for.

It works by links alone; a small module lets the keys of a keyboard or of a clicker follow them.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from assessments import teaching
from assessments.paper import PaperQuestion, on_paper
from assessments.questions import pictures_of
from courses import queries as courses_queries
from courses.rules import Lesson, ProgrammeVersion, Screen
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.card_pages import seen_cohort
from lms.cohorts.home_pages import class_code
from lms.cohorts.models import Cohort
from lms.core import web
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import TEACHING, allow
from lms.core.web import see
from lms.ledger.web import project_now

blueprint = Blueprint("projector", __name__)

STEPS = ("", "hoi", "dap-an")


@dataclass(frozen=True)
class Shown:
    """A screen of a lesson on the wall. `previous` and `following` are addresses."""

    lesson: Lesson
    screen: Screen | None
    """None: the lines to take home, after the last screen."""
    number: int
    total: int
    question: PaperQuestion | None
    step: str
    """'' the words of the screen, `hoi` its question alone, `dap-an` the question with what is right."""
    previous: str
    following: str


@blueprint.get("/lop-hoc/<uuid:cohort_id>/trinh-chieu")
@allow(TEACHING)
def lessons(cohort_id: UUID) -> str:
    """The lessons of the class, to choose what is shown."""
    session, cohort = web.session(), seen_cohort(web.session(), cohort_id)
    version = courses_queries.version(session, cohort.version_id)
    return render_template(
        "assessments/projector_lessons.html", cohort=cohort, version=version,
        modules=version.modules_at(cohort.level), taught=teaching.counts(session, cohort),
    )  # fmt: skip


@blueprint.get("/lop-hoc/<uuid:cohort_id>/trinh-chieu/ma")
@allow(TEACHING)
def code(cohort_id: UUID) -> str:
    """The class's code and QR as large as the wall lets them be."""
    session, cohort = web.session(), seen_cohort(web.session(), cohort_id)
    meeting = cohorts_queries.open_session(session, cohort.commune_id, cohort.id)
    told = class_code(meeting) if meeting and meeting.code else ""
    return render_template(
        "assessments/projector_code.html", cohort=cohort, code=told, meeting=meeting
    )


@blueprint.get("/lop-hoc/<uuid:cohort_id>/trinh-chieu/<lesson>/<int:screen>")
@allow(TEACHING)
def screen(cohort_id: UUID, lesson: str, screen: int) -> str:
    """A screen of a lesson; `?buoc=` its question or what is right. After the last one: what to take home."""
    session, cohort = web.session(), seen_cohort(web.session(), cohort_id)
    version = courses_queries.version(session, cohort.version_id)
    taught = lesson_of(version, cohort, lesson)
    shown = _shown(version, cohort, taught, screen, request.args.get("buoc", ""))
    return render_template(
        "assessments/projector.html", cohort=cohort, media=pictures_of(version), shown=shown,
        one=shown.question,
        meeting=cohorts_queries.open_session(session, cohort.commune_id, cohort.id),
    )  # fmt: skip


def lesson_of(version: ProgrammeVersion, cohort: Cohort, code: str) -> Lesson:
    """A lesson that the class learns; NotFound for any other."""
    found = next((one for one in version.lessons_at(cohort.level) if one.code == code), None)
    if found is None:
        raise NotFound(_("Lớp này không học bài đó. Hãy mở lại danh sách bài."))
    return found


def _shown(
    version: ProgrammeVersion, cohort: Cohort, lesson: Lesson, number: int, asked: str
) -> Shown:
    total = len(lesson.screens) + 1
    if not 1 <= number <= total:
        raise NotFound(_("Bài học này không có màn đó. Hãy mở lại danh sách bài."))
    steps = _steps(lesson, number)
    at = steps.index(asked) if asked in steps else 0
    shown = lesson.screens[number - 1] if number < total else None
    practice = shown.practice if shown else None
    question = on_paper(version, version.item(practice), 1) if practice else None
    before, after = _around(cohort, lesson, number, at)
    return Shown(lesson, shown, number, total, question, steps[at], before, after)


def _steps(lesson: Lesson, number: int) -> tuple[str, ...]:
    """What is shown one after the other of a screen: its words, its question, what is right."""
    asks = number <= len(lesson.screens) and lesson.screens[number - 1].practice
    return STEPS if asks else STEPS[:1]


def _around(cohort: Cohort, lesson: Lesson, number: int, at: int) -> tuple[str, str]:
    """The addresses before and after a step; '' after the last."""
    steps = _steps(lesson, number)
    if at:
        before = _at(cohort, lesson, number, steps[at - 1])
    elif number > 1:
        before = _at(cohort, lesson, number - 1, _steps(lesson, number - 1)[-1])
    else:
        before = url_for("projector.lessons", cohort_id=cohort.id)
    if at + 1 < len(steps):
        return before, _at(cohort, lesson, number, steps[at + 1])
    return before, _at(cohort, lesson, number + 1) if number <= len(lesson.screens) else ""


def _at(cohort: Cohort, lesson: Lesson, number: int, step: str = "") -> str:
    return url_for(
        "projector.screen", cohort_id=cohort.id, lesson=lesson.code, screen=number,
        buoc=step or None,
    )  # fmt: skip


@blueprint.post("/lop-hoc/<uuid:cohort_id>/trinh-chieu/<lesson>/da-day")
@allow(TEACHING)
def taught(cohort_id: UUID, lesson: str) -> Response:
    """The lesson was shown to its end: those marked present in the meeting `meeting` have learned it."""
    cohort = seen_cohort(web.session(), cohort_id)
    meeting = web.uuid_field(request.form.get("meeting", ""), "meeting")
    done = teaching.taught(web.session(), actor(), cohort.id, lesson, meeting)
    project_now()
    return see(url_for("projector.lessons", cohort_id=cohort_id, xong=done))
