"""Plans and their figures as JSON, for officers and the systems they report to."""

from datetime import date
from typing import Any

from flask_smorest.pagination import PaginationParameters

from lms.core import clock, web
from lms.core.api import ApiBlueprint, paging
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.indicators import queries
from lms.indicators.api_schemas import ListedOut, PeopleIn, PeriodIn, PlanOut, ReportOut, SumsOut
from lms.indicators.export_json import Paper, document
from lms.indicators.export_paper import paper_of
from lms.indicators.figure_sums import document_of_sums, summed
from lms.indicators.headline import place_text, plan_title
from lms.indicators.people_lists import Listed, listed
from lms.indicators.period import Period, period
from lms.indicators.queries import Adopted
from lms.indicators.rules.figure import Figure, PlanReport
from lms.indicators.sheet import line_of

blueprint = ApiBlueprint("indicators_api", __name__, description="Kế hoạch và chỉ tiêu của xã")


@blueprint.get("/plans")
@blueprint.response(200, PlanOut(many=True))
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def plans() -> list[dict[str, Any]]:
    """List the plans the commune works with."""
    return [plan_summary(one) for one in queries.adopted_plans(web.session(), actor().commune)]


def plan_summary(one: Adopted) -> dict[str, Any]:
    """A plan in short, under names that never change."""
    return {
        "code": one.code,
        "title": plan_title(one.plan),
        "place": place_text(one.plan),
        "years": list(one.plan.years),
        "sha256": one.sha256,
        "indicators": [indicator.code for indicator in one.plan.indicators],
    }


@blueprint.get("/plans/<code>/report")
@blueprint.arguments(PeriodIn, location="query")
@blueprint.response(200, ReportOut)
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def report(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Show every figure of a plan on a day; no person is in it."""
    return document(_paper(code, asked))


@blueprint.get("/plans/<code>/report/<no>/people")
@blueprint.arguments(PeopleIn, location="query")
@blueprint.response(200, ListedOut(many=True))
@blueprint.paginate()
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def people(
    asked: dict[str, Any], code: str, no: str, pagination_parameters: PaginationParameters
) -> list[Listed]:
    """List the people in a figure or not yet in it, with the evidence that counted."""
    found = _report(code, asked)
    offset, limit = paging(pagination_parameters)
    rows, total = listed(
        web.session(), actor().commune, _figure(found, no), found.as_of, asked["state"], offset,
        limit,
    )  # fmt: skip
    pagination_parameters.item_count = total
    return rows


@blueprint.get("/province/plans/<code>/sums")
@blueprint.response(200, SumsOut(many=True))
@allow(province_reader=Reach.ANY)
def sums(code: str) -> list[dict[str, Any]]:
    """Add up a plan's figures over the communes of the province that read it the same way."""
    session = web.session()
    province = queries.commune_of(session, actor().commune).province
    return [document_of_sums(one) for one in summed(session, code, province)]


def _paper(code: str, asked: dict[str, Any]) -> Paper:
    """The report with its breakdowns."""
    session, commune = web.session(), actor().commune
    plan = queries.adopted(session, commune, code)
    chosen = _period(plan, asked)
    return paper_of(session, commune, plan, chosen.year, chosen.as_of)


def _report(code: str, asked: dict[str, Any]) -> PlanReport:
    session, commune = web.session(), actor().commune
    plan = queries.adopted(session, commune, code)
    chosen = _period(plan, asked)
    return queries.report_of(session, commune, plan, chosen.year, chosen.as_of)


def _period(plan: Adopted, asked: dict[str, Any]) -> Period:
    day: date | None = asked.get("as_of")
    return period(
        plan.plan, clock.today(), str(asked.get("year", "")), day.isoformat() if day else ""
    )


def _figure(found: PlanReport, no: str) -> Figure:
    line = line_of(found, no)
    if line is None:
        raise NotFound(_("Kế hoạch không có chỉ tiêu này. Hãy xem lại mã chỉ tiêu."))
    return line.figure
