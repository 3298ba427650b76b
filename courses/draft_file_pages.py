"""The files of a draft in the browser: edit, add, delete, put pictures in."""

from uuid import UUID

from flask import Response, make_response, render_template, request, url_for

from courses import draft_pages, drafts, new_files
from courses.draft_files import HEAD
from courses.draft_state import GROUPS, check, remarks, title_of
from courses.pages import blueprint
from lms.core import web
from lms.core.errors import Conflict, Invalid, Refusal, TooLarge
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.web import see

SPARE_LINES = 12
"""Empty lines under the text, so that there is room to write on."""


@blueprint.get("/chuong-trinh/ban-nhap/<uuid:draft_id>/tep")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def draft_file(draft_id: UUID) -> str:
    """One file to be edited, with what is wrong in it."""
    return _editor(draft_id, request.args.get("path", HEAD), None, None)


@blueprint.post("/chuong-trinh/ban-nhap/<uuid:draft_id>/tep")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def save_file(draft_id: UUID) -> Response:
    """Keep the text, also when it is unfinished; two who edit at once are shown both texts."""
    path, text = request.form.get("path", HEAD), request.form.get("text", "").replace("\r\n", "\n")
    seen = request.form.get("seen") or None
    try:
        drafts.write_file(web.session(), actor(), draft_id, path, text.encode(), seen)
    except drafts.Overtaken as refusal:
        web.session().rollback()
        return make_response(_both(draft_id, path, text, refusal), refusal.status)
    except (Invalid, TooLarge) as refusal:
        web.session().rollback()
        return make_response(_editor(draft_id, path, text, refusal), refusal.status)
    return see(url_for("courses.draft_file", draft_id=draft_id, path=path, luu=1))


def _editor(draft_id: UUID, path: str, typed: str | None, refusal: Refusal | None) -> str:
    session, who = web.session(), actor()
    row = drafts.file(session, who, draft_id, path)
    content = drafts.files_of(session, who, draft_id)
    checked = check(content)
    told = remarks(checked.problems, content)
    text = row.body.decode("utf-8") if typed is None else typed
    return render_template(
        "courses/draft_file.html",
        draft=drafts.draft(session, who, draft_id),
        file=row,
        group=next(code for code, _title, pattern in GROUPS if pattern.fullmatch(path)),
        title=title_of(path, row.body),
        text=text,
        lines=text.count("\n") + 1 + SPARE_LINES,
        here=[remark for remark in told if remark.file == path],
        elsewhere=sum(remark.file != path for remark in told),
        advice=[r for r in remarks(checked.advice, content) if r.file == path],
        lesson=path.rsplit("/", 1)[-1].removesuffix(".md") if checked.version else "",
        is_saved=request.args.get("luu") == "1",
        refusal=refusal,
    )


def _both(draft_id: UUID, path: str, text: str, refusal: Refusal) -> str:
    """The text that is kept and the text that was typed, side by side."""
    session, who = web.session(), actor()
    row = drafts.file_or_none(session, who, draft_id, path)
    return render_template(
        "courses/draft_conflict.html",
        draft=drafts.draft(session, who, draft_id),
        path=path,
        kept=row.body.decode("utf-8") if row else "",
        kept_sha256=row.sha256 if row else "",
        kept_at=row.changed_at if row else None,
        typed=text,
        refusal=refusal,
    )


@blueprint.post("/chuong-trinh/ban-nhap/<uuid:draft_id>/tep/moi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def new_file(draft_id: UUID) -> Response:
    """A new lesson, module, task or file of questions, to be written at once."""
    form = request.form
    sort, name, module = (form.get(key, "") for key in ("sort", "name", "module"))
    try:
        path = new_files.start_file(web.session(), actor(), draft_id, sort, name, module)
    except (Invalid, Conflict) as refusal:
        return draft_pages.refused(draft_id, refusal)
    return see(url_for("courses.draft_file", draft_id=draft_id, path=path))


@blueprint.post("/chuong-trinh/ban-nhap/<uuid:draft_id>/tep/xoa")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def delete_file(draft_id: UUID) -> Response:
    """Take a file out of the draft."""
    path = request.form.get("path", HEAD)
    try:
        drafts.delete_file(web.session(), actor(), draft_id, path)
    except Invalid as refusal:
        return draft_pages.refused(draft_id, refusal)
    return see(url_for("courses.draft_page", draft_id=draft_id))


@blueprint.post("/chuong-trinh/ban-nhap/<uuid:draft_id>/hinh")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def upload_pictures(draft_id: UUID) -> Response:
    """Put drawings in, all or none; each is looked at as the loader does."""
    try:
        _keep_pictures(draft_id)
    except (Invalid, Conflict, TooLarge) as refusal:
        return draft_pages.refused(draft_id, refusal)
    return see(f"{url_for('courses.draft_page', draft_id=draft_id)}#media")


def _keep_pictures(draft_id: UUID) -> None:
    session, who = web.session(), actor()
    drafts.draft(session, who, draft_id)
    chosen = [one for one in request.files.getlist("file") if one.filename]
    if not chosen:
        message = _("Chưa chọn tệp. Hãy chọn hình .svg.")
        raise Invalid(message, fields={"file": [message]})
    for one in chosen:
        name = new_files.slug((one.filename or "").rsplit(".", 1)[0])
        path = f"media/{name}.svg"
        try:
            drafts.write_file(session, who, draft_id, path, one.read(), None)
        except drafts.Overtaken:
            message = _("Đã có hình %(path)s. Hãy đổi tên tệp hoặc xóa hình cũ trước.", path=path)
            raise Conflict(message) from None
