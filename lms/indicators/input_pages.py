"""Where officers put in what the service cannot count: population sizes, others' figures, things."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for

from lms.core import clock, web
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Reach, allow
from lms.indicators import actions, inputs, queries, wording
from lms.indicators.choices import measures_of, populations_of
from lms.indicators.headline import plan_title
from lms.indicators.pages import blueprint, unit_choice
from lms.indicators.rules.plan import Plan
from lms.indicators.rules.vocabulary import MeasureKind


@blueprint.get("/ke-hoach/<code>/so-lieu")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def inputs_page(code: str) -> str:
    """The forms, and what was put in lately."""
    return _page(code)


def _page(code: str, form: str = "", errors: dict[str, str] | None = None) -> str:
    """The page; a refused form comes back with what was typed and what is wrong."""
    session, commune = web.session(), actor().commune
    plan = queries.adopted(session, commune, code).plan
    return render_template(
        "indicators/inputs.html",
        plan=plan,
        title=plan_title(plan),
        populations=_population_options(plan),
        declared=_measure_options(plan, MeasureKind.DECLARED, MeasureKind.SUPPORTED),
        counted=_measure_options(plan, MeasureKind.COUNT),
        units=inputs.unit_options(session, commune),
        entered=inputs.latest(session, commune, plan),
        today=clock.today(),
        key=uuid7(),
        saved=request.args.get("saved", ""),
        failed=form,
        errors=errors or {},
        typed=request.form if form else {},
    )


def _population_options(plan: Plan) -> list[tuple[str, str]]:
    names = populations_of(plan).items()
    return [(key, wording.population_name(one, plan.names)) for key, one in names]


def _measure_options(plan: Plan, *kinds: MeasureKind) -> list[tuple[str, str]]:
    found = measures_of(plan).items()
    return [(code, one.label or code) for code, one in found if one.kind in kinds]


@blueprint.post("/ke-hoach/<code>/so-lieu/mau-so")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def declare_population(code: str) -> Response:
    """Declare how many a population has."""
    return _saved(code, "mau-so", lambda: actions.declare_population(
        web.session(), actor(), _text("population"), _whole("value", blank=True), _day("as_of"),
        _text("source"), _text("status"), _unit(),
    ))  # fmt: skip


@blueprint.post("/ke-hoach/<code>/so-lieu/khai-bao")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def declare_measure(code: str) -> Response:
    """Put in a figure that another body counted."""
    return _saved(code, "khai-bao", lambda: actions.declare_measure(
        web.session(), actor(), _text("measure"), _whole("numerator") or 0,
        _whole("denominator", blank=True), _day("as_of"), _text("source"), _text("status"), _unit(),
    ))  # fmt: skip


@blueprint.post("/ke-hoach/<code>/so-lieu/dem")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def record_count(code: str) -> Response:
    """Record things counted by hand."""
    return _saved(code, "dem", lambda: actions.record_count(
        web.session(), actor(), _text("what"), _day("as_of"), _whole("quantity") or 0,
        _text("source"), _unit(), web.uuid_field(_text("key"), "key"),
    ))  # fmt: skip


def _saved(code: str, form: str, save: Callable[[], object]) -> Response:
    """Save and go back to the page; what is refused is shown beside its field."""
    queries.adopted(web.session(), actor().commune, code)
    try:
        save()
    except Invalid as error:
        shown = {name: " ".join(_words(why)) or error.message for name, why in error.fields.items()}
        return Response(_page(code, form, shown), 422)
    back = url_for("indicators.inputs_page", code=code, saved=form, _anchor=form)
    return redirect(back, 303)  # type: ignore[return-value]  # werkzeug's redirect is Flask's class.


def _words(why: Any) -> list[str]:
    return [str(word) for word in why] if isinstance(why, list | tuple) else [str(why)]


# --- fields -------------------------------------------------------------------------------------


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _whole(name: str, *, blank: bool = False) -> int | None:
    """A whole number as people write it: 30500, 30.500, 30 500, -1."""
    text = _text(name).replace(".", "").replace(" ", "").replace("\xa0", "")
    if not text and blank:
        return None
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= 12:
        return int(text)
    raise _wrong(name, _("Hãy ghi một số nguyên, ví dụ 30.500."))


def _day(name: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(_text(name), form).date()  # noqa: DTZ007 - a day has no zone.
        except ValueError:
            continue
    raise _wrong(name, _("Hãy ghi ngày/tháng/năm, ví dụ 21/11/2026."))


def _unit() -> UUID | None:
    return unit_choice(_text("unit_id"))


def _wrong(name: str, why: str) -> Invalid:
    return Invalid(why, fields={name: [why]})
