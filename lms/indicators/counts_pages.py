"""Pages of things counted by hand: a list, one more, one corrected, one taken back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for

from lms.core import clock, web
from lms.core.errors import Conflict, Invalid, Refusal
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Reach, allow
from lms.indicators import declared_actions, declared_counts, inputs, queries
from lms.indicators.headline import plan_title
from lms.indicators.models import CountedThing
from lms.indicators.pages import blueprint, unit_choice
from lms.indicators.sheet import lines_of


@blueprint.get("/ke-hoach/<code>/so-lieu/dem")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def counts_page(code: str) -> str:
    """Everything the plan counts: what counts by itself, and what was written by hand."""
    return _page(code, None)


def _page(code: str, refusal: Refusal | None) -> str:
    session, commune = web.session(), actor().commune
    plan = queries.adopted(session, commune, code).plan
    fields = refusal.fields if refusal else {}
    found = declared_counts.things(session, commune, plan, clock.today())
    return render_template(
        "indicators/counts.html", plan=plan, title=plan_title(plan), refusal=refusal, key=uuid7(),
        things=found, listed=_listed(code), today=clock.today(),
        options=[(one.code, one.name) for one in found],
        units=inputs.unit_options(session, commune), saved=request.args.get("saved", ""),
        errors={name: " ".join(str(w) for w in why) for name, why in fields.items()},
        typed=request.form if refusal else {}, editing=request.values.get("sua", ""),
    )  # fmt: skip


def _listed(code: str) -> dict[str | None, int]:
    """How many people the register lists as posted, by what is counted; no entry where it has no list."""
    session, commune, today = web.session(), actor().commune, clock.today()
    lines = lines_of(queries.report(session, commune, code, today.year, today))
    return {
        line.figure.counted.measure.what: line.numerator
        for line in lines
        if line.figure.counted.measure.posted_at
        and line.numerator is not None
        and not line.figure.records
    }


@blueprint.post("/ke-hoach/<code>/so-lieu/dem")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def record_count(code: str) -> Response:
    """Record things counted by hand."""
    return _saved(code, lambda: declared_actions.record_count(
        web.session(), actor(), _text("what"), web.form_day("as_of"), _quantity(), _text("source"), _unit(),
        _uuid("key"),
    ))  # fmt: skip


@blueprint.post("/ke-hoach/<code>/so-lieu/dem/sua")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def correct_count(code: str) -> Response:
    """Put a right entry in the place of a wrong one."""
    return _saved(code, lambda: declared_actions.correct_count(
        web.session(), actor(), _uuid("sua"), web.form_day("as_of"), _quantity(), _text("source"), _unit(),
        _text("reason"), _uuid("key"),
    ))  # fmt: skip


@blueprint.post("/ke-hoach/<code>/so-lieu/dem/rut")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def take_back_count(code: str) -> Response:
    """Take an entry back, with the reason."""
    return _saved(code, lambda: declared_actions.take_back(
        web.session(), actor(), CountedThing, _uuid("so"), _text("reason"),
    ))  # fmt: skip


def _saved(code: str, save: Callable[[], Any]) -> Response:
    """Save and go back to the list; what is refused comes back with what was typed."""
    queries.adopted(web.session(), actor().commune, code)
    try:
        save()
    except (Invalid, Conflict) as refusal:
        return make_response(_page(code, refusal), refusal.status)
    return make_response(redirect(url_for("indicators.counts_page", code=code, saved="1"), 303))


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _uuid(name: str) -> UUID:
    return web.uuid_field(_text(name), name)


def _unit() -> UUID | None:
    return unit_choice(_text("unit_id"))


def _quantity() -> int:
    text = _text("quantity").replace(".", "").replace(" ", "")
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= 9:
        return int(text)
    wrong = _("Hãy ghi một số nguyên, ví dụ 2.")
    raise Invalid(wrong, fields={"quantity": [wrong]})
