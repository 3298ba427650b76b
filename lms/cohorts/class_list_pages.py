"""Ways into a class besides the search: a file or a paste, somebody at the door, a whole school class."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from lms.cohorts import class_list, school_lists
from lms.cohorts.enrolling import free_places, of_class
from lms.cohorts.school_lists import Wanted
from lms.core import clock, web
from lms.core.errors import Invalid, Refusal
from lms.core.guard import Actor, actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import TEACHING, Role, allow
from lms.core.web import see, uuid_field
from lms.ledger import projector
from lms.people import importing, preview_view, progress, walk_ins
from lms.people.import_pages import LONG_BYTES, read_upload
from lms.people.importing import Upload
from lms.people.models import MEMBERSHIP_KINDS, STUDENT_LEVELS
from lms.people.register import Tick
from lms.people.walk_ins import Typed
from lms.people.wording import FATES

blueprint = Blueprint("class_list", __name__)


def _learners(cohort_id: UUID, **more: Any) -> str:
    return url_for("board.learners", cohort_id=cohort_id, **more)


def _worker(cohort_id: UUID) -> Actor:
    """The actor, who may work in this class: known before anything of the form is read."""
    with web.database().read() as session:
        class_list.reached(session, actor(), cohort_id)
    return actor()


# A file or a paste


@blueprint.get("/lop-hoc/<uuid:cohort_id>/nhap")
@allow(TEACHING)
def upload(cohort_id: UUID) -> str:
    """The form of a file or a paste for this class."""
    return _upload_form(cohort_id, None)


def _upload_form(cohort_id: UUID, refusal: Refusal | None) -> str:
    session, who = web.session(), actor()
    cohort = class_list.seen(session, who, cohort_id)
    return render_template(
        "cohorts/list_upload.html", cohort=cohort, refusal=refusal,
        homes=importing.homes(session, who.commune), pasted=request.form.get("text", "")[:20_000],
    )  # fmt: skip


@blueprint.post("/lop-hoc/<uuid:cohort_id>/nhap")
@allow(TEACHING)
def preview(cohort_id: UUID) -> Response:
    """Read the list and keep it for the preview; nobody is enrolled yet."""
    who = _worker(cohort_id)
    try:
        sent = read_upload()
        if len(sent.content) > LONG_BYTES:
            work = partial(_read, who, cohort_id, sent)
            return progress.streamed(_("Đang đọc danh sách"), _learners(cohort_id), work)
        return see(_read(who, cohort_id, sent, lambda _rows: None))
    except Invalid as refusal:
        return make_response(_upload_form(cohort_id, refusal), refusal.status)


def _read(who: Actor, cohort_id: UUID, sent: Upload, tick: Tick) -> str:
    keys = web.keys()
    with web.database().read() as session:
        plan = class_list.read_list(session, who, keys, cohort_id, sent, tick)
    with web.database().write() as session:
        row = class_list.keep_list(session, who, keys, cohort_id, sent, plan)
        return url_for("class_list.check", cohort_id=cohort_id, ds=row.id)


@blueprint.get("/lop-hoc/<uuid:cohort_id>/nhap/xem")
@allow(TEACHING)
def check(cohort_id: UUID) -> str | Response:
    """Each row's fate before anybody is enrolled; `ds` names the list."""
    _worker(cohort_id)
    return _check_page(cohort_id, uuid_field(request.args.get("ds", ""), "ds"), None)


def _check_page(cohort_id: UUID, import_id: UUID, refusal: Refusal | None) -> str | Response:
    session, who = web.session(), actor()
    cohort = class_list.seen(session, who, cohort_id)
    kept, row = class_list.kept_list(session, who, cohort_id, import_id)
    if row.status != "previewed":
        return see(_learners(cohort_id, ds=kept.id))
    plan = importing.preview_of(session, web.keys(), row)
    already, coming = class_list.in_class(session, who, cohort_id, plan)
    return render_template(
        "cohorts/list_check.html", cohort=cohort, row=row, fates=FATES, refusal=refusal,
        already=already, coming=coming, free=free_places(session, who.commune, cohort_id),
        # Who teaches asks the person; the register's telephones are no trainer's to collect.
        **preview_view.page(session, who.commune, plan, hides_phones=who.role is Role.TRAINER),
    )  # fmt: skip


