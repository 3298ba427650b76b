"""Officers write programmes of their own: list, begin, see what is wrong, preview, publish, packs."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for

from courses import draft_sources, drafts, new_files, queries, question_words
from courses.differences import differences
from courses.draft_publication import publish_draft as publish
from courses.draft_state import State, state
from courses.pages import PICTURE_CSP, blueprint, lesson_of
from courses.problems import ContentError, Problem
from courses.rules import ProgrammeVersion
from lms.core import web
from lms.core.downloads import as_file
from lms.core.errors import Conflict, Invalid, NotFound, Refusal
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.web import see, uuid_field

MOST_PROBLEMS = 100
"""Problems of a pack told on one page."""


@blueprint.get("/chuong-trinh/ban-nhap")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def drafts_page() -> str:
    """The commune's drafts, and the three ways to begin one."""
    rows = drafts.drafts_of(web.session(), actor())
    return render_template("courses/drafts.html", drafts=rows)


@blueprint.get("/chuong-trinh/ban-nhap/moi/<how>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def new_draft(how: str) -> str:
    """The form of one way to begin."""
    return _new_form(how, None, ())


@blueprint.post("/chuong-trinh/ban-nhap/moi/<how>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def make_draft(how: str) -> Response:
    """Make the draft; a refused form is shown again as it was typed, and nothing is kept."""
    begin = _way(how)
    try:
        draft_id = begin(request.form.get("code", ""), request.form.get("title", ""))
    except (Refusal, ContentError) as refusal:
        web.session().rollback()
        if isinstance(refusal, ContentError):
            return make_response(_new_form(how, None, refusal.problems), 422)
        return make_response(_new_form(how, refusal, ()), refusal.status)
    return see(url_for("courses.draft_page", draft_id=draft_id))


def _copy(code: str, title: str) -> UUID:
    version_id = uuid_field(request.form.get("version_id", ""), "version_id")
    return draft_sources.copied(web.session(), actor(), version_id, code, title)


def _unpack(code: str, title: str) -> UUID:
    pack = request.files.get("file")
    if pack is None or not pack.filename:
        message = _("Chưa chọn tệp. Hãy chọn gói chương trình .zip.")
        raise Invalid(message, fields={"file": [message]})
    return draft_sources.unpacked(web.session(), actor(), pack.read(), code, title)


def _begin(code: str, title: str) -> UUID:
    return draft_sources.begun(web.session(), actor(), code, title)


WAYS: dict[str, Callable[[str, str], UUID]] = {
    "sao-chep": _copy,
    "goi": _unpack,
    "khung-trong": _begin,
}
"""How a draft begins, by the name in the address."""


def _way(how: str) -> Callable[[str, str], UUID]:
    if how not in WAYS:
        raise NotFound(_("Không có cách bắt đầu này. Hãy chọn lại ở trang bản nháp."))
    return WAYS[how]


def _new_form(how: str, refusal: Refusal | None, problems: tuple[Problem, ...]) -> str:
    _way(how)
    session = web.session()
    return render_template(
        "courses/draft_new.html",
        how=how,
        refusal=refusal,
        problems=problems[:MOST_PROBLEMS],
        count=len(problems),
        programmes=[(row.id, row.title) for row in queries.newest(session, actor().commune)],
        typed={**request.args.to_dict(), **request.form.to_dict()},
    )


@blueprint.get("/chuong-trinh/ban-nhap/<uuid:draft_id>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def draft_page(draft_id: UUID) -> str:
    """The draft: its files, what is wrong, what could be better, what to do next."""
    return _overview(draft_id, None)


def _overview(draft_id: UUID, refusal: Refusal | None) -> str:
    found = state(web.session(), actor(), draft_id)
    return render_template(
        "courses/draft.html",
        state=found,
        refusal=refusal,
        sorts=new_files.SORTS,
        modules=[(code, code) for code in new_files.modules_of(found.content)],
        typed=request.form,
    )


def refused(draft_id: UUID, refusal: Refusal) -> Response:
    """The draft's page with the reason on top; nothing of this request is kept."""
    web.session().rollback()
    return make_response(_overview(draft_id, refusal), refusal.status)


@blueprint.post("/chuong-trinh/ban-nhap/<uuid:draft_id>/ten")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def rename_draft(draft_id: UUID) -> Response:
    """Another code or title, in programme.yaml too."""
    form = request.form
    try:
        drafts.rename(web.session(), actor(), draft_id, form.get("code", ""), form.get("title", ""))
    except (Invalid, Conflict) as refusal:
        return refused(draft_id, refusal)
    return see(url_for("courses.draft_page", draft_id=draft_id))


@blueprint.post("/chuong-trinh/ban-nhap/<uuid:draft_id>/xoa")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def delete_draft(draft_id: UUID) -> Response:
    """Delete the draft when the box says so; what was published stays."""
    drafts.draft(web.session(), actor(), draft_id)
    if not request.form.get("sure"):
        words = _("Chưa xóa. Hãy đánh dấu ô “Tôi muốn xóa bản nháp này” rồi bấm xóa.")
        return refused(draft_id, Invalid(words))
    drafts.delete_draft(web.session(), actor(), draft_id)
    return see(url_for("courses.drafts_page"))


@blueprint.get("/chuong-trinh/ban-nhap/<uuid:draft_id>/xuat-ban")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def publication(draft_id: UUID) -> str:
    """What publishing would change, before anything changes."""
    return _publication(draft_id, None)


@blueprint.post("/chuong-trinh/ban-nhap/<uuid:draft_id>/xuat-ban")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def publish_draft(draft_id: UUID) -> Response:
    """Publish: classes that begin from now on may be taught this version."""
    try:
        publish(web.session(), actor(), draft_id)
    except Invalid as refusal:
        web.session().rollback()
        return make_response(_publication(draft_id, refusal), refusal.status)
    return see(url_for("courses.draft_page", draft_id=draft_id))


def _publication(draft_id: UUID, refusal: Refusal | None) -> str:
    found = state(web.session(), actor(), draft_id)
    return render_template(
        "courses/draft_publication.html",
        state=found,
        refusal=refusal,
        differences=differences(found.published, found.version) if found.version else (),
    )


@blueprint.get("/chuong-trinh/ban-nhap/<uuid:draft_id>/xem")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def draft_preview(draft_id: UUID) -> str:
    """The draft as trainers would see it."""
    found = state(web.session(), actor(), draft_id)
    return render_template("courses/draft_preview.html", state=found, words=question_words)


@blueprint.get("/chuong-trinh/ban-nhap/<uuid:draft_id>/xem/<lesson>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def draft_lesson(draft_id: UUID, lesson: str) -> str:
    """One lesson of the draft, all screens on one page."""
    found = state(web.session(), actor(), draft_id)
    return render_template(
        "courses/draft_lesson.html",
        state=found,
        lesson=lesson_of(_readable(found), lesson),
        path=next(path for path in found.content if path.endswith(f"/{lesson}.md")),
        words=question_words,
        picture=_pictures(draft_id),
    )


@blueprint.get("/chuong-trinh/ban-nhap/<uuid:draft_id>/cau-hoi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def draft_questions(draft_id: UUID) -> str:
    """Every question of the draft with its key."""
    found = state(web.session(), actor(), draft_id)
    return render_template(
        "courses/draft_questions.html",
        state=found,
        words=question_words,
        picture=_pictures(draft_id),
    )


def _pictures(draft_id: UUID) -> Callable[[str], str]:
    """The name of a drawing → its address in this draft."""
    return lambda name: url_for("courses.draft_picture", draft_id=draft_id, picture=name)


def _readable(found: State) -> ProgrammeVersion:
    if found.version is None:
        raise Invalid(
            _("Bản nháp còn lỗi nên chưa xem trước được. Hãy sửa các lỗi ở trang bản nháp.")
        )
    return found.version


@blueprint.get("/chuong-trinh/ban-nhap/<uuid:draft_id>/hinh/<picture>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def draft_picture(draft_id: UUID, picture: str) -> Response:
    """A picture of the draft; what is kept is a plain drawing, and opened by itself it may do nothing."""
    row = drafts.file(web.session(), actor(), draft_id, f"media/{picture}")
    answer = Response(row.body, content_type="image/svg+xml")
    answer.headers["Content-Security-Policy"] = PICTURE_CSP
    return answer


@blueprint.get("/chuong-trinh/ban-nhap/<uuid:draft_id>/goi.zip")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def draft_pack(draft_id: UUID) -> Response:
    """The draft as one file, as it stands."""
    return _pack(*draft_sources.pack_of_draft(web.session(), actor(), draft_id))


@blueprint.get("/chuong-trinh/<uuid:version_id>/goi.zip")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def version_pack(version_id: UUID) -> Response:
    """A published programme as one file, keys and all."""
    return _pack(*draft_sources.pack_of_version(web.session(), actor(), version_id))


def _pack(code: str, pack: bytes) -> Response:
    return as_file(Response(pack, content_type="application/zip"), f"{code}.zip")
