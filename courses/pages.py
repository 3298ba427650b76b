"""Staff look at what is taught; pictures of the lessons, named by their hash."""

from uuid import UUID

from flask import Blueprint, Response, render_template, url_for

from courses import queries, question_words
from courses.rules import Lesson, ProgrammeVersion, UnknownContent
from lms.core import web
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import PUBLIC, Reach, allow

blueprint = Blueprint("courses", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
PICTURE_CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A picture opened by itself may not run or fetch anything, whatever an author put into it."""


@blueprint.get("/chuong-trinh")
@allow(
    trainer=Reach.COMMUNE,
    unit_reporter=Reach.COMMUNE,
    officer=Reach.COMMUNE,
    administrator=Reach.COMMUNE,
)
def programmes() -> str:
    """Every programme in its newest version."""
    session = web.session()
    found = [queries.version(session, row.id) for row in queries.newest(session, actor().commune)]
    own = queries.own_versions(session, actor().commune)
    return render_template("courses/programmes.html", programmes=found, own=own)


@blueprint.get("/chuong-trinh/<uuid:version_id>")
@allow(
    trainer=Reach.COMMUNE,
    unit_reporter=Reach.COMMUNE,
    officer=Reach.COMMUNE,
    administrator=Reach.COMMUNE,
)
def programme(version_id: UUID) -> str:
    """One version: modules, lessons, observed tasks, how it is tested."""
    version = queries.visible(web.session(), actor().commune, version_id)
    is_own = version_id in queries.own_versions(web.session(), actor().commune)
    return render_template("courses/programme.html", version=version, is_own=is_own)


@blueprint.get("/chuong-trinh/<uuid:version_id>/<lesson>")
@allow(
    trainer=Reach.COMMUNE,
    unit_reporter=Reach.COMMUNE,
    officer=Reach.COMMUNE,
    administrator=Reach.COMMUNE,
)
def lesson(version_id: UUID, lesson: str) -> str:
    """A lesson as a trainer reads it: all screens on one page, practice with its explanation."""
    version = queries.visible(web.session(), actor().commune, version_id)
    return render_template(
        "courses/lesson.html",
        version=version,
        lesson=lesson_of(version, lesson),
        words=question_words,
        picture=lambda name: url_for("courses.picture", sha256=version.medium(name).sha256),
    )


@blueprint.get("/hinh/<sha256>")
@allow(PUBLIC)
def picture(sha256: str) -> Response:
    """A picture by its hash: it can never change, so it may be kept for ever."""
    row = queries.medium(web.session(), sha256)
    answer = Response(row.body, content_type=row.media_type)
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Content-Security-Policy"] = PICTURE_CSP
    return answer


def lesson_of(version: ProgrammeVersion, code: str) -> Lesson:
    """A lesson by its code; NotFound when the version has none."""
    try:
        return version.lesson(code)
    except UnknownContent:
        raise NotFound(
            _("Không tìm thấy bài học này. Hãy chọn lại từ danh sách chương trình.")
        ) from None
