"""Where officers keep the public page: on or off, its words, figures, classes, events and poster."""

from collections.abc import Callable
from datetime import date, time
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from certificates.pages import base_address
from lms.core import clock, qr, web
from lms.core.errors import Conflict, Invalid, Refusal
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Policy, Reach, Role, allow
from lms.core.text import typed_day
from lms.core.web import see
from lms.indicators.headline import plan_title
from lms.indicators.queries import adopted_plans, commune_of
from lms.reports import public_actions as deeds
from lms.reports import public_publish
from lms.reports import public_queries as public
from lms.reports.public_actions import NewEvent
from lms.reports.public_rules import Why

blueprint = Blueprint("public", __name__, template_folder="templates", static_folder=None)
OFFICE = Policy({Role.OFFICER: Reach.COMMUNE, Role.ADMINISTRATOR: Reach.COMMUNE})
MASTERS = Policy({Role.ADMINISTRATOR: Reach.COMMUNE})


def address_of(code: str) -> str:
    """The page's address as it is printed."""
    return base_address() + url_for("public.page", short_code=code.lower())


def _frame(here: str) -> dict[str, Any]:
    """What every officer's page about the public page shows."""
    session, commune = web.session(), actor().commune
    row = commune_of(session, commune)
    page = public.page_of(session, commune)
    named = (
        ("page", _("Trang"), "public.office"), ("figures", _("Số liệu"), "public.figures"),
        ("classes", _("Lớp học"), "public.classes"), ("events", _("Sự kiện"), "public.events"),
    )  # fmt: skip
    return {
        "said": _said(), "page": page, "is_on": page is not None and page.is_on, "here": row,
        "address": address_of(row.short_code), "is_master": actor().role is Role.ADMINISTRATOR,
        "tabs": [(label, url_for(endpoint), key == here) for key, label, endpoint in named],
    }  # fmt: skip


def _problems(refusal: Refusal | None) -> dict[str, Any]:
    """A refusal as the forms show it: by field, and what somebody else saved meanwhile."""
    fields = dict(refusal.fields) if refusal else {}
    theirs = fields.pop("theirs", "")
    errors = {name: " ".join(map(str, why)) for name, why in fields.items()}
    return {
        "refusal": refusal, "errors": errors, "theirs": theirs,
        "typed": request.form if refusal else {},
    }  # fmt: skip


def _saved(
    act: Callable[[], object], page: Callable[[Refusal], str], target: str, said: str
) -> Response:
    """Do it and say so; or the page again with what to mend, nothing half saved."""
    try:
        act()
    except (Invalid, Conflict) as refusal:
        web.session().rollback()
        return Response(page(refusal), refusal.status)
    return _done(target, said)


def _done(target: str, said: str) -> Response:
    """Back to a page that says what was done."""
    return see(url_for(target, da=said))


def _said() -> str:
    """What was just done, in words; an address with another key says nothing."""
    words = {
        "mo": _("Đã mở trang công khai."), "tat": _("Đã tắt trang công khai."),
        "loi": _("Đã lưu lời giới thiệu."), "hien": _("Lớp đã có trên trang công khai."),
        "an": _("Lớp không còn trên trang công khai."), "su-kien": _("Đã lưu sự kiện."),
        "bo": _("Sự kiện không còn trên trang công khai."), "cong-bo": _("Đã công bố."),
        "rut": _("Đã rút. Trang của lần công bố ấy nay ghi “đã rút” và lý do."),
    }  # fmt: skip
    return words.get(request.args.get("da", ""), "")


def _number(name: str) -> int:
    text = request.form.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


# --- the page itself ----------------------------------------------------------------------------


@blueprint.get("/cong-khai")
@allow(OFFICE)
def office() -> str:
    """Whether the page is on, its address, and its words."""
    return _office(None)


def _office(refusal: Refusal | None) -> str:
    frame = _frame("page")
    counts = public.classes(web.session(), actor().commune, clock.today())
    return render_template(
        "reports/public_office.html", **frame, **_problems(refusal),
        shown=sum(one.is_shown for one in counts), code=qr.svg(frame["address"], frame["address"]),
        events=public.events_around(web.session(), actor().commune, clock.today()),
        published=public.publications(web.session(), actor().commune),
    )  # fmt: skip


@blueprint.post("/cong-khai/bat-tat")
@allow(MASTERS)
def switch() -> Response:
    """Open the page to everybody, or close it."""
    on = request.form.get("on") == "1"
    deeds.switch(web.session(), actor(), on=on)
    return _done("public.office", "mo" if on else "tat")


@blueprint.post("/cong-khai/loi-gioi-thieu")
@allow(OFFICE)
def save_words() -> Response:
    """Keep the words at the top of the page."""
    form = request.form
    return _saved(
        lambda: deeds.save_words(
            web.session(), actor(), form.get("greeting", ""), form.get("contact", ""),
            _number("revision"),
        ),
        _office, "public.office", "loi",
    )  # fmt: skip


# --- classes ------------------------------------------------------------------------------------


@blueprint.get("/cong-khai/lop")
@allow(OFFICE)
def classes() -> str:
    """Classes that can be joined: which of them everybody sees."""
    return _classes(None)


def _classes(refusal: Refusal | None) -> str:
    found = public.classes(web.session(), actor().commune, clock.today())
    return render_template(
        "reports/public_classes.html", **_frame("classes"), **_problems(refusal), classes=found
    )


@blueprint.post("/cong-khai/lop")
@allow(OFFICE)
def show_class() -> Response:
    """Show a class with how to join it, or take it off the page."""
    form = request.form
    cohort = web.uuid_field(form.get("cohort_id", ""), "cohort_id")
    shown = form.get("is_shown") == "1"
    return _saved(
        lambda: deeds.show_class(
            web.session(), actor(), cohort, form.get("how", ""), _number("revision"), shown=shown
        ),
        _classes, "public.classes", "hien" if shown else "an",
    )  # fmt: skip


