"""Pages of commendation: criteria as a form or a file, and the list they give, before it is decided."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from lms.core import clock, web
from lms.core.downloads import as_file
from lms.core.errors import Conflict, Invalid
from lms.core.guard import actor
from lms.core.ids import uuid7
from lms.core.policy import Policy, Reach, Role, allow
from lms.core.text import clean
from lms.core.web import see
from lms.indicators.helpers import named
from lms.people import queries as register
from lms.people.queries import Filter
from lms.reports import commend_actions as actions
from lms.reports import commend_forms as forms
from lms.reports.commend_figures import named_figures
from lms.reports.commend_kept import keep, seen_sha256
from lms.reports.commend_measuring import unit_kinds
from lms.reports.commend_models import CommendCriteria
from lms.reports.commend_preview import Preview, preview
from lms.reports.commend_reading import criteria_of, data_of, from_yaml, yaml_of
from lms.reports.commend_ready import ready_made
from lms.reports.commend_rules import Criteria, Subject
from lms.reports.commend_sources import households, trainers
from lms.reports.commend_words import (
    condition_text,
    group_text,
    name_heading,
    subject_short,
    subject_words,
)

blueprint = Blueprint("commend", __name__)
OFFICE = Policy({Role.OFFICER: Reach.COMMUNE, Role.ADMINISTRATOR: Reach.COMMUNE})
PAGE, FOUND = 50, 20
MOST_FILE = 100_000


# --- the front page -----------------------------------------------------------------------------


@blueprint.get("/khen-thuong")
@allow(OFFICE)
def front() -> str:
    """Criteria of the commune, lists that were decided, proposals to begin with."""
    return _front({})


def _front(errors: forms.Errors) -> str:
    session, who = web.session(), actor()
    rows = actions.sheets(session, who)
    return render_template(
        "reports/commend.html", rows=rows, lists=actions.lists(session, who), errors=errors,
        ready=ready_made(clock.today()), short=subject_short, subjects=subject_words(),
        names={row.id: row.name for row in rows}, typed=request.form,
    )  # fmt: skip


# --- criteria -----------------------------------------------------------------------------------


@blueprint.get("/khen-thuong/moi")
@allow(OFFICE)
def new_page() -> str:
    """The form, empty for a subject (`doi-tuong`) or filled from a proposal (`mau`)."""
    ready = ready_made(clock.today())
    data = ready.get(request.args.get("mau", ""))
    if data is None:
        subject = request.args.get("doi-tuong", "person")
        data = {**ready["dai-su"], "name": "", "remark": "", "group": "", "conditions": []}
        data["subject"] = subject if subject in list(Subject) else "person"
    return _form_page(data, {}, None)


@blueprint.post("/khen-thuong/moi")
@allow(OFFICE)
def write() -> Response:
    """Save new criteria; the buttons of a condition show the form again."""
    return _saved(None)


@blueprint.get("/khen-thuong/<uuid:criteria_id>/sua")
@allow(OFFICE)
def change_page(criteria_id: UUID) -> str:
    """The form filled with criteria that stand."""
    row = actions.sheet(web.session(), actor(), criteria_id)
    return _form_page(dict(row.source), {}, row)


@blueprint.post("/khen-thuong/<uuid:criteria_id>/sua")
@allow(OFFICE)
def change(criteria_id: UUID) -> Response:
    """Save other criteria in place of these."""
    return _saved(actions.sheet(web.session(), actor(), criteria_id))


def _saved(row: CommendCriteria | None) -> Response:
    form, data = request.form, forms.data_of_form(request.form)
    if forms.changed_by_button(data, form.get("do", ""), form.get("kind", "")):
        return Response(_form_page(data, {}, row))
    try:
        made = _save(row, criteria_of(data, clock.today()))
    except Invalid as error:
        return Response(_form_page(data, forms.field_errors(error.fields), row), 422)
    except Conflict as error:
        return Response(_form_page(data, {}, row, clash=error.message), 409)
    return see(url_for("commend.list_page", criteria_id=made.id))


def _save(row: CommendCriteria | None, criteria: Criteria) -> CommendCriteria:
    session, who, form = web.session(), actor(), request.form
    if row is None:
        return actions.write(session, who, web.uuid_field(form.get("key", ""), "key"), criteria)
    revision = form.get("revision", 0, type=int)
    return actions.change(session, who, row.id, revision, criteria)


def _form_page(
    data: dict[str, Any], errors: forms.Errors, row: CommendCriteria | None, clash: str = ""
) -> str:
    session, who = web.session(), actor()
    other = actions.read(row) if row is not None and clash else None
    return render_template(
        "reports/commend_form.html", data=data, errors=errors, row=row, clash=clash, other=other,
        fields=forms.fields_for(session, who, data), sentence=condition_text,
        key=request.form.get("key") or uuid7(),
        revision=row.revision if row and (clash or not request.form) else request.form.get("revision", 0),
    )  # fmt: skip


@blueprint.post("/khen-thuong/tep")
@allow(OFFICE)
def upload() -> Response:
    """New criteria from a file or from pasted text: shown in the form first, nothing is saved yet."""
    file = request.files.get("file")
    given = file.read(MOST_FILE) if file else b""
    text = given.decode("utf-8", "replace") or request.form.get("text", "")[:MOST_FILE]
    try:
        criteria = from_yaml(text, clock.today())
    except Invalid as error:
        return Response(_front(forms.field_errors(error.fields)), 422)
    return Response(_form_page(data_of(criteria), {}, None))


@blueprint.get("/khen-thuong/<uuid:criteria_id>/tieu-chi.yaml")
@allow(OFFICE)
def download(criteria_id: UUID) -> Response:
    """The criteria as a file for another commune or another year."""
    row = actions.sheet(web.session(), actor(), criteria_id)
    answer = Response(yaml_of(actions.read(row)), content_type="application/yaml; charset=utf-8")
    return as_file(answer, "tieu-chi-khen-thuong.yaml")


@blueprint.post("/khen-thuong/<uuid:criteria_id>/thoi-dung")
@allow(OFFICE)
def put_away(criteria_id: UUID) -> Response:
    """Use the criteria no longer (`away` 1), or again (0)."""
    actions.put_away(web.session(), actor(), criteria_id, request.form.get("away") == "1")
    return see(url_for("commend.front"))


# --- the list before it is decided --------------------------------------------------------------


@blueprint.get("/khen-thuong/<uuid:criteria_id>")
@allow(OFFICE)
def list_page(criteria_id: UUID) -> str:
    """Who would be in the list now, by what, who is near, whom an officer moved."""
    return _list_page(criteria_id, {})


def _list_page(criteria_id: UUID, errors: forms.Errors, clash: str = "") -> str:
    session, who = web.session(), actor()
    row = actions.sheet(session, who, criteria_id)
    moved = actions.decisions(session, row)
    shown = preview(session, who, actions.read(row), moved)
    return render_template(
        "reports/commend_list.html", row=row, shown=shown, errors=errors, clash=clash,
        lists=actions.lists(session, who, row.id), seen=seen_sha256(shown), key=uuid7(),
        today=clock.today(), typed=request.form, by_rate=shown.criteria.order > 0, **_said(shown),
        **_page(shown), **_search(row),
    )  # fmt: skip


def _said(shown: Preview) -> dict[str, Any]:
    """The criteria in words."""
    figures = named_figures(web.session(), actor().commune)
    return {
        "sentences": [condition_text(one, figures) for one in shown.criteria.conditions],
        "group": group_text(shown.criteria), "heading": name_heading(shown.criteria.subject),
        "short": subject_short(shown.criteria.subject),
        "with_units": shown.criteria.subject not in (Subject.UNIT, Subject.TRAINER),
    }  # fmt: skip


def _page(shown: Preview) -> dict[str, Any]:
    """One page of the rows."""
    pages = max(1, -(-len(shown.rows) // PAGE))
    page = min(pages, max(1, request.args.get("trang", 1, type=int)))
    start = (page - 1) * PAGE
    return {"page": page, "pages": pages, "start": start, "rows": shown.told(start, PAGE)}


def _search(row: CommendCriteria) -> dict[str, Any]:
    """Somebody to be added: people by name, of the other subjects the whole list to choose from."""
    typed = clean(request.values.get("tim", ""))[:80]
    session, who, today = web.session(), actor(), clock.today()
    if row.subject == Subject.PERSON:
        lines, total = (
            register.people(session, who, Filter(typed), today, 0, FOUND) if typed else ([], 0)
        )
        ids = {line.id for line in lines}
        return {
            "tim": typed,
            "found": named(session, who.commune, ids, today),
            "total": total,
            "others": [],
        }
    return {"tim": typed, "found": [], "total": 0, "others": _others(row)}


def _others(row: CommendCriteria) -> list[tuple[str, str]]:
    """Trainers, teams, units to choose from; households by the number that is searched."""
    session, who = web.session(), actor()
    if row.subject == Subject.TRAINER:
        known = trainers(session, who.commune)
        return sorted(((str(key), name) for key, name in known.items()), key=lambda one: one[1])
    if row.subject == Subject.HOUSEHOLD:
        return households(session, who.commune, clean(request.values.get("tim", "")))
    team = frozenset({"to_cong_nghe_so"})
    kinds = team if row.subject == Subject.TEAM else unit_kinds(actions.read(row))
    standing = register.units(session, who)
    return [(str(unit.id), unit.name) for unit in standing if unit.kind in kinds]


@blueprint.post("/khen-thuong/<uuid:criteria_id>/quyet-dinh")
@allow(OFFICE)
def decide(criteria_id: UUID) -> Response:
    """Leave out or add one: fields `kind`, `subject`, `reason`."""
    form, session, who = request.form, web.session(), actor()
    actions.sheet(session, who, criteria_id)
    subject = web.uuid_field(form.get("subject", ""), "subject")
    try:
        actions.decide(
            session, who, criteria_id, form.get("kind", ""), subject, form.get("reason", "")
        )
    except Invalid as error:
        return Response(_list_page(criteria_id, forms.field_errors(error.fields)), 422)
    return see(url_for("commend.list_page", criteria_id=criteria_id))


@blueprint.post("/khen-thuong/<uuid:criteria_id>/bo-quyet-dinh")
@allow(OFFICE)
def undo(criteria_id: UUID) -> Response:
    """Take a single decision back: field `decision`."""
    actions.sheet(web.session(), actor(), criteria_id)
    decision = web.uuid_field(request.form.get("decision", ""), "decision")
    actions.undo(web.session(), actor(), criteria_id, decision)
    return see(url_for("commend.list_page", criteria_id=criteria_id))


@blueprint.post("/khen-thuong/<uuid:criteria_id>/chot")
@allow(OFFICE)
def decide_list(criteria_id: UUID) -> Response:
    """Decide the list as it was seen: fields `key`, `seen`."""
    actions.sheet(web.session(), actor(), criteria_id)
    key = web.uuid_field(request.form.get("key", ""), "key")
    seen = request.form.get("seen", "")[:64]
    try:
        row = keep(web.session(), actor(), criteria_id, key, seen)
    except Conflict as error:
        web.session().rollback()
        return Response(_list_page(criteria_id, {}, error.message), 409)
    return see(url_for("commend.kept_page", commend_list_id=row.id))
