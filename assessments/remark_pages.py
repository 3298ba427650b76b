"""The page on which an officer has a faulty question marked again: choose, see the effect, decide."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from assessments import remarking
from courses import queries as courses_queries
from courses.activities import KINDS
from courses.activities.wording import said
from lms.core import web
from lms.core.guard import actor
from lms.core.ids import uuid7
from lms.core.policy import Reach, allow
from lms.people.account_queries import account_names

blueprint = Blueprint("remarking", __name__)


@blueprint.get("/chuong-trinh/<uuid:version_id>/cau-hoi/<item>/cham-lai")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def remark(version_id: UUID, item: str) -> str:
    """The question, what people answered, what was decided before, and the effect of a choice."""
    session, commune = web.session(), actor().commune
    version = courses_queries.visible(session, commune, version_id)
    asked = remarking.secret_item(version, item)
    everybody, accepted = request.args.get("cho") == "moi-nguoi", request.args.getlist("nhan")
    decision = remarking.read_decision(everybody, accepted)
    chosen = decision.everybody or decision.accepted
    decided = remarking.decided(session, commune, asked)
    return render_template(
        "assessments/remark.html", version=version, item=asked, decided=decided, key=uuid7(),
        names=account_names(session, {row.decided_by for row in decided if row.decided_by}),
        right=said(asked, KINDS[asked.kind].key(asked)), everybody=everybody, accepted=accepted,
        given=remarking.given_answers(session, commune, version.code, asked), said=said,
        effect=remarking.effect(session, commune, version.code, asked, decision) if chosen else None,
    )  # fmt: skip


@blueprint.post("/chuong-trinh/<uuid:version_id>/cau-hoi/<item>/cham-lai")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def decide(version_id: UUID, item: str) -> Response:
    """Have every attempt at the question marked again; the same form twice is once."""
    session, form = web.session(), request.form
    version = courses_queries.visible(session, actor().commune, version_id)
    asked = remarking.secret_item(version, item)
    decision = remarking.read_decision(form.get("cho") == "moi-nguoi", form.getlist("nhan"))
    key = web.uuid_field(form.get("key", ""), "key")
    reason = form.get("reason", "")
    remarking.remark(session, actor(), key, version, asked, decision, reason)
    return web.see(url_for(".remark", version_id=version_id, item=item))