# --- events -------------------------------------------------------------------------------------


@blueprint.get("/cong-khai/su-kien")
@allow(OFFICE)
def events() -> str:
    """Events, and the form of one."""
    return _events(None)


def _events(refusal: Refusal | None) -> str:
    session, commune, today = web.session(), actor().commune, clock.today()
    asked = request.values.get("sua") or request.form.get("key", "")
    found = public.events(session, commune)
    return render_template(
        "reports/public_events.html", **_frame("events"), **_problems(refusal), events=found,
        editing=next((one for one in found if str(one.id) == asked), None), key=asked or uuid7(),
        festival=_festival(today), today=today,
    )  # fmt: skip


def _festival(today: date) -> date:
    """The next 10 October, the day of everybody's learning that the plans name."""
    this = date(today.year, 10, 10)
    return this if this >= today else date(today.year + 1, 10, 10)


@blueprint.post("/cong-khai/su-kien")
@allow(OFFICE)
def save_event() -> Response:
    """Write an event, or change one."""
    return _saved(
        lambda: deeds.save_event(web.session(), actor(), _event_of_form()),
        _events, "public.events", "su-kien",
    )  # fmt: skip


def _event_of_form() -> NewEvent:
    form, wrong = request.form, _("Hãy ghi ngày/tháng/năm, ví dụ 10/10/2026.")
    held = typed_day(form.get("held_on", ""))
    if held is None:
        raise Invalid(wrong, fields={"held_on": [wrong]})
    return NewEvent(
        web.uuid_field(form.get("key", ""), "key"), form.get("title", ""), held, _hour("starts_at"),
        _hour("ends_at"), form.get("place", ""), form.get("what", ""), _number("revision"),
    )  # fmt: skip


def _hour(name: str) -> time | None:
    text = request.form.get(name, "").strip().replace("h", ":").replace("giờ", ":").rstrip(": ")
    if not text:
        return None
    try:
        return time.fromisoformat(f"{int(text):02d}:00" if text.isdigit() else text.zfill(5)[:5])
    except ValueError:
        wrong = _("Giờ ghi như 08:00 hoặc 14:30.")
        raise Invalid(wrong, fields={name: [wrong]}) from None


@blueprint.post("/cong-khai/su-kien/bo")
@allow(OFFICE)
def cancel_event() -> Response:
    """Take an event off the page."""
    key = web.uuid_field(request.form.get("key", ""), "key")
    deeds.cancel_event(web.session(), actor(), key)
    return _done("public.events", "bo")


@blueprint.get("/cong-khai/to-roi")
@allow(OFFICE)
def poster() -> str:
    """An event, or the page alone, on one A4 with the page's code."""
    asked, frame = request.args.get("su-kien", ""), _frame("events")
    event: object | None = None
    if asked:
        event = public.event(web.session(), actor().commune, web.uuid_field(asked, "su-kien"))
    shown = public.classes(web.session(), actor().commune, clock.today())
    return render_template(
        "reports/public_poster.html", **frame, event=event,
        code=qr.svg(frame["address"], frame["address"]),
        classes=[one for one in shown if one.is_shown],
    )  # fmt: skip


# --- figures ------------------------------------------------------------------------------------


@blueprint.get("/cong-khai/so-lieu")
@allow(OFFICE)
def figures() -> str:
    """What was published, and which closings may be."""
    return _figures(None)


def _figures(refusal: Refusal | None) -> str:
    session, commune = web.session(), actor().commune
    return render_template(
        "reports/public_figures.html", **_frame("figures"), **_problems(refusal),
        published=public.publications(session, commune), ready=public.to_publish(session, commune),
        plans={one.code: plan_title(one.plan) for one in adopted_plans(session, commune)},
        wrong=(request.view_args or {}).get("number"),
    )  # fmt: skip


@blueprint.get("/cong-khai/so-lieu/xem-truoc/<uuid:snapshot_id>")
@allow(OFFICE)
def preview(snapshot_id: UUID) -> str:
    """What publishing a closing would show, and what it would cover and why."""
    ready = public_publish.prepare(web.session(), actor(), snapshot_id)
    return render_template(
        "reports/public_preview.html", **_frame("figures"), ready=ready, body=ready.body,
        figures=[(said, ready.decided.get(said["code"])) for said in ready.body["figures"]],
        why=why_words(),
    )  # fmt: skip


def why_words() -> dict[Why, str]:
    """Why a number is covered, for the officer."""
    return {
        Why.SMALL: _("dưới 10 người đạt"),
        Why.REST: _("dưới 10 người chưa đạt"),
        Why.CHANGE: _("thay đổi dưới 10 người so với lần công bố trước"),
        Why.GUARD: _("che thêm, để không tính ngược ra số đã che"),
    }


@blueprint.post("/cong-khai/so-lieu/xem-truoc/<uuid:snapshot_id>")
@allow(OFFICE)
def publish(snapshot_id: UUID) -> Response:
    """Publish what was looked at."""
    form = request.form
    public_publish.publish(
        web.session(), actor(), snapshot_id, _number("number"), form.get("sha256", "")
    )
    return _done("public.figures", "cong-bo")


@blueprint.post("/cong-khai/so-lieu/<int:number>/rut")
@allow(OFFICE)
def withdraw(number: int) -> Response:
    """Take a publication back, with the reason."""
    return _saved(
        lambda: public_publish.withdraw(
            web.session(), actor(), number, request.form.get("reason", "")
        ),
        _figures, "public.figures", "rut",
    )  # fmt: skip
