"""Pages of requests about somebody's data, and of what a person agreed to."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from lms.core import audit, clock, web
from lms.core.downloads import as_file
from lms.core.errors import Invalid, Refusal
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Policy, Reach, Role, allow
from lms.people import privacy_consents, privacy_copy, privacy_requests, queries
from lms.people import privacy_words as words
from lms.people.models import Person
from lms.people.privacy_consents import NewConsent
from lms.people.privacy_models import DataRequest
from lms.people.privacy_requests import NewRequest
from lms.people.privacy_schemas import (
    ConsentIn,
    RepresentativeIn,
    RequestIn,
    StepIn,
    WithdrawalIn,
)
from lms.people.proof import require, weighs, weighs_sometimes
from lms.people.rules.privacy import acknowledge_by, answer_by, is_minor
from lms.people.schemas import form

blueprint = Blueprint("privacy", __name__)
OFFICE = Policy({Role.OFFICER: Reach.COMMUNE, Role.ADMINISTRATOR: Reach.COMMUNE})


@blueprint.get("/yeu-cau-du-lieu")
@allow(OFFICE)
def requests() -> str:
    """Every request, what is due first."""
    return render_template(
        "people/privacy_requests.html",
        lines=privacy_requests.lines(web.session(), actor()),
        w=words,
    )


@blueprint.get("/dan-cu/<uuid:person_id>/yeu-cau")
@allow(OFFICE)
def ask(person_id: UUID) -> str:
    """The form of a request about one person."""
    return _ask_page(person_id)


def _ask_page(person_id: UUID, **more: Any) -> str:
    session, who = web.session(), actor()
    person = queries.person(session, who, person_id, clock.today())
    shown: dict[str, Any] = {"refusal": None, "given": {}} | more
    return render_template(
        "people/privacy_ask.html", person=person, today=clock.today(), w=words, key=uuid7(),
        minor=is_minor(person.birth_date, person.birth_year, clock.today()),
        acting=privacy_consents.standing(session, who.commune, person_id), **shown,
    )  # fmt: skip


@blueprint.post("/dan-cu/<uuid:person_id>/yeu-cau")
@allow(OFFICE)
def receive(person_id: UUID) -> Response:
    """Take a request in; the same form twice is one."""
    queries.person(web.session(), actor(), person_id, clock.today())
    try:
        given = form(RequestIn)
        new = NewRequest(given.pop("key"), **given)
        row = privacy_requests.receive(web.session(), actor(), person_id, new)
    except Refusal as refusal:
        return _again(_ask_page, person_id, refusal)
    return _to(row.id)


def _again(page: Any, key: UUID, refusal: Refusal) -> Response:
    """The form once more, with what was typed and what to mend."""
    web.session().rollback()
    return make_response(page(key, refusal=refusal, given=request.form), refusal.status)


def _to(key: UUID) -> Response:
    return make_response(redirect(url_for("privacy.one", request_id=key), 303))


# One request


@blueprint.get("/yeu-cau-du-lieu/<uuid:request_id>")
@allow(OFFICE)
def one(request_id: UUID) -> str:
    """One request with its days, its steps and what can be done."""
    return _one_page(request_id)


def _one_page(request_id: UUID, **more: Any) -> str:
    shown: dict[str, Any] = {"refusal": None, "given": {}} | more
    return render_template("people/privacy_request.html", **_about(request_id), **shown)


def _about(request_id: UUID) -> dict[str, Any]:
    session, who = web.session(), actor()
    row = privacy_requests.request(session, who, request_id)
    return {
        "row": row,
        "person": session.get_one(Person, (row.commune_id, row.person_id)),
        "due": privacy_requests.due_of(row),
        "acknowledge_by": acknowledge_by(row.received_on),
        "answer_by": answer_by(row.kind, row.received_on),
        "names": privacy_requests.who_did(session, [row]),
        "w": words,
    }


@blueprint.get("/yeu-cau-du-lieu/<uuid:request_id>/phieu")
@allow(OFFICE)
def receipt(request_id: UUID) -> str:
    """The paper for who asked."""
    return render_template("people/privacy_receipt.html", **_about(request_id))


@blueprint.post("/yeu-cau-du-lieu/<uuid:request_id>/tiep-nhan")
@allow(OFFICE)
def acknowledge(request_id: UUID) -> Response:
    """The asker was told that the request has come."""
    privacy_requests.acknowledge(web.session(), actor(), request_id)
    return _to(request_id)


@blueprint.post("/yeu-cau-du-lieu/<uuid:request_id>/thuc-hien")
@allow(OFFICE)
@weighs_sometimes
def finish(request_id: UUID) -> Response:
    """Carry the request out; a deletion wants a tick that one is sure."""
    row = privacy_requests.request(web.session(), actor(), request_id)
    if row.kind == "delete":
        require(actor())
    try:
        given = form(StepIn)
        _require_sure(row, given["sure"])
        said = given["words"]
        privacy_requests.finish(web.session(), actor(), web.keys(), row.id, given["revision"], said)
    except Refusal as refusal:
        return _again(_one_page, request_id, refusal)
    return _to(request_id)


def _require_sure(row: DataRequest, sure: str) -> None:
    if row.kind == "delete" and row.state not in ("done", "refused") and sure != "1":
        wrong = _("Xóa rồi không lấy lại được. Hãy đánh dấu ô xác nhận.")
        raise Invalid(wrong, fields={"sure": [wrong]})


@blueprint.post("/yeu-cau-du-lieu/<uuid:request_id>/tu-choi")
@allow(OFFICE)
def refuse(request_id: UUID) -> Response:
    """Refuse with a reason."""
    row = privacy_requests.request(web.session(), actor(), request_id)
    try:
        given = form(StepIn)
        privacy_requests.refuse(web.session(), actor(), row.id, given["revision"], given["words"])
    except Refusal as refusal:
        return _again(_one_page, request_id, refusal)
    return _to(request_id)


@blueprint.post("/yeu-cau-du-lieu/<uuid:request_id>/ban-sao")
@allow(OFFICE)
@weighs
def copy(request_id: UUID) -> Response | str:
    """Everything held about the person, to be printed or saved; who took it is in the log."""
    session, who = web.session(), actor()
    row = privacy_requests.to_be_copied(session, who, request_id)
    found = privacy_copy.everything(session, who, web.keys(), row.person_id)
    audit.record(session, who, "copied", "data_request", row.id, number=row.number)
    if request.form.get("kieu") == "json":
        return _as_file(privacy_copy.as_json(found), row.number)
    return render_template("people/privacy_copy.html", it=found, row=row, today=clock.today())


def _as_file(text: str, number: int) -> Response:
    answer = make_response(text)
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    return as_file(answer, f"ban-sao-du-lieu-{number}.json")


# What a person agreed to


@blueprint.get("/dan-cu/<uuid:person_id>/dong-y")
@allow(OFFICE)
def consents(person_id: UUID) -> str:
    """Consents and who acts for the person."""
    return _consents_page(person_id)


def _consents_page(person_id: UUID, **more: Any) -> str:
    session, who, today = web.session(), actor(), clock.today()
    person = queries.person(session, who, person_id, today)
    shown: dict[str, Any] = {"refusal": None, "given": {}} | more
    rows = privacy_consents.consents(session, who.commune, person_id)
    return render_template(
        "people/privacy_consents.html", person=person, rows=rows, today=today, w=words, key=uuid7(),
        minor=is_minor(person.birth_date, person.birth_year, today),
        acting=privacy_consents.standing(session, who.commune, person_id), **shown,
    )  # fmt: skip


def _back(person_id: UUID) -> Response:
    return make_response(redirect(url_for("privacy.consents", person_id=person_id), 303))


@blueprint.post("/dan-cu/<uuid:person_id>/dong-y")
@allow(OFFICE)
def give(person_id: UUID) -> Response:
    """Write a consent down."""
    queries.person(web.session(), actor(), person_id, clock.today())
    try:
        privacy_consents.give(web.session(), actor(), person_id, NewConsent(**form(ConsentIn)))
    except Refusal as refusal:
        return _again(_consents_page, person_id, refusal)
    return _back(person_id)


@blueprint.post("/dan-cu/<uuid:person_id>/dong-y/rut")
@allow(OFFICE)
def withdraw(person_id: UUID) -> Response:
    """Take a consent back, and stop what rests on it."""
    queries.person(web.session(), actor(), person_id, clock.today())
    try:
        it = form(WithdrawalIn)
        privacy_consents.withdraw(
            web.session(), actor(), person_id, it["purpose"], it["form"], it["given_by"]
        )
    except Refusal as refusal:
        return _again(_consents_page, person_id, refusal)
    return _back(person_id)


@blueprint.post("/dan-cu/<uuid:person_id>/dai-dien")
@allow(OFFICE)
def name(person_id: UUID) -> Response:
    """Write down who acts for the person."""
    queries.person(web.session(), actor(), person_id, clock.today())
    try:
        it = form(RepresentativeIn)
        privacy_consents.name(
            web.session(), actor(), person_id, it["key"], it["full_name"], it["relation"]
        )
    except Refusal as refusal:
        return _again(_consents_page, person_id, refusal)
    return _back(person_id)


@blueprint.post("/dai-dien/<uuid:representative_id>/thoi")
@allow(OFFICE)
def end(representative_id: UUID) -> Response:
    """This one no longer acts for the person."""
    return _back(privacy_consents.end(web.session(), actor(), representative_id).person_id)