@blueprint.post("/lop-hoc/<uuid:cohort_id>/nhap/chon")
@allow(TEACHING)
def choose(cohort_id: UUID) -> Response:
    """Which tables of the file are read, or who a doubtful row is."""
    who, import_id = _worker(cohort_id), uuid_field(request.values.get("ds", ""), "ds")
    choice = preview_view.choice_of_form()
    class_list.choose(web.session(), who, web.keys(), cohort_id, import_id, choice)
    seen: dict[str, Any] = {"xem": "doubtful", "trang": request.form.get("trang", 1, type=int)}
    more = seen if choice.tables is None else {}
    return see(url_for("class_list.check", cohort_id=cohort_id, ds=import_id, **more))


@blueprint.post("/lop-hoc/<uuid:cohort_id>/nhap/xem")
@allow(TEACHING)
def enrol(cohort_id: UUID) -> str | Response:
    """Add or update the people of the list and enrol them, all in one transaction."""
    who, import_id = _worker(cohort_id), uuid_field(request.values.get("ds", ""), "ds")
    skip = request.form.get("skip_errors") == "1"
    try:
        return see(_learners(cohort_id, ds=_enrol(who, cohort_id, import_id, skip)))
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return make_response(_check_page(cohort_id, import_id, refusal), refusal.status)


def _enrol(who: Actor, cohort_id: UUID, import_id: UUID, skip: bool) -> UUID:
    keys = web.keys()
    with web.database().read() as session:
        ready = class_list.prepare(session, who, keys, cohort_id, import_id)
    with web.database().write() as session:
        kept = class_list.apply_list(
            session, who, keys, cohort_id, import_id, skip_errors=skip, ready=ready
        )
        return kept.id


@blueprint.post("/lop-hoc/<uuid:cohort_id>/hoan-tac-danh-sach")
@allow(TEACHING)
def undo(cohort_id: UUID) -> Response:
    """Take a list back; twice is once."""
    who, list_id = _worker(cohort_id), uuid_field(request.form.get("ds", ""), "ds")
    kept = class_list.undo_list(web.session(), who, web.keys(), cohort_id, list_id)
    return see(_learners(cohort_id, ds=kept.id))


# Somebody at the door


@blueprint.get("/lop-hoc/<uuid:cohort_id>/nguoi-moi")
@allow(TEACHING)
def walk_in(cohort_id: UUID) -> str:
    """The short form of somebody who is not on the list."""
    return _walk_in_form(cohort_id, Typed(uuid7(), request.args.get("ten", "")[:100]), {})


def _walk_in_form(cohort_id: UUID, typed: Typed, errors: dict[str, Any]) -> str:
    session, who = web.session(), actor()
    return render_template(
        "cohorts/walk_in.html", cohort=class_list.seen(session, who, cohort_id), typed=typed,
        errors=errors, homes=importing.homes(session, who.commune), likely=[],
    )  # fmt: skip


@blueprint.post("/lop-hoc/<uuid:cohort_id>/nguoi-moi")
@allow(TEACHING)
def welcome(cohort_id: UUID) -> str | Response:
    """Show whom of the register it may be; when it is nobody, add and enrol."""
    who, typed, session = _worker(cohort_id), _typed(), web.session()
    try:
        person = walk_ins.read(session, who, typed)
    except Invalid as refusal:
        return make_response(_walk_in_form(cohort_id, typed, refusal.fields), 422)
    likely = walk_ins.likely(session, who, person)
    asked = request.form.getlist("khong")
    if any(str(one.id) not in asked for one in likely):
        return _ask(cohort_id, typed, likely)
    others = [one.id for one in likely]
    kept = class_list.welcome(session, who, web.keys(), cohort_id, person, others, _spare())
    _apply_what_waited(who)
    return see(_learners(cohort_id, ds=kept.id))


