"""Pages of the letterheads and of the commune's Word templates: set, look, send up, choose."""

from typing import Any

from flask import Response, make_response, render_template, request, url_for

from lms.core import clock, web
from lms.core.errors import Conflict, Invalid
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import allow
from lms.core.web import see
from lms.indicators import queries
from lms.people.models import Commune
from lms.reports import document_letterhead as heads
from lms.reports import document_office
from lms.reports import document_templates as templates
from lms.reports.document_issue import KINDS
from lms.reports.document_letterhead import HEAD_WORDS, Held, Letterhead
from lms.reports.document_models import HEADS
from lms.reports.document_pages import OFFICE, blueprint, pdf, sent
from lms.reports.document_render import FIELDS, LISTS, MEMBERS


def _commune() -> Commune:
    return queries.commune_of(web.session(), actor().commune)


@blueprint.get("/bao-cao/mau")
@allow(OFFICE)
def forms() -> str:
    """Both letterheads and what each is made with."""
    session, commune = web.session(), _commune()
    return render_template(
        "reports/document_forms.html",
        cards=[
            (head, str(HEAD_WORDS[head]), heads.letterhead(session, commune, head),
             templates.chosen(session, commune.id, head))
            for head in HEADS
        ],
        year=clock.today().year,
    )  # fmt: skip


@blueprint.get("/bao-cao/mau/<head>")
@allow(OFFICE)
def letterhead(head: str) -> str:
    """One letterhead: its fields, how it looks, its Word templates."""
    held = heads.letterhead(web.session(), _commune(), heads.check_head(head))
    return _page(held, held.letterhead, held.number)


def _page(
    held: Held, told: Letterhead, seen: int, problems: dict[str, Any] | None = None, *,
    overtaken: bool = False, file_faults: list[str] | None = None,
) -> str:  # fmt: skip
    session, commune, head = web.session(), actor().commune, told.head
    return render_template(
        "reports/document_letterhead.html",
        head=head,
        name=str(HEAD_WORDS[head]),
        held=held,
        told=told,
        seen=seen,
        problems=problems or {},
        overtaken=overtaken,
        by=heads.author(session, held.row.made_by) if held.row else "",
        versions=[(one, heads.author(session, one.made_by))
                  for one in heads.versions(session, commune, head)],
        year=clock.today().year,
        templates=templates.templates(session, commune, head),
        chosen=templates.chosen(session, commune, head),
        file_faults=file_faults or [],
        fields=FIELDS, lists=LISTS, members=MEMBERS,
        office=document_office.program(),
    )  # fmt: skip


@blueprint.post("/bao-cao/mau/<head>")
@allow(OFFICE)
def save_letterhead(head: str) -> Response:
    """Keep a new version; what is wrong stands at its field, another's version is shown."""
    session, who = web.session(), actor()
    held = heads.letterhead(session, _commune(), heads.check_head(head))
    told, seen = heads.typed(head, request.form, held.letterhead), request.form.get("seen", 0, int)
    try:
        heads.save(session, who, told, seen)
    except Invalid as refused:
        return make_response(_page(held, told, seen, refused.fields), 422)
    except Conflict:
        return make_response(_page(held, told, held.number, overtaken=True), 409)
    return see(url_for("documents.letterhead", head=head) + "#xem")


@blueprint.get("/bao-cao/mau/<head>/xem-thu.pdf")
@allow(OFFICE)
def letterhead_preview(head: str) -> Response:
    """A paper without figures under the letterhead that holds."""
    from lms.reports.document_example import example
    from lms.reports.document_pdf import pdf_bytes

    held = heads.letterhead(web.session(), _commune(), heads.check_head(head))
    return pdf(pdf_bytes(example(held.letterhead, clock.today().year)), f"xem-thu-{head}.pdf")


# --- Word templates -------------------------------------------------------------------------------


@blueprint.get("/bao-cao/mau/<head>/mau-goc.docx")
@allow(OFFICE)
def base_template(head: str) -> Response:
    """The standard template, to be changed in Word."""
    from lms.indicators.snapshot_body import sha256
    from lms.reports.document_docx import base_template as made

    held = heads.letterhead(web.session(), _commune(), heads.check_head(head)).letterhead
    content = made(head, landscape=held.annex == "landscape")
    return sent(content, KINDS["docx"], f"mau-goc-{head}.docx", sha256(content))


@blueprint.post("/bao-cao/mau/<head>/tai-len")
@allow(OFFICE)
def send_template(head: str) -> Response:
    """Keep a template: field `file`. A broken one is told with every fault, nothing is kept."""
    session, file = web.session(), request.files.get("file")
    content = file.read(templates.MAX_BYTES + 1) if file else b""
    try:
        templates.keep(
            session, actor(), heads.check_head(head), file.filename or "" if file else "", content
        )
    except templates.Broken as broken:
        held = heads.letterhead(session, _commune(), head)
        told = [str(one) for one in broken.found]
        return make_response(_page(held, held.letterhead, held.number, file_faults=told), 422)
    return see(url_for("documents.letterhead", head=head) + "#mau-word")


@blueprint.post("/bao-cao/mau/<head>/chon")
@allow(OFFICE)
def choose_template(head: str) -> Response:
    """Use a version from now on: field `number`, 0 for the standard layout alone."""
    templates.choose(
        web.session(), actor(), heads.check_head(head), request.form.get("number", 0, int)
    )
    return see(url_for("documents.letterhead", head=head) + "#mau-word")


@blueprint.get("/bao-cao/mau/<head>/ban/<int:number>/<look>")
@allow(OFFICE)
def template_file(head: str, number: int, look: str) -> Response:
    """A template as it was sent (`mau.docx`), or with an example put into it (`xem-thu.docx`)."""
    row = templates.template(web.session(), actor().commune, head, number)
    content = row.content if look == "mau.docx" else _with_example(row.content, head)
    return sent(content, KINDS["docx"], f"{head}-{number}-{look}", row.sha256 + look[:3])


def _with_example(content: bytes, head: str) -> bytes:
    from lms.reports.document_example import example
    from lms.reports.document_render import docx_bytes
    from lms.reports.document_zip import MADE

    held = heads.letterhead(web.session(), _commune(), head)
    try:
        return docx_bytes(content, example(held.letterhead, clock.today().year), MADE)
    except Exception:
        # It was checked when it came; a later library may still refuse it.
        raise Conflict(
            _("Mẫu này không còn dùng được. Hãy chọn mẫu chuẩn hoặc tải mẫu khác.")
        ) from None
