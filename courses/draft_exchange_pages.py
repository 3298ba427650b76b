"""Pages of questions that come into a draft from other files, and go out to other systems."""

from uuid import UUID

from flask import Response, make_response, render_template, request, url_for

from courses import draft_exchange, draft_pages, drafts, question_words
from courses.draft_exchange import FORMATS, Preview
from courses.draft_files import HEAD, skills_of
from courses.pages import blueprint
from courses.problems import ContentError, Problem
from courses.rules import LEVELS
from lms.core import web
from lms.core.downloads import as_file
from lms.core.errors import Conflict, Invalid, Refusal, TooLarge
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.web import see


@blueprint.get("/chuong-trinh/ban-nhap/<uuid:draft_id>/cau-hoi/nhap")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def import_questions(draft_id: UUID) -> str:
    """The form of a file with questions."""
    return _form(draft_id, None, ())


@blueprint.post("/chuong-trinh/ban-nhap/<uuid:draft_id>/cau-hoi/nhap")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def preview_questions(draft_id: UUID) -> Response:
    """The questions and what stays behind; nothing is written yet."""
    try:
        return make_response(_preview(draft_id, _read(draft_id)))
    except ContentError as error:
        return make_response(_form(draft_id, None, error.problems), 422)
    except (Invalid, Conflict) as refusal:
        return make_response(_form(draft_id, refusal, ()), refusal.status)


def _read(draft_id: UUID) -> Preview:
    session, who = web.session(), actor()
    drafts.draft(session, who, draft_id)
    file = request.files.get("file")
    if file is None or not file.filename:
        message = _("Chưa chọn tệp. Hãy chọn tệp câu hỏi.")
        raise Invalid(message, fields={"file": [message]})
    wish = draft_exchange.wish(request.form, file.filename)
    content = file.read()
    return draft_exchange.previewed(session, who, draft_id, file.filename, content, wish)


def _form(draft_id: UUID, refusal: Refusal | None, problems: tuple[Problem, ...]) -> str:
    session, who = web.session(), actor()
    head = drafts.file(session, who, draft_id, HEAD).body
    return render_template(
        "courses/draft_import.html",
        draft=drafts.draft(session, who, draft_id),
        skills=skills_of(head),
        banks=list(question_words.BANK_NAMES.items()),
        levels=[(level, question_words.LEVEL_NAMES[level]) for level in LEVELS],
        refusal=refusal,
        problems=problems,
        typed=request.form,
    )


def _preview(draft_id: UUID, preview: Preview) -> str:
    return render_template(
        "courses/draft_import_preview.html",
        draft=drafts.draft(web.session(), actor(), draft_id),
        preview=preview,
        words=question_words,
    )


@blueprint.post("/chuong-trinh/ban-nhap/<uuid:draft_id>/cau-hoi/ghi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def keep_questions(draft_id: UUID) -> Response:
    """Write the files that the preview showed; each is looked at as any other file of a draft."""
    paths, texts = request.form.getlist("path"), request.form.getlist("text")
    files = {path: text.encode() for path, text in zip(paths, texts, strict=False)}
    try:
        path = draft_exchange.keep(web.session(), actor(), draft_id, files)
    except (Invalid, Conflict, TooLarge) as refusal:
        return draft_pages.refused(draft_id, refusal)
    return see(url_for("courses.draft_file", draft_id=draft_id, path=path, luu=1))


@blueprint.get("/chuong-trinh/ban-nhap/<uuid:draft_id>/cau-hoi/xuat")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def export_questions(draft_id: UUID) -> str:
    """What the chosen format cannot carry, before the download."""
    session, who = web.session(), actor()
    form, bank = _wanted()
    draft = drafts.draft(session, who, draft_id)
    try:
        _body, losses, count = draft_exchange.given_out(session, who, draft_id, form, bank)
    except Invalid as refusal:
        return render_template("courses/draft_export.html", draft=draft, refusal=refusal)
    return render_template(
        "courses/draft_export.html", draft=draft, refusal=None, losses=losses, count=count, form=form,
        bank=bank, banks=list(question_words.BANK_NAMES.items()),
    )  # fmt: skip


@blueprint.get("/chuong-trinh/ban-nhap/<uuid:draft_id>/cau-hoi/tai")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def download_questions(draft_id: UUID) -> Response:
    """The questions as a file, keys and all."""
    session, who = web.session(), actor()
    form, bank = _wanted()
    body, _losses, _count = draft_exchange.given_out(session, who, draft_id, form, bank)
    kind, ending = FORMATS[form]
    code = drafts.draft(session, who, draft_id).code
    return as_file(Response(body, content_type=kind), f"{code}.{ending}")


def _wanted() -> tuple[str, str]:
    form, bank = request.args.get("dang", "gift"), request.args.get("ngan-hang", "")
    if form not in FORMATS or bank not in ("", *draft_exchange.BANKS):
        raise Invalid(_("Hãy chọn lại dạng tệp và loại câu trong danh sách."))
    return form, bank
