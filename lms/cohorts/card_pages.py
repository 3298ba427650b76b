"""Login cards on paper: a class's learners, spare cards for people who walk in, the trainer's own."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from lms.cohorts import actions, cards, pictures, queries, rules
from lms.cohorts.carried_models import SpareCard
from lms.cohorts.models import Cohort, Enrolment
from lms.core import lan, web
from lms.core.errors import Invalid, NotFound
from lms.core.guard import actor, require_cohort
from lms.core.i18n import _
from lms.core.policy import TEACHING, allow
from lms.core.qr import svg
from lms.core.web import see
from lms.people.account_models import Account
from lms.people.models import Commune, Person

blueprint = Blueprint("cards", __name__)

PER_PAGE = 8
SPARES_OFFERED = 8
KINDS = ("hoc-vien", "khach")


def origin() -> str:
    """The address that QR codes begin with. A laptop that carries classes names the one that tablets reach."""
    found = lan.addresses() if web.database().box_id and lan.is_this_machine(request.host) else []
    if found and not web.settings().public_url:
        return f"http://{found[0]}:{request.host.rpartition(':')[2]}"
    return (web.settings().public_url or request.url_root).rstrip("/")


def pages_of(printed: Sequence[dict[str, Any]], per_page: int) -> list[Sequence[dict[str, Any]]]:
    """What is printed, page by page."""
    return [printed[at : at + per_page] for at in range(0, len(printed), per_page)]


def seen_cohort(session: Session, cohort_id: UUID) -> Cohort:
    """A class that the actor works in."""
    cohort = queries.cohort(session, actor().commune, cohort_id)
    require_cohort(actor(), cohort.id)
    return cohort


@blueprint.get("/lop-hoc/<uuid:cohort_id>/the")
@allow(TEACHING)
def sheet(cohort_id: UUID) -> str:
    """The cards of a class to print: `?loai=khach` the spare ones, `?chon=<enrolment>` one learner's."""
    chosen = request.args.get("chon", "")
    kind = request.args.get("loai", "")
    return _sheet(cohort_id, kind, web.uuid_field(chosen, "chon") if chosen else None)


def _sheet(cohort_id: UUID, kind: str, chosen: UUID | None, error: str = "") -> str:
    session, kind = web.session(), kind if kind in KINDS else KINDS[0]
    cohort = seen_cohort(session, cohort_id)
    learners = queries.learners(session, cohort.commune_id, cohort.id)
    if chosen is not None and chosen not in {e.id for e, _person in learners}:
        raise NotFound(_("Không thấy học viên này trong lớp. Hãy mở lại trang thẻ."))
    spares = cards.spares_of(session, cohort.commune_id, cohort.id)
    free = [spare for spare in spares if spare.linked_at is None]
    if kind == "khach":
        printed = [_spare_card(one) for one in free]
    else:
        printed = [
            _learner_card(e, p) for e, p in learners if e.card_sealed and chosen in (None, e.id)
        ]
    commune = session.get_one(Commune, cohort.commune_id)
    return render_template(
        "cohorts/cards.html", cohort=cohort, commune_row=commune, kind=kind, chosen=chosen,
        learners=learners, missing=sum(e.card_sealed is None for e, _person in learners),
        printed=printed, pages=pages_of(printed, PER_PAGE), free=len(free), error=error,
        offered=SPARES_OFFERED, most=cards.SPARES_AT_ONCE,
    )  # fmt: skip


def _learner_card(row: Enrolment, person: Person) -> dict[str, Any]:
    return _card(cards.learner_number(web.keys(), row)) | {
        "name": person.full_name,
        "picture": row.picture,
        "colour": row.colour,
        "spoken": pictures.spoken(row.picture, row.colour),
        "pin": actions.printed_pin(web.keys(), row),
    }


def _spare_card(spare: SpareCard) -> dict[str, Any]:
    return _card(cards.spare_number(web.keys(), spare)) | {
        "label": cards.spare_label(spare),
        "picture": spare.picture,
        "colour": spare.colour,
        "spoken": pictures.spoken(spare.picture, spare.colour),
    }


def _card(number: str) -> dict[str, Any]:
    words = _("Mã QR của thẻ %(number)s", number=rules.grouped_card(number))
    return {"number": rules.grouped_card(number), "qr": svg(f"{origin()}/the#{number}", words)}


@blueprint.post("/lop-hoc/<uuid:cohort_id>/the")
@allow(TEACHING)
def make(cohort_id: UUID) -> Response:
    """Make the cards that are missing."""
    cards.make_cards(web.session(), actor(), web.keys(), cohort_id)
    return see(url_for("cards.sheet", cohort_id=cohort_id))


@blueprint.post("/lop-hoc/<uuid:cohort_id>/the/khach")
@allow(TEACHING)
def make_spares(cohort_id: UUID) -> Response | tuple[str, int]:
    """See to it that so many spare cards are free: field `count`."""
    typed = request.form.get("count", "").strip()
    count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
    try:
        cards.spare_cards(web.session(), actor(), web.keys(), cohort_id, count)
    except Invalid as refusal:
        return _sheet(cohort_id, "khach", None, refusal.message), refusal.status
    return see(url_for("cards.sheet", cohort_id=cohort_id, loai="khach"))


@blueprint.post("/ghi-danh/<uuid:enrolment_id>/the")
@allow(TEACHING)
def renew(enrolment_id: UUID) -> Response:
    """Replace a lost card and show the new one to print."""
    session = web.session()
    cards.new_card(session, actor(), web.keys(), enrolment_id)
    row = queries.enrolment(session, actor().commune, enrolment_id)
    return see(url_for("cards.sheet", cohort_id=row.cohort_id, chon=row.id))


@blueprint.get("/the/cua-toi")
@allow(TEACHING)
def own() -> str:
    """The trainer's own card."""
    session, who = web.session(), actor()
    row = cards.standing_staff_card(session, who.commune, who.key)
    number = cards.staff_number(web.keys(), row) if row else None
    printed = (
        [_card(number) | {"name": session.get_one(Account, who.key).display_name}] if number else []
    )
    commune = session.get_one(Commune, who.commune)
    return render_template("cohorts/staff_card.html", commune_row=commune, printed=printed)


@blueprint.post("/the/cua-toi")
@allow(TEACHING)
def make_own() -> Response:
    """Make one's own card; with the field `thay` the one before stops working."""
    cards.own_card(web.session(), actor(), web.keys(), replace="thay" in request.form)
    return see(url_for("cards.own"))
