"""Ways in for a learner's own phone, on screen and paper: the class's QR code, and codes for home."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from lms.cohorts import devices, home_codes, queries
from lms.cohorts.card_pages import origin, seen_cohort
from lms.cohorts.home_codes import HomeSlip
from lms.cohorts.models import ClassSession
from lms.core import web
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import TEACHING, allow
from lms.core.qr import alone, svg
from lms.core.web import see
from lms.people.models import Commune

blueprint = Blueprint("own_phones", __name__)


def class_code(meeting: ClassSession) -> str:
    """'TBT-K1ABCD': with the commune's code a phone that knows nothing finds the class."""
    commune = web.session().get_one(Commune, meeting.commune_id)
    return f"{commune.short_code}-{meeting.code}"


def _seen_meeting(session_id: UUID) -> ClassSession:
    meeting = queries.class_session(web.session(), actor().commune, session_id)
    seen_cohort(web.session(), meeting.cohort_id)
    return meeting


def _target(code: str) -> str:
    return f"{origin()}/may-hoc#lop={code}"


@blueprint.get("/buoi/<uuid:session_id>/qr")
@allow(TEACHING)
def class_qr(session_id: UUID) -> str:
    """The class's QR code and code in large letters, to project or to print."""
    meeting = _seen_meeting(session_id)
    cohort = queries.cohort(web.session(), meeting.commune_id, meeting.cohort_id)
    code = class_code(meeting) if meeting.code else ""
    drawn = svg(_target(code), _("Mã QR vào lớp %(code)s", code=code)) if code else None
    return render_template(
        "cohorts/join_qr.html", meeting=meeting, cohort=cohort, code=code, drawn=drawn,
        address=origin().partition("://")[2],
    )  # fmt: skip


@blueprint.get("/buoi/<uuid:session_id>/qr.svg")
@allow(TEACHING)
def class_qr_image(session_id: UUID) -> Response:
    """The same code alone, as an image for other pages."""
    meeting = _seen_meeting(session_id)
    if not meeting.code:
        raise NotFound(_("Buổi học này chưa mở nên chưa có mã QR. Hãy mở buổi học trước."))
    return Response(alone(_target(class_code(meeting))), content_type="image/svg+xml")


@blueprint.get("/lop-hoc/<uuid:cohort_id>/ma-o-nha")
@allow(TEACHING)
def home_sheet(cohort_id: UUID) -> str:
    """The codes for home that nobody has used, to print; `?chon=<enrolment>` one learner's."""
    session, chosen = web.session(), request.args.get("chon", "")
    key = web.uuid_field(chosen, "chon") if chosen else None
    cohort = seen_cohort(session, cohort_id)
    commune = session.get_one(Commune, cohort.commune_id)
    slips = home_codes.standing(session, cohort.commune_id, cohort.id)
    phones = devices.others(session, cohort.commune_id, [cohort.id])
    return render_template(
        "cohorts/home_codes.html", cohort=cohort, commune_row=commune, chosen=key,
        learners=queries.learners(session, cohort.commune_id, cohort.id),
        slips=[_slip(commune, one) for one in slips if key in (None, one.enrolment.id)],
        homes={other.enrolment.id: other for other in phones if other.is_home},
    )  # fmt: skip


def _slip(commune: Commune, slip: HomeSlip) -> dict[str, Any]:
    code = home_codes.spelled(web.keys(), commune, slip.code)
    return {
        "id": slip.code.id,
        "name": slip.person.full_name,
        "code": code,
        "until": slip.code.expires_at,
        "address": f"{origin().partition('://')[2]}/may-hoc",
        "qr": svg(f"{origin()}/may-hoc#nha={code}", _("Mã QR học ở nhà")),
    }


@blueprint.post("/lop-hoc/<uuid:cohort_id>/ma-o-nha")
@allow(TEACHING)
def make_for_class(cohort_id: UUID) -> Response:
    """A code for everybody of the class who has none yet."""
    home_codes.make_for_class(web.session(), actor(), web.keys(), cohort_id)
    return see(url_for("own_phones.home_sheet", cohort_id=cohort_id))


@blueprint.post("/ghi-danh/<uuid:enrolment_id>/ma-o-nha")
@allow(TEACHING)
def make_for_learner(enrolment_id: UUID) -> Response:
    """A code for one learner, to print alone."""
    home_codes.make_for_learner(web.session(), actor(), web.keys(), enrolment_id)
    row = queries.enrolment(web.session(), actor().commune, enrolment_id)
    return see(url_for("own_phones.home_sheet", cohort_id=row.cohort_id, chon=row.id))


@blueprint.post("/ma-o-nha/<uuid:home_code_id>/thu-hoi")
@allow(TEACHING)
def take_back(home_code_id: UUID) -> Response:
    """Take back a code that nobody has used."""
    code = home_codes.take_back(web.session(), actor(), home_code_id)
    row = queries.enrolment(web.session(), actor().commune, code.enrolment_id)
    return see(url_for("own_phones.home_sheet", cohort_id=row.cohort_id))
