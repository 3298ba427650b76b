"""Pages of a closed period's documents: what would be made, what was made, the files as they were made."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from lms.core import clock, web
from lms.core.downloads import as_file
from lms.core.errors import Invalid, NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Policy, Reach, Role, allow
from lms.core.web import see
from lms.indicators import snapshot_queries as held
from lms.indicators.snapshot_models import ReportSnapshot
from lms.people.account_queries import account_names
from lms.reports import document_issue as issue
from lms.reports import document_office, document_texts
from lms.reports.document_letterhead import HEAD_WORDS
from lms.reports.document_models import ReportDocument, ReportDocumentFile
from lms.reports.document_paper import paper

blueprint = Blueprint("documents", __name__)

OFFICE = Policy({Role.OFFICER: Reach.COMMUNE, Role.ADMINISTRATOR: Reach.COMMUNE})


@blueprint.get("/bao-cao/ky/<uuid:snapshot_id>")
@allow(OFFICE)
def of_snapshot(snapshot_id: UUID) -> str:
    """The documents of a closing, and what the next one would be made from."""
    return _page(_row(snapshot_id), {})


def _row(snapshot_id: UUID) -> ReportSnapshot:
    return held.snapshot(web.session(), actor().commune, snapshot_id)


def _page(row: ReportSnapshot, problems: dict[str, list[str]]) -> str:
    session = web.session()
    now = issue.ready(session, row.commune_id, row, request.values.get("mau", ""))
    made = issue.documents(session, row)
    same = next((one for one in made if one.basis_sha256 == now.basis_sha256), None)
    return render_template(
        "reports/documents.html",
        row=row,
        now=now,
        title=now.source.body["title"],
        heads=[(key, str(word)) for key, word in HEAD_WORDS.items()],
        made=[_told(one) for one in made],
        same=same,
        newer=_newer(made, now),
        problems=problems or now.problems,
        refused=bool(problems),
        names=account_names(session, {one.made_by for one in made if one.made_by}),
        text_key=document_texts.about(row).key,
        files=held.kept_files(session, row),
        office=document_office.program(),
        without_office=document_office.said_without(),
    )


def _told(
    one: ReportDocument,
) -> tuple[ReportDocument, dict[str, ReportDocumentFile], dict[str, Any]]:
    files = {file.kind: file for file in issue.files(web.session(), one)}
    return one, files, issue.body_of(one)


def _newer(made: list[ReportDocument], now: issue.Ready) -> list[str]:
    """What changed since the last document: it stays as it is, and a new one may be made."""
    if not made:
        return []
    before, after = issue.body_of(made[0])["basis"], now.basis
    words = {
        "words": _("lời báo cáo"), "letterhead": _("mẫu chữ ký, tiêu đề"),
        "template": _("mẫu Word của xã"), "restated": _("có điều chỉnh số liệu được công bố"),
        "layout": _("cách trình bày của phần mềm"),
    }  # fmt: skip
    return [word for name, word in words.items() if before[name] != after[name]]


@blueprint.post("/bao-cao/ky/<uuid:snapshot_id>/lap")
@allow(OFFICE)
def make(snapshot_id: UUID) -> Response:
    """Make the document: field `mau` names the letterhead. Made already, it is that one."""
    try:
        made = issue.make(web.session(), actor(), snapshot_id, request.form.get("mau", ""))
    except Invalid as error:
        return Response(_page(_row(snapshot_id), error.fields), 422)
    return see(
        url_for("documents.of_snapshot", snapshot_id=snapshot_id) + f"#bao-cao-{made.number}"
    )


@blueprint.get("/bao-cao/ky/<uuid:snapshot_id>/xem-thu.pdf")
@allow(OFFICE)
def preview(snapshot_id: UUID) -> Response:
    """What the next document would look like; nothing is kept."""
    from lms.reports.document_pdf import pdf_bytes

    row = _row(snapshot_id)
    now = issue.ready(web.session(), row.commune_id, row, request.args.get("mau", ""))
    told = paper(now.source, clock.today().year) | {"sample": _("BẢN XEM THỬ – CHƯA LẬP")}
    return pdf(pdf_bytes(told), "xem-thu.pdf")


def pdf(content: bytes, name: str) -> Response:
    """A PDF that the browser shows."""
    return as_file(Response(content, content_type="application/pdf"), name, shown=True)


@blueprint.get("/bao-cao/ky/<uuid:snapshot_id>/van-ban/<int:number>/<doc_kind>")
@allow(OFFICE)
def document_file(snapshot_id: UUID, number: int, doc_kind: str) -> Response:
    """A file of a document, byte for byte as it was made."""
    if doc_kind not in issue.KINDS:
        raise NotFound(_("Báo cáo này không có tệp đó. Hãy mở lại trang báo cáo của bản chốt."))
    session = web.session()
    made = issue.document(session, _row(snapshot_id), number)
    file = issue.file(session, made, doc_kind)
    return sent(file.content, issue.KINDS[doc_kind], file.name, file.sha256)


def sent(content: bytes, kind: str, name: str, digest: str) -> Response:
    """A kept file to save."""
    answer = Response(content, content_type=kind)
    answer.headers["ETag"] = f'"{digest}"'
    return as_file(answer, name)


@blueprint.post("/bao-cao/ky/<uuid:snapshot_id>/van-ban/<int:number>/pdf-mau")
@allow(OFFICE)
def template_pdf(snapshot_id: UUID, number: int) -> Response:
    """Make the PDF of the commune's template once; LibreOffice works while nothing is locked."""
    who = actor()
    with web.database().read() as reading:
        row = held.snapshot(reading, who.commune, snapshot_id)
        made = issue.converted(reading, issue.document(reading, row, number))
    if made is not None:
        kept = issue.document(web.session(), _row(snapshot_id), number)
        issue.keep_converted(web.session(), who, kept, made)
    return see(url_for("documents.of_snapshot", snapshot_id=snapshot_id) + f"#bao-cao-{number}")