def _spare() -> int | None:
    """The number of the spare card in the walker's hand, if a form names one."""
    typed = request.form.get("the", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else None


def _apply_what_waited(who: Actor) -> None:
    """What was done with a spare card counts as soon as it has a name; the rest of the store may wait."""
    if _spare() is not None:
        web.commit()
        projector.retry_faults(web.database(), who.commune)


def _typed() -> Typed:
    form = request.form
    key = uuid_field(form.get("id", ""), "id")
    said = {name: form.get(name, "")[:120] for name in ("name", "born", "sex", "home", "phone")}
    return Typed(key, **said)


def _ask(cohort_id: UUID, typed: Typed, likely: list[walk_ins.Likely]) -> str:
    session, who = web.session(), actor()
    cohort = class_list.seen(session, who, cohort_id)
    held = of_class(session, who.commune, cohort_id)
    here = {key for key, row in held.items() if row.withdrawn_on is None}
    return render_template(
        "cohorts/walk_in_likely.html", cohort=cohort, typed=typed, likely=likely, here=here
    )


@blueprint.post("/lop-hoc/<uuid:cohort_id>/nguoi-quen")
@allow(TEACHING)
def known(cohort_id: UUID) -> Response:
    """It is somebody of the register: enrol with one tap."""
    who, person = _worker(cohort_id), uuid_field(request.form.get("person_id", ""), "person_id")
    key = uuid_field(request.form.get("id", ""), "id")
    kept = class_list.known(web.session(), who, web.keys(), cohort_id, key, person, _spare())
    _apply_what_waited(who)
    return see(_learners(cohort_id, ds=kept.id))


# A whole school class, a unit, a group


@blueprint.get("/lop-hoc/<uuid:cohort_id>/ca-lop-truong")
@allow(TEACHING)
def school(cohort_id: UUID) -> str:
    """Choose a unit and who of it; the list comes ticked."""
    return _school_page(cohort_id, _wanted(), None)


def _wanted() -> Wanted:
    said = request.values
    unit, group, level = said.get("don-vi", ""), said.get("nhom", ""), said.get("cap", "")
    return Wanted(
        uuid_field(unit, "don-vi") if unit else None,
        group if group in MEMBERSHIP_KINDS else "",
        level if level in STUDENT_LEVELS else "",
        said.get("nam", None, type=int),
    )


def _school_page(cohort_id: UUID, wanted: Wanted, refusal: Refusal | None) -> str:
    session, who, today = web.session(), actor(), clock.today()
    cohort = class_list.seen(session, who, cohort_id)
    found, total = school_lists.people(session, who, wanted, today)
    held = of_class(session, who.commune, cohort_id)
    here = {key for key, row in held.items() if row.withdrawn_on is None}
    return render_template(
        "cohorts/school_list.html", cohort=cohort, wanted=wanted, found=found, total=total, here=here,
        units=school_lists.units(session, who), groups=MEMBERSHIP_KINDS, levels=STUDENT_LEVELS,
        years=school_lists.years(session, who, wanted, today), refusal=refusal, new_id=uuid7(),
        free=free_places(session, who.commune, cohort_id),
    )  # fmt: skip


@blueprint.post("/lop-hoc/<uuid:cohort_id>/ca-lop-truong")
@allow(TEACHING)
def enrol_school(cohort_id: UUID) -> str | Response:
    """Enrol everybody who is ticked."""
    who, key = _worker(cohort_id), uuid_field(request.form.get("id", ""), "id")
    ticked = [uuid_field(one, "nguoi") for one in request.form.getlist("nguoi")]
    try:
        if not ticked:
            raise Invalid(_("Chưa chọn ai. Hãy đánh dấu ít nhất một người."))
        with web.database().write() as session:
            kept = class_list.enrol_ticked(session, who, web.keys(), cohort_id, key, ticked).id
        return see(_learners(cohort_id, ds=kept))
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return make_response(_school_page(cohort_id, _wanted(), refusal), refusal.status)
