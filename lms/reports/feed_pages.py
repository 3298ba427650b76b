"""The page from which an officer takes a file for DHIS2."""

import json
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from lms.core import web
from lms.core.downloads import as_file
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.indicators import queries
from lms.indicators import snapshot_queries as held
from lms.indicators.headline import plan_title
from lms.reports.feed_dhis2 import value_set
from lms.reports.feed_queries import closing_of

blueprint = Blueprint("feed", __name__)

LEVELS = ("commune", "unit")


@blueprint.get("/he-thong-khac/dhis2")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def dhis2_page() -> str:
    """The closed periods of every plan, each with its two files."""
    session, commune = web.session(), actor().commune
    rows = [row for row in held.snapshots(session, commune) if row.state == "standing"]
    titles = {one.code: plan_title(one.plan) for one in queries.adopted_plans(session, commune)}
    return render_template("reports/feed_dhis2.html", rows=rows, titles=titles, file_url=_file_url)


def _file_url(row: Any, level: str) -> str:
    return url_for("feed.dhis2_file", code=row.plan_code, closing=row.number, level=level)


@blueprint.get("/he-thong-khac/dhis2/<code>.json")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def dhis2_file(code: str) -> Response:
    """A closed period, or a day as it is counted now, as a data value set."""
    session, args = web.session(), request.args
    asked = {"plan": code, "closing": _number(args.get("closing", ""))}
    level = args.get("level", LEVELS[0])
    if level not in LEVELS:
        raise Invalid(_("Chọn số của xã hoặc số của từng đơn vị."), fields={"level": [level[:20]]})
    document = closing_of(session, queries.commune_of(session, actor().commune), asked)
    made = json.dumps(value_set(document, level).document, ensure_ascii=False, indent=1)
    name = f"dhis2-{code}-{document['period']['ends']:%Y-%m-%d}-{level}.json"
    return as_file(Response(made + "\n", content_type="application/json"), name)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Invalid(_("Số bản chốt phải là một số."), fields={"closing": [text[:20]]})
    return int(text)
